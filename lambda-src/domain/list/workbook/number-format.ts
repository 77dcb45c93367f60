import { format, isDateFormat, tokenize } from 'numfmt';

/** What a spreadsheet shows of a number, or what the number is where that depends on the computer that shows it. */
export type Shown = { readonly text: string } | { readonly text: string; readonly format: string };

/** Formats that workbooks have by number alone: ECMA-376, part 1, 18.8.30. Those from 27 on are dates of East Asia. */
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

/** Days of the calendar of 1904 after that of 1900. */
const DAYS_1904 = 1462;
const LAST_DAY = 2_958_466;
/** 1 March 1900. Before it, some spreadsheets count a 29 February that was not. */
const FIRST_SURE_DAY = 61;
/** Of a second: days with decimals are no more exact. */
const HUNDREDTH = 0.01;
/** A number has fifteen digits in a spreadsheet. */
const MOST_DIGITS = 1e15;

/** Tokens that look the same in every region. */
const FIXED: ReadonlySet<string> = new Set(
  'hash zero qmark percent digit minus plus space string escaped color paren skip break text duration ampm group'.split(
    ' ',
  ),
);
/** Parts of a date that are digits; names of months and days are in a language. */
const DIGITS = /^(?:y{1,4}|m{1,2}|d{1,2}|h{1,2}|s{1,2})$/i;
const NAMES = /^(?:m{3,5}|d{3,4})$/i;
/** English of any country; letters before it are a currency. */
const ENGLISH = /^\[\$[^-\]]*-0*[0-9a-f]{0,2}09\]$/i;
/** A currency, a language or both; without the bits that change digits or calendar. */
const LOCALE = /^\[\$[^-\]]*(?:-[0-9a-f]{1,4})?\]$/i;

/** A number format of a workbook. */
export class NumberFormat {
  private readonly code: string;
  private readonly tokens: readonly Token[];
  private readonly isDate: boolean;
  private readonly isGeneral: boolean;
  /** Shows the same in every region. */
  private readonly isFixed: boolean;
  /** Changes texts, too. */
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
    // A separator of thousands is the region's.
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
    // Hours that have passed are from no day on.
    const text = isSure ? this.time(this.has('duration') ? value : days) : undefined;
    return text === undefined ? { text: inRange ? isoDate(days) : String(value), format: this.code } : { text };
  }

  /** Undefined where spreadsheets differ: some round to whole seconds, and some cut off. */
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

/** A number without a format: spreadsheets differ in how they cut those that have more than eleven signs. */
function general(value: number): Shown {
  if (Number.isInteger(value) && Math.abs(value) < 1e11) return { text: String(value) };
  const text = String(Number(value.toPrecision(15)));
  return text === format('General', value, { locale: 'en-US' }) ? { text } : { text, format: 'General' };
}

/** Half of a number that is not quite: spreadsheets differ in how they round it. */
function isTie(value: number): boolean {
  const rest = Math.abs(value) % 1;
  return rest !== 0.5 && Math.abs(rest - 0.5) < 1e-9;
}

type Token = ReturnType<typeof tokenize>[number];

/** None of a format that is none. */
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
      // Before digits it begins fractions of a second.
      if (type === 'point') return isDate && tokens[at + 1]?.type !== 'zero';
      return FIXED.has(type);
    })
  );
}

function isoDate(days: number): string {
  // 1900 had no leap day, and spreadsheets count one.
  const counted = days < 60 ? days + 1 : days;
  const iso = new Date(Math.round((counted - 25_569) * 86_400) * 1000).toISOString();
  const [date, time] = [iso.slice(0, 10), iso.slice(11, 19)];
  if (days < 1) return time;
  return time === '00:00:00' ? date : `${date} ${time}`;
}
