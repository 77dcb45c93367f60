import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { RESERVED_COLUMNS } from '../../src/private/contract';
import { unguarded } from './csv';
import { campaignColumn, findDialect, type Header, parseHeader, reservedColumn } from './header';
import { chain, type PlainText, plainText, type TextOptions } from './plain-text';
import type { Body } from './ports';
import { refused } from './refusals';
import { trimCell } from './trim';

/** How much is read before the delimiter is decided. */
const HEAD_BYTES = 1 << 16;
/** An unclosed quotation mark would otherwise take the whole list into memory. */
const MAX_ROW_BYTES = 1 << 20;
/** What Google Sheets holds in a cell; Excel holds 32,767. Longer ones have swallowed other rows. */
const MAX_CELL = 50_000;
/** What an Excel sheet holds. Nobody's list has as many, and packed they are a few kilobytes that keep a function busy. */
const MAX_BLANK = 1_048_576;

export interface List {
  readonly header: Header;
  readonly delimiter: string;
  /** Known for good when the rows are read. */
  readonly text: Pick<PlainText, 'encoding' | 'guessed' | 'content'>;
  readonly rows: AsyncIterable<Row>;
}

export interface ListOptions extends TextOptions {
  readonly emailColumn?: string;
  readonly delimiter?: string;
  /** Where no more is wanted than how it begins. */
  readonly maxBlank?: number;
}

export interface Row {
  /** 1 for the first row after the header; empty lines do not count. */
  readonly row: number;
  /** Where it begins, as an editor counts lines. */
  readonly line: number;
  /** As they were; empty ones beyond the last column left out. */
  readonly cells: readonly string[];
  readonly malformed?: 'MM401' | 'MM402';
}

/** Reads a recipient list as a stream. Refuses it where it is no CSV file with an address column. */
export async function readList(body: Body, options: ListOptions = {}): Promise<List> {
  const { emailColumn } = options;
  const text = plainText(body, options);
  const { chunks } = text;
  const head = await take(chunks, HEAD_BYTES);
  const { delimiter, named } = findDialect(head.toString('utf8'), emailColumn, options.delimiter);
  const records = readRecords(chain(head, chunks), delimiter);
  const blank = new BlankLines(options.maxBlank);
  if (named) await records.next();
  for (;;) {
    const { done, value } = await records.next();
    if (done) throw refused('MM307');
    if (blank.is(value.cells)) continue;
    checkCells(value);
    const first = parseHeader(value.cells, emailColumn);
    // In a file of ours the cells are guarded against spreadsheets.
    const ours = campaignColumn(first) !== undefined;
    const header = ours ? parseHeader(value.cells.map(unguarded), emailColumn) : first;
    return { header, delimiter, text, rows: readRows(records, header, { ours, blank }) };
  }
}

async function* readRows(
  records: AsyncIterable<RawRecord>,
  header: Header,
  { ours, blank }: { readonly ours: boolean; readonly blank: BlankLines },
): AsyncGenerator<Row> {
  const { width, columns } = header;
  const code = ours ? reservedColumn(header, RESERVED_COLUMNS.code)?.index : undefined;
  const last = columns.at(-1)!.index;
  let row = 0;
  for await (const record of records) {
    const { line, cells } = record;
    if (blank.is(cells)) continue;
    checkCells(record);
    while (cells.length > width && trimCell(cells.at(-1)!) === '') cells.pop();
    let malformed: Row['malformed'] = cells.length < width ? 'MM401' : cells.length > width ? 'MM402' : undefined;
    // A spreadsheet fills a short row up when it saves, and nobody has looked at it by that.
    if (!malformed && code !== undefined && trimCell(cells[code]!) === 'MM401' && trimCell(cells[last]!) === '')
      malformed = 'MM401';
    yield { row: ++row, line, cells: ours ? cells.map(unguarded) : cells, malformed };
  }
}

function checkCells({ line, cells }: RawRecord): void {
  const at = cells.findIndex((cell) => cell.length > MAX_CELL);
  if (at >= 0) throw refused('MM326', line, at + 1, MAX_CELL);
}

interface RawRecord {
  readonly line: number;
  readonly cells: string[];
}

/** Every record, blank ones too: each ends in one line break, so the lines are known without the parser's count. */
async function* readRecords(source: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<RawRecord> {
  let line = 1;
  // Counted as they are parsed: the stream drops those that wait in it when a later one is malformed.
  const numbered = (cells: string[]): RawRecord => {
    const record = { line, cells };
    line += cells.reduce((breaks, cell) => breaks + lineBreaks(cell), 1);
    return record;
  };
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: MAX_ROW_BYTES,
    // `"Ann", "Bo"`: white space outside quotation marks is nobody's data.
    trim: true,
    // Its type expects rows to stay arrays unless columns are named.
    on_record: numbered as never,
  });
  // The parser is destroyed with the source's error, which the loop below then throws.
  pipeline(Readable.from(source, { objectMode: false }), parser, () => {});
  try {
    yield* parser as AsyncIterable<RawRecord>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw error.code === 'CSV_MAX_RECORD_SIZE' ? refused('MM313', line, MAX_ROW_BYTES) : refused('MM312', line);
  }
}

function lineBreaks(cell: string): number {
  return /[\r\n]/.test(cell) ? cell.split(/\r\n|\r|\n/).length - 1 : 0;
}

class BlankLines {
  private count = 0;

  constructor(private readonly most = MAX_BLANK) {}

  is(cells: readonly string[]): boolean {
    if (!cells.every((cell) => trimCell(cell) === '')) return false;
    this.count += 1;
    if (this.count > this.most) throw refused('MM339', this.most);
    return true;
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
