import { type Metrics, withAccountMetrics } from '../../domain/metrics';
import type { Clock, Mail, Ses } from '../../domain/ports';
import { sendResultOf } from '../../domain/sending/send-result';

/** Milliseconds between flushes: a worker that dies leaves so much uncounted. */
const FLUSHED_EVERY = 10_000;

/** Counts a worker's requests while it works, so that one sees how fast it is. What ended how, the report counts. */
export class SendMetrics {
  /** Of the mailer, a second. */
  perSecond = 1;
  private flushed: number;
  readonly ses: Ses;

  constructor(
    ses: Ses,
    private readonly metrics: Metrics,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.flushed = clock.now();
    this.ses = { ...withAccountMetrics(ses, metrics), send: (mail) => this.send(ses, mail) };
  }

  private async send(ses: Ses, mail: Mail): Promise<{ readonly messageId: string }> {
    const { metrics } = this;
    // The share of a minute's allowance, so that the sum over all workers and a minute is the usage.
    metrics.count('AllowanceUsed', 100 / (60 * this.perSecond));
    try {
      const answer = await ses.send(mail);
      metrics.count('Accepted');
      return answer;
    } catch (error) {
      const answer = sendResultOf(error);
      if (answer.kind === 'retry' && answer.throttled) metrics.count('Throttled');
      throw error;
    } finally {
      this.sometimes();
    }
  }

  private sometimes(): void {
    const now = this.clock.now();
    if (now - this.flushed < FLUSHED_EVERY) return;
    this.flushed = now;
    this.metrics.flush();
  }
}
