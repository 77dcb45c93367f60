import { DELIMITERS, findHeaderRow } from '../dialect';
import { rejectList } from '../rejections';
import { type HiddenRows, isBlank, lineBreaks, type RawRecord, type Table, type TableOptions } from '../table/table';
import type { SheetRow } from './sheet';
import { openWorkbook } from './workbook';

/** Maximum bytes of a workbook. A ZIP file's directory is at its end, so the whole file stays in memory. */
const MAX_FILE = 64 * 2 ** 20;
/** Rows searched for the header. */
const HEAD_ROWS = 100;

/** Returns the rows of a workbook's sheet. */
export async function sheetTable(chunks: AsyncIterable<Buffer>, options: TableOptions): Promise<Table> {
  const { name, rows } = await openWorkbook(await whole(chunks), options);
  const shown = new ShownRecords(rows, options.hidden);
  const records = shown.read();
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
    // The sheet may have been made from a file with any delimiter.
    delimiters: DELIMITERS,
    hint,
    sheet: name,
    get hiddenRows() {
      return shown.hiddenRows;
    },
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

/** Excludes hidden rows, or rejects the list if it has some and no option says how to treat them. */
class ShownRecords {
  hiddenRows = 0;

  constructor(
    private readonly rows: AsyncIterable<SheetRow>,
    private readonly hidden?: HiddenRows,
  ) {}

  async *read(): AsyncGenerator<RawRecord> {
    for await (const { line, cells, hidden, unshown } of this.rows) {
      if (hidden && !isBlank(cells)) {
        if (this.hidden === undefined) throw rejectList('MM355', line);
        if (this.hidden === 'exclude') {
          this.hiddenRows += 1;
          continue;
        }
      }
      yield { line, cells, breaks: cells.reduce((sum, cell) => sum + lineBreaks(cell), 0), unshown };
    }
  }
}
