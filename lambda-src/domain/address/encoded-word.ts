/** Bytes per encoded word. RFC 2047 allows 75 characters, 12 of which are delimiters; 45 bytes are 60 in base64. */
const BYTES = 45;

/**
 * Encodes a non-ASCII name for a header (RFC 2047). A library would bring every charset, three times the handler's
 * size.
 */
export function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words.map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join(' ');
}
