import type { DecodeOptions } from '../decode-text';
import type { Learnt } from '../read-again';
import type { ListRejected } from '../rejections';
import { trimCell } from '../trim';

/** The rows of a list from its header on, whatever kind of file it is. */
export interface Table {
  readonly records: AsyncGenerator<RawRecord>;
  /** Of the files that are written of its rows. */
  readonly delimiter: string;
  /** What divides rows that a cell may have taken in. */
  readonly delimiters: readonly string[];
  /** The line that looks like the header, where the first one does not. */
  readonly hint?: number;
  /** Of a workbook, whose rows all have the same cells: those at the end that are empty are not written. */
  readonly sheet?: string;
  /** Of a workbook: rows that were excluded because they are hidden, so far. */
  readonly hiddenRows?: number;
  /** What becomes of a list of which a cell holds more than it may. */
  failure(rejection: ListRejected): Error;
}

export interface RawRecord {
  readonly line: number;
  readonly cells: string[];
  /** Line breaks inside cells. */
  readonly breaks: number;
  /** Of a workbook's cells of which nobody knows what they show: the number format, by column. */
  readonly unshown?: ReadonlyMap<number, string>;
}

export interface TableOptions extends DecodeOptions, Learnt {
  readonly emailColumn?: string;
  readonly delimiter?: string;
  /** Of a workbook: the sheet that is the list. */
  readonly sheet?: string;
  /** Of a workbook: whether rows that are hidden, by hand or by a filter, are rows of the list. */
  readonly hidden?: HiddenRows;
}

export type HiddenRows = 'include' | 'exclude';

export function lineBreaks(cell: string): number {
  return /[\r\n]/.test(cell) ? cell.split(/\r\n|\r|\n/).length - 1 : 0;
}

export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => trimCell(cell) === '');
