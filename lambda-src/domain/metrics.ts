import type { MetricName } from '../../src/private/contract/metric-names';
import type { Account, Ses } from './ports';

/** Metrics for CloudWatch. They name no recipient and no campaign; see `metric-names.ts`. */
export interface Metrics {
  /** Adds to a metric's sum, which is kept until `flush`. */
  count(name: MetricName, count?: number): void;
  /** Sets a metric's value, which is kept until `flush`. */
  gauge(name: MetricName, value: number): void;
  /** Emits the kept values, if any. */
  flush(): void;
}

/** Collects metrics in memory until `flush` emits them. */
export class Counters implements Metrics {
  private readonly values = new Map<MetricName, number>();

  constructor(private readonly emit: (values: ReadonlyMap<MetricName, number>) => void) {}

  count(name: MetricName, count = 1): void {
    this.values.set(name, (this.values.get(name) ?? 0) + count);
  }

  gauge(name: MetricName, value: number): void {
    this.values.set(name, value);
  }

  flush(): void {
    if (this.values.size === 0) return;
    this.emit(new Map(this.values));
    this.values.clear();
  }
}

/** Discards all metrics. */
export const uncounted: Metrics = { count() {}, gauge() {}, flush() {} };

/** Records metrics of each GetAccount answer. */
export const withAccountMetrics = <T extends Pick<Ses, 'account'>>(ses: T, metrics: Metrics): T => ({
  ...ses,
  account: async () => {
    const account = await ses.account();
    recordAccount(account, metrics);
    return account;
  },
});

function recordAccount({ max24Hours, sentLast24Hours, sendingEnabled, enforcement }: Account, metrics: Metrics): void {
  const atRisk = !sendingEnabled || (enforcement !== undefined && enforcement !== 'HEALTHY');
  metrics.gauge('AccountAtRisk', atRisk ? 1 : 0);
  // SES returns -1 for an unlimited quota.
  if (max24Hours < 0) return;
  metrics.gauge('QuotaLeft', Math.max(0, max24Hours - sentLast24Hours));
  metrics.gauge('QuotaUsed', max24Hours === 0 ? 100 : (sentLast24Hours * 100) / max24Hours);
}
