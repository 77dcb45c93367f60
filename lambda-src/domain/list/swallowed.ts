import { parseAddress } from '../address/parse-address';
import type { Header } from './header';

/** Fewer lines that look like rows may be somebody's text. */
const SURE = 2;

export interface Swallowed {
  /** At least one line looks like a row. */
  readonly any: boolean;
  /** Several lines are rows. */
  readonly surely: boolean;
  /** One line is a whole row. */
  readonly maybe: boolean;
}

/** A cell with line breaks, and where it stands among the list's own columns. */
export interface Cell {
  readonly text: string;
  /** Cells before and after it in its row. */
  readonly before: number;
  readonly after: number;
}

/**
 * Checks whether a quoted cell contains rows of its list because of a misplaced quotation mark. Such a line has the
 * list's delimiters and an address in the address column. One such line is not proof; one with exactly the list's
 * columns is suspicious. If rows may have too few cells (`short`), any such line is suspicious, and so is a line that is
 * only an address.
 */
export function swallowedRows(
  cell: Cell,
  { columns, email }: Header,
  delimiters: readonly string[],
  short = false,
): Swallowed {
  const [width, at] = [columns.length, columns.indexOf(email)];
  const lines = cell.text.split(LINE_BREAK);
  const found = delimiters.map((delimiter) =>
    partsOf(lines, cell, delimiter)
      // An address in the first line is the row's own, unless the address column comes later in the row.
      .filter(({ begins }, i) => i > 0 || begins < at)
      .filter((line) => isRow(line, width, at)),
  );
  const any = found.some((rows) => rows.length > 0);
  const alone = short && lines.slice(1).some(isAddress);
  return {
    any: any || alone,
    surely: found.some((rows) => rows.length >= SURE),
    maybe: alone || (short && any) || (width > 1 && found.some((rows) => rows.some((line) => isWhole(line, width)))),
  };
}

interface Line {
  readonly parts: readonly string[];
  /** Cells of the row before the parts, which only the first line has, and after them, which only the last may have. */
  readonly begins: number;
  readonly more: number;
}

const LINE_BREAK = /\r\n|\r|\n/;

function partsOf(lines: readonly string[], { before, after }: Cell, delimiter: string): Line[] {
  return lines.map((line, i, { length }) => ({
    parts: line.split(delimiter),
    begins: i === 0 ? before : 0,
    more: i === length - 1 ? after : 0,
  }));
}

/** How many cells the line has, without and with those that follow the quotation mark. */
const lengthsOf = ({ parts, begins, more }: Line): number[] => [begins + parts.length, begins + parts.length + more];

const isWhole = (line: Line, width: number): boolean => lengthsOf(line).includes(width);

/** Cells before or after the address may hold delimiters themselves. */
const isRow = (line: Line, width: number, at: number): boolean =>
  (line.parts.length > 1 || width === 1) &&
  [at, ...lengthsOf(line).map((length) => length - (width - at))].some((where) =>
    isAddress(line.parts[where - line.begins]),
  );

const isAddress = (part: string | undefined): boolean =>
  part?.includes('@') === true && 'address' in parseAddress(part.replace(/^\s*"|"\s*$/g, ''));
