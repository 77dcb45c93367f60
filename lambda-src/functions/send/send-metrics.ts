import { type Metrics, withAccountMetrics } from '../../domain/metrics';
import type { Clock, Mail, Ses } from '../../domain/ports';

/** Milliseconds between flushes. A worker that dies loses the metrics since its last flush. */
const FLUSHED_EVERY = 10_000;

/** Counts a worker's requests while it works, to show the current speed. The report counts the outcomes. */
export class SendMetrics {
  /** The mailer's send rate, in emails per second. */
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
    // Percent of a minute's allowance, so that the sum over one minute and all workers is the usage.
    metrics.count('AllowanceUsed', 100 / (60 * this.perSecond));
    try {
      const answer = await ses.send(mail);
      metrics.count('Accepted');
      return answer;
    } catch (error) {
      const answer = ses.resultOf(error);
      if (answer.kind === 'retry' && answer.throttled) metrics.count('Throttled');
      throw error;
    } finally {
      this.flushIfDue();
    }
  }

  private flushIfDue(): void {
    const now = this.clock.now();
    if (now - this.flushed < FLUSHED_EVERY) return;
    this.flushed = now;
    this.metrics.flush();
  }
}
