import { OUTCOMES, type RunRef } from '../../../src/private/contract';
import type { Metrics } from '../../domain/metrics';
import { countWhere, entryOf } from '../../domain/outcomes';
import type { Summary } from './summary';

/** Records the metrics of a run's end. Called for its first report only. A draft sends nothing and is not counted. */
export function countRun({ draft }: RunRef, summary: Summary, metrics: Metrics): void {
  const { status, counts } = summary;
  if (draft) return;
  if (status === 'rejected') metrics.count('ListsRejected');
  if (status === 'completed' && counts) {
    for (const outcome of OUTCOMES) {
      const { metric } = entryOf(outcome);
      if (metric) metrics.count(metric, counts[outcome]);
    }
    const attempted = countWhere(counts, (entry) => entry.attempted);
    if (attempted > 0) {
      metrics.gauge('RefusedShare', (counts.refused * 100) / attempted);
      metrics.gauge('InDoubtShare', (counts.in_doubt * 100) / attempted);
    }
    metrics.gauge('RunDuration', Math.max(0, Date.parse(summary.endedAt) - Date.parse(summary.startedAt)) / 1000);
  }
  // Flush now: if a later step fails, the retry does not count the run again.
  metrics.flush();
}
