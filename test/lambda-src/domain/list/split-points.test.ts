import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import { readList } from '../../../../lambda-src/domain/list/list';
import { collect } from '../../../support/memory-files';

/** Past the bytes that are kept together at the start, and with everything in it that more than one byte writes. */
const PAST_START = 'x'.repeat(470);
const ROWS = [
  ['ann@example.org', PAST_START, ''],
  ['bo@example.org', 'Zoë "名" 😀\r\nand a line', ';,\t|'],
  ['cy@example.org', '""', '\n\r'],
  ['dee@example.org', ' ', 'é'],
];

const WAYS: { readonly [way: string]: (text: string) => Buffer } = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\uFEFF${text}`),
  'UTF-16, little end first': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16, big end first': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  GZIP: (text) => gzipSync(text),
};

const read = async (...chunks: readonly Buffer[]) => {
  const { rows } = await readList(Readable.from(chunks));
  return (await collect(rows)).map(({ cells }) => cells);
};

test.each([
  ['UTF-8', ',', '\n'],
  ['UTF-8 with a mark', ';', '\r\n'],
  ['UTF-16, little end first', '\t', '\r\n'],
  ['UTF-16, big end first', ';', '\r'],
  ['GZIP', '|', '\r'],
])(
  'what RFC 4180 writes comes back equal from two chunks that break anywhere: %s, %j, %j',
  async (way, delimiter, end) => {
    const text = stringify([['email', 'b', 'c'], ...ROWS], { delimiter, record_delimiter: end, quoted: true });
    const bytes = WAYS[way]!(text);
    for (let at = 0; at <= bytes.length; at++)
      expect([at, await read(bytes.subarray(0, at), bytes.subarray(at))]).toEqual([at, ROWS]);
  },
  60_000,
);
