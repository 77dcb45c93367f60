import { format, isDateFormat, tokenize } from 'numfmt';

/** A number as spreadsheets display it. `format` is set if the display depends on the region or program. */
export type Shown = { readonly text: string } | { readonly text: string; readonly format: string };

/** Number formats identified only by id: ECMA-376, part 1, 18.8.30. Ids from 27 on are East Asian dates. */
const BUILT_IN: { readonly [id: number]: string } = {
  ...{ 0: 'General', 1: '0', 2: '0.00', 3: '#,##0', 4: '#,##0.00', 9: '0%', 10: '0.00%', 11: '0.00E+00', 12: '# ?/?' },
  ...{
    13: '# ??/??',
    14: 'm/d/yyyy',
    15: 'd-mmm-yy',
    16: 'd-mmm',
    17: 'mmm-yy',
    18: 'h:mm AM/PM',
    19: 'h:mm:ss AM/PM',
  },
  ...{ 20: 'h:mm', 21: 'h:mm:ss', 22: 'm/d/yyyy h:mm', 37: '#,##0;(#,##0)', 38: '#,##0;(#,##0)', 39: '#,##0.00' },
  ...{ 40: '#,##0.00', 41: '* #,##0', 42: '* #,##0', 43: '* #,##0.00', 44: '* #,##0.00', 45: 'mm:ss', 46: '[h]:mm:ss' },
  ...{ 47: 'mmss.0', 48: '##0.0E+0', 49: '@' },
};
const EAST_ASIAN = 'yyyy/m/d';

/** Days between the 1900 and 1904 date systems. */
const DAYS_1904 = 1462;
const LAST_DAY = 2_958_466;
/** 1 March 1900. Before it, some spreadsheets count a 29 February that did not exist. */
const FIRST_SURE_DAY = 61;
/** Seconds. Dates stored as fractions of days are not more exact. */
const HUNDREDTH = 0.01;
/** Spreadsheets keep 15 significant digits. */
const MOST_DIGITS = 1e15;

/** Tokens that look the same in every region. */
const FIXED: ReadonlySet<string> = new Set(
  'hash zero qmark percent digit minus plus space string escaped color paren skip break text duration ampm group'.split(
    ' ',
  ),
);
/** Date parts that are digits. Names of months and days depend on the language. */
const DIGITS = /^(?:y{1,4}|m{1,2}|d{1,2}|h{1,2}|s{1,2})$/i;
const NAMES = /^(?:m{3,5}|d{3,4})$/i;
/** English of any country, optionally with a currency. */
const ENGLISH = /^\[\$[^-\]]*-0*[0-9a-f]{0,2}09\]$/i;
/** A currency, a language or both, without the bits that change digits or the calendar. */
const LOCALE = /^\[\$[^-\]]*(?:-[0-9a-f]{1,4})?\]$/i;

/** A number format of a workbook. */
export class NumberFormat {
  private readonly code: string;
  private readonly tokens: readonly Token[];
  private readonly isDate: boolean;
  private readonly isGeneral: boolean;
  /** Whether the format looks the same in every region. */
  private readonly isFixed: boolean;
  /** Whether the format also changes text. */
  readonly ofTexts: boolean;

  constructor(
    id: number,
    code: string | undefined,
    private readonly date1904: boolean,
  ) {
    this.code = code ?? BUILT_IN[id] ?? EAST_ASIAN;
    this.tokens = tokensOf(this.code);
    this.isGeneral = /^(?:general|@|)$/i.test(this.code);
    this.isDate = !this.isGeneral && isDateFormat(this.code);
    this.isFixed = isFixed(this.tokens, this.isDate);
    this.ofTexts =
      !this.isGeneral && (this.has('text') || this.tokens.filter(({ type }) => type === 'break').length > 2);
  }

  number(value: number): Shown {
    if (this.isGeneral) return general(value);
    if (this.isDate) return this.date(value);
    const isSure = this.isFixed && Math.abs(value) < MOST_DIGITS && !isTie(this.has('percent') ? value * 100 : value);
    const text = isSure ? this.render(value) : undefined;
    // The thousands separator depends on the region.
    const isRegional = text === undefined || (this.has('group') && text.includes(','));
    return isRegional ? { text: String(value), format: this.code } : { text };
  }

  text(value: string): string {
    return this.ofTexts ? (this.render(value) ?? value) : value;
  }

  private date(value: number): Shown {
    const days = this.date1904 ? value + DAYS_1904 : value;
    const inRange = days >= 0 && days < LAST_DAY;
    const isSure = this.isFixed && inRange && (days >= FIRST_SURE_DAY || !this.hasDay);
    // Elapsed hours do not depend on the date system.
    const text = isSure ? this.time(this.has('duration') ? value : days) : undefined;
    return text === undefined ? { text: inRange ? isoDate(days) : String(value), format: this.code } : { text };
  }

  /** Undefined if spreadsheets differ: some round to whole seconds, others truncate. */
  private time(days: number): string | undefined {
    const seconds = days * 86_400;
    const text = this.render(Math.round(seconds) / 86_400);
    return text === this.render(Math.floor(seconds + HUNDREDTH) / 86_400) ? text : undefined;
  }

  private get hasDay(): boolean {
    return this.tokens.some(({ type, raw }) => type === 'datetime' && /[yd]|mmm/i.test(raw));
  }

  private has(type: string): boolean {
    return this.tokens.some((token) => token.type === type);
  }

  private render(value: number | string): string | undefined {
    try {
      return format(this.code, value, { locale: 'en-US', throws: true });
    } catch {
      return undefined;
    }
  }
}

/** Formats a number in General format. Spreadsheets differ in how they shorten numbers over 11 characters. */
function general(value: number): Shown {
  if (Number.isInteger(value) && Math.abs(value) < 1e11) return { text: String(value) };
  const text = String(Number(value.toPrecision(15)));
  return text === format('General', value, { locale: 'en-US' }) ? { text } : { text, format: 'General' };
}

/** Whether a number is nearly a tie; spreadsheets differ in how they round it. */
function isTie(value: number): boolean {
  const rest = Math.abs(value) % 1;
  return rest !== 0.5 && Math.abs(rest - 0.5) < 1e-9;
}

type Token = ReturnType<typeof tokenize>[number];

/** Returns no tokens for an invalid format. */
function tokensOf(code: string): readonly Token[] {
  try {
    return tokenize(code);
  } catch {
    return [];
  }
}

function isFixed(tokens: readonly Token[], isDate: boolean): boolean {
  const english = tokens.some(({ type, raw }) => type === 'locale' && ENGLISH.test(raw));
  return (
    tokens.length > 0 &&
    tokens.every(({ type, raw }, at) => {
      if (type === 'datetime') return DIGITS.test(raw) || (english && NAMES.test(raw));
      if (type === 'locale') return LOCALE.test(raw);
      if (type === 'char') return !/[a-z]/i.test(raw);
      if (type === 'comma') return isDate;
      // Before digits, it begins fractions of a second.
      if (type === 'point') return isDate && tokens[at + 1]?.type !== 'zero';
      return FIXED.has(type);
    })
  );
}

function isoDate(days: number): string {
  // Spreadsheets count 29 February 1900, which did not exist.
  const counted = days < 60 ? days + 1 : days;
  const iso = new Date(Math.round((counted - 25_569) * 86_400) * 1000).toISOString();
  const [date, time] = [iso.slice(0, 10), iso.slice(11, 19)];
  if (days < 1) return time;
  return time === '00:00:00' ? date : `${date} ${time}`;
}
