import type { Body } from '../ports';
import { campaignColumn, codeColumn } from './columns';
import { unescapeFormula } from './csv';
import { type DecodedText, type DecodeOptions, decodeText } from './decode-text';
import { DELIMITERS, findDialect } from './dialect';
import { type Header, headerOf } from './header';
import { afterFailure } from './quotes';
import type { Learnt, Quotes } from './read-again';
import { lineBreaks, MAX_ROW_BYTES, type RawRecord, readRecords } from './records';
import { rejectList } from './rejections';
import { swallowedRows } from './swallowed';
import { trimCell } from './trim';
import { chain } from './unpack';

/** How much is read before the delimiter is decided; more, up to the longest row, where the header is longer. */
const HEAD_BYTES = 1 << 16;
/** What Google Sheets holds in a cell; Excel holds 32,767. Longer ones have swallowed other rows. */
const MAX_CELL = 50_000;
/** What an Excel sheet holds. Nobody's list has as many, and packed they are a few kilobytes that keep a function busy. */
const MAX_BLANK = 1_048_576;
/** The first rows show what a list's writer does; they are kept until that is known. */
const SAMPLE_ROWS = 1000;
const SAMPLE_CHARACTERS = 4 << 20;
/** A writer who leaves empty cells at the end of rows off does so in one row of twenty, or more. */
const HABIT_PERCENT = 5;

export interface List {
  readonly header: Header;
  readonly delimiter: string;
  /** Known for good when the rows are read. */
  readonly text: Pick<DecodedText, 'encoding' | 'guessed' | 'content' | 'size'>;
  readonly quotes: Quotes;
  /** Rows that end early are short of empty cells. */
  readonly shortRows: boolean;
  readonly rows: AsyncIterable<Row>;
}

export interface ListOptions extends DecodeOptions, Learnt {
  readonly emailColumn?: string;
  readonly delimiter?: string;
  /** Where no more is wanted than how it begins. */
  readonly maxBlank?: number;
  /** Cells that look like rows of the list are somebody's text. */
  readonly acceptRowsInCells?: boolean;
  /** Of a further part of a list: the first part, whose header it must have. */
  readonly like?: { readonly name: string; readonly header: Header };
}

export interface Row {
  /** 1 for the first row after the header; empty lines do not count. */
  readonly row: number;
  /** Where it begins, as an editor counts lines. */
  readonly line: number;
  /** As they were; empty ones beyond the last column left out. */
  readonly cells: readonly string[];
  readonly malformed?: 'MM401' | 'MM414';
  /** Its list leaves off empty cells at the end of rows, and so may this one. */
  readonly fillable?: boolean;
  /** Of a list in parts: 1 for the first. */
  readonly part?: number;
}

/** Reads a recipient list as a stream. Refuses it where it is no CSV file with an address column. */
export async function readList(body: Body, options: ListOptions = {}): Promise<List> {
  const { quotes = 'strict' } = options;
  const text = decodeText(body, options);
  const { head, dialect, ...begins } = await begin(text.chunks, options);
  const { delimiter, hint } = dialect;
  const records = readRecords(chain(head, text.chunks), delimiter, { ...options, ...begins });
  const blank = new BlankLines(options.maxBlank);
  for (;;) {
    const { done, value } = await records.next();
    if (done) throw rejectList('MM307');
    if (blank.is(value.cells)) continue;
    checkCells(value, { ...options, delimiter });
    const sample = await Sample.of(records);
    const rows = sample.records.map(({ cells }) => cells).filter((cells) => !isBlank(cells));
    const first = headerOf(value.cells, { ...options, rows, hint });
    // In a file of ours the cells are guarded against spreadsheets.
    const ours = campaignColumn(first) !== undefined;
    const header = ours ? headerOf(value.cells.map(unescapeFormula), { ...options, rows, hint }) : first;
    // A name of a column is no place for anything that looks like a row.
    if (value.breaks > 0 && !options.acceptRowsInCells)
      swallows(value, header, [delimiter], { ...options, delimiter, sure: 'any' });
    const short = rows.filter((cells) => cells.length < header.width).length;
    const shortRows = !ours && short > 0 && short * 100 >= HABIT_PERCENT * rows.length;
    const reader = { ...options, ours, blank, delimiter, quotes, shortRows };
    return { header, delimiter, text, quotes, shortRows, rows: readRows(sample.all(), header, reader) };
  }
}

