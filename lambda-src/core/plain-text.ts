import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ListEncodingName } from '../../src/private/contract';
import type { Body } from './ports';
import { refused } from './refusals';

const BINARY: readonly { readonly starts: readonly number[]; readonly kind: string }[] = [
  { starts: [0x50, 0x4b, 0x03, 0x04], kind: 'a workbook (.xlsx, .ods, .numbers) or a ZIP file' },
  { starts: [0xd0, 0xcf, 0x11, 0xe0], kind: 'an old Excel workbook (.xls)' },
  { starts: [0x25, 0x50, 0x44, 0x46], kind: 'a PDF file' },
];
const SAVE_AS_CSV =
  'Upload it as CSV: in Excel by Save As, "CSV UTF-8 (Comma delimited)"; in Google Sheets by File, Download, "Comma Separated Values"; in Numbers by File, Export To, CSV';
const GZIP = [0x1f, 0x8b];

/** How many bytes tell what kind of file it is: UTF-16 without a byte order mark shows by its NULs. */
const START_BYTES = 512;

export interface TextOptions {
  /** What the owner says the bytes are; a byte order mark says it better. */
  readonly encoding?: ListEncodingName;
  /** Of the text, unpacked. */
  readonly maxBytes?: number;
}

/** The text of a list as UTF-8, and what it was; the guess may come late, with the first letter outside ASCII. */
export interface PlainText {
  /** SHA-256 of the bytes, unpacked; absent until all are read. */
  content?: string;
  encoding: ListEncodingName;
  /** Nobody said so: the bytes are no UTF-8, and Windows-1252 is what spreadsheets write else. */
  guessed: boolean;
  readonly chunks: AsyncGenerator<Buffer>;
}

export function plainText(body: Body, options: TextOptions = {}): PlainText {
  const text: PlainText = { encoding: options.encoding ?? 'utf-8', guessed: false, chunks: chunks() };
  return text;

  async function* chunks(): AsyncGenerator<Buffer> {
    const source = digested(unpacked(body, options.maxBytes ?? Number.POSITIVE_INFINITY), text);
    const { value: first } = await source.next();
    const start = first ?? Buffer.alloc(0);
    const wide = utf16(start);
    if (wide) text.encoding = wide;
    else if (begins(start, [0xef, 0xbb, 0xbf])) text.encoding = 'utf-8';
    const all = chain(start, source);
    if (text.encoding === 'windows-1252') yield* windows1252(all, new Lines());
    else if (text.encoding === 'utf-8') yield* utf8(all, text, options.encoding === undefined);
    else yield* decoded(all, text.encoding);
  }
}

/** The digest of a list's content, which is the same for a file and for the file packed. */
export async function contentOf(body: Body): Promise<string> {
  const text: Pick<PlainText, 'content'> = {};
  for await (const _ of digested(unpacked(body, Number.POSITIVE_INFINITY), text));
  return text.content!;
}

async function* digested(source: AsyncIterable<Buffer>, text: Pick<PlainText, 'content'>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
  text.content = hash.digest('base64url');
}

/** Strict, since a wrong guess would garble people's names. */
async function* utf8(source: AsyncGenerator<Buffer>, text: PlainText, mayGuess: boolean): AsyncGenerator<Buffer> {
  const lines = new Lines();
  let ascii = true;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    let bytes = chunk;
    if (bytes.includes(0)) throw refused('MM310');
    if (ascii && !isAscii(bytes)) {
      ascii = false;
      // The first letter outside ASCII decides; it takes up to four bytes.
      const at = bytes.findIndex((byte) => byte > 0x7f);
      while (bytes.length < at + 4) {
        const { done, value } = await source.next();
        if (done) break;
        bytes = Buffer.concat([bytes, value]);
      }
      if (bytes.includes(0)) throw refused('MM310');
      const bom = lines.none && begins(bytes, [0xef, 0xbb, 0xbf]);
      if (mayGuess && !bom && !beginsUtf8(bytes.subarray(at))) {
        text.encoding = 'windows-1252';
        text.guessed = true;
        yield* windows1252(chain(bytes, source), lines);
        return;
      }
    }
    if (!ascii) {
      const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
      const end = wholeUtf8(all);
      bytes = all.subarray(0, end);
      rest = all.subarray(end);
      strictly(bytes, 'utf-8', lines);
    }
    lines.pass(bytes);
    if (bytes.length > 0) yield bytes;
  }
  strictly(rest, 'utf-8', lines);
}

/** The text, or the line of what is none. */
function strictly(bytes: Buffer, encoding: ListEncodingName, lines: Lines): string {
  try {
    // A byte order mark is the parser's.
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const [before] = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes).split('\uFFFD', 1);
    throw refused('MM309', encoding.toUpperCase(), lines.after(before!));
  }
}

