import { once } from 'node:events';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { manifestText, partsFolder } from '../../../lambda-src/domain/list/parts/manifest';
import type { Files, Writer } from '../../../lambda-src/domain/ports';
import { LAYOUT, type ListRef, type SkippedRow } from '../../../src/private/contract';
import { isInParts, type LocalList, listSize, sizeOf } from './local-list';

export interface LocalFiles extends Files {
  /** The list's object. */
  readonly ref: ListRef;
  /** The first rows without a recipient. */
  readonly skipped: SkippedRow[];
  /** The metadata of the upload. */
  metadata: { readonly [name: string]: string };
  /** Opens the list without counting the bytes as progress, to read its beginning. */
  openHead: Files['openList'];
}

const SHOWN = 20;
const BUCKET = 'local';

/** A list on disk as the files of a bucket. Of Plan's output it keeps the first skipped rows, and invalid.csv if wanted. */
export function localFiles(
  list: LocalList,
  { invalid, onRead }: { invalid?: string; onRead(read: number, size: number): void },
): LocalFiles {
  const size = listSize(list);
  const key = isInParts(list) ? list.name : resolve(list.name);
  const parts = list.files.map(({ path, name }) => ({
    path,
    key: isInParts(list) ? partsFolder({ key }) + name : key,
  }));
  const pathOf = (wanted: string) => parts.find((part) => part.key === wanted)?.path;
  const refOf = (of: string, path: string) => ({ bucket: BUCKET, key: of, etag: '', size: sizeOf(path) });
  const open = (wanted: string) => {
    const path = pathOf(wanted);
    if (path !== undefined) return createReadStream(path, { highWaterMark: 1 << 18 });
    return Readable.from([manifestText(parts.map((part) => refOf(part.key, part.path)))]);
  };
  /** Bytes read by file. Reading a file again starts at 0. */
  const reads = new Map<string, number>();
  const skipped: SkippedRow[] = [];
  const nowhere: Writer = { write: async () => {}, end: async () => {}, abandon: async () => {} };
  const files: LocalFiles = {
    ref: { bucket: BUCKET, key, etag: '', size },
    skipped,
    metadata: {},
    async openList({ key: wanted }) {
      const body = open(wanted);
      reads.set(wanted, 0);
      body.on('data', (chunk: string | Buffer) => {
        reads.set(wanted, reads.get(wanted)! + chunk.length);
        if (pathOf(wanted) !== undefined)
          onRead(
            [...reads.values()].reduce((sum, read) => sum + read, 0),
            size,
          );
      });
      body.pause();
      return { body, metadata: files.metadata };
    },
    openHead: async ({ key: wanted }) => ({ body: open(wanted), metadata: files.metadata }),
    async find(wanted) {
      const path = pathOf(wanted);
      return path === undefined ? undefined : { ...refOf(wanted, path), modifiedAt: 0 };
    },
    open: async () => undefined,
    text: async () => undefined,
    put: async () => {},
    putIfAbsent: async () => true,
    write(key) {
      if (key.endsWith(LAYOUT.skipped)) return keepFirst(skipped);
      return key.endsWith(LAYOUT.invalid) && invalid ? toFile(invalid) : nowhere;
    },
  };
  return files;
}

const keepFirst = (rows: SkippedRow[]): Writer => ({
  async write(chunk) {
    if (rows.length >= SHOWN) return;
    // A chunk holds whole lines: Plan's writer buffers them.
    for (const line of chunk.split('\n')) if (line !== '' && rows.length < SHOWN) rows.push(JSON.parse(line));
  },
  async end() {},
  async abandon() {
    rows.length = 0;
  },
});

function toFile(name: string): Writer {
  const stream = createWriteStream(name);
  const end = async () => {
    stream.end();
    await finished(stream);
  };
  return {
    async write(chunk) {
      if (!stream.write(chunk)) await once(stream, 'drain');
    },
    end,
    async abandon() {
      await end();
      rmSync(name);
    },
  };
}
