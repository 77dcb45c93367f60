import { trimCell } from '../list/trim';
import { asciiDomain } from './ascii-domain';

/** What SES takes: the domain in Punycode, the rest as written. Undefined where it has no such form. */
export function asciiAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (at < 1) return undefined;
  const domain = asciiDomain(address.slice(at + 1));
  return domain === undefined ? undefined : `${address.slice(0, at)}@${domain}`;
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
