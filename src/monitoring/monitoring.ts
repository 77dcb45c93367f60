import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Alarms } from './alarms';
import type { SesBudget } from './ses-budget';

/** Options for alarms, the dashboard and limits at which a campaign pauses. */
export interface MonitoringOptions {
  /**
   * The maximum number of recipients of one list. A longer list is rejected before anything is sent, as a safeguard
   * against the wrong file.
   *
   * @default - no ceiling but `intake.maxRows`
   */
  readonly maxRecipientsPerCampaign?: number;

  /**
   * The maximum share of emails that SES may refuse, in percent, among a campaign's first `refusalSampleSize` emails and
   * in any later sample of that size. Above it the campaign pauses and sends an alert; 100 never pauses. Bounces and
   * complaints arrive later and do not count here.
   *
   * @default 20
   */
  readonly maxRefusedPercent?: number;

  /**
   * The number of emails in a sample for `maxRefusedPercent`, from 1 to 10,000. With a smaller sample a campaign pauses
   * earlier, and on fewer refusals.
   *
   * @default 50
   */
  readonly refusalSampleSize?: number;

  /**
   * The bucket for S3 server access logs of the mailer's own bucket. The logs record every upload, read and deletion.
   * It must be in the same Region and account, allow `logging.s3.amazonaws.com` to write, and have no Object Lock. CDK
   * grants the permission on a bucket of the same app.
   *
   * @default - no access logs
   */
  readonly accessLogsBucket?: s3.IBucket;

  /**
   * The key prefix of the access logs.
   *
   * @default - nothing
   */
  readonly accessLogsPrefix?: string;

  /**
   * The CloudWatch alarms, which notify `alerts`. About twenty-five, at $0.10 per month each.
   *
   * @default Alarms.standard()
   */
  readonly alarms?: Alarms;

  /**
   * The monthly budget for SES. The alert routes get its notifications.
   *
   * @default - no budget
   */
  readonly budget?: SesBudget;

  /**
   * Whether to create a CloudWatch dashboard of sending, rate, complaints, queues and cost. The first three dashboards
   * of an account are free; each further one costs $3 per month (https://aws.amazon.com/cloudwatch/pricing/).
   *
   * @default true
   */
  readonly dashboard?: boolean;
}
