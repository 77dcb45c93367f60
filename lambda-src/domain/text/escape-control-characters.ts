/** Line ends, cursor control and direction marks, which could change the apparent meaning of an alert. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const asCode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Escapes untrusted text, such as an object's key, to show it on one line. */
export const escapeControlCharacters = (text: string): string => text.replace(UNSEEN, asCode);

/** Escapes text of several lines. Keeps line breaks and tabs. */
export const escapeControlCharactersInLines = (text: string): string =>
  text.replace(UNSEEN, (found) => (found === '\n' || found === '\t' ? found : asCode(found)));

/** Quotes a name for a shell, because people copy commands from alerts. */
export const shellWord = (name: string): string =>
  /^[\p{L}\p{M}\p{N}_./@%+=:,][\p{L}\p{M}\p{N}_./@%+=:,-]*$/u.test(name)
    ? name
    : `'${escapeControlCharacters(name).replaceAll("'", `'\\''`)}'`;
