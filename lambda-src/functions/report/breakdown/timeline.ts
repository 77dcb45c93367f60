/** Counts over time. The count at index i covers the interval that begins at `start + i × seconds`. */
export interface Timeline {
  /** The start of the first interval, as ISO time. */
  readonly start: string;
  readonly seconds: number;
  readonly counts: { readonly [name: string]: readonly number[] };
}

/** The interval widths in seconds. Each is a multiple of the previous one, so that whole intervals merge. */
const WIDTHS = [10, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400];
/** The maximum number of intervals: a reader cannot tell more apart, and the report stays small. */
const MOST = 48;

/** Counts events over a period of unknown length, in intervals that widen as the period grows. */
export class TimelineCounter {
  private width = WIDTHS[0]!;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private intervals = new Map<number, number[]>();

  /** Times outside `from` and `until`, from a wrong clock, count as the nearer of the two. Both are in milliseconds. */
  constructor(
    private readonly names: readonly string[],
    private readonly from: number,
    private readonly until: number,
  ) {}

  /** Counts an event at a time in milliseconds. `name` is the index into the constructor's names. */
  add(name: number, at: number): void {
    const second = Math.max(this.from, Math.min(at, this.until)) / 1000;
    if (Number.isNaN(second)) return;
    const interval = Math.floor(second / this.width);
    this.count(interval, name, 1);
    while (this.last - this.first >= MOST) this.widen();
  }

  /** The timeline, without names that have no count; undefined if nothing was counted. */
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
