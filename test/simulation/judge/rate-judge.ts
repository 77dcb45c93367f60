import { TIMING } from '../../../lambda-src/domain/rate/timing';

/** How far a process's clock is from the world's, at most: see `Process`. */
const SKEW = 100;
/** As it is, also where a mutant has another. */
const AGE = TIMING.permitAge;

/** What may leave in any second, as docs/sending.md says it. */
export const bound = (perSecond: number): number => (perSecond * (1000 + AGE + 2 * SKEW)) / 1000 + 1;

/**
 * Judges every request as it leaves: no promise covers what the network does with it, and a request counts whatever SES
 * answers.
 */
export class RateJudge {
  private readonly left: number[] = [];

  constructor(private readonly perSecond: () => number) {}

  /** What is wrong. */
  onRequest(now: number): string | undefined {
    while (this.left.length > 0 && this.left[0]! <= now - 1000) this.left.shift();
    this.left.push(now);
    const allowed = bound(this.perSecond());
    return this.left.length > allowed
      ? `${this.left.length} requests in a second, at most ${allowed} may leave`
      : undefined;
  }
}
