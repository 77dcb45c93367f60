import { parse } from 'csv-parse/sync';
import { parseAddress } from '../address/parse-address';
import { columnsNamed, columnsOf } from './columns';
import { emailRank } from './email-column';
import { trimCell } from './trim';

export const DELIMITERS = [',', ';', '\t', '|'];

/** A line that tells Excel the delimiter, which some programs quote. */
const SEPARATOR_LINE = /^\uFEFF?("?)sep=([,;\t|])\1[,;\t|]*(?:\r\n|\r|\n)/i;

/** Maximum number of lines above the header, such as titles, notes or comments. */
const PREAMBLE_LINES = 20;
/** Number of rows below a line that must have addresses for it to be the header. */
const PROOF_ROWS = 3;

export interface Dialect {
  readonly delimiter: string;
  /** Characters before the header that are not part of the table. */
  readonly skip: number;
  /** The line that looks most like the header, if the first line does not. */
  readonly hint?: number;
  /** Whether the text contained the whole header. */
  readonly complete: boolean;
}

export interface DialectOptions {
  readonly emailColumn?: string;
  readonly delimiter?: string;
}

/** Finds the delimiter that best divides the header: first by an address column, then by the number of columns. */
export function findDialect(head: string, options: DialectOptions = {}): Dialect {
  const separator = SEPARATOR_LINE.exec(head);
  const skip = separator?.[0].length ?? 0;
  const said = options.delimiter ?? separator?.[2];
  const delimiters = said === undefined ? DELIMITERS : [said];
  const table = head.slice(skip);
  let best = { delimiter: delimiters[0]!, score: 0, complete: false };
  for (const delimiter of delimiters) {
    const { cells, complete } = firstRecord(table, delimiter);
    // A line of only other delimiters counts as blank.
    if (!cells.some((cell) => /[\p{L}\p{N}]/u.test(cell))) continue;
    const score = cells.length + (cells.some((cell) => mayBeEmail(cell, options.emailColumn)) ? 1e6 : 0);
    if (score > best.score) best = { delimiter, score, complete };
  }
  const { delimiter, score, complete } = best;
  if (score > 1e6) return { delimiter, skip, complete };
  return belowPreamble(table, skip, delimiters, options) ?? { delimiter, skip, complete };
}

const mayBeEmail = (cell: string, wanted: string | undefined): boolean =>
  wanted === undefined ? emailRank(cell) !== undefined : columnsNamed(columnsOf([cell]), wanted).length > 0;

const emailIndex = (cells: readonly string[], wanted: string | undefined): number =>
  wanted === undefined
    ? cells.findIndex((cell) => emailRank(cell) === 1)
    : (columnsNamed(columnsOf(cells), wanted)[0]?.index ?? -1);

/** Whether the rows below a line contain addresses, which shows that the line is the header. */
const areAddresses = (rows: readonly (readonly string[])[], at: number): boolean =>
  rows.length > 0 && rows.every((row) => 'address' in parseAddress(row[at] ?? ''));

/** Finds the header among a sheet's first non-blank rows, or at least the line that looks like it. */
export function findHeaderRow<R extends { readonly line: number; readonly cells: readonly string[] }>(
  rows: readonly R[],
  { emailColumn }: DialectOptions,
): { readonly at?: R; readonly hint?: number } {
  const [first] = rows;
  if (!first || first.cells.some((cell) => mayBeEmail(cell, emailColumn))) return { at: first };
  let hint: number | undefined;
  for (const [index, row] of rows.entries()) {
    if (row.line > PREAMBLE_LINES) break;
    const below = rows.slice(index + 1, index + 1 + PROOF_ROWS).map(({ cells }) => cells);
    const looks = looksLikeHeader(row.cells, below, emailColumn);
    if (looks === 'surely') return { at: row };
    if (looks) hint ??= row.line;
  }
  return { at: first, hint };
}

/** A usual name with addresses below it is the header. The name alone, or a less usual name with addresses, is a hint. */
function looksLikeHeader(
  cells: readonly string[],
  below: readonly (readonly string[])[],
  emailColumn: string | undefined,
): 'surely' | 'maybe' | undefined {
  const at = emailIndex(cells, emailColumn);
  if (at >= 0) return areAddresses(below, at) ? 'surely' : 'maybe';
  return cells.some((cell, index) => mayBeEmail(cell, emailColumn) && areAddresses(below, index)) ? 'maybe' : undefined;
}

/** Finds a header below other lines: an address column's usual name with addresses under it. */
function belowPreamble(
  table: string,
  skip: number,
  delimiters: readonly string[],
  { emailColumn }: DialectOptions,
): Dialect | undefined {
  let hint: Dialect | undefined;
  let line = 1 + (skip > 0 ? 1 : 0);
  for (const start of lineStarts(table)) {
    if (line > PREAMBLE_LINES) break;
    if (line > 1) {
      const rest = table.slice(start);
      for (const delimiter of delimiters) {
        const [header, ...rows] = records(rest, delimiter, 1 + PROOF_ROWS);
        const looks = looksLikeHeader(header ?? [], rows, emailColumn);
        if (looks === 'surely') return { delimiter, skip: skip + start, complete: true };
        if (looks) hint ??= { delimiter: delimiters[0]!, skip, hint: line, complete: true };
      }
    }
    line++;
  }
  return hint;
}

function* lineStarts(text: string): Generator<number> {
  yield 0;
  for (const found of text.matchAll(/\r\n|\r|\n/g)) yield found.index + found[0].length;
}

interface First {
  readonly cells: readonly string[];
  readonly complete: boolean;
}

function firstRecord(head: string, delimiter: string): First {
  const options = { ...LENIENT, delimiter, to: 1, info: true } as const;
  for (const relax_quotes of [false, true]) {
    try {
      const [first] = parse(head, { ...options, relax_quotes }) as unknown as {
        info: { bytes: number };
        record: string[];
      }[];
      if (!first) return { cells: [], complete: false };
      return { cells: first.record, complete: first.info.bytes < Buffer.byteLength(head) };
    } catch {
      // Not well-formed with this delimiter, or incomplete.
    }
  }
  return { cells: [], complete: false };
}

/** Returns the first rows if they are well-formed. */
function records(text: string, delimiter: string, count: number): string[][] {
  try {
    return parse(text.slice(0, MOST_OF_A_ROW * count), { ...LENIENT, delimiter, relax_quotes: true, to: count });
  } catch {
    return [];
  }
}

const MOST_OF_A_ROW = 1 << 14;

const LENIENT = {
  bom: true,
  trim: true,
  skip_records_with_empty_values: true,
  relax_column_count: true,
  record_delimiter: ['\r\n', '\n', '\r'],
};

/** Whether the first line of a file contains an address, and so is personal data. */
export const holdsAddress = (cells: readonly string[]): boolean => cells.some((cell) => trimCell(cell).includes('@'));