/** Finds the table in a text, and where its header begins. */
async function begin(chunks: AsyncGenerator<Buffer>, options: ListOptions) {
  let all: Buffer = Buffer.alloc(0);
  for (let size = HEAD_BYTES; ; size *= 4) {
    all = Buffer.concat([all, await take(chunks, size - all.length)]);
    // The same bytes however the chunks break: every reader of a list must find the same.
    const head = all.subarray(0, size).toString('utf8');
    const dialect = findDialect(head, options);
    if (!dialect.complete && all.length >= size && size <= MAX_ROW_BYTES) continue;
    const before = head.slice(0, dialect.skip);
    const everyCellIsQuoted = /^[\s\uFEFF]*"/.test(head.slice(dialect.skip));
    return { head: all.subarray(Buffer.byteLength(before)), dialect, line: 1 + lineBreaks(before), everyCellIsQuoted };
  }
}

/** The first records of a list, and all of them after that. */
class Sample {
  static async of(source: AsyncGenerator<RawRecord>): Promise<Sample> {
    const records: RawRecord[] = [];
    let characters = 0;
    try {
      while (records.length < SAMPLE_ROWS && characters < SAMPLE_CHARACTERS) {
        const { done, value } = await source.next();
        if (done) break;
        records.push(value);
        characters += value.cells.reduce((sum, { length }) => sum + length, 0);
      }
    } catch (error) {
      return new Sample(records, source, { error });
    }
    return new Sample(records, source);
  }

  private constructor(
    readonly records: readonly RawRecord[],
    private readonly source: AsyncGenerator<RawRecord>,
    private readonly failure?: { readonly error: unknown },
  ) {}

  /** Fails where the list does. */
  async *all(): AsyncGenerator<RawRecord> {
    try {
      yield* this.records;
      if (this.failure) throw this.failure.error;
      yield* this.source;
    } finally {
      // Who stops reading early closes what is read from.
      await this.source.return(undefined);
    }
  }
}

interface Reader extends ListOptions {
  readonly ours: boolean;
  readonly blank: BlankLines;
  readonly delimiter: string;
  readonly shortRows: boolean;
}

async function* readRows(
  records: AsyncIterable<RawRecord>,
  header: Header,
  { ours, blank, shortRows, ...how }: Reader,
): AsyncGenerator<Row> {
  const { width, columns } = header;
  const code = ours ? codeColumn(header)?.index : undefined;
  const last = columns.at(-1)!.index;
  let row = 0;
  for await (const record of records) {
    const { line, cells } = record;
    if (blank.is(cells)) continue;
    checkCells(record, how);
    while (cells.length > width && trimCell(cells.at(-1)!) === '') cells.pop();
    if (cells.length > width) throw rejectList('MM341', line, width);
    let malformed: Row['malformed'] = cells.length < width ? 'MM401' : undefined;
    // A spreadsheet fills a short row up when it saves, and nobody has looked at it by that.
    if (!malformed && code !== undefined && trimCell(cells[code]!) === 'MM401' && trimCell(cells[last]!) === '')
      malformed = 'MM401';
    // A file of ours may have been saved with another delimiter than its list has.
    const delimiters = ours ? DELIMITERS : [how.delimiter];
    if (record.breaks > 0 && !how.acceptRowsInCells && swallows(record, header, delimiters, how)) malformed ??= 'MM414';
    if (how.quotes === 'literal' && cells[header.email.index]?.startsWith('"')) throw how.firstFailure!;
    const fillable = (shortRows && malformed === 'MM401') || undefined;
    yield { row: ++row, line, cells: ours ? cells.map(unescapeFormula) : cells, malformed, fillable };
  }
}

/** Whether a cell holds what may be another row. Several are rows, and the list is rejected. */
function swallows(
  { line, cells }: RawRecord,
  header: Header,
  delimiters: readonly string[],
  { sure = 'surely', ...how }: Omit<Reader, 'ours' | 'blank' | 'shortRows'> & { readonly sure?: 'any' | 'surely' },
): boolean {
  let begins = line;
  for (const cell of cells) {
    const breaks = lineBreaks(cell);
    if (breaks > 0) {
      const found = swallowedRows(cell, header, delimiters);
      if (found[sure])
        throw afterFailure(rejectList('MM343', begins, begins + breaks), {
          ...how,
          backslashes: false,
          swallowed: true,
        });
      if (found.maybe) return true;
    }
    begins += breaks;
  }
  return false;
}

function checkCells({ line, cells }: RawRecord, how: Learnt & { readonly delimiter: string }): void {
  const at = cells.findIndex((cell) => cell.length > MAX_CELL);
  if (at < 0) return;
  throw afterFailure(rejectList('MM326', line, at + 1, MAX_CELL), { ...how, backslashes: false, swallowed: true });
}

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => trimCell(cell) === '');

class BlankLines {
  private count = 0;

  constructor(private readonly most = MAX_BLANK) {}

  is(cells: readonly string[]): boolean {
    if (!isBlank(cells)) return false;
    this.count += 1;
    if (this.count > this.most) throw rejectList('MM339', this.most);
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
