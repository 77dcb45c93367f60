import { stringify } from 'csv-stringify/sync';

/** Excel reads a file as UTF-8 only if it starts with a byte order mark. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** Formats rows of a CSV file, in the list's own delimiter. */
export function csvLines(rows: readonly (readonly string[])[], delimiter = ','): string {
  const guarded = rows.map((cells) => cells.map(escapeFormula));
  return stringify(guarded, { delimiter, record_delimiter: '\r\n', quoted_match: /^\s|\s$|[\r\n]/ });
}

/**
 * The start of a cell that a spreadsheet runs as a formula. Some ignore leading white space, and East Asian ones accept
 * full-width characters. A cell that already has apostrophes before it gets another, so that one can be removed.
 */
const FORMULA_START = '(?:[\\t\\r\\n]|[\\s\\p{Cf}]*[=+\\-@\uff1d\uff0b\uff0d\uff20])';
const FORMULA = new RegExp(`^'*${FORMULA_START}`, 'u');
const ESCAPED_FORMULA = new RegExp(`^'+${FORMULA_START}`, 'u');

/** Escapes a cell for a CSV file written by this package. */
export const escapeFormula = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);

/** Restores a cell of a CSV file written by this package. */
export const unescapeFormula = (cell: string): string => (ESCAPED_FORMULA.test(cell) ? cell.slice(1) : cell);
