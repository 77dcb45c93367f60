import type { Options } from 'csv-parse';
import type { Header } from './header';
import { type Learnt, type Quotes, ReadAgain } from './read-again';
import type { ListRejected } from './rejections';

/** White space outside quotation marks is not data, as in `"Ann", "Bo"`. */
export const PARSER_OPTIONS: { readonly [quotes in Quotes]: Options } = {
  strict: { trim: true },
  backslash: { trim: true, escape: '\\' },
  // With `rtrim`, the parser rejects a cell that begins with a quotation mark and continues after the second one.
  relaxed: { ltrim: true, relax_quotes: true },
  literal: { trim: true, quote: null },
};

/**
 * Removes enclosing quotation marks that the relaxed parser kept, if white space follows or the writer quotes every
 * cell.
 */
export function relaxedCell(cell: string, everyCellIsQuoted: boolean): string {
  const text = cell.trimEnd();
  const around = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  return around && (everyCellIsQuoted || text !== cell) ? text.slice(1, -1) : text;
}

/** Programs that write these delimiters do not quote. */
const UNQUOTED = new Set(['\t', '|']);

interface Failed extends Pick<Learnt, 'quotes' | 'firstFailure'> {
  readonly delimiter: string;
  /** Whether the list contains `\"`. */
  readonly backslashes: boolean;
  /** Whether a quotation mark swallowed more than a cell; otherwise one is misplaced. */
  readonly swallowed: boolean;
}

/**
 * Handles wrong quotation marks: reads the list again with the next way to parse them, or rejects it with its first
 * failure. A list that contains `\"` is read only with that as an escape.
 */
export function afterFailure(rejection: ListRejected, failed: Failed): Error {
  const firstFailure = failed.firstFailure ?? rejection;
  const quotes = next(failed);
  return quotes === undefined ? firstFailure : new ReadAgain(async () => ({ quotes, firstFailure }));
}

function next({ quotes = 'strict', delimiter, backslashes, swallowed }: Failed): Quotes | undefined {
  if (quotes === 'backslash' || quotes === 'literal') return undefined;
  if (quotes === 'strict' && backslashes) return 'backslash';
  if (UNQUOTED.has(delimiter) && (swallowed || quotes === 'relaxed')) return 'literal';
  return quotes === 'strict' && !swallowed ? 'relaxed' : undefined;
}

/** Detects, in a list whose quotation marks are read as text, that its writer quotes cells. */
export class Quoting {
  private begun = 0;

  /** `failure`: why the list was not read by RFC 4180. */
  constructor(private readonly failure: ListRejected | undefined) {}

  shows(cells: readonly string[], { email }: Header): boolean {
    if (begins(cells[email.index] ?? '')) return true;
    if (this.failure?.code !== 'MM343') return false;
    // One cell begins with the closed mark that took in the rows.
    this.begun += cells.filter(begins).length;
    return this.begun > 1 || cells.some((cell) => cell.length > 1 && begins(cell) && cell.endsWith('"'));
  }
}

const begins = (cell: string): boolean => cell.startsWith('"');
