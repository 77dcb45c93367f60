import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ListEncodingName } from '../../../src/private/contract';
import type { Body } from '../ports';
import { judgeEncoding } from './encoding/encoding-evidence';
import { mayBeWorkbook, textKind } from './file-kinds';
import { type Learnt, type OpenBody, ReadAgain } from './read-again';
import { rejectList } from './rejections';
import { begins, chain, START_BYTES, unpacked } from './unpack';

export interface DecodeOptions {
  /** Encoding set by the owner. A byte order mark overrides it. */
  readonly encoding?: ListEncodingName;
  /** Whether the encoding was detected from the bytes instead of set by the owner. */
  readonly encodingByBytes?: boolean;
  /** Maximum size, decompressed. */
  readonly maxBytes?: number;
  /** Detects the encoding of bytes that are not UTF-8. */
  readonly judge?: (open: OpenBody, line: number) => Promise<Learnt>;
}

/** A list's text as UTF-8, with its original encoding. */
export interface DecodedText {
  /** SHA-256 of the decompressed bytes; absent until all are read. */
  content?: string;
  /** Decompressed bytes read so far. */
  size: number;
  encoding: ListEncodingName;
  /** Whether the encoding was detected from the bytes instead of set. */
  readonly guessed: boolean;
  /** Set after the first chunk: the chunks are the bytes of a possible workbook, not text. */
  isWorkbook?: boolean;
  readonly chunks: AsyncGenerator<Buffer>;
}

/** Decodes a list to UTF-8. Rejects binary files and invalid text while its chunks are read. */
export function decodeText(body: Body, options: DecodeOptions = {}): DecodedText {
  const { encoding, encodingByBytes: guessed = false } = options;
  const text: DecodedText = { size: 0, encoding: encoding ?? 'utf-8', guessed, chunks: chunks() };
  return text;

  async function* chunks(): AsyncGenerator<Buffer> {
    const source = digested(unpacked(body, options.maxBytes), text);
    const { value: first } = await source.next();
    const start = first ?? Buffer.alloc(0);
    if (mayBeWorkbook(start)) {
      text.isWorkbook = true;
      yield* chain(start, source);
      return;
    }
    const wide = utf16(start);
    const marked = begins(start, [0xef, 0xbb, 0xbf]);
    if (wide) text.encoding = wide;
    else if (marked) text.encoding = 'utf-8';
    const all = chain(start, source);
    const decoded = text.encoding.startsWith('utf-16')
      ? utf16Text(all, text.encoding)
      : text.encoding === 'utf-8'
        ? utf8(all, encoding === undefined && !marked ? (options.judge ?? judgeEncoding) : undefined)
        : legacy(all, text.encoding);
    yield* rejectBinary(decoded);
  }
}

/** Rejects other text formats by their beginning. */
async function* rejectBinary(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    const found = first && textKind(chunk.subarray(0, START_BYTES).toString());
    if (found) throw rejectList('MM311', found.kind, found.todo);
    first = false;
    yield chunk;
  }
}

/** Returns the digest of a list's content, which is the same for a file and its GZIP version. */
export async function contentOf(body: Body): Promise<string> {
  const text: Digested = { size: 0 };
  for await (const _ of digested(unpacked(body), text));
  return text.content!;
}

type Digested = Pick<DecodedText, 'content' | 'size'>;

async function* digested(source: AsyncIterable<Buffer>, text: Digested): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of source) {
    hash.update(chunk);
    text.size += chunk.length;
    yield chunk;
  }
  text.content = hash.digest('base64url');
}

/** Passes UTF-8 through. Strict, because a wrong guess would garble names. */
async function* utf8(source: AsyncGenerator<Buffer>, judge: DecodeOptions['judge']): AsyncGenerator<Buffer> {
  const lines = new Lines();
  let rest: Buffer = Buffer.alloc(0);
  const strictly8 = (bytes: Buffer): void => {
    if (isUtf8(bytes)) return;
    const line = lineOfFault(bytes, 'utf-8', lines);
    throw judge ? new ReadAgain((open) => judge(open, line)) : rejectList('MM309', 'UTF-8', line);
  };
  for await (const chunk of source) {
    let bytes = chunk;
    if (bytes.includes(0)) throw rejectList('MM310');
    // ISO-2022-JP uses only ASCII bytes; an escape sequence starts its letters.
    if (judge && bytes.includes(ESCAPE)) throw new ReadAgain((open) => judge(open, lines.after('')));
    if (rest.length > 0 || !isAscii(bytes)) {
      const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
      const end = wholeUtf8(all);
      bytes = all.subarray(0, end);
      rest = all.subarray(end);
      strictly8(bytes);
    }
    lines.pass(bytes);
    if (bytes.length > 0) yield bytes;
  }
  strictly8(rest);
}

