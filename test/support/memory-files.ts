import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Files, type Keys, ListGoneError, type Writer } from '../../lambda-src/domain/ports';
import { readLines } from '../../lambda-src/domain/run/jsonl';
import type { ListRef } from '../../src/private/contract';

export interface MemoryFiles extends Files {
  /** Everything but the lists, by key. */
  readonly objects: Map<string, string>;
  /** Uploads a list; `chunk` is how many bytes its stream gives at a time. */
  upload(key: string, body: string | Buffer, options?: UploadOptions): ListRef;
  remove(list: ListRef): void;
  readonly keys: Keys;
  json<T>(key: string): T;
  lines<T>(key: string): Promise<T[]>;
}

export interface UploadOptions {
  readonly metadata?: { readonly [name: string]: string };
  readonly chunk?: number;
  /** In milliseconds. */
  readonly modifiedAt?: number;
}

/** A bucket in memory. */
export function memoryFiles(bucket = 'bucket'): MemoryFiles {
  const objects = new Map<string, string>();
  const lists = new Map<string, UploadOptions & { readonly bytes: Buffer }>();
  /** By key: what was uploaded last. */
  const newest = new Map<string, ListRef>();

  const text = (key: string): string => {
    const found = objects.get(key);
    if (found === undefined) throw new Error(`no object ${key}; there are ${[...objects.keys()].join(', ')}`);
    return found;
  };
  const write = (key: string): Writer => {
    const chunks: string[] = [];
    let ended = false;
    return {
      async write(chunk) {
        if (ended) throw new Error(`${key}: written to after its end`);
        chunks.push(chunk);
      },
      async end() {
        ended = true;
        objects.set(key, chunks.join(''));
      },
      async abandon() {
        ended = true;
      },
    };
  };

  return {
    objects,
    upload(key, body, options = {}) {
      const bytes = Buffer.from(body as string);
      const etag = createHash('md5').update(bytes).digest('hex');
      lists.set(`${key} ${etag}`, { ...options, bytes });
      const list = { bucket, key, etag, size: bytes.length };
      newest.set(key, list);
      return list;
    },
    keys: async (prefix, most = 1000) =>
      [...objects.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .slice(0, most),
    remove({ key, etag }) {
      lists.delete(`${key} ${etag}`);
      if (newest.get(key)?.etag === etag) newest.delete(key);
    },
    json: (key) => JSON.parse(text(key)),
    lines: (key) => collect(readLines(inChunks(Buffer.from(text(key))))),

    async openList({ key, etag }) {
      const found = lists.get(`${key} ${etag}`);
      if (!found) throw new ListGoneError(key);
      return { body: inChunks(found.bytes, found.chunk), metadata: found.metadata ?? {} };
    },
    async find(key) {
      const found = newest.get(key);
      return found && { ...found, modifiedAt: lists.get(`${key} ${found.etag}`)!.modifiedAt ?? 0 };
    },
    async open(key) {
      const found = objects.get(key);
      return found === undefined ? undefined : inChunks(Buffer.from(found));
    },
    text: async (key) => objects.get(key),
    put: async (key, body) => void objects.set(key, body),
    async putIfAbsent(key, body) {
      if (objects.has(key)) return false;
      objects.set(key, body);
      return true;
    },
    write,
  };
}

/** The bytes as a stream that gives so many at a time. */
export function inChunks(bytes: Buffer, size = 1 << 16): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
    { objectMode: false, highWaterMark: size },
  );
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
