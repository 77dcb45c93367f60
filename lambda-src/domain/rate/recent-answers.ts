import type { SesAnswer } from '../sending/send-result';

/** Number of answers considered. */
const SIZE = 20;

/** One worker's last answers from SES, to detect when more than half are unclear. */
export class RecentAnswers {
  private unclear: boolean[] = [];
  private since = Number.NEGATIVE_INFINITY;

  /**
   * Records an answer to a request whose permit was reserved at `reserved`. Returns whether most answers are unclear.
   */
  note(answer: SesAnswer, reserved: number): boolean {
    // The request was already under way when sending was blocked.
    if (reserved <= this.since) return false;
    // There was no answer if no connection was established.
    if (answer.kind === 'retry' && !answer.throttled) return false;
    this.unclear.push(answer.kind === 'ambiguous');
    if (this.unclear.length > SIZE) this.unclear.shift();
    return this.unclear.filter(Boolean).length > SIZE / 2;
  }

  /** Discards earlier answers, because sending is blocked. */
  restart(now: number): void {
    this.unclear = [];
    this.since = now;
  }
}
