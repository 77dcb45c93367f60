import { domainToASCII, domainToUnicode } from 'node:url';

/** Ideographic full stops, which IDNA reads as dots (RFC 3490, section 3.1). */
const DOTS = /[\u3002\uFF0E\uFF61]/g;
const ASCII = /^[\x21-\x7e]+$/;

/**
 * Converts a domain to the ASCII form that mail servers and SES use: ASCII stays as written, other labels become
 * A-labels. Undefined if IDNA 2008 forbids a letter, or if more than case and ideographic dots would change. Node.js's
 * own function follows URL rules, which drop and fold characters; the check prevents a different domain.
 */
export function asciiDomain(domain: string): string | undefined {
  if (ASCII.test(domain)) return domain;
  if (![...domain].every(isItself)) return undefined;
  const plain = domain.normalize('NFC').toLowerCase().replace(DOTS, '.');
  if (!plain.split('.').every((label) => label !== '' && (ASCII.test(label) || isAllowed(label)))) return undefined;
  const ascii = domainToASCII(plain);
  return ascii !== '' && domainToUnicode(ascii) === plain ? ascii : undefined;
}

/** Whether a letter stays itself. IDNA disallows those that Unicode takes for another letter (the Kelvin sign) and those that are two in lower case (U+0130). */
const isItself = (letter: string): boolean =>
  letter.normalize('NFC') === letter && [...letter.toLowerCase()].length === 1;

/** Whether a label outside ASCII has only letters that RFC 5892 allows. UTS #46, and so tr46, also accepts symbols. */
export function isAllowed(label: string): boolean {
  const letters = [...label];
  return letters.every((letter, at) => {
    const context = CONTEXT[letter];
    if (context) return context(letters, at);
    return !DISALLOWED.test(letter) && (EXCEPTIONS.has(letter) || ALLOWED.test(letter));
  });
}

/** LetterDigits of RFC 5892, section 2.1, and the joiners, which tr46 checks. */
const ALLOWED = /^(?:[\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}-]|\u200c|\u200d)$/u;
/** PVALID by section 2.6. */
const EXCEPTIONS = new Set(['\u06fd', '\u06fe', '\u0f0b', '\u3007']);
/** Disallowed by section 2.6, as old Hangul letters (2.9) or as marks of symbols and music (2.4). */
const DISALLOWED =
  /^(?:\u0640|\u07fa|\u302e|\u302f|[\u3031-\u3035]|\u303b|[\u1100-\u11ff]|[\ua960-\ua97f]|[\ud7b0-\ud7ff]|[\u20d0-\u20ff]|[\u{1d100}-\u{1d24f}])$/u;

type Context = (letters: readonly string[], at: number) => boolean;
const someIn = (letters: readonly string[], wanted: RegExp): boolean => letters.some((one) => wanted.test(one));
const arabicDigit: Context = (letters) => !someIn(letters, /[\u06f0-\u06f9]/);
const extendedDigit: Context = (letters) => !someIn(letters, /[\u0660-\u0669]/);
const digits = (first: number, context: Context) =>
  Object.fromEntries(Array.from({ length: 10 }, (_, at) => [String.fromCodePoint(first + at), context]));

/** Letters that are allowed only in some contexts: RFC 5892, appendix A.3 to A.9. */
const CONTEXT: { readonly [letter: string]: Context } = {
  '\u00b7': (letters, at) => letters[at - 1] === 'l' && letters[at + 1] === 'l',
  '\u0375': (letters, at) => /\p{Script=Greek}/u.test(letters[at + 1] ?? ''),
  '\u05f3': (letters, at) => /\p{Script=Hebrew}/u.test(letters[at - 1] ?? ''),
  '\u05f4': (letters, at) => /\p{Script=Hebrew}/u.test(letters[at - 1] ?? ''),
  '\u30fb': (letters) => someIn(letters, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u),
  ...digits(0x660, arabicDigit),
  ...digits(0x6f0, extendedDigit),
};
