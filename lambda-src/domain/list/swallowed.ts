import { parseAddress } from '../address/parse-address';
import type { Header } from './header';

/** Minimum number of lines that look like rows; fewer may be a recipient's own text. */
const SURE = 2;

export interface Swallowed {
  /** At least one line looks like a row. */
  readonly any: boolean;
  readonly surely: boolean;
  readonly maybe: boolean;
}

/**
 * Checks whether a quoted cell contains rows of its list because of a misplaced quotation mark. Such a line has the
 * list's delimiters and an address in the address column. One such line is not proof; one with exactly the list's
 * columns is suspicious. `after` is the number of cells that follow in the cell's row.
 */
export function swallowedRows(
  cell: string,
  after: number,
  { columns, email }: Header,
  delimiters: readonly string[],
): Swallowed {
  // Text before the first line break belongs to the row itself.
  const lines = cell.split(/\r\n|\r|\n/).slice(1);
  // Columns written by this package were added before the list's own.
  const [width, at] = [columns.length, columns.indexOf(email)];
  const found = delimiters.map((delimiter) =>
    lines
      // The cells after the closing quotation mark may continue the last line.
      .map((line, i) => ({ parts: line.split(delimiter), more: i === lines.length - 1 ? after : 0 }))
      .filter(({ parts }) => isRow(parts, width, at)),
  );
  return {
    any: found.some((rows) => rows.length > 0),
    surely: found.some((rows) => rows.length >= SURE),
    maybe:
      width > 2 &&
      found.some((rows) => rows.some(({ parts: { length }, more }) => length === width || length + more === width)),
  };
}

/** Counts from both ends, because cells before or after the address may contain delimiters. */
const isRow = (parts: readonly string[], width: number, at: number): boolean =>
  (parts.length > 1 || width === 1) && (isAddress(parts[at]) || isAddress(parts[parts.length - (width - at)]));

const isAddress = (part: string | undefined): boolean =>
  part?.includes('@') === true && 'address' in parseAddress(part.replace(/^\s*"|"\s*$/g, ''));