const ESCAPE = '\x1b$';

/** Decodes strictly. Rejects the list with the line of the first invalid bytes. */
function strictly(bytes: Buffer, encoding: ListEncodingName, lines: Lines): string {
  try {
    // Keep a byte order mark for the parser.
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw rejectList('MM309', encoding.toUpperCase(), lineOfFault(bytes, encoding, lines));
  }
}

function lineOfFault(bytes: Buffer, encoding: ListEncodingName, lines: Lines): number {
  const [before] = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes).split('\uFFFD', 1);
  return lines.after(before!);
}

/** Returns how many of the bytes form complete characters. */
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

/** Returns how many of the bytes form complete UTF-16 characters, including surrogate pairs. */
function wholeUtf16(bytes: Buffer, encoding: ListEncodingName): number {
  const even = bytes.length - (bytes.length % 2);
  if (even === 0) return 0;
  const high = bytes[even - (encoding === 'utf-16le' ? 1 : 2)]!;
  return high >= 0xd8 && high < 0xdc ? even - 2 : even;
}

/** Bytes undefined in Windows-1252, which TextDecoder decodes as control characters. */
const CONTROL = /[\x80-\x9f]/;

/** Decodes encodings other than Unicode. Rejects text that is UTF-8, because it would be garbled. */
async function* legacy(source: AsyncIterable<Buffer>, encoding: ListEncodingName): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const lines = new Lines();
  const unicode = new Utf8Watch();
  const decode = (bytes?: Buffer): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw rejectList('MM309', encoding.toUpperCase(), lines.after(''));
    }
  };
  for await (const bytes of source) {
    if (bytes.includes(0)) throw rejectList('MM310');
    unicode.pass(bytes);
    const text = decode(bytes);
    const wrong = CONTROL.exec(text);
    if (wrong) throw rejectList('MM309', encoding.toUpperCase(), lines.after(text.slice(0, wrong.index)));
    const plain = Buffer.from(text);
    lines.pass(plain);
    if (plain.length > 0) yield plain;
  }
  decode();
  if (unicode.found) throw rejectList('MM345', encoding);
}

/** Detects whether all bytes outside ASCII are valid UTF-8. */
class Utf8Watch {
  private rest: Buffer = Buffer.alloc(0);
  private outside = false;
  private wrong = false;

  pass(bytes: Buffer): void {
    if (this.wrong || (this.rest.length === 0 && isAscii(bytes))) return;
    const all = Buffer.concat([this.rest, bytes]);
    const end = wholeUtf8(all);
    this.rest = all.subarray(end);
    this.outside = true;
    this.wrong = !isUtf8(all.subarray(0, end));
  }

  get found(): boolean {
    return this.outside && !this.wrong && this.rest.length === 0;
  }
}

async function* utf16Text(source: AsyncIterable<Buffer>, encoding: ListEncodingName): AsyncGenerator<Buffer> {
  const lines = new Lines();
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of source) {
    const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
    const end = wholeUtf16(all, encoding);
    rest = all.subarray(end);
    const text = strictly(all.subarray(0, end), encoding, lines);
    if (text.includes('\0')) throw rejectList('MM310');
    const utf8 = Buffer.from(text);
    lines.pass(utf8);
    if (utf8.length > 0) yield utf8;
  }
  strictly(rest, encoding, lines);
}

/** Detects UTF-16 by its byte order mark, or by the NULs of ASCII text: all on one side of each pair. */
function utf16(start: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (begins(start, [0xff, 0xfe])) return 'utf-16le';
  if (begins(start, [0xfe, 0xff])) return 'utf-16be';
  const head = start.subarray(0, START_BYTES);
  const nuls = [0, 0];
  head.forEach((byte, at) => {
    if (byte === 0) nuls[at % 2]! += 1;
  });
  const [even, odd] = nuls as [number, number];
  const enough = head.length / 8;
  if (odd > 0 && even === 0 && odd >= enough) return 'utf-16le';
  if (even > 0 && odd === 0 && even >= enough) return 'utf-16be';
  return undefined;
}

const LF = 10;
const CR = 13;

/** Counts lines as an editor does, for every kind of line break and across chunks. */
class Lines {
  private breaks = 0;
  private afterCr = false;

  pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.afterCr && bytes[0] === LF) this.breaks--;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) this.breaks++;
    for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1)) if (bytes[at + 1] !== LF) this.breaks++;
    this.afterCr = bytes.at(-1) === CR;
  }

  /** Returns the line number at the end of this text, which follows the bytes passed so far. */
  after(text: string): number {
    const joined = this.afterCr && text.startsWith('\n') ? 1 : 0;
    return this.breaks - joined + text.split(/\r\n|\r|\n/).length;
  }
}
