import { parseAddress } from '../address/parse-address';
import type { Header } from './header';

/** Fewer lines that look like rows may be somebody's text. */
const SURE = 2;

export interface Swallowed {
  /** Something looks like a row, if only a little. */
  readonly any: boolean;
  readonly surely: boolean;
  readonly maybe: boolean;
}

/**
 * Whether a quoted cell, with so many cells of its row after it, has taken in rows of its list, because a quotation mark stands where none may: lines that have the
 * list's delimiters, and an address where the address column is. One line alone is no proof; a whole row is suspicious.
 */
export function swallowedRows(
  cell: string,
  after: number,
  { columns, email }: Header,
  delimiters: readonly string[],
): Swallowed {
  // What stands before the first line break belongs to the row itself.
  const lines = cell.split(/\r\n|\r|\n/).slice(1);
  // Ours were put before the list's own columns later.
  const [width, at] = [columns.length, columns.indexOf(email)];
  const found = delimiters.map((delimiter) =>
    lines
      // The last line may go on behind the quotation mark.
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

/** Cells before or after the address may hold delimiters themselves. */
const isRow = (parts: readonly string[], width: number, at: number): boolean =>
  (parts.length > 1 || width === 1) && (isAddress(parts[at]) || isAddress(parts[parts.length - (width - at)]));

const isAddress = (part: string | undefined): boolean =>
  part?.includes('@') === true && 'address' in parseAddress(part.replace(/^\s*"|"\s*$/g, ''));
