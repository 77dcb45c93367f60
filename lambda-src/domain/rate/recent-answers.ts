import type { SesAnswer } from '../sending/send-result';

/** Answers of a worker that count together. */
const SIZE = 20;

/** The last answers that one worker had from SES: whether more than half of them are unclear. */
export class RecentAnswers {
  private unclear: boolean[] = [];
  private since = Number.NEGATIVE_INFINITY;

  /** Whether most answers are unclear, with this answer to a request whose permit was reserved then. */
  note(answer: SesAnswer, reserved: number): boolean {
    // It was under way when sending was blocked.
    if (reserved <= this.since) return false;
    // Where no connection stood there was no answer.
    if (answer.kind === 'retry' && !answer.throttled) return false;
    this.unclear.push(answer.kind === 'ambiguous');
    if (this.unclear.length > SIZE) this.unclear.shift();
    return this.unclear.filter(Boolean).length > SIZE / 2;
  }

  /** Sending is blocked: answers to earlier requests no longer count. */
  restart(now: number): void {
    this.unclear = [];
    this.since = now;
  }
}
