import { stringify } from 'csv-stringify/sync';

/** Excel takes a file for UTF-8 only by its byte order mark. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** Lines of a CSV file that we write, in its list's own delimiter. */
export function csvLines(rows: readonly (readonly string[])[], delimiter = ','): string {
  const guarded = rows.map((cells) => cells.map(escapeFormula));
  return stringify(guarded, { delimiter, record_delimiter: '\r\n', quoted_match: /^\s|\s$|[\r\n]/ });
}

/**
 * A spreadsheet runs a cell that begins so; some pass over white space, and East Asian ones know wide signs. One with
 * apostrophes before it gets one more, so that one can come off.
 */
const FORMULA_START = '(?:[\\t\\r\\n]|[\\s\\p{Cf}]*[=+\\-@\uff1d\uff0b\uff0d\uff20])';
const FORMULA = new RegExp(`^'*${FORMULA_START}`, 'u');
const ESCAPED_FORMULA = new RegExp(`^'+${FORMULA_START}`, 'u');

/** How we write a cell in our CSV files. */
export const escapeFormula = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);

/** The cell as it was, in a list that we wrote. */
export const unescapeFormula = (cell: string): string => (ESCAPED_FORMULA.test(cell) ? cell.slice(1) : cell);
