/** The maximum length of a number or date in a cell, in characters. */
const LONGEST = 40;

const SPACE = "[ \\u00a0\\u2009\\u202f'’]";
/** Numbers whose digits are grouped, by the sign that separates the groups. */
const GROUPED = [
  new RegExp(`^\\d{1,3}(?:${SPACE}\\d{3})+(?:[.,]\\d+)?$`),
  /^\d{1,3}(?:,\d{2,3})*,\d{3}\.\d+$/,
  /^\d{1,3}(?:\.\d{3})+,\d+$/,
  /^\d{1,3}(?:,\d{3}){2,}$/,
  /^\d{1,3}(?:\.\d{3}){2,}$/,
];
const DECIMAL = /^\d+(?:[.,]\d+)?$/;
/** `1,234` is 1234 to some and 1.234 to others. */
const AMBIGUOUS = /^[1-9]\d{0,2}[.,]\d{3}$/;

/**
 * Returns the number in a cell as a decimal such as `-1234.5`, with all its digits. Undefined if the cell has no number,
 * or one that could be read in two ways.
 */
export function readNumber(cell: string): string | undefined {
  const text = cell.trim();
  if (text.length > LONGEST) return undefined;
  const [, sign = '', digits = ''] = /^([+\-\u2212]?)(.*)$/s.exec(text) ?? [];
  const minus = sign === '' || sign === '+' ? '' : '-';
  if (DECIMAL.test(digits)) return AMBIGUOUS.test(digits) ? undefined : minus + digits.replace(',', '.');
  if (!GROUPED.some((form) => form.test(digits))) return undefined;
  const signs = digits.replace(/\d/g, '');
  const last = signs.at(-1)!;
  // The last sign is a decimal point unless it also separates groups.
  const point =
    /[.,]/.test(last) && signs.indexOf(last) === signs.length - 1 ? digits.lastIndexOf(last) : digits.length;
  const whole = digits.slice(0, point).replace(/\D/g, '');
  return minus + whole + (point < digits.length ? `.${digits.slice(point + 1)}` : '');
}

/** A date in a cell, and its time of day if it has one. */
export interface CellDate {
  /** The date and time as written, in milliseconds as if in UTC. */
  readonly written: number;
  /** The point in time, if the cell says its distance from UTC. */
  readonly instant?: number;
  readonly hasTime: boolean;
}

const ISO =
  /^(?<y>[1-9]\d{3})-(?<m>\d{2})-(?<d>\d{2})(?:[T ](?<h>\d{2}):(?<min>\d{2})(?::(?<s>\d{2})(?:[.,]\d+)?)?\s?(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/i;
/** Day, month, year: no country writes the month first with dots. */
const DOTTED =
  /^(?<d>\d{1,2})\.\s?(?<m>\d{1,2})\.\s?(?<y>[1-9]\d{3})(?:,? (?<h>\d{1,2}):(?<min>\d{2})(?::(?<s>\d{2}))?)?$/;

/** Returns the date in a cell: `2026-12-31`, with or without a time, or `31.12.2026`. Undefined for anything else. */
export function readDate(cell: string): CellDate | undefined {
  const text = cell.trim();
  const found = text.length > LONGEST ? undefined : (ISO.exec(text) ?? DOTTED.exec(text))?.groups;
  if (!found) return undefined;
  const number = (name: string): number => Number(found[name] ?? 0);
  const [day, hour, minute, second] = [number('d'), number('h'), number('min'), number('s')];
  const written = Date.UTC(number('y'), number('m') - 1, day, hour, minute, second);
  const read = new Date(written);
  // 30 February is a date in March to JavaScript.
  if (read.getUTCDate() !== day || read.getUTCMonth() !== number('m') - 1) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const zone = found.zone;
  return {
    written,
    hasTime: found.h !== undefined,
    ...(zone === undefined ? {} : { instant: written - offsetOf(zone) }),
  };
}

const MINUTE = 60_000;

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
  return sign === '-' ? -offset : offset;
}
