/** The metrics of the handlers. Users' dashboards and alarms refer to these names: they are public. */

export const METRIC_NAMESPACE = 'MailMatrix';
/** The only dimension. A metric has no dimension for the campaign, because CloudWatch bills every combination. */
export const METRIC_DIMENSION = 'Mailer';

/**
 * The CloudWatch unit of each metric. `BulkMailer`'s `metric…` methods say when each is emitted and how exact it is.
 */
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
