import { domainToASCII } from 'node:url';
import isEmail from 'validator/lib/isEmail';
import { parseMailbox } from './mailbox';
import { REJECTIONS } from './refusals';
import { trimCell } from './trim';

/** SES's own limit. */
const MAX_LENGTH = 320;
/** An encoded word of RFC 2047, which no address holds (section 5): who decodes it takes what is inside for the address. */
const ENCODED_WORD = /=\?[^?]*\?[bq]\?/i;
/** An address and the name before it. */
const MAX_MAILBOX = 1000;

export type AddressRejection = 'MM403' | 'MM404' | 'MM405' | 'MM406';

export type ParsedAddress = { readonly address: string } | { readonly code: AddressRejection; readonly reason: string };

/** An address as a list holds it; `address` is as written, without what surrounds it. */
export function parseAddress(cell: string): ParsedAddress {
  const address = bare(trimCell(cell));
  const code = rejection(address);
  return code ? { code, reason: REJECTIONS[code] } : { address };
}

/** Of `Ann <ann@example.com>`, what stands in the brackets. */
function bare(text: string): string {
  if (!text.endsWith('>') || text.length > MAX_MAILBOX) return text;
  return parseMailbox(text)?.address ?? text;
}

function rejection(address: string): AddressRejection | undefined {
  if (address === '') return 'MM403';
  if (address.length > MAX_LENGTH) return 'MM406';
  const ascii = asciiAddress(address);
  // SES has no SMTPUTF8; a domain can be written in Punycode, what stands before it cannot.
  if (ascii !== undefined && /[^\0-\x7f]/.test(ascii)) return 'MM405';
  if (ascii === undefined || /\.\.|[;"]/.test(ascii) || ENCODED_WORD.test(ascii)) return 'MM404';
  return isEmail(ascii, { allow_utf8_local_part: false, require_tld: true }) ? undefined : 'MM404';
}

/** What SES takes: the domain in Punycode, the rest as written. Undefined where it has no such form. */
export function asciiAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (at < 1) return undefined;
  const domain = address.slice(at + 1);
  // The URL rules behind domainToASCII would forgive what mail does not, such as an encoded or a numeric host.
  if (/^[\x21-\x7e]+$/.test(domain)) return address;
  const ascii = domainToASCII(domain);
  return ascii === '' ? undefined : `${address.slice(0, at)}@${ascii}`;
}

/**
 * Ways of folding an address, by version. A campaign keeps the version that it began with, and opt-outs are looked up under
 * all of them. Never change one and never take one out: records are found by it. A new one gets the next number.
 */
export const FOLDINGS: { [version: number]: (address: string) => string } = { 1: foldAddress };

/** The version of campaigns that begin now. */
export const FOLDING = 1;

/** Who must not be mailed twice: the whole address in one spelling. */
export function foldAddress(address: string): string {
  const plain = trimCell(address).normalize('NFC');
  return (asciiAddress(plain) ?? plain).toLowerCase();
}
