import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Alarms } from './alarms';
import type { SesBudget } from './ses-budget';

/** What is watched, and when a campaign is held back. */
export interface MonitoringOptions {
  /**
   * The most recipients that one list may have. A longer list is rejected before anybody is mailed: a brake against the
   * wrong file.
   *
   * @default - no ceiling but `intake.maxRows`
   */
  readonly maxRecipientsPerCampaign?: number;

  /**
   * A campaign pauses by itself, with an alert, when SES refuses more than this percentage of its first fifty messages or of
   * any later sample of fifty. 100 never pauses. Bounces and complaints come later and are not counted here.
   *
   * @default 20
   */
  readonly maxRefusedPercent?: number;

  /**
   * A bucket for S3's server access logs of the mailer's own bucket: who put, read and deleted which list and report. It must
   * be of the same Region and account, let `logging.s3.amazonaws.com` write, and may not have Object Lock; CDK sees to the
   * rights on one that is made in the app.
   *
   * @default - no access logs
   */
  readonly accessLogsBucket?: s3.IBucket;

  /**
   * What the names of the access logs begin with.
   *
   * @default - nothing
   */
  readonly accessLogsPrefix?: string;

  /**
   * CloudWatch's alarms, which go to `alerts`. Some twenty-five, at $0.10 a month each.
   *
   * @default Alarms.standard()
   */
  readonly alarms?: Alarms;

  /**
   * What SES may cost before the alert routes hear of it.
   *
   * @default - no budget
   */
  readonly budget?: SesBudget;

  /**
   * A CloudWatch dashboard: is it sending, how fast, who complains, what waits, what does it cost. An account has three for
   * nothing, each other is $3 a month (https://aws.amazon.com/cloudwatch/pricing/).
   *
   * @default true
   */
  readonly dashboard?: boolean;
}
