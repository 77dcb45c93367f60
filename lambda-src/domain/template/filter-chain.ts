import { type Argument, FILTERS, type Filter, type Format } from './filters';

/** The name of a value's column, and the filters behind it. */
export interface FilteredName {
  readonly column: string;
  /** Absent without filters. */
  readonly chain?: FilterChain;
}

/** The filters of a value in a template: `amount | default: "0" | currency: "EUR"`. */
export interface FilterChain {
  /** Returns undefined if the value cannot be read. An empty value stays empty, unless there is a default. */
  readonly format: Format;
  readonly hasDefault: boolean;
  /** What the value must be. Absent if it may be any text. */
  readonly reads?: Filter['reads'];
}

/** A fault in a value's filters. */
export class FilterError extends Error {}

/** Names of filters in other template languages, and the filter to write instead. */
const INSTEAD: { readonly [name: string]: string } = {
  upcase: 'upper',
  uppercase: 'upper',
  downcase: 'lower',
  lowercase: 'lower',
  money: 'currency',
  pluralize: 'plural',
  title: 'capitalize',
};

/** Filters of other template languages that print a value unescaped. */
export const UNESCAPED = /^(raw|safe|html_safe|unescape|autoescape)$/;

const PART = /\s*(?:([\p{L}_][\p{L}\p{N}_-]*)|"([^"]*)"|'([^']*)'|(-?\d+(?:\.\d+)?)|([|:,]))/uy;

interface Lexeme {
  readonly word?: string;
  readonly text?: string;
  readonly number?: number;
  readonly mark?: string;
}

/** Splits a value's tag into its column and its filters. Throws a FilterError. */
export function parseFilters(name: string): FilteredName {
  const at = name.indexOf('|');
  if (at < 0) return { column: name };
  const column = name.slice(0, at).trim();
  const lexemes = lexemesOf(name.slice(at));
  const filters: { readonly filter: Filter; readonly format: Format; readonly isDefault: boolean }[] = [];
  for (let i = 0; i < lexemes.length; ) {
    const word = lexemes[i]?.mark === '|' ? lexemes[i + 1]?.word : undefined;
    if (word === undefined) throw new FilterError('a filter must follow each "|", as in {{amount | number: 2}}');
    const [args, next] = argumentsFrom(lexemes, i + 2);
    filters.push({ ...compiled(word, args), isDefault: word === 'default' });
    i = next;
  }
  return { column, chain: chainOf(filters) };
}

function chainOf(
  filters: readonly { readonly filter: Filter; readonly format: Format; readonly isDefault: boolean }[],
): FilterChain {
  const format: Format = (value, locale) => {
    let result: string | undefined = value;
    for (const filter of filters) {
      if (result === undefined) return undefined;
      if (result !== '' || filter.isDefault) result = filter.format(result, locale);
    }
    return result;
  };
  const reader = filters.findIndex(({ filter }) => filter.reads !== undefined);
  if (filters.slice(0, Math.max(reader, 0)).some(({ isDefault }) => !isDefault)) {
    throw new FilterError('a filter that reads numbers or dates must come first, after a default at most');
  }
  if (filters.slice(reader + 1).some(({ filter }) => reader >= 0 && filter.reads !== undefined)) {
    throw new FilterError('only one filter may read a number or date');
  }
  const hasDefault = filters.some(({ isDefault }) => isDefault);
  if (hasDefault && format('', '') === undefined)
    throw new FilterError('the default must be a value that the next filter reads');
  return { format, hasDefault, reads: filters[reader]?.filter.reads };
}

function compiled(name: string, args: readonly Argument[]): { readonly filter: Filter; readonly format: Format } {
  const filter: Filter | undefined = Object.hasOwn(FILTERS, name) ? FILTERS[name as keyof typeof FILTERS] : undefined;
  if (!filter) {
    const instead = Object.hasOwn(INSTEAD, name)
      ? `; write ${FILTERS[INSTEAD[name] as keyof typeof FILTERS].usage}`
      : '';
    throw new FilterError(`filters are ${Object.keys(FILTERS).join(', ')}, got ${JSON.stringify(name)}${instead}`);
  }
  const format = filter.format(args);
  if (!format) throw new FilterError(`must be ${filter.usage}`);
  return { filter, format };
}

function argumentsFrom(lexemes: readonly Lexeme[], from: number): [args: Argument[], next: number] {
  const args: Argument[] = [];
  let at = from;
  if (lexemes[at]?.mark !== ':') return [args, at];
  do {
    at += 1;
    const key = lexemes[at]?.word;
    if (key !== undefined) at += 1;
    const value = lexemes[at]?.text ?? lexemes[at]?.number;
    if (value === undefined) throw new FilterError('an argument must be a text in quotation marks or a number');
    args.push({ ...(key === undefined ? {} : { key }), value });
    at += 1;
  } while (lexemes[at]?.mark === ',');
  return [args, at];
}

function lexemesOf(written: string): Lexeme[] {
  // Tools that write HTML encode quotation marks.
  const text = written
    .replace(/&(?:quot|#34|#x22);/gi, '"')
    .replace(/&(?:apos|#39|#x27);/gi, "'")
    .trimEnd();
  const lexemes: Lexeme[] = [];
  PART.lastIndex = 0;
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    const found = PART.exec(text);
    if (!found) throw new FilterError(`cannot read ${JSON.stringify(text.slice(at).trim())}`);
    const [, word, double, single, number, mark] = found;
    lexemes.push({ word, text: double ?? single, number: number === undefined ? undefined : Number(number), mark });
  }
  return lexemes;
}
