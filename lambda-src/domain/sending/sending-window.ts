import type { WindowSettings } from '../../../src/private/contract';

const MINUTE = 60_000;
/** Minutes in 14 days. A window opens at least once a week, but a clock change may skip one opening. */
const FORTNIGHT = 14 * 24 * 60;

interface LocalTime {
  /** Day of the week; 0 is Sunday. */
  readonly day: number;
  /** Minute of the day. */
  readonly minute: number;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** The hours and days in which emails may be sent, in the local time of a time zone. */
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
    // After midnight, the window of the previous day still applies.
    return (this.days.has(day) && minute >= opens) || (this.days.has((day + 6) % 7) && minute < closes);
  }

  /**
   * Returns the milliseconds until the window opens. Checks minute by minute, which needs no special case for clock
   * changes; 14 days take some hundredths of a second.
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

  /** Returns how many seconds of a period the window was closed, to the minute. */
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
