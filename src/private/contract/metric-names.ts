/**
 * What the handlers count and measure, and the construct's metrics and alarms look at. Dashboards and alarms of others
 * refer to these names: they are public.
 */

export const METRIC_NAMESPACE = 'MailMatrix';
/** The only dimension: a metric is a mailer's, never a campaign's, because every value of a dimension is billed. */
export const METRIC_DIMENSION = 'Mailer';

/** By name, CloudWatch's unit. `BulkMailer`'s `metric…` methods say when each is emitted and how exact it is. */
export const METRICS = {
  RowsPlanned: 'Count',
  RowsInvalid: 'Count',
  ListsRejected: 'Count',
  Accepted: 'Count',
  Throttled: 'Count',
  AllowanceUsed: 'Percent',
  QuotaUsed: 'Percent',
  QuotaLeft: 'Count',
  AccountAtRisk: 'Count',
  CampaignsPaused: 'Count',
  Sent: 'Count',
  AlreadySent: 'Count',
  Refused: 'Count',
  RefusedShare: 'Percent',
  InDoubt: 'Count',
  InDoubtShare: 'Percent',
  Suppressed: 'Count',
  NotAttempted: 'Count',
  RunDuration: 'Seconds',
  Delivered: 'Count',
  Bounced: 'Count',
  Complained: 'Count',
  OptedOut: 'Count',
  InvariantViolations: 'Count',
} as const;
export type MetricName = keyof typeof METRICS;
