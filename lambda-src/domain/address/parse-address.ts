import isEmail from 'validator/lib/isEmail';
import { ROW_ERRORS } from '../list/rejections';
import { trimCell, withoutInvisible } from '../list/trim';
import { couldReceive, strictDomain } from './domain';

/** SES's limit of characters. */
const MAX_LENGTH = 320;
/**
 * Matches an encoded word (RFC 2047), which section 5 forbids in an address: a decoder could read another address from
 * it.
 */
const ENCODED_WORD = /=\?[^?]*\?[bq]\?/i;
/** Maximum characters of an address with a name. */
const MAX_MAILBOX = 1000;

export type AddressRejection = 'MM403' | 'MM404' | 'MM405' | 'MM406';

export type ParsedAddress = { readonly address: string } | { readonly code: AddressRejection; readonly reason: string };

/** Specific faults of invalid addresses. */
export const ADDRESS_FAULTS = {
  two: 'the cell holds two addresses',
  junk: 'something that is no part of an address stands before it',
  domain: 'the domain has characters or labels that no domain may have',
  unreachable: 'no email reaches that domain: it is reserved, or cannot exist',
} as const;

const invalid = (code: AddressRejection, fault?: keyof typeof ADDRESS_FAULTS): ParsedAddress => ({
  code,
  reason: fault ? `${ROW_ERRORS[code]}: ${ADDRESS_FAULTS[fault]}` : ROW_ERRORS[code],
});

/** Parses an address from a list's cell. `address` is as written, without surrounding text. */
export function parseAddress(cell: string): ParsedAddress {
  const text = trimCell(cell);
  if (text === '') return invalid('MM403');
  const plain = PLAIN.test(text) ? text : bare(text);
  if (plain === undefined) return invalid('MM404', 'two');
  const address = plain.startsWith("'") ? plain.slice(1) : plain;
  if (address === '') return invalid('MM403');
  if (address.length > MAX_LENGTH) return invalid('MM406');
  if (holdsTwo(text)) return invalid('MM404', 'two');

  const at = address.lastIndexOf('@');
  if (at < 1) return invalid('MM404');
  const local = address.slice(0, at);
  if (JUNK.test(local)) return invalid('MM404', 'junk');
  const host = address.slice(at + 1);
  if (host === '') return invalid('MM404');
  const domain = strictDomain(host);
  if (domain === undefined) return invalid('MM404', 'domain');
  // SES does not support SMTPUTF8. A domain can be written in Punycode, the local part cannot.
  if (/[^\0-\x7f]/.test(local)) return invalid('MM405');
  const ascii = `${local}@${domain}`;
  if (/\.\.|[;"]/.test(ascii) || ENCODED_WORD.test(ascii)) return invalid('MM404');
  if (!isEmail(ascii, { allow_utf8_local_part: false, require_tld: true })) return invalid('MM404');
  return couldReceive(domain) ? { address } : invalid('MM404', 'unreachable');
}

/** Matches an address without surrounding text. */
const PLAIN = /^[\w.+-]+@[A-Za-z0-9.-]+[A-Za-z0-9]$/;

/** Matches marks before an address, and remains of templates, links and web pages. */
const JUNK = /^[?'#*%/<[({$]|^[^\p{L}\p{N}\0-\x7f]|^(?:e-?mail|mailto|address)=|%20|\{\{/iu;

/** Returns the address without surrounding text. Undefined if the name contains a different address. */
function bare(text: string): string | undefined {
  if (text.length > MAX_MAILBOX) return text;
  const whole = withoutInvisible(text).replace(/[\s,;]+$/, '');
  if (!whole.endsWith('>')) return withoutScheme(whole);
  const found = /^([^<>]*)<([^<>]*)>$/.exec(whole);
  if (!found) return whole;
  const name = found[1]!.trim();
  const address = withoutScheme(found[2]!.trim());
  const named = addressesIn(name);
  if (named.some((one) => one.toLowerCase() !== address.toLowerCase())) return undefined;
  return address;
}

const withoutScheme = (text: string): string => text.replace(/^mailto:/i, '').trim();

/** Matches text that looks like an address, between characters that may surround one. */
const BETWEEN = '\\s@<>()[\\]",;:|、，；：｜،؛';
const ADDRESS_LIKE = new RegExp(`[^${BETWEEN}]+@[^${BETWEEN}]+`, 'g');

/** Returns all parts of a text that look like addresses. */
export const addressesIn = (text: string): string[] =>
  // Outlook writes 'ann@example.com' <ann@example.com>.
  (withoutInvisible(text).match(ADDRESS_LIKE) ?? []).map((found) => found.replace(/^'(.*)'$/, '$1'));

function holdsTwo(text: string): boolean {
  const first = text.indexOf('@');
  if (text.length > MAX_MAILBOX || text.indexOf('@', first + 1) < 0) return false;
  return new Set(addressesIn(text).map((one) => one.toLowerCase())).size > 1;
}
