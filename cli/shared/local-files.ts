import { once } from 'node:events';
import { createReadStream, createWriteStream, rmSync, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Files, Writer } from '../../lambda-src/domain/ports';
import { LAYOUT, type SkippedRow } from '../../src/private/contract';

export interface LocalFiles extends Files {
  readonly size: number;
  /** The first rows that became no recipient. */
  readonly skipped: SkippedRow[];
  /** Of the template and of a workbook, as an upload's metadata would say it. */
  metadata: { readonly [name: string]: string };
  /** The list, for whoever reads no more than how it begins. */
  openHead: Files['openList'];
}

const SHOWN = 20;

/** The size of a file that can be read, and read again: a list is, by whoever looks how it begins. A pipe is none. */
export function sizeOf(file: string): number {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw Object.assign(new Error(), { code: 'it is no file' });
    return found.size;
  } catch (error) {
    throw new Error(`MM702: ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** A list on disk. Of what Plan writes, only what its owner wants to see is kept. */
export function localFiles(
  file: string,
  { invalid, onRead }: { invalid?: string; onRead(read: number, size: number): void },
): LocalFiles {
  const size = sizeOf(file);
  const skipped: SkippedRow[] = [];
  const nowhere: Writer = { write: async () => {}, end: async () => {}, abandon: async () => {} };
  const files: LocalFiles = {
    size,
    skipped,
    metadata: {},
    async openList() {
      const body = createReadStream(file, { highWaterMark: 1 << 18 });
      let read = 0;
      body.on('data', (chunk) => {
        read += chunk.length;
        onRead(read, size);
      });
      body.pause();
      return { body, metadata: files.metadata };
    },
    openHead: async () => ({ body: createReadStream(file), metadata: files.metadata }),
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
    // Whole lines: Plan's writer gathers them.
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
