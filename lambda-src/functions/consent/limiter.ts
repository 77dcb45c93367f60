/** The number of recipients remembered; beyond it the oldest is forgotten. */
const MOST = 10_000;

/**
 * How often one recipient's links may make this function ask the ledger: a burst, then one each so many milliseconds. It
 * counts within one instance only; what forged links cost is nothing but their computation.
 */
export class Limiter {
  private readonly buckets = new Map<string, { left: number; at: number }>();

  constructor(
    private readonly burst: number,
    private readonly every: number,
  ) {}

  allows(recipient: string, now: number): boolean {
    const found = this.buckets.get(recipient);
    const left = found ? Math.min(this.burst, found.left + (now - found.at) / this.every) : this.burst;
    this.buckets.delete(recipient);
    if (this.buckets.size >= MOST) this.buckets.delete(this.buckets.keys().next().value!);
    this.buckets.set(recipient, { left: left >= 1 ? left - 1 : left, at: now });
    return left >= 1;
  }
}
