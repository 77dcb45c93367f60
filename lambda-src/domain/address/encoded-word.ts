/** An encoded word has at most 75 characters, 12 of them its frame, and no character is split: 45 bytes are 60 in base64. */
const BYTES = 45;

/** A name outside ASCII as RFC 2047 writes it in a header. A library for it brings every charset there is, three times the handler. */
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
