/** The maximum number of recipients in memory. Above it, the least recently seen one is dropped. */
const MOST = 10_000;

/**
 * Limits how often one recipient's links may cause ledger reads: a burst of requests, then one every `every`
 * milliseconds. It counts within one function instance. Forged links never reach it, so they cost computing time only.
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
