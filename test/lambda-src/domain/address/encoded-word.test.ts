import { encodedWords } from '../../../../lambda-src/domain/address/encoded-word';

/** As RFC 2047 reads them back: white space between two words is none. */
const decoded = (words: string): string =>
  words
    .split(' ')
    .map((word) => Buffer.from(/^=\?UTF-8\?B\?(.*)\?=$/.exec(word)![1]!, 'base64').toString())
    .join('');

test.each([
  ['one word', 'Bücher & mehr', 1],
  ['45 bytes, as many as a word holds', `ü${'x'.repeat(43)}`, 1],
  ['46 bytes', `ü${'x'.repeat(44)}`, 2],
  ['many words', 'Größenwahn und Überfluss '.repeat(9), 6],
  ['a character that the end of a word would split', `${'x'.repeat(44)}ü`, 2],
  ['characters of four bytes', '😀'.repeat(30), 3],
])('%s: each has at most 75 characters, and the name is read back as it was', (_what, name, words) => {
  const written = encodedWords(name);
  for (const word of written.split(' ')) {
    expect(word.length).toBeLessThanOrEqual(75);
    expect(word).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/=]+\?=$/);
    // No character is split between two words.
    expect(decoded(word)).not.toContain('\uFFFD');
  }
  expect(written.split(' ')).toHaveLength(words);
  expect(decoded(written)).toBe(name);
});
