/** Counts over time: number i of each is of the stretch that begins `start + i × seconds`. */
export interface Timeline {
  /** ISO time. */
  readonly start: string;
  readonly seconds: number;
  readonly counts: { readonly [name: string]: readonly number[] };
}

/** Each is a multiple of the one before it, so that two stretches become one. */
const WIDTHS = [10, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400];
/** More than a reader tells apart, and a file of ten million rows has no more of them. */
const MOST = 48;

/** Counts what happens over a time of which nobody knows the length, in stretches that grow with it. */
export class TimelineCounter {
  private width = WIDTHS[0]!;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private stretches = new Map<number, number[]>();

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
    const stretch = Math.floor(second / this.width);
    this.count(stretch, name, 1);
    while (this.last - this.first >= MOST) this.widen();
  }

  /** Undefined where nothing was counted; a name of which nothing was, is left out. */
  get result(): Timeline | undefined {
    if (this.stretches.size === 0) return undefined;
    const length = this.last - this.first + 1;
    const counts = this.names.map((name, at): [string, number[]] => [
      name,
      Array.from({ length }, (_, stretch) => this.stretches.get(this.first + stretch)?.[at] ?? 0),
    ]);
    return {
      start: new Date(this.first * this.width * 1000).toISOString(),
      seconds: this.width,
      counts: Object.fromEntries(counts.filter(([, of]) => of.some((count) => count > 0))),
    };
  }

  private count(stretch: number, name: number, by: number): void {
    let counts = this.stretches.get(stretch);
    if (!counts) {
      counts = this.names.map(() => 0);
      this.stretches.set(stretch, counts);
      this.first = Math.min(this.first, stretch);
      this.last = Math.max(this.last, stretch);
    }
    counts[name]! += by;
  }

  private widen(): void {
    const next = WIDTHS.find((width) => width > this.width) ?? this.width * 2;
    const times = next / this.width;
    const was = this.stretches;
    this.width = next;
    this.stretches = new Map();
    this.first = Number.POSITIVE_INFINITY;
    this.last = Number.NEGATIVE_INFINITY;
    for (const [stretch, counts] of was) {
      counts.forEach((count, name) => {
        this.count(Math.floor(stretch / times), name, count);
      });
    }
  }
}
