import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ConsentOptions } from './consent/consent';
import type { InDoubtPolicy } from './in-doubt-policy';
import type { IntakeOptions } from './intake';
import type { AlertRoute } from './monitoring/alert-route';
import type { MonitoringOptions } from './monitoring/monitoring';
import type { Approval } from './review/approval';
import type { RuntimeOptions } from './runtime';
import type { SendRateOptions } from './send-rate';
import type { Sender } from './sender';
import type { MailTemplate } from './templates/mail-template';
import type { TrackingOptions } from './tracking-options';

/** Properties of `BulkMailer`. */
export interface BulkMailerProps {
  /** Who the mail is from. */
  readonly sender: Sender;

  /**
   * The templates, by name. A name is 1 to 64 lower-case letters, digits and `_`: `welcome`.
   */
  readonly templates: { [name: string]: MailTemplate };

  /**
   * Where reports and alerts go.
   *
   * @default - to nobody; `alertTopic` is there to subscribe to
   */
  readonly alerts?: AlertRoute[];

  /**
   * The template of lists that name none.
   *
   * @default - the only template; with several, a list that names none is rejected
   */
  readonly defaultTemplate?: string;

  /**
   * The name that this mailer's campaigns are remembered under. The ledger knows a campaign by this name and the campaign's
   * own, so another bucket, stack or construct id changes nothing. Another name begins anew, and sends nothing before an
   * operator accepts it. Mailers that share a ledger need different names. 1 to 64 letters, digits, `.`, `_` and `-`, known
   * at synth.
   *
   * @default 'mailer'
   */
  readonly mailerName?: string;

  /**
   * A bucket of yours for lists and reports. Its EventBridge notifications must be on
   * (`bucket.enableEventBridgeNotification()`), and it should keep versions.
   *
   * @default - a private, versioned bucket of the mailer's own
   */
  readonly bucket?: s3.IBucket;

  /**
   * The table that remembers who got which mail. Mailers that share one share its send rate exactly, and
   * `ledger: other.ledger` is how.
   *
   * @default - a table of the mailer's own
   */
  readonly ledger?: dynamodb.ITable;

  /**
   * A key for what the mailer makes: bucket, ledger and topic.
   *
   * @default - keys of the services
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What becomes of the bucket and the ledger when the mailer is removed. A new ledger is a new memory: whoever got a
   * mail before may get it again.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * What becomes of a message of which nobody knows whether SES took it.
   *
   * @default InDoubtPolicy.hold()
   */
  readonly inDoubtPolicy?: InDoubtPolicy;

  /**
   * Whether somebody must approve a run before it is sent, and whom test mails may go to.
   *
   * @default Approval.none()
   */
  readonly approval?: Approval;

  /**
   * How recipient lists come in.
   *
   * @default - lists under `campaigns/`, the usual names of the address column
   */
  readonly intake?: IntakeOptions;

  /**
   * How fast mail goes out.
   *
   * @default - all that SES allows the account
   */
  readonly sendRate?: SendRateOptions;

  /**
   * What is watched, and when a campaign is held back.
   *
   * @default - alarms, a dashboard; a campaign pauses when SES refuses a fifth of a sample of it
   */
  readonly monitoring?: MonitoringOptions;

  /**
   * How recipients leave.
   *
   * @default - one click in every mail that is not transactional, at a function URL of the mailer's own
   */
  readonly consent?: ConsentOptions;

  /**
   * What becomes of the mail once SES has it.
   *
   * @default - deliveries, bounces and complaints; no opens and clicks; a campaign that goes wrong pauses
   */
  readonly tracking?: TrackingOptions;

  /**
   * Where and how the functions run.
   *
   * @default - outside a VPC, on ARM, with a log group of their own
   */
  readonly runtime?: RuntimeOptions;
}
