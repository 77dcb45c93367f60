import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ses from 'aws-cdk-lib/aws-ses';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { AlertRoute } from './alert-route';
import { Alerting } from './alerting';
import { Approval } from './approval';
import { Consent, type ConsentOptions, consentSettings } from './consent';
import { InDoubtPolicy } from './in-doubt-policy';
import { Intake, type IntakeOptions, intakeSettings } from './intake';
import type { MailTemplate } from './mail-template';
import type { MonitoringOptions } from './monitoring';
import { FORMAT, LAYOUT, type Settings } from './private/contract';
import { checkNumber } from './private/errors';
import { mayWrite } from './private/key-rights';
import { mailerBucket } from './private/mailer-bucket';
import { grantOperate } from './private/operate';
import { warnOfTemplates } from './private/template-warnings';
import { templatesOf } from './private/templates-document';
import { grantApprove, Review, reviewSettings } from './review';
import type { RuntimeOptions } from './runtime';
import { SendPipeline } from './send-pipeline';
import type { SendRateOptions } from './send-rate';
import type { Sender } from './sender';
import { Suppression } from './suppression';
import { Tracking, type TrackingOptions, trackingSettings } from './tracking';

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
   * @default - the only template; with several, a list that names none is refused
   */
  readonly defaultTemplate?: string;

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
   * @default - a campaign pauses when SES refuses a fifth of a stretch of its messages
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

/**
 * A whole bulk-mail pipeline: put a CSV of recipients under `campaigns/` in `bucket`, and everybody on it gets their own
 * personalised mail, once, through Amazon SES. A report lies under `reports/` when it ends, and `alertTopic` tells.
 */
export class BulkMailer extends Construct {
  /** Where lists are put and reports lie. */
  public readonly bucket: s3.IBucket;
  /** Who got which mail. */
  public readonly ledger: dynamodb.ITable;
  /** Reports and alerts. */
  public readonly alertTopic: sns.Topic;
  /** What the messages are sent with; SES's events come from it. */
  public readonly configurationSet: ses.ConfigurationSet;
  /** One execution is one run. */
  public readonly stateMachine: sfn.StateMachine;
  /** Reports a run once more after the tracking period. */
  public readonly followUpStateMachine: sfn.StateMachine;
  /** Starts a run for every upload. */
  public readonly intakeRule: events.Rule;
  /** Starts a run that sends nothing for every upload of a draft. */
  public readonly draftsRule: events.Rule;
  /** Uploads of which the run could not be started. */
  public readonly intakeDeadLetterQueue: sqs.Queue;
  /** Tells of runs that failed. */
  public readonly runFailedRule: events.Rule;
  /** Registers a run. */
  public readonly registerFunction: lambda.Function;
  /** Turns a list into shards. */
  public readonly planFunction: lambda.Function;
  /** Sends. */
  public readonly sendFunction: lambda.Function;
  /** Settles outcomes. */
  public readonly settleFunction: lambda.Function;
  /** Writes reports. */
  public readonly reportFunction: lambda.Function;
  /** Answers the links in mail. */
  public readonly consentFunction: lambda.Function;
  /** Where the links in mail lead. */
  public readonly consentUrl: string;
  /** The function URL they lead to; undefined where `consent.endpoint` is another. */
  public readonly consentFunctionUrl?: lambda.FunctionUrl;
  /** What to point the domain of `ConsentEndpoint.customDomain` at, if its zone was not given; else undefined. */
  public readonly consentDomainTarget?: string;
  /** Signs the links in mail. */
  public readonly consentSecret: secretsmanager.ISecret;
  /** Writes what became of each mail to the ledger. */
  public readonly trackFunction: lambda.Function;
  /** SES's events on their way to the ledger. */
  public readonly trackingQueue: sqs.Queue;
  /** Events that could not be written. */
  public readonly trackingDeadLetterQueue: sqs.Queue;
  /** Takes SES's events of this mailer from the account's default bus. */
  public readonly trackingRule: events.Rule;
  /** Mails reviewers and approvers. */
  public readonly reviewFunction: lambda.Function;
  /** Answers the links by which runs are approved; only with `approval`. */
  public readonly approvalFunction?: lambda.Function;
  /** The functions' log. */
  public readonly logGroup: logs.ILogGroup;

