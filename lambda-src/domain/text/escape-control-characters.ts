/** What ends a line, moves a cursor or turns the direction of a text: none of it is in a name that its owner means well with. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const asCode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text of others, such as the name of an object, on one line for people to read. */
export const escapeControlCharacters = (text: string): string => text.replace(UNSEEN, asCode);

/** For text of several lines: its line breaks and tabs stay. */
export const escapeControlCharactersInLines = (text: string): string =>
  text.replace(UNSEEN, (found) => (found === '\n' || found === '\t' ? found : asCode(found)));

/** A name as a command line takes it, whatever is in it: people copy it out of an alert. */
export const shellWord = (name: string): string =>
  /^[\p{L}\p{M}\p{N}_./@%+=:,][\p{L}\p{M}\p{N}_./@%+=:,-]*$/u.test(name)
    ? name
    : `'${escapeControlCharacters(name).replaceAll("'", `'\\''`)}'`;
