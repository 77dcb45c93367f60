import type { Options } from 'csv-parse';
import { type Learnt, type Quotes, ReadAgain } from './read-again';
import type { ListRejected } from './rejections';

export const PARSER_OPTIONS: { readonly [quotes in Quotes]: Options } = {
  strict: {},
  backslash: { escape: '\\' },
  relaxed: { relax_quotes: true },
  literal: { quote: null },
};

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
