import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Body } from '../ports';
import { campaignColumn, codeColumn } from './columns';
import { unescapeFormula } from './csv';
import { type DecodedText, type DecodeOptions, decodeText } from './decode-text';
import { DELIMITERS, findDialect } from './dialect';
import { type Header, parseHeader } from './header';
import { afterFailure, PARSER_OPTIONS, relaxedCell } from './quotes';
import type { Learnt, Quotes } from './read-again';
import { rejectList } from './rejections';
import { swallowedRows } from './swallowed';
import { trimCell } from './trim';
import { chain } from './unpack';

/** How much is read before the delimiter is decided; more, up to the longest row, where the header is longer. */
const HEAD_BYTES = 1 << 16;
/** An unclosed quotation mark would otherwise take the whole list into memory. */
const MAX_ROW_BYTES = 1 << 20;
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
  readonly text: Pick<DecodedText, 'encoding' | 'guessed' | 'content'>;
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
}

export interface Row {
  /** 1 for the first row after the header; empty lines do not count. */
  readonly row: number;
  /** Where it begins, as an editor counts lines. */
  readonly line: number;
  /** As they were; empty ones beyond the last column left out. */
  readonly cells: readonly string[];
  readonly malformed?: 'MM401' | 'MM414';
}

/** Reads a recipient list as a stream. Refuses it where it is no CSV file with an address column. */
export async function readList(body: Body, options: ListOptions = {}): Promise<List> {
  const { emailColumn, quotes = 'strict' } = options;
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
    const first = parseHeader(value.cells, { emailColumn, rows, hint });
    // In a file of ours the cells are guarded against spreadsheets.
    const ours = campaignColumn(first) !== undefined;
    const header = ours ? parseHeader(value.cells.map(unescapeFormula), { emailColumn, rows, hint }) : first;
    // A name of a column is no place for anything that looks like a row.
    if (value.breaks > 0 && !options.acceptRowsInCells)
      swallows(value, header, [delimiter], { ...options, delimiter, sure: 'any' });
    const short = rows.filter((cells) => cells.length < header.width).length;
    const shortRows = !ours && short > 0 && short * 100 >= HABIT_PERCENT * rows.length;
    const reader = { ...options, ours, blank, delimiter, quotes };
    return { header, delimiter, text, quotes, shortRows, rows: readRows(sample.all(), header, reader) };
  }
}

/** What the first bytes show of how the rows are written. */
interface Begins {
  /** Of the header. */
  readonly line: number;
  readonly everyCellIsQuoted: boolean;
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
}

async function* readRows(
  records: AsyncIterable<RawRecord>,
  header: Header,
  { ours, blank, ...how }: Reader,
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
    yield { row: ++row, line, cells: ours ? cells.map(unescapeFormula) : cells, malformed };
  }
}

/** Whether a cell holds what may be another row. Several are rows, and the list is rejected. */
function swallows(
  { line, cells }: RawRecord,
  header: Header,
  delimiters: readonly string[],
  { sure = 'surely', ...how }: Omit<Reader, 'ours' | 'blank'> & { readonly sure?: 'any' | 'surely' },
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

interface RawRecord {
  readonly line: number;
  readonly cells: string[];
  /** Line breaks inside cells. */
  readonly breaks: number;
}

/** Every record, blank ones too: each ends in one line break, so the lines are known without the parser's count. */
async function* readRecords(
  source: AsyncIterable<Buffer>,
  delimiter: string,
  { quotes = 'strict', firstFailure, line: first, everyCellIsQuoted }: Learnt & Begins,
): AsyncGenerator<RawRecord> {
  let line = first;
  // Counted as they are parsed: the stream drops those that wait in it when a later one is malformed.
  const numbered = (parsed: string[]): RawRecord => {
    const cells = quotes === 'relaxed' ? parsed.map((cell) => relaxedCell(cell, everyCellIsQuoted)) : parsed;
    const breaks = cells.reduce((sum, cell) => sum + lineBreaks(cell), 0);
    const record = { line, cells, breaks };
    line += breaks + 1;
    return record;
  };
  const watched = new BackslashWatch();
  const parser = parse({
    ...PARSER_OPTIONS[quotes],
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: MAX_ROW_BYTES,
    // Its type expects rows to stay arrays unless columns are named.
    on_record: numbered as never,
  });
  // The parser is destroyed with the source's error, which the loop below then throws.
  pipeline(Readable.from(watched.pass(source), { objectMode: false }), parser, () => {});
  try {
    yield* parser as AsyncIterable<RawRecord>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const swallowed = error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED';
    const failure =
      error.code === 'CSV_MAX_RECORD_SIZE' ? rejectList('MM313', line, MAX_ROW_BYTES) : rejectList('MM312', line);
    throw afterFailure(failure, { quotes, firstFailure, delimiter, backslashes: watched.found, swallowed });
  }
}

/** Looks out for `\"`, by which other programs than spreadsheets write a quotation mark. */
class BackslashWatch {
  found = false;

  async *pass(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let last: number | undefined;
    for await (const chunk of source) {
      this.found ||= chunk.includes('\\"') || (last === 0x5c && chunk[0] === 0x22);
      last = chunk.at(-1);
      yield chunk;
    }
  }
}

function lineBreaks(cell: string): number {
  return /[\r\n]/.test(cell) ? cell.split(/\r\n|\r|\n/).length - 1 : 0;
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
