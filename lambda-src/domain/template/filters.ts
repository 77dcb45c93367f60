import { type CellDate, readDate, readNumber } from './read-value';

/** An argument of a filter: `"EUR"`, `2`, or `one "item"`, which has a key. */
export interface Argument {
  readonly key?: string;
  readonly value: string | number;
}

/** Formats a value in a language. Undefined if the value has not what the filter reads. */
export type Format = (value: string, locale: string) => string | undefined;

/** A filter of a template's values. */
export interface Filter {
  /** How the filter is written, for error texts. */
  readonly usage: string;
  /** What the filter reads in a cell. Absent if it takes any text. */
  readonly reads?: 'number' | 'date';
  /** Returns undefined if the filter does not take these arguments. */
  readonly format: (args: readonly Argument[]) => Format | undefined;
}

/** The maximum number of fraction digits in an argument. */
const MAX_DIGITS = 6;
/** The maximum number of languages per filter with a formatter in memory. */
const MAX_FORMATTERS = 100;

const localesOf = (locale: string): string[] => (locale === '' ? ['en'] : [locale, 'en']);

/** Returns a function that makes one formatter per language. A language that Intl does not know counts as English. */
function perLocale<T>(make: (locales: string[]) => T): (locale: string) => T {
  const made = new Map<string, T>();
  return (locale) => {
    let formatter = made.get(locale);
    if (formatter === undefined) {
      if (made.size >= MAX_FORMATTERS) made.clear();
      formatter = make(localesOf(locale));
      made.set(locale, formatter);
    }
    return formatter;
  };
}

const isPlain = (args: readonly Argument[]): boolean => args.every(({ key }) => key === undefined);

/** Returns the digits of an optional argument, or undefined if it is no number of digits. */
function digitsOf(argument: Argument | undefined): Intl.NumberFormatOptions | undefined {
  // A number keeps the digits that it has.
  if (argument === undefined) return { maximumFractionDigits: 20 };
  const { value } = argument;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_DIGITS) return undefined;
  return { minimumFractionDigits: value, maximumFractionDigits: value };
}

type Read = (value: string) => string | undefined;

function numbers(options: Intl.NumberFormatOptions, read: Read = readNumber): Format {
  const formatter = perLocale((locales) => new Intl.NumberFormat(locales, options));
  return (value, locale) => {
    const number = read(value);
    // Intl takes a decimal as text and keeps digits that a JavaScript number would lose; TypeScript's types do not.
    return number === undefined ? undefined : formatter(locale).format(number as unknown as number);
  };
}

function readPercent(value: string): string | undefined {
  const percent = /^(.*?)\s*%$/s.exec(value.trim())?.[1];
  if (percent === undefined) return readNumber(value);
  const number = readNumber(percent);
  return number === undefined ? undefined : `${number}e-2`;
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const DATE_STYLES = ['full', 'long', 'medium', 'short'] as const;
const TIME_STYLES = ['short', 'medium'] as const;

/** Formats dates by a style and a time zone, which are the arguments. */
function dates<S extends string>(
  styles: readonly S[],
  optionsOf: (style: S) => Intl.DateTimeFormatOptions,
  accepts: (date: CellDate) => boolean,
): (args: readonly Argument[]) => Format | undefined {
  return (args) => {
    const [{ value: style = styles[0] } = {}, zone] = args;
    const known = styles.find((one) => one === style);
    const timeZone = zone === undefined ? undefined : timeZoneOf(zone.value);
    if (args.length > 2 || !isPlain(args) || known === undefined || (zone && timeZone === undefined)) return undefined;
    const formatter = (zone: string) =>
      perLocale((locales) => new Intl.DateTimeFormat(locales, { ...optionsOf(known), timeZone: zone }));
    const asWritten = formatter('UTC');
    const inZone = timeZone === undefined ? undefined : formatter(timeZone);
    return (value, locale) => {
      const date = readDate(value);
      if (!date || !accepts(date)) return undefined;
      const { instant, written } = date;
      return inZone && instant !== undefined ? inZone(locale).format(instant) : asWritten(locale).format(written);
    };
  };
}

function timeZoneOf(value: string | number): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: String(value) }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];

function plural(args: readonly Argument[]): Format | undefined {
  const words = new Map<string, string>();
  for (const { key, value } of args) {
    if (key === undefined || !CATEGORIES.includes(key) || typeof value !== 'string' || words.has(key)) return undefined;
    words.set(key, value);
  }
  if (!words.has('other')) return undefined;
  const rules = perLocale((locales) => new Intl.PluralRules(locales));
  return (value, locale) => {
    const number = readNumber(value);
    return number === undefined ? undefined : (words.get(rules(locale).select(Number(number))) ?? words.get('other')!);
  };
}

const without =
  (format: Format) =>
  (args: readonly Argument[]): Format | undefined =>
    args.length === 0 ? format : undefined;

/** All filters by name. The table in docs/templates.md has the same. */
export const FILTERS = {
  number: {
    usage: 'number or number: 2',
    reads: 'number',
    format: (args) => {
      const digits = digitsOf(args[0]);
      return args.length <= 1 && isPlain(args) && digits ? numbers(digits) : undefined;
    },
  },
  currency: {
    usage: 'currency: "EUR" or currency: "EUR", 0',
    reads: 'number',
    format: (args) => {
      const [{ value: currency } = {}, decimals] = args;
      const digits = decimals === undefined ? {} : digitsOf(decimals);
      const known = typeof currency === 'string' && CURRENCIES.has(currency);
      return args.length <= 2 && isPlain(args) && known && digits
        ? numbers({ ...digits, style: 'currency', currency })
        : undefined;
    },
  },
  percent: {
    usage: 'percent or percent: 1',
    reads: 'number',
    format: (args) => {
      const digits = digitsOf(args[0]);
      return args.length <= 1 && isPlain(args) && digits
        ? numbers({ ...digits, style: 'percent' }, readPercent)
        : undefined;
    },
  },
  date: {
    usage: 'date, date: "full", "medium" or "short", or date: "long", "Europe/Paris"',
    reads: 'date',
    format: dates(
      ['long', ...DATE_STYLES.filter((style) => style !== 'long')],
      (dateStyle) => ({ dateStyle }),
      () => true,
    ),
  },
  time: {
    usage: 'time, time: "medium", or time: "short", "Europe/Paris"',
    reads: 'date',
    format: dates(
      TIME_STYLES,
      (timeStyle) => ({ timeStyle }),
      ({ hasTime }) => hasTime,
    ),
  },
  plural: { usage: 'plural: one "item", other "items"', reads: 'number', format: plural },
  upper: { usage: 'upper', format: without((value, locale) => value.toLocaleUpperCase(localesOf(locale))) },
  lower: { usage: 'lower', format: without((value, locale) => value.toLocaleLowerCase(localesOf(locale))) },
  capitalize: {
    usage: 'capitalize',
    format: without((value, locale) => {
      const [first = ''] = value;
      return first.toLocaleUpperCase(localesOf(locale)) + value.slice(first.length);
    }),
  },
  default: {
    usage: 'default: "friend"',
    format: (args) => {
      const [{ value: text } = {}] = args;
      return args.length === 1 && isPlain(args) && typeof text === 'string' && text.trim() !== ''
        ? (value) => value || text
        : undefined;
    },
  },
} as const satisfies { readonly [name: string]: Filter };
