import { DELIMITERS, findHeaderRow } from '../dialect';
import { rejectList } from '../rejections';
import { type HiddenRows, isBlank, lineBreaks, type RawRecord, type Table, type TableOptions } from '../table/table';
import type { SheetRow } from './sheet';
import { openWorkbook } from './workbook';

/** A ZIP file is read by its directory, which is at its end: it stays in memory. */
const MAX_FILE = 64 * 2 ** 20;
/** Rows that are looked at for the header. */
const HEAD_ROWS = 100;

/** The rows of a workbook's sheet. */
export async function sheetTable(chunks: AsyncIterable<Buffer>, options: TableOptions): Promise<Table> {
  const { name, rows } = await openWorkbook(await whole(chunks), options);
  const records = shownRecords(rows, options.hidden);
  const head: RawRecord[] = [];
  while (head.length < HEAD_ROWS) {
    const { done, value } = await records.next();
    if (done) break;
    head.push(value);
  }
  const { at, hint } = findHeaderRow(
    head.filter(({ cells }) => !isBlank(cells)),
    options,
  );
  return {
    records: from(at === undefined ? head : head.slice(head.indexOf(at)), records),
    delimiter: ',',
    // It may have been made of any file.
    delimiters: DELIMITERS,
    hint,
    sheet: name,
    failure: (rejection) => rejection,
  };
}

async function* from(head: readonly RawRecord[], rest: AsyncGenerator<RawRecord>): AsyncGenerator<RawRecord> {
  yield* head;
  yield* rest;
}

async function whole(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_FILE) throw rejectList('MM356', `more than ${MAX_FILE} bytes`);
    all.push(chunk);
  }
  return Buffer.concat(all);
}

/** Rejects the list where somebody has hidden a row of it, and nobody says what that means. */
async function* shownRecords(rows: AsyncIterable<SheetRow>, hiddenRows?: HiddenRows): AsyncGenerator<RawRecord> {
  for await (const { line, cells, hidden, unshown } of rows) {
    if (hidden && !isBlank(cells)) {
      if (hiddenRows === undefined) throw rejectList('MM355', line);
      if (hiddenRows === 'exclude') continue;
    }
    yield { line, cells, breaks: cells.reduce((sum, cell) => sum + lineBreaks(cell), 0), unshown };
  }
}
