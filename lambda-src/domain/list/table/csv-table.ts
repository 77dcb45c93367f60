import { findDialect } from '../dialect';
import { afterFailure } from '../quotes';
import { chain } from '../unpack';
import { MAX_ROW_BYTES, readRecords } from './csv-records';
import { lineBreaks, type Table, type TableOptions } from './table';

/** Bytes read to find the delimiter. Increases up to the longest row if the header is longer. */
const HEAD_BYTES = 1 << 16;

/** Returns the rows of CSV text. */
export async function csvTable(chunks: AsyncGenerator<Buffer>, options: TableOptions): Promise<Table> {
  const { head, dialect, ...begins } = await begin(chunks, options);
  const { delimiter, hint } = dialect;
  const { quotes, firstFailure } = options;
  return {
    records: readRecords(chain(head, chunks), delimiter, { ...options, ...begins }),
    delimiter,
    delimiters: [delimiter],
    hint,
    failure: (rejection) =>
      afterFailure(rejection, { quotes, firstFailure, delimiter, backslashes: false, swallowed: true }),
  };
}

/** Finds the start of the table, its delimiter and its header. */
async function begin(chunks: AsyncGenerator<Buffer>, options: TableOptions) {
  let all: Buffer = Buffer.alloc(0);
  for (let size = HEAD_BYTES; ; size *= 4) {
    all = Buffer.concat([all, await take(chunks, size - all.length)]);
    // Use the same bytes whatever the chunks, so that every reader finds the same.
    const head = all.subarray(0, size).toString('utf8');
    const dialect = findDialect(head, options);
    if (!dialect.complete && all.length >= size && size <= MAX_ROW_BYTES) continue;
    const before = head.slice(0, dialect.skip);
    const everyCellIsQuoted = /^[\s\uFEFF]*"/.test(head.slice(dialect.skip));
    return { head: all.subarray(Buffer.byteLength(before)), dialect, line: 1 + lineBreaks(before), everyCellIsQuoted };
  }
}

async function take(chunks: AsyncIterator<Buffer>, bytes: number): Promise<Buffer> {
  const taken: Buffer[] = [];
  for (let size = 0; size < bytes; ) {
    const { done, value } = await chunks.next();
    if (done) break;
    taken.push(value);
    size += value.length;
  }
  return Buffer.concat(taken);
}
