import type { RunRef } from '../../../src/private/contract';
import type { Metrics } from '../../domain/metrics';
import type { Summary } from './summary';

/** How a run ended, by its first report. A draft is no run of anybody's mail. */
export function countRun({ draft }: RunRef, summary: Summary, metrics: Metrics): void {
  const { status, counts } = summary;
  if (draft) return;
  if (status === 'rejected') metrics.count('ListsRejected');
  if (status === 'completed' && counts) {
    const { sent, already_sent, refused, in_doubt, suppressed, not_attempted } = counts;
    metrics.count('Sent', sent);
    metrics.count('AlreadySent', already_sent);
    metrics.count('Refused', refused);
    metrics.count('InDoubt', in_doubt);
    metrics.count('Suppressed', suppressed);
    metrics.count('NotAttempted', not_attempted);
    const tried = sent + refused + in_doubt;
    if (tried > 0) {
      metrics.gauge('RefusedShare', (refused * 100) / tried);
      metrics.gauge('InDoubtShare', (in_doubt * 100) / tried);
    }
    metrics.gauge('RunDuration', Math.max(0, Date.parse(summary.endedAt) - Date.parse(summary.startedAt)) / 1000);
  }
  // Before anything else may fail: it is not counted again.
  metrics.flush();
}
