/**
 * Finds the most frequent of millions of names in bounded memory (lossy counting). When the counter is full, it drops
 * the less frequent half. Frequent names are found in any order of input; a count is too low by at most `missed`.
 */
export class TopCounter {
  missed = 0;
  private readonly counts = new Map<string, number[]>();

  /** `size` is the number of counts per name. The first count decides how frequent a name is. */
  constructor(
    private readonly size: number,
    private readonly capacity: number,
  ) {}

  /** Returns the counts of a name; the caller increments them in place. */
  of(name: string): number[] {
    let found = this.counts.get(name);
    if (!found) {
      if (this.counts.size >= this.capacity) this.forget();
      found = new Array<number>(this.size).fill(0);
      this.counts.set(name, found);
    }
    return found;
  }

  /** All names, most frequent first, then by name. */
  get all(): [name: string, counts: readonly number[]][] {
    return [...this.counts].sort(([a, [x = 0]], [b, [y = 0]]) => y - x || (a < b ? -1 : 1));
  }

  private forget(): void {
    const rare = this.all.slice(Math.floor(this.capacity / 2));
    this.missed += rare[0]?.[1][0] ?? 0;
    for (const [name] of rare) this.counts.delete(name);
  }
}
