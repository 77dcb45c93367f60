import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as ses from 'aws-cdk-lib/aws-ses';
import type { ConsentOptions } from './consent/consent';
import type { DeliveryOptions } from './delivery';
import type { InDoubtPolicy } from './in-doubt-policy';
import type { IntakeOptions } from './intake-options';
import type { AlertRoute } from './monitoring/alert-route';
import type { MonitoringOptions } from './monitoring/monitoring';
import type { Approval } from './review/approval';
import type { RuntimeOptions } from './runtime';
import type { SendRateOptions } from './send-rate';
import type { Sender } from './sender';
import type { MailTemplate } from './templates/mail-template';
import type { Tenant } from './tenant';
import type { TrackingOptions } from './tracking-options';

/** Properties of `BulkMailer`. */
export interface BulkMailerProps {
  /** The identity and address that email is sent from. */
  readonly sender: Sender;

  /** The templates, by name. A name has 1 to 64 lower-case letters, digits and `_`, such as `welcome`. */
  readonly templates: { [name: string]: MailTemplate };

  /**
   * The destinations of reports and alerts.
   *
   * @default - none; subscribe to `alertTopic`
   */
  readonly alerts?: AlertRoute[];

  /**
   * The template for lists that do not name one.
   *
   * @default - the only template; with several, a list that names none is rejected
   */
  readonly defaultTemplate?: string;

  /**
   * The name that identifies this mailer's campaigns in the ledger. The ledger identifies a campaign by this name and
   * the campaign's own name, so a change of bucket, stack or construct id has no effect. After a change of this name
   * nothing is sent until an operator accepts it, and every campaign starts anew. Mailers that share a ledger need
   * different names. 1 to 64 letters, digits, `.`, `_` and `-`, known at synth.
   *
   * @default 'mailer'
   */
  readonly mailerName?: string;

  /**
   * An existing bucket for lists and reports. It must send events to EventBridge
   * (`bucket.enableEventBridgeNotification()`) and should be versioned.
   *
   * @default - a private, versioned bucket of the mailer's own
   */
  readonly bucket?: s3.IBucket;

  /**
   * The table that records which recipient got which email. To share it between mailers, set `ledger: other.ledger`;
   * they then also share one send rate.
   *
   * @default - a table of the mailer's own
   */
  readonly ledger?: dynamodb.ITable;

  /**
   * The KMS key that encrypts the mailer's bucket, ledger and topic.
   *
   * @default - keys of the services
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The removal policy of the bucket and the ledger. Without the old ledger, a mailer can send an email again to
   * recipients who already got it.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The treatment of emails whose delivery to SES is uncertain.
   *
   * @default InDoubtPolicy.hold()
   */
  readonly inDoubtPolicy?: InDoubtPolicy;

  /**
   * The approval that a run needs before it is sent, and the allowed recipients of test emails.
   *
   * @default Approval.none()
   */
  readonly approval?: Approval;

  /**
   * The options for recipient lists.
   *
   * @default - lists under `campaigns/`, the usual names of the address column
   */
  readonly intake?: IntakeOptions;

  /**
   * The options for the send rate and the sending hours.
   *
   * @default - all that SES allows the account
   */
  readonly sendRate?: SendRateOptions;

  /**
   * The options for alarms, the dashboard and limits at which a campaign pauses.
   *
   * @default - alarms, a dashboard; a campaign pauses when SES refuses a fifth of a sample of it
   */
  readonly monitoring?: MonitoringOptions;

  /**
   * The options for unsubscribing.
   *
   * @default - one click in every mail that is not transactional, at a function URL of the mailer's own
   */
  readonly consent?: ConsentOptions;

  /**
   * The SES tenant that sends. With `intake.tenantColumn`, the tenant of rows with an empty cell.
   *
   * @default - none: the account sends
   */
  readonly tenant?: Tenant;

  /**
   * The options for delivery by SES, such as a dedicated IP pool.
   *
   * @default - SES's defaults for a configuration set
   */
  readonly delivery?: DeliveryOptions;

  /**
   * An existing configuration set of the app, for options that `delivery` does not have. The mailer adds an event
   * destination to it and changes nothing else: set `suppressionReasons`, `customTrackingRedirectDomain` and
   * `vdmOptions` where you create it. Only this mailer may send with it.
   *
   * @default - a configuration set of the mailer's own
   */
  readonly configurationSet?: ses.ConfigurationSet;

  /**
   * The options for delivery tracking after SES accepts an email.
   *
   * @default - deliveries, bounces and complaints; no opens and clicks; a campaign that goes wrong pauses
   */
  readonly tracking?: TrackingOptions;

  /**
   * The options for the Lambda functions, such as VPC, roles and logs.
   *
   * @default - outside a VPC, on ARM, with a log group of their own
   */
  readonly runtime?: RuntimeOptions;
}
