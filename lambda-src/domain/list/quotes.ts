import type { Options } from 'csv-parse';
import { type Learnt, type Quotes, ReadAgain } from './read-again';
import type { ListRejected } from './rejections';

/** `"Ann", "Bo"`: white space outside quotation marks is nobody's data. */
export const PARSER_OPTIONS: { readonly [quotes in Quotes]: Options } = {
  strict: { trim: true },
  backslash: { trim: true, escape: '\\' },
  // Where it trims the end, the parser takes no cell that begins with a quotation mark and goes on behind the second.
  relaxed: { ltrim: true, relax_quotes: true },
  literal: { trim: true, quote: null },
};

/** What a cell means whose quotation marks are text to the parser: white space behind them, or a writer who quotes every cell. */
export function relaxedCell(cell: string, everyCellIsQuoted: boolean): string {
  const text = cell.trimEnd();
  const around = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  return around && (everyCellIsQuoted || text !== cell) ? text.slice(1, -1) : text;
}

/** Programs that write these delimiters quote nothing. */
const UNQUOTED = new Set(['\t', '|']);

interface Failed extends Pick<Learnt, 'quotes' | 'firstFailure'> {
  readonly delimiter: string;
  /** The list has `\"` somewhere. */
  readonly backslashes: boolean;
  /** A quotation mark has taken in more than a cell; otherwise one stands where none may. */
  readonly swallowed: boolean;
}

/**
 * What becomes of a list whose quotation marks are wrong: it is read again by their next meaning, or refused by how it
 * failed first. A list with `\"` in it means that, and nothing else is tried.
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
