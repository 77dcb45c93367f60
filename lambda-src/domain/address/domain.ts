import { toASCII, toUnicode } from 'tr46';
import { asciiDomain, isAllowed } from './ascii-domain';

/** RFC 5891, with the checks that are optional in UTS #46. */
const STRICT = { checkHyphens: true, checkBidi: true, checkJoiners: true, useSTD3ASCIIRules: true } as const;

/** `xn--` and other labels that RFC 5890, section 2.3.1, reserves. */
const RESERVED_LABEL = /(?:^|\.)[^.]{2}--/;

/** Returns the domain in ASCII. Undefined if IDNA 2008 does not allow it. */
export function strictDomain(domain: string): string | undefined {
  const ascii = asciiDomain(domain);
  return ascii === domain || (ascii !== undefined && encode(ascii) === ascii) ? ascii : undefined;
}

const encode = (domain: string): string | undefined =>
  toASCII(domain, { ...STRICT, verifyDNSLength: true }) ?? undefined;

/** Special-use names (RFC 6761, 6762, 7686, 9476) and infrastructure, to which no email is delivered. */
export const UNDELIVERABLE = new Set(['invalid', 'local', 'localhost', 'onion', 'test', 'arpa', 'alt']);

/** Returns the top-level domain of an ASCII domain. */
export const topLevel = (domain: string): string => domain.slice(domain.lastIndexOf('.') + 1).toLowerCase();

/** Whether an address in this ASCII domain could exist. */
export function couldReceive(domain: string): boolean {
  if (UNDELIVERABLE.has(topLevel(domain))) return false;
  if (!RESERVED_LABEL.test(domain)) return true;
  return domain
    .toLowerCase()
    .split('.')
    .every((label) => !RESERVED_LABEL.test(label) || isALabel(label));
}

function isALabel(label: string): boolean {
  if (!label.startsWith('xn--')) return false;
  const { domain, error } = toUnicode(label, STRICT);
  return !error && isAllowed(domain) && encode(domain) === label;
}
