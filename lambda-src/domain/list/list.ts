import type { Body } from '../ports';
import { campaignColumn, codeColumn } from './columns';
import { unescapeFormula } from './csv';
import type { DecodedText } from './decode-text';
import { DELIMITERS } from './dialect';
import { type Header, headerOf } from './header';
import { Quoting } from './quotes';
import type { Quotes } from './read-again';
import { rejectList } from './rejections';
import { swallowedRows } from './swallowed';
import { openTable } from './table/open-table';
import { isBlank, lineBreaks, type RawRecord, type Table, type TableOptions } from './table/table';
import { trimCell } from './trim';

/** Google Sheets' limit of characters per cell; Excel's is 32,767. A longer cell has swallowed other rows. */
const MAX_CELL = 50_000;
/** Rows of an Excel sheet. Compressed, this many blank lines take a few kilobytes but keep a function busy. */
const MAX_BLANK = 1_048_576;
/** Number of first rows kept to detect how the list was written. */
const SAMPLE_ROWS = 1000;
const SAMPLE_CHARACTERS = 4 << 20;
/** If at least 5% of rows are short, the writer leaves out empty cells at the end of rows. */
const HABIT_PERCENT = 5;

export interface List {
  readonly header: Header;
  readonly delimiter: string;
  /** Its encoding, content digest and size are final once all rows are read. */
  readonly text: Pick<DecodedText, 'encoding' | 'guessed' | 'content' | 'size'>;
  readonly quotes: Quotes;
  /** Whether the writer leaves out empty cells at the end of rows. */
  readonly shortRows: boolean;
  /** Sheet name; only for a workbook. */
  readonly sheet?: string;
  /** Number of hidden rows excluded, known once all rows are read. Only for a workbook. */
  readonly hiddenRows?: number;
  readonly rows: AsyncIterable<Row>;
}

export interface ListOptions extends TableOptions {
  /** Lower limit of blank lines, for a caller that reads only the beginning. */
  readonly maxBlank?: number;
  /** Accepts cells that look like rows of the list as a recipient's own text. */
  readonly acceptRowsInCells?: boolean;
  /** For a further part of a list: the first part, whose header it must have. */
  readonly like?: { readonly name: string; readonly header: Header };
}

export interface Row {
  /** Row number from 1, without the header and empty lines. */
  readonly row: number;
  /** Line on which the row begins, as an editor counts lines. */
  readonly line: number;
  /** Cells as written, without empty ones beyond the last column. */
  readonly cells: readonly string[];
  readonly malformed?: 'MM401' | 'MM414';
  /** Whether the row may lack only empty cells at its end, because its writer leaves those out. */
  readonly fillable?: boolean;
  /** Number of the list's part, from 1. Only for a list in parts. */
  readonly part?: number;
  /** Workbook cells whose displayed text is unknown: their number format, by column. */
  readonly unshown?: RawRecord['unshown'];
}

/** Reads a recipient list as a stream. Rejects it if it is not a CSV file or workbook with an address column. */
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
    // Files written by this package have their cells escaped against formulas.
    const ours = campaignColumn(first) !== undefined;
    const header = ours ? headerOf(value.cells.map(unescapeFormula), how) : first;
    // A column name must not contain anything that looks like a row.
    if (value.breaks > 0 && !options.acceptRowsInCells) swallows(value, header, table, { sure: 'any' });
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

/** The first records of a list, followed by all of them. */
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

  /** Yields all records. Throws the source's error at the same place. */
  async *all(): AsyncGenerator<RawRecord> {
    try {
      yield* this.records;
      if (this.failure) throw this.failure.error;
      yield* this.source;
    } finally {
      // Close the source if the reader stops early.
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
  const quoting = new Quoting(how.firstFailure);
  let row = 0;
  for await (const record of records) {
    const { line, cells } = record;
    if (blank.is(cells)) continue;
    checkCells(record, table);
    while (cells.length > width && trimCell(cells.at(-1)!) === '') cells.pop();
    if (cells.length > width) throw rejectList('MM341', line, width);
    while (table.sheet !== undefined && cells.length < width) cells.push('');
    let malformed: Row['malformed'] = cells.length < width ? 'MM401' : undefined;
    // A spreadsheet pads short rows when it saves. A row marked as short whose last cell is still empty was not
    // corrected.
    if (!malformed && code !== undefined && trimCell(cells[code]!) === 'MM401' && trimCell(cells[last]!) === '')
      malformed = 'MM401';
    // A file written by this package may have been saved with a delimiter other than the list's.
    const dividing = ours ? { ...table, delimiters: DELIMITERS } : table;
    if (record.breaks > 0 && !how.acceptRowsInCells && swallows(record, header, dividing, { shortRows }))
      malformed = 'MM414';
    if (how.quotes === 'literal' && quoting.shows(cells, header)) throw how.firstFailure!;
    const fillable = (shortRows && malformed === 'MM401') || undefined;
    const { unshown } = record;
    yield { row: ++row, line, cells: ours ? cells.map(unescapeFormula) : cells, malformed, fillable, unshown };
  }
}

/** Whether a cell contains what may be another row. Rejects the list if it contains several. */
function swallows(
  { line, cells }: RawRecord,
  header: Header,
  { delimiters, sheet, failure }: Table,
  { sure = 'surely', shortRows = false }: { readonly sure?: 'any' | 'surely'; readonly shortRows?: boolean },
): boolean {
  const { columns } = header;
  let begins = line;
  for (const [at, cell] of cells.entries()) {
    const breaks = lineBreaks(cell);
    if (breaks > 0) {
      const before = columns.filter(({ index }) => index < at).length;
      const of = { text: cell, before, after: cells.length - at - 1 };
      const found = swallowedRows(of, header, delimiters, shortRows || cells.length < header.width);
      if (found[sure]) throw failure(rejectList('MM343', begins, sheet === undefined ? begins + breaks : begins));
      if (found.maybe) return true;
    }
    // In a sheet, a cell's line breaks do not advance the row number.
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
