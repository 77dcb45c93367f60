import type { Body } from '../ports';
import { campaignColumn, codeColumn } from './columns';
import { unescapeFormula } from './csv';
import type { DecodedText } from './decode-text';
import { DELIMITERS } from './dialect';
import { type Header, headerOf } from './header';
import type { Quotes } from './read-again';
import { rejectList } from './rejections';
import { swallowedRows } from './swallowed';
import { openTable } from './table/open-table';
import { isBlank, lineBreaks, type RawRecord, type Table, type TableOptions } from './table/table';
import { trimCell } from './trim';

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
  /** Of a workbook. */
  readonly sheet?: string;
  /** Of a workbook: rows that were excluded because they are hidden, once all rows are read. */
  readonly hiddenRows?: number;
  readonly rows: AsyncIterable<Row>;
}

export interface ListOptions extends TableOptions {
  /** Where no more is wanted than how it begins. */
  readonly maxBlank?: number;
  /** Cells that look like rows of the list are a recipient's own text. */
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
  /** Of a workbook's cells of which nobody knows what they show: the number format, by column. */
  readonly unshown?: RawRecord['unshown'];
}

/** Reads a recipient list as a stream. Refuses it where it is no CSV file with an address column. */
export async function readList(body: Body, options: ListOptions = {}): Promise<List> {
  const { quotes = 'strict' } = options;
  const { table, text } = await openTable(body, options);
  const { records, delimiter, hint, sheet } = table;
  const blank = new BlankLines(options.maxBlank);
  for (;;) {
    const { done, value } = await records.next();
    if (done) throw rejectList('MM307');
    if (blank.is(value.cells)) continue;
    checkCells(value, table);
    const sample = await Sample.of(records);
    const rows = sample.records.map(({ cells }) => cells).filter((cells) => !isBlank(cells));
    const how = { ...options, rows, hint, delimiter };
    const first = headerOf(value.cells, how);
    // In a file of ours the cells are guarded against spreadsheets.
    const ours = campaignColumn(first) !== undefined;
    const header = ours ? headerOf(value.cells.map(unescapeFormula), how) : first;
    // A name of a column is no place for anything that looks like a row.
    if (value.breaks > 0 && !options.acceptRowsInCells) swallows(value, header, table, 'any');
    const short = sheet === undefined ? rows.filter((cells) => cells.length < header.width).length : 0;
    const shortRows = !ours && short > 0 && short * 100 >= HABIT_PERCENT * rows.length;
    const reader = { ...options, ours, blank, table, quotes, shortRows };
    return {
      ...{ header, delimiter, text, quotes, shortRows, sheet },
      get hiddenRows() {
        return table.hiddenRows;
      },
      rows: readRows(sample.all(), header, reader),
    };
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
  readonly table: Table;
  readonly shortRows: boolean;
}

async function* readRows(
  records: AsyncIterable<RawRecord>,
  header: Header,
  { ours, blank, table, shortRows, ...how }: Reader,
): AsyncGenerator<Row> {
  const { width, columns } = header;
  const code = ours ? codeColumn(header)?.index : undefined;
  const last = columns.at(-1)!.index;
  const isQuoted = how.firstFailure?.code === 'MM343' ? new Quoting().isQuoted : isAddressQuoted;
  let row = 0;
  for await (const record of records) {
    const { line, cells } = record;
    if (blank.is(cells)) continue;
    checkCells(record, table);
    while (cells.length > width && trimCell(cells.at(-1)!) === '') cells.pop();
    if (cells.length > width) throw rejectList('MM341', line, width);
    while (table.sheet !== undefined && cells.length < width) cells.push('');
    let malformed: Row['malformed'] = cells.length < width ? 'MM401' : undefined;
    // A spreadsheet fills up a short row when it saves; a row marked as short that still ends empty was not corrected.
    if (!malformed && code !== undefined && trimCell(cells[code]!) === 'MM401' && trimCell(cells[last]!) === '')
      malformed = 'MM401';
    // A file of ours may have been saved with another delimiter than its list has.
    const dividing = ours ? { ...table, delimiters: DELIMITERS } : table;
    if (record.breaks > 0 && !how.acceptRowsInCells && swallows(record, header, dividing)) malformed = 'MM414';
    if (how.quotes === 'literal' && isQuoted(cells, header)) throw how.firstFailure!;
    const fillable = (shortRows && malformed === 'MM401') || undefined;
    const { unshown } = record;
    yield { row: ++row, line, cells: ours ? cells.map(unescapeFormula) : cells, malformed, fillable, unshown };
  }
}

const isAddressQuoted = (cells: readonly string[], { email }: Header): boolean =>
  cells[email.index]?.startsWith('"') === true;

/** Of a list in which a quotation mark took in rows and was closed: whether its writer quotes other cells as well. */
class Quoting {
  private begun = 0;

  readonly isQuoted = (cells: readonly string[], header: Header): boolean => {
    this.begun += cells.filter((cell) => cell.startsWith('"')).length;
    const whole = cells.some((cell) => cell.length > 1 && cell.startsWith('"') && cell.endsWith('"'));
    // One is the mark that took in the rows.
    return whole || this.begun > 1 || isAddressQuoted(cells, header);
  };
}

/** Whether a cell holds what may be another row. Several are rows, and the list is rejected. */
function swallows(
  { line, cells }: RawRecord,
  header: Header,
  { delimiters, sheet, failure }: Table,
  sure: 'any' | 'surely' = 'surely',
): boolean {
  const { columns } = header;
  let begins = line;
  for (const [at, cell] of cells.entries()) {
    const breaks = lineBreaks(cell);
    if (breaks > 0) {
      const before = columns.filter(({ index }) => index < at).length;
      const of = { text: cell, before, after: cells.length - at - 1 };
      const found = swallowedRows(of, header, delimiters, cells.length < header.width);
      if (found[sure]) throw failure(rejectList('MM343', begins, sheet === undefined ? begins + breaks : begins));
      if (found.maybe) return true;
    }
    // All lines of a sheet's cell are in one row.
    if (sheet === undefined) begins += breaks;
  }
  return false;
}

function checkCells({ line, cells }: RawRecord, { failure }: Table): void {
  const at = cells.findIndex((cell) => cell.length > MAX_CELL);
  if (at >= 0) throw failure(rejectList('MM326', line, at + 1, MAX_CELL));
}

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