/** How many of the bytes are whole characters, as far as the end can tell. */
function wholeUtf8(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Likewise: pairs of bytes, and pairs of surrogates. */
function wholeUtf16(bytes: Buffer, encoding: ListEncodingName): number {
  const even = bytes.length - (bytes.length % 2);
  if (even === 0) return 0;
  const high = bytes[even - (encoding === 'utf-16le' ? 1 : 2)]!;
  return high >= 0xd8 && high < 0xdc ? even - 2 : even;
}

function beginsUtf8(bytes: Buffer): boolean {
  const length = bytes[0]! >= 0xf0 ? 4 : bytes[0]! >= 0xe0 ? 3 : 2;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length));
    return true;
  } catch {
    return false;
  }
}

/** Five bytes mean nothing in it; the decoder of the web lets them pass as control characters. */
const UNDEFINED_IN_1252 = /[\x81\x8d\x8f\x90\x9d]/;

async function* windows1252(source: AsyncIterable<Buffer>, lines: Lines): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('windows-1252');
  for await (const bytes of source) {
    if (bytes.includes(0)) throw refused('MM310');
    const text = decoder.decode(bytes, { stream: true });
    const wrong = UNDEFINED_IN_1252.exec(text);
    if (wrong) throw refused('MM309', 'UTF-8 or Windows-1252', lines.after(text.slice(0, wrong.index)));
    lines.pass(bytes);
    yield Buffer.from(text);
  }
}

async function* decoded(source: AsyncIterable<Buffer>, encoding: ListEncodingName): AsyncGenerator<Buffer> {
  const lines = new Lines();
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of source) {
    const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
    const end = wholeUtf16(all, encoding);
    rest = all.subarray(end);
    const text = strictly(all.subarray(0, end), encoding, lines);
    if (text.includes('\0')) throw refused('MM310');
    const utf8 = Buffer.from(text);
    lines.pass(utf8);
    if (utf8.length > 0) yield utf8;
  }
  strictly(rest, encoding, lines);
}

/** By the byte order mark, or by the NULs that ASCII has in it: all of them on one side of each pair. */
function utf16(start: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (begins(start, [0xff, 0xfe])) return 'utf-16le';
  if (begins(start, [0xfe, 0xff])) return 'utf-16be';
  const head = start.subarray(0, START_BYTES);
  const nuls = [0, 0];
  head.forEach((byte, at) => {
    if (byte === 0) nuls[at % 2]!++;
  });
  const [even, odd] = nuls as [number, number];
  const enough = head.length / 8;
  if (odd > 0 && even === 0 && odd >= enough) return 'utf-16le';
  if (even > 0 && odd === 0 && even >= enough) return 'utf-16be';
  return undefined;
}

/** The bytes, out of a GZIP file where they are in one; the first chunk tells other kinds of file. */
async function* unpacked(body: Body, maxBytes: number): AsyncGenerator<Buffer> {
  const packed = fromStart(body);
  const { value: start, done } = await packed.next();
  if (done) return;
  if (!begins(start, GZIP)) {
    known(start);
    yield* chain(start, packed);
    return;
  }
  const gunzip = createGunzip();
  // The unpacker is destroyed with the source's error, which the loop below then throws.
  pipeline(Readable.from(chain(start, packed)), gunzip, () => {});
  let size = 0;
  let first = true;
  try {
    for await (const chunk of fromStart(gunzip)) {
      size += chunk.length;
      if (size > maxBytes) throw refused('MM320', maxBytes);
      if (first) known(chunk);
      first = false;
      yield chunk;
    }
  } catch (error) {
    if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw refused('MM324');
    throw error;
  }
}

/** Chunks, the first of which is long enough to know other kinds of file by it. */
async function* fromStart(body: Body): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of body) {
    const bytes: Buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (!start) {
      yield bytes;
      continue;
    }
    start = Buffer.concat([start, bytes]);
    if (start.length < START_BYTES) continue;
    yield start;
    start = undefined;
  }
  if (start?.length) yield start;
}

function known(start: Buffer): void {
  const found = BINARY.find(({ starts }) => begins(start, starts));
  if (found) throw refused('MM311', found.kind, SAVE_AS_CSV);
  if (begins(start, GZIP)) throw refused('MM311', 'packed twice', 'Pack it once, or upload it as it is');
}

const begins = (bytes: Buffer, starts: readonly number[]): boolean => starts.every((byte, i) => bytes[i] === byte);

const LF = 10;
const CR = 13;

/** Counts lines as an editor does, whatever ends them and wherever the chunks break. */
class Lines {
  private breaks = 0;
  private afterCr = false;

  get none(): boolean {
    return this.breaks === 0;
  }

  pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.afterCr && bytes[0] === LF) this.breaks--;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) this.breaks++;
    for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1)) if (bytes[at + 1] !== LF) this.breaks++;
    this.afterCr = bytes.at(-1) === CR;
  }

  /** The number of the line on which this text ends, that comes after what has passed. */
  after(text: string): number {
    const joined = this.afterCr && text.startsWith('\n') ? 1 : 0;
    return this.breaks - joined + text.split(/\r\n|\r|\n/).length;
  }
}

/** What was taken from a source, and the rest of it. */
export async function* chain(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}
