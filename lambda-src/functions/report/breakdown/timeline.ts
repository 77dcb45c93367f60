/** Counts over time: number i of each is of the interval that begins `start + i × seconds`. */
export interface Timeline {
  /** ISO time. */
  readonly start: string;
  readonly seconds: number;
  readonly counts: { readonly [name: string]: readonly number[] };
}

/** Each is a multiple of the one before it, so that two intervals become one. */
const WIDTHS = [10, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400];
/** More intervals than a reader can tell apart; a file of ten million rows has no more either. */
const MOST = 48;

/** Counts events over a time of unknown length, in intervals that grow with it. */
export class TimelineCounter {
  private width = WIDTHS[0]!;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private intervals = new Map<number, number[]>();

  /** What lies outside `from` and `until`, as a clock that is wrong says, counts as at the nearer of them. */
  constructor(
    private readonly names: readonly string[],
    private readonly from: number,
    private readonly until: number,
  ) {}

  /** `name` is the place of it among the names. */
  add(name: number, at: number): void {
    const second = Math.max(this.from, Math.min(at, this.until)) / 1000;
    if (Number.isNaN(second)) return;
    const interval = Math.floor(second / this.width);
    this.count(interval, name, 1);
    while (this.last - this.first >= MOST) this.widen();
  }

  /** Undefined if nothing was counted; names without a count are left out. */
  get result(): Timeline | undefined {
    if (this.intervals.size === 0) return undefined;
    const length = this.last - this.first + 1;
    const counts = this.names.map((name, at): [string, number[]] => [
      name,
      Array.from({ length }, (_, interval) => this.intervals.get(this.first + interval)?.[at] ?? 0),
    ]);
    return {
      start: new Date(this.first * this.width * 1000).toISOString(),
      seconds: this.width,
      counts: Object.fromEntries(counts.filter(([, of]) => of.some((count) => count > 0))),
    };
  }

  private count(interval: number, name: number, by: number): void {
    let counts = this.intervals.get(interval);
    if (!counts) {
      counts = this.names.map(() => 0);
      this.intervals.set(interval, counts);
      this.first = Math.min(this.first, interval);
      this.last = Math.max(this.last, interval);
    }
    counts[name]! += by;
  }

  private widen(): void {
    const next = WIDTHS.find((width) => width > this.width) ?? this.width * 2;
    const times = next / this.width;
    const was = this.intervals;
    this.width = next;
    this.intervals = new Map();
    this.first = Number.POSITIVE_INFINITY;
    this.last = Number.NEGATIVE_INFINITY;
    for (const [interval, counts] of was) {
      counts.forEach((count, name) => {
        this.count(Math.floor(interval / times), name, count);
      });
    }
  }
}