  private readonly encryptionKey?: kms.IKey;
  private readonly intakePrefix: string;
  private readonly draftsPrefix: string;

  constructor(scope: Construct, id: string, props: BulkMailerProps) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const runtime = props.runtime ?? {};
    this.encryptionKey = props.encryptionKey;
    checkNumber('sendRate.maxPerSecond', props.sendRate?.maxPerSecond, { min: 0.01 });
    checkNumber('sendRate.accountShare', props.sendRate?.accountShare, { min: 0.01, max: 1 });
    checkNumber('monitoring.maxRecipientsPerCampaign', props.monitoring?.maxRecipientsPerCampaign, {
      min: 1,
      integer: true,
    });
    checkNumber('monitoring.maxRefusedPercent', props.monitoring?.maxRefusedPercent, { min: 1, max: 100 });
    const templates = templatesOf(props);
    warnOfTemplates(this, props, templates.document);
    const fromAddresses = [
      ...new Set(Object.values(templates.document.templates).map((t) => props.sender._check(t.fromAddress))),
    ];
    const intake = intakeSettings(props.intake ?? {});
    this.intakePrefix = intake.intake.prefix;
    this.draftsPrefix = intake.intake.draftsPrefix ?? LAYOUT.drafts;

    this.bucket = props.bucket ?? mailerBucket(this, 'Bucket', { removalPolicy, encryptionKey: props.encryptionKey });
    this.ledger =
      props.ledger ??
      new dynamodb.TableV2(this, 'Ledger', {
        partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
        sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
        billing: dynamodb.Billing.onDemand(),
        encryption: props.encryptionKey
          ? dynamodb.TableEncryptionV2.customerManagedKey(props.encryptionKey)
          : dynamodb.TableEncryptionV2.dynamoOwnedKey(),
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        timeToLiveAttribute: 'expires',
        removalPolicy,
      });
    this.logGroup =
      runtime.logGroup ??
      new logs.LogGroup(this, 'Logs', {
        retention: runtime.logRetention ?? logs.RetentionDays.THREE_MONTHS,
        removalPolicy,
      });
    this.configurationSet = new ses.ConfigurationSet(
      this,
      'ConfigurationSet',
      (props.consent?.suppression ?? Suppression.account())._props,
    );

    const alerting = new Alerting(this, 'Alerts', { routes: props.alerts ?? [], encryptionKey: props.encryptionKey });
    this.alertTopic = alerting.topic;

    const consent = new Consent(this, 'Consent', {
      options: props.consent ?? {},
      topics: Object.values(props.templates).map((template) => template._topic),
      tracking: props.tracking ?? {},
      sender: props.sender,
      ledger: this.ledger,
      logGroup: this.logGroup,
      encryptionKey: props.encryptionKey,
      removalPolicy,
      runtime,
    });
    this.consentFunction = consent.consentFunction;
    this.consentUrl = consent.endpoint.url;
    this.consentFunctionUrl = consent.endpoint.functionUrl;
    this.consentDomainTarget = consent.endpoint.domainTarget;
    this.consentSecret = consent.secret;

    const tracking = props.tracking ?? {};
    const settings: Settings = {
      ...intake,
      rate: {
        maxPerSecond: props.sendRate?.maxPerSecond,
        accountShare: props.sendRate?.accountShare ?? 1,
        window: props.sendRate?.window?._settings,
      },
      brakes: {
        maxRecipients: props.monitoring?.maxRecipientsPerCampaign,
        maxRefusedPercent: props.monitoring?.maxRefusedPercent,
      },
      consent: consentSettings(
        props.consent ?? {},
        Object.values(props.templates).flatMap(({ _variants }) => Object.keys(_variants)),
      ),
      inDoubt: (props.inDoubtPolicy ?? InDoubtPolicy.hold())._policy,
      tracking: trackingSettings(tracking),
      ...reviewSettings(props.approval ?? Approval.none(), props.sender),
    };
    const review = new Review(this, 'Approval', {
      settings,
      sender: props.sender,
      fromAddresses,
      bucket: this.bucket,
      ledger: this.ledger,
      topics: alerting.topics,
      configurationSet: this.configurationSet,
      logGroup: this.logGroup,
      encryptionKey: props.encryptionKey,
      runtime,
    });
    this.reviewFunction = review.reviewFunction;
    this.approvalFunction = review.approvalFunction;
    const pipeline = new SendPipeline(this, 'Pipeline', {
      settings,
      templates,
      sender: props.sender,
      fromAddresses,
      bucket: this.bucket,
      ledger: this.ledger,
      topics: alerting.topics,
      configurationSet: this.configurationSet,
      consent,
      tracking,
      review,
      logGroup: this.logGroup,
      encryptionKey: props.encryptionKey,
      runtime,
    });
    this.followUpStateMachine = pipeline.followUpStateMachine;
    this.stateMachine = pipeline.stateMachine;
    this.registerFunction = pipeline.registerFunction;
    this.planFunction = pipeline.planFunction;
    this.sendFunction = pipeline.sendFunction;
    this.settleFunction = pipeline.settleFunction;
    this.reportFunction = pipeline.reportFunction;
    this.runFailedRule = alerting.watch(this.stateMachine);
    alerting.watchFollowUp(this.followUpStateMachine);

