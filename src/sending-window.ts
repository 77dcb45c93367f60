import { Token } from 'aws-cdk-lib';
import { checkProps } from './private/check-props';
import type { WindowSettings } from './private/contract';
import { fail } from './private/errors';

/** A day of the week. */
export enum Weekday {
  /** Monday. */
  MONDAY = 'MONDAY',
  /** Tuesday. */
  TUESDAY = 'TUESDAY',
  /** Wednesday. */
  WEDNESDAY = 'WEDNESDAY',
  /** Thursday. */
  THURSDAY = 'THURSDAY',
  /** Friday. */
  FRIDAY = 'FRIDAY',
  /** Saturday. */
  SATURDAY = 'SATURDAY',
  /** Sunday. */
  SUNDAY = 'SUNDAY',
}

/** In the order of `Date.getDay()`. */
const DAYS = [
  Weekday.SUNDAY,
  Weekday.MONDAY,
  Weekday.TUESDAY,
  Weekday.WEDNESDAY,
  Weekday.THURSDAY,
  Weekday.FRIDAY,
  Weekday.SATURDAY,
];

/** Options of `SendingWindow.between`. */
export interface SendingWindowOptions {
  /**
   * The time zone, by its name in the IANA time zone database, such as `Europe/Zurich`. Follows daylight saving time.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;

  /**
   * The days on which the window opens.
   *
   * @default - every day
   */
  readonly days?: Weekday[];
}

/** The hours in which email may be sent. */
export class SendingWindow {
  /**
   * Defines a window from one time of day to another. A window that closes earlier than it opens extends past midnight
   * and belongs to the day on which it opens.
   *
   * @param opens the time at which sending may start, from `00:00` to `23:59`
   * @param closes the time from which no email is started; `24:00` is the end of the day
   */
  public static between(opens: string, closes: string, options: SendingWindowOptions = {}): SendingWindow {
    checkProps('SendingWindowOptions', options);
    const { timeZone = 'UTC', days = DAYS } = options;
    const from = minutes('opens', opens, false);
    const to = minutes('closes', closes, true);
    if (from === to) say('opens', opens, 'another time than the one at which it closes');
    if (Token.isUnresolved(timeZone) || !isZone(timeZone)) {
      say('timeZone', timeZone, 'a name of the IANA time zone database, such as "Europe/Zurich"');
    }
    const numbers = [...new Set(days.map((day) => DAYS.indexOf(day)))].sort();
    if (numbers.length === 0 || numbers.includes(-1)) say('days', days.join(', '), 'at least one day of the week');
    return new SendingWindow({ opens: from, closes: to, timeZone, days: numbers });
  }

  private constructor(
    /** @internal */
    public readonly _settings: WindowSettings,
  ) {}
}

function minutes(what: string, text: string, endOfDay: boolean): number {
  const [, hours, rest] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours !== undefined) return Number(hours) * 60 + Number(rest);
  if (endOfDay && text === '24:00') return 24 * 60;
  return say(what, text, `hours and minutes of a day, such as "08:00"${endOfDay ? ', to "24:00"' : ''}`);
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
    return true;
  } catch {
    return false;
  }
}

function say(what: string, got: string, allowed: string): never {
  return fail('MM117', `SendingWindow.between ${what}: got ${JSON.stringify(got)}, allowed is ${allowed}`);
}
