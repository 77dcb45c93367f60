import type { WindowSettings } from '../../../src/private/contract';

const MINUTE = 60_000;
/** A window opens at least once a week; a clock that is set forward may eat one. */
const FORTNIGHT = 14 * 24 * 60;

interface LocalTime {
  /** 0 is Sunday. */
  readonly day: number;
  /** Of the day. */
  readonly minute: number;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Hours and days in which mail goes out, as the clocks of a place show them. */
export class SendingWindow {
  private readonly clock: Intl.DateTimeFormat;
  private readonly days: ReadonlySet<number>;

  constructor(private readonly settings: WindowSettings) {
    this.days = new Set(settings.days);
    this.clock = new Intl.DateTimeFormat('en-US', {
      timeZone: settings.timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  }

  isOpen(time: number): boolean {
    const { opens, closes } = this.settings;
    const { day, minute } = this.local(time);
    if (opens < closes) return this.days.has(day) && minute >= opens && minute < closes;
    // Past midnight it is still the window of the day before.
    return (this.days.has(day) && minute >= opens) || (this.days.has((day + 6) % 7) && minute < closes);
  }

  /**
   * Milliseconds until it is open. Minute by minute: no rule about clocks that are set forward or back is needed then, and
   * a fortnight of them takes some hundredths of a second.
   */
  opensIn(time: number): number {
    if (this.isOpen(time)) return 0;
    const first = (Math.floor(time / MINUTE) + 1) * MINUTE;
    for (let minutes = 0; minutes < FORTNIGHT; minutes++) {
      const then = first + minutes * MINUTE;
      if (this.isOpen(then)) return then - time;
    }
    throw new Error(`MM550: the sending window never opens: ${JSON.stringify(this.settings)}`);
  }

  /** For how long of a time it was closed, to the minute. */
  closedSeconds(from: number, to: number): number {
    let closed = 0;
    for (let time = from; time < to; time += MINUTE) {
      if (!this.isOpen(time)) closed += Math.min(MINUTE, to - time);
    }
    return Math.round(closed / 1000);
  }

  private local(time: number): LocalTime {
    const parts = Object.fromEntries(this.clock.formatToParts(time).map(({ type, value }) => [type, value]));
    return { day: DAYS.indexOf(parts.weekday!), minute: Number(parts.hour) * 60 + Number(parts.minute) };
  }
}
