import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Body } from '../ports';
import { binaryKind } from './file-kinds';
import { rejectList } from './rejections';

const GZIP = [0x1f, 0x8b];

/** Number of bytes that identify a file's kind. UTF-16 without a byte order mark is detected by its NULs. */
export const START_BYTES = 512;

/** Yields the bytes, decompressed if the file is GZIP. Rejects binary files other than workbooks by the first chunk. */
export async function* unpacked(body: Body, maxBytes = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
  const packed = fromStart(body);
  const { value: start, done } = await packed.next();
  if (done) return;
  if (!begins(start, GZIP)) {
    refuseBinary(start);
    yield* chain(start, packed);
    return;
  }
  const gunzip = createGunzip();
  // The pipeline destroys gunzip with the source's error, which the loop below throws.
  pipeline(Readable.from(chain(start, packed)), gunzip, () => {});
  let size = 0;
  let first = true;
  try {
    for await (const chunk of fromStart(gunzip)) {
      size += chunk.length;
      if (size > maxBytes) throw rejectList('MM320', maxBytes);
      if (first) refuseBinary(chunk);
      first = false;
      yield chunk;
    }
  } catch (error) {
    if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw rejectList('MM324');
    throw error;
  }
}

/** Yields chunks, the first of which is long enough to identify the kind of file. */
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

function refuseBinary(start: Buffer): void {
  const found = begins(start, GZIP)
    ? { kind: 'packed twice', todo: 'Pack it once, or upload it as it is' }
    : binaryKind(start);
  if (found) throw rejectList('MM311', found.kind, found.todo);
}

export const begins = (bytes: Buffer, starts: readonly number[]): boolean =>
  starts.every((byte, i) => bytes[i] === byte);

/** Yields the bytes already taken from a source, then the rest. */
export async function* chain(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}
