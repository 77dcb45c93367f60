import type { Readable } from 'node:stream';
import { refused } from './refusals';

const BINARY: readonly { readonly starts: readonly number[]; readonly kind: string }[] = [
  { starts: [0x50, 0x4b, 0x03, 0x04], kind: 'an Excel workbook or a ZIP file' },
  { starts: [0xd0, 0xcf, 0x11, 0xe0], kind: 'an old Excel workbook' },
  { starts: [0x1f, 0x8b], kind: 'a GZIP file' },
  { starts: [0x25, 0x50, 0x44, 0x46], kind: 'a PDF file' },
  { starts: [0xff, 0xfe], kind: 'UTF-16 text' },
  { starts: [0xfe, 0xff], kind: 'UTF-16 text' },
];

const LONGEST = Math.max(...BINARY.map(({ starts }) => starts.length));

/** The bytes of a list as they come, once they are known to be UTF-8 text: a wrong guess would garble people's names. */
export async function* plainText(body: Readable): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let lines = 0;
  for await (const bytes of fromStart(body)) {
    if (bytes.includes(0)) throw refused('MM310');
    try {
      decoder.decode(bytes, { stream: true });
    } catch {
      const before = new TextDecoder().decode(bytes).split('\uFFFD', 1)[0]!;
      throw refused('MM309', lines + before.split('\n').length);
    }
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
    yield bytes;
  }
  try {
    decoder.decode();
  } catch {
    throw refused('MM309', lines + 1);
  }
}

/** The first chunk long enough to know other kinds of file by it. */
async function* fromStart(body: Readable): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of body) {
    const bytes: Buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (!start) {
      yield bytes;
      continue;
    }
    start = Buffer.concat([start, bytes]);
    if (start.length < LONGEST) continue;
    yield known(start);
    start = undefined;
  }
  if (start) yield known(start);
}

function known(start: Buffer): Buffer {
  const found = BINARY.find(({ starts }) => starts.every((byte, i) => start[i] === byte));
  if (found) throw refused('MM311', found.kind);
  return start;
}