    const arrivals = new Intake(this, 'Intake', {
      options: props.intake ?? {},
      bucket: this.bucket,
      stateMachine: this.stateMachine,
    });
    this.intakeRule = arrivals.rule;
    this.draftsRule = arrivals.draftsRule;
    this.intakeDeadLetterQueue = arrivals.deadLetterQueue;

    const tracker = new Tracking(this, 'Tracking', {
      options: tracking,
      settings,
      configurationSet: this.configurationSet,
      ledger: this.ledger,
      topics: alerting.topics,
      logGroup: this.logGroup,
      encryptionKey: props.encryptionKey,
      runtime,
    });
    this.trackFunction = tracker.trackFunction;
    this.trackingQueue = tracker.queue;
    this.trackingDeadLetterQueue = tracker.deadLetterQueue;
    this.trackingRule = tracker.rule;

    if (runtime.permissionsBoundary) iam.PermissionsBoundary.of(this).apply(runtime.permissionsBoundary);

    new CfnOutput(this, 'Connection', {
      description: 'What a command line needs to find this mailer',
      value: Stack.of(this).toJsonString({
        v: FORMAT,
        bucket: this.bucket.bucketName,
        intakePrefix: this.intakePrefix,
        draftsPrefix: this.draftsPrefix,
        reportsPrefix: LAYOUT.reports,
        stateMachineArn: this.stateMachine.stateMachineArn,
        ledgerTable: this.ledger.tableName,
        alertTopicArn: this.alertTopic.topicArn,
        configurationSet: this.configurationSet.configurationSetName,
        consentUrl: this.consentUrl,
        trackingQueueUrl: this.trackingQueue.queueUrl,
      }),
    });
  }

  /** Lets a principal put recipient lists, and so send mail, and drafts of them. */
  public grantUpload(grantee: iam.IGrantable): iam.Grant {
    // A large list is uploaded in parts, and S3 reads them to put them together.
    mayWrite(this.bucket.encryptionKey as kms.IKey | undefined, grantee);
    return this.bucket
      .grantPut(grantee, `${this.intakePrefix}*`)
      .combine(this.bucket.grantPut(grantee, `${this.draftsPrefix}*`));
  }

  /** Lets a principal approve and reject runs by the command `cdk-mailmatrix`, beside the approvers with their links. */
  public grantApprove(grantee: iam.IGrantable): iam.Grant {
    return grantApprove(grantee, { ledger: this.ledger, encryptionKey: this.encryptionKey });
  }

  /**
   * Lets a principal do what the command `cdk-mailmatrix` does: send lists, watch, pause, resume, cancel and try again,
   * and read the reports, which hold addresses. It may not read the lists, nor the ledger's records of recipients.
   */
  public grantOperate(grantee: iam.IGrantable): iam.Grant {
    return grantOperate(grantee, {
      bucket: this.bucket,
      ledger: this.ledger,
      stateMachine: this.stateMachine,
      prefixes: [this.intakePrefix, this.draftsPrefix],
      encryptionKey: this.encryptionKey,
    });
  }

  /** Lets a principal read the reports, which hold addresses. */
  public grantReadReports(grantee: iam.IGrantable): iam.Grant {
    return this.bucket.grantRead(grantee, `${LAYOUT.reports}*`);
  }
}
