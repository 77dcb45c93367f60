import { stringify } from 'csv-stringify/sync';

/** Excel takes a file for UTF-8 only by its byte order mark. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** A line of a CSV file that we write, in its list's own delimiter. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  return stringify([cells as string[]], { delimiter, record_delimiter: '\r\n', quoted_match: /^\s|\s$|[\r\n]/ });
}

/** A spreadsheet runs a cell that begins so; in files that only people read it gets an apostrophe before it. */
export const harmless = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
