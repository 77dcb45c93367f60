import type { MetricName } from '../../src/private/contract/metric-names';
import type { Account, Ses } from './ports';

/** What CloudWatch is to know. Nothing of a recipient, and no campaign: see `metric-names.ts`. */
export interface Metrics {
  /** Kept until `flush`; of one name, the sum. */
  count(name: MetricName, count?: number): void;
  /** Kept until `flush`; of one name, the last. */
  gauge(name: MetricName, value: number): void;
  /** Nothing where nothing was kept. */
  flush(): void;
}

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

/** Metrics that go nowhere. */
export const uncounted: Metrics = { count() {}, gauge() {}, flush() {} };

/** Counts each answer of GetAccount in CloudWatch. */
export const withAccountMetrics = <T extends Pick<Ses, 'account'>>(ses: T, metrics: Metrics): T => ({
  ...ses,
  account: async () => {
    const account = await ses.account();
    tellAccount(account, metrics);
    return account;
  },
});

function tellAccount({ max24Hours, sentLast24Hours, sendingEnabled, enforcement }: Account, metrics: Metrics): void {
  const atRisk = !sendingEnabled || (enforcement !== undefined && enforcement !== 'HEALTHY');
  metrics.gauge('AccountAtRisk', atRisk ? 1 : 0);
  // SES says -1 for no quota.
  if (max24Hours < 0) return;
  metrics.gauge('QuotaLeft', Math.max(0, max24Hours - sentLast24Hours));
  metrics.gauge('QuotaUsed', max24Hours === 0 ? 100 : (sentLast24Hours * 100) / max24Hours);
}
