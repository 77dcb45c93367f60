import type { DecodeOptions } from '../decode-text';
import type { Learnt } from '../read-again';
import type { ListRejected } from '../rejections';
import { trimCell } from '../trim';

/** The rows of a list from its header on, for every kind of file. */
export interface Table {
  readonly records: AsyncGenerator<RawRecord>;
  /** Delimiter for files written from these rows. */
  readonly delimiter: string;
  /** Delimiters that may divide rows inside a cell. */
  readonly delimiters: readonly string[];
  /** The line that looks like the header, if the first line does not. */
  readonly hint?: number;
  /** Sheet name; only for a workbook. Its rows omit empty cells at the end. */
  readonly sheet?: string;
  /** Number of hidden rows excluded so far. Only for a workbook. */
  readonly hiddenRows?: number;
  /** Returns the error for a list with a cell that contains more than it may. */
  failure(rejection: ListRejected): Error;
}

export interface RawRecord {
  readonly line: number;
  readonly cells: string[];
  /** Number of line breaks inside cells. */
  readonly breaks: number;
  /** Workbook cells whose displayed text is unknown: their number format, by column. */
  readonly unshown?: ReadonlyMap<number, string>;
}

export interface TableOptions extends DecodeOptions, Learnt {
  readonly emailColumn?: string;
  readonly delimiter?: string;
  /** The workbook's sheet that contains the list. */
  readonly sheet?: string;
  /** Whether hidden or filtered rows of a workbook belong to the list. */
  readonly hidden?: HiddenRows;
}

export type HiddenRows = 'include' | 'exclude';

/** Counts the line breaks in a cell. */
export function lineBreaks(cell: string): number {
  return /[\r\n]/.test(cell) ? cell.split(/\r\n|\r|\n/).length - 1 : 0;
}

export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => trimCell(cell) === '');
