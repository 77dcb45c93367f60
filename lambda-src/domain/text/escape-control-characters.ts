/** Characters that end a line, move the cursor or change the direction of text. They could make an alert say something else. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const asCode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text from outside, such as the key of an object, safe to show on one line. */
export const escapeControlCharacters = (text: string): string => text.replace(UNSEEN, asCode);

/** For text of several lines: its line breaks and tabs stay. */
export const escapeControlCharactersInLines = (text: string): string =>
  text.replace(UNSEEN, (found) => (found === '\n' || found === '\t' ? found : asCode(found)));

/** A name quoted for a shell: people copy commands out of alerts. */
export const shellWord = (name: string): string =>
  /^[\p{L}\p{M}\p{N}_./@%+=:,][\p{L}\p{M}\p{N}_./@%+=:,-]*$/u.test(name)
    ? name
    : `'${escapeControlCharacters(name).replaceAll("'", `'\\''`)}'`;
