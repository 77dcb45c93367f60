import { trimCell } from '../list/trim';
import { asciiDomain } from './ascii-domain';

/**
 * Returns the address as SES accepts it: the domain in Punycode, the rest as written. Undefined if it has no such form.
 */
export function asciiAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (at < 1) return undefined;
  const domain = asciiDomain(address.slice(at + 1));
  return domain === undefined ? undefined : `${address.slice(0, at)}@${domain}`;
}

/**
 * Address foldings by version. A campaign keeps the version that it began with, and opt-outs are looked up under all of
 * them. Do not change or remove one, because records are found by it. A new folding gets the next number.
 */
export const FOLDINGS: { [version: number]: (address: string) => string } = { 1: foldAddress };

/** The version for new campaigns. */
export const FOLDING = 1;

/** Folds an address, so that equivalent spellings count as one recipient. */
export function foldAddress(address: string): string {
  const plain = trimCell(address).normalize('NFC');
  return (asciiAddress(plain) ?? plain).toLowerCase();
}

/** Returns the domain of an address, folded. */
export function domainOf(address: string): string {
  const folded = foldAddress(address);
  return folded.slice(folded.lastIndexOf('@') + 1);
}
