/**
 * Counts by a name of which there may be millions, in bounded room: when it is full, the half that was seen least is
 * forgotten (lossy counting). What is frequent is found whatever the order; `missed` says by how much a count may be too low.
 */
export class TopCounter {
  missed = 0;
  private readonly counts = new Map<string, number[]>();

  /** `size`: how many numbers a name has; by the first of them it is seldom or frequent. */
  constructor(
    private readonly size: number,
    private readonly capacity: number,
  ) {}

  /** The numbers of a name, to be added to. */
  of(name: string): number[] {
    let found = this.counts.get(name);
    if (!found) {
      if (this.counts.size >= this.capacity) this.forget();
      found = new Array<number>(this.size).fill(0);
      this.counts.set(name, found);
    }
    return found;
  }

  /** The most frequent first; of equals, in the order of their names. */
  get all(): [name: string, counts: readonly number[]][] {
    return [...this.counts].sort(([a, [x = 0]], [b, [y = 0]]) => y - x || (a < b ? -1 : 1));
  }

  private forget(): void {
    const seldom = this.all.slice(Math.floor(this.capacity / 2));
    this.missed += seldom[0]?.[1][0] ?? 0;
    for (const [name] of seldom) this.counts.delete(name);
  }
}
