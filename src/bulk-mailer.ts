import { Annotations, RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
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
import type { Construct } from 'constructs';
import type { BulkMailerProps } from './bulk-mailer-props';
import { Consent } from './consent/consent';
import { Suppression } from './consent/suppression';
import { Intake } from './intake';
import { Alarms } from './monitoring/alarms';
import { Alerting } from './monitoring/alerting';
import { MailerMetrics } from './monitoring/mailer-metrics';
import { connectionOutput } from './private/connection';
import { LAYOUT, mapsOf, partsUnder, reportsOf } from './private/contract';
import { mailerSettings } from './private/functions/mailer-settings';
import type { PartProps } from './private/functions/part-props';
import { grantDoctor } from './private/grants/grant-doctor';
import { grantOperate } from './private/grants/grant-operate';
import { grantForget, grantHistory } from './private/grants/grant-person';
import { grantWrite } from './private/grants/key-rights';
import { RestrictedUploads } from './private/grants/restricted-uploads';
import { applyRolePath } from './private/grants/role-path';
import { grantServicesUse } from './private/grants/service-rights';
import { mailerBucket } from './private/mailer-bucket';
import { mailerLedger } from './private/mailer-ledger';
import { MailerAlarms } from './private/monitoring/mailer-alarms';
import { MailerBudget } from './private/monitoring/mailer-budget';
import { mailerDashboard } from './private/monitoring/mailer-dashboard';
import { checkNeighbors } from './private/neighbors';
import { warnOfTemplates } from './private/templates/template-warnings';
import { templatesOf } from './private/templates/templates-document';
import { validateImports } from './private/validate-imports';
import { grantApprove, Review } from './review/review';
import { SendPipeline } from './send-pipeline';
import { Tracking } from './tracking';

/**
 * A whole bulk-mail pipeline: put a CSV of recipients under `campaigns/` in `bucket`, and everybody on it gets their own
 * personalised mail, once, through Amazon SES. A report lies under `reports/` when it ends, and `alertTopic` tells.
 */
export class BulkMailer extends MailerMetrics {
  /** The name that campaigns are remembered under: `mailerName` of the props. */
  public readonly mailerName: string;
  /** Where lists are put and reports lie. */
  public readonly bucket: s3.IBucket;
  /** Who got which mail. */
  public readonly ledger: dynamodb.ITable;
  /** Reports, alarms and all other alerts. */
  public readonly alertTopic: sns.Topic;
  /** Alarms alone; only where a route by mail or text message is for alarms and not for everything. */
  public readonly alarmTopic?: sns.Topic;
  /** The alarms, each described in `docs/runbook.md`; none with `Alarms.none()`. */
  public readonly alarms: cloudwatch.Alarm[];
  /** Is it sending, how fast, who complains, what waits; undefined with `monitoring.dashboard: false`. */
  public readonly dashboard?: cloudwatch.Dashboard;
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
  /** Encrypts the links in mail. */
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
  /** @internal */
  public readonly _prefixes: readonly string[];
  private readonly eventBus?: events.IEventBus;
  private readonly restrictedUploads?: RestrictedUploads;

  constructor(scope: Construct, id: string, props: BulkMailerProps) {
    super(scope, id);
    const { encryptionKey, runtime = {}, removalPolicy = RemovalPolicy.RETAIN } = props;
    const templates = templatesOf(props);
    warnOfTemplates(this, props, templates.document);
    const settings = mailerSettings(props);
    this.encryptionKey = encryptionKey;
    this.mailerName = settings.mailer;
    this._prefixes = [settings.intake.prefix, settings.intake.draftsPrefix ?? LAYOUT.drafts];

    // Elsewhere its policy is its owner's.
    const keyIsOurs = encryptionKey !== undefined && grantServicesUse(this, encryptionKey);
    this.bucket =
      props.bucket ?? mailerBucket(this, 'Bucket', { removalPolicy, encryptionKey, monitoring: props.monitoring });
    this.ledger = props.ledger ?? mailerLedger(this, 'Ledger', { removalPolicy, encryptionKey });
    checkNeighbors(this);
    this.logGroup =
      runtime.logGroup ??
      new logs.LogGroup(this, 'Logs', {
        retention: runtime.logRetention ?? logs.RetentionDays.THREE_MONTHS,
        // CloudWatch refuses a key that does not let it in, and with it the whole deployment.
        encryptionKey: keyIsOurs ? encryptionKey : undefined,
        removalPolicy,
      });
    this.configurationSet = new ses.ConfigurationSet(
      this,
      'ConfigurationSet',
      (props.consent?.suppression ?? Suppression.account())._props,
    );
    const alerting = new Alerting(this, 'Alerts', { routes: props.alerts ?? [], encryptionKey });
    this.alertTopic = alerting.topic;
    this.alarmTopic = alerting.alarmTopic;

    const tracking = props.tracking ?? {};
    const parts: PartProps = {
      metricDimension: this.metricDimension,
      settings,
      sender: props.sender,
      fromAddresses: [
        ...new Set(Object.values(templates.document.templates).map((t) => props.sender._check(t.fromAddress))),
      ],
      tracking,
      bucket: this.bucket,
      ledger: this.ledger,
      topics: alerting.noticeTopics,
      configurationSet: this.configurationSet,
      logGroup: this.logGroup,
      encryptionKey,
      runtime,
    };
    const consent = new Consent(this, 'Consent', {
      ...parts,
      options: props.consent ?? {},
      mailTopics: Object.values(props.templates).map((template) => template._topic),
      removalPolicy,
    });
    this.consentFunction = consent.consentFunction;
    this.consentUrl = consent.endpoint.url;
    this.consentFunctionUrl = consent.endpoint.functionUrl;
    this.consentDomainTarget = consent.endpoint.domainTarget;
    this.consentSecret = consent.secret;

    const review = new Review(this, 'Approval', parts);
    this.reviewFunction = review.reviewFunction;
    this.approvalFunction = review.approvalFunction;

    const pipeline = new SendPipeline(this, 'Pipeline', {
      ...parts,
      ...{ templates, consent, review, topicsByKind: alerting.topicsByKind },
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

    const { bucket, stateMachine } = this;
    const arrivals = new Intake(this, 'Intake', { options: props.intake ?? {}, bucket, stateMachine, encryptionKey });
    this.intakeRule = arrivals.rule;
    this.draftsRule = arrivals.draftsRule;
    this.intakeDeadLetterQueue = arrivals.deadLetterQueue;

    const tracker = new Tracking(this, 'Tracking', parts);
    this.trackFunction = tracker.trackFunction;
    this.trackingQueue = tracker.queue;
    this.trackingDeadLetterQueue = tracker.deadLetterQueue;
    this.trackingRule = tracker.rule;

    const { _thresholds } = props.monitoring?.alarms ?? Alarms.standard();
    this.alarms = new MailerAlarms(this, 'Alarms', _thresholds, alerting.alarmTopics).all;
    const { budget, dashboard = true } = props.monitoring ?? {};
    if (budget) new MailerBudget(this, 'SesBudget', budget, alerting.alarmTopics);
    if (dashboard) this.dashboard = mailerDashboard(this);
    if (!props.alerts?.length) {
      Annotations.of(this).addWarningV2(
        'cdk-mailmatrix:noAlertRoute',
        'Nobody hears of reports and alarms. Set alerts, or subscribe somebody to alertTopic and acknowledge this',
      );
    }

    if (props.intake?.restrictUploads) {
      this.restrictedUploads = new RestrictedUploads(this, bucket, this._prefixes);
      this.restrictedUploads.allowMarkers(this.registerFunction);
      this.restrictedUploads.keepRuns(
        [reportsOf(this.mailerName), mapsOf(this.mailerName)],
        [this.planFunction, this.settleFunction, this.reportFunction, this.reviewFunction, stateMachine],
      );
    }
    const topics = [...alerting.alarmTopics, ...alerting.noticeTopics.map(({ topic }) => topic)];
    validateImports(this, props, topics);
    if (runtime.rolePath !== undefined) applyRolePath(this, runtime.rolePath);
    if (runtime.permissionsBoundary) iam.PermissionsBoundary.of(this).apply(runtime.permissionsBoundary);
    this.eventBus = props.tracking?.eventBus;
    connectionOutput(this, settings, props, topics);
  }

  /** Lets a principal run `cdk-mailmatrix doctor` and `estimate`: it reads how things stand, and no list and no recipient. */
  public grantDoctor(grantee: iam.IGrantable): iam.Grant {
    return grantDoctor(grantee, this);
  }

  /** Lets a principal put recipient lists, in one object or in parts, and so send mail, and drafts of them. */
  public grantUpload(grantee: iam.IGrantable): iam.Grant {
    // A large list is uploaded in parts, and S3 reads them to put them together.
    this.restrictedUploads?.allow(grantee);
    return this._prefixes
      .flatMap((prefix) => [prefix, partsUnder(prefix)])
      .map((prefix) => this.bucket.grantPut(grantee, `${prefix}*`))
      .reduce((all, one) => all.combine(one), grantWrite(this.bucket.encryptionKey as kms.IKey | undefined, grantee));
  }

  /** Lets a principal approve and reject runs by the command `cdk-mailmatrix`, beside the approvers with their links. */
  public grantApprove(grantee: iam.IGrantable): iam.Grant {
    return grantApprove(grantee, { mailer: this, ledger: this.ledger, encryptionKey: this.encryptionKey });
  }

  /**
   * Lets a principal do what the command `cdk-mailmatrix` does: send lists, watch, pause, resume, cancel and try again,
   * take over the mailer's name and prefixes, and read the reports, which hold addresses. It may not read the lists, nor the
   * ledger's records of recipients.
   */
  public grantOperate(grantee: iam.IGrantable): iam.Grant {
    this.restrictedUploads?.allow(grantee);
    this.restrictedUploads?.allowMarkers(grantee);
    return grantOperate(grantee, {
      bucket: this.bucket,
      ledger: this.ledger,
      stateMachine: this.stateMachine,
      prefixes: this._prefixes,
      mailerName: this.mailerName,
      encryptionKey: this.encryptionKey,
      eventBus: this.eventBus,
    });
  }

  /** Lets a principal ask by the command's verb `history` what the ledger knows of a person, which is all of it. */
  public grantHistory(grantee: iam.IGrantable): iam.Grant {
    return grantHistory(grantee, { mailer: this, ledger: this.ledger, encryptionKey: this.encryptionKey });
  }

  /**
   * Lets a principal erase a person from the ledger by the command's verb `forget`, and see what is there. It can write
   * every record of the ledger, so give it to few.
   */
  public grantForget(grantee: iam.IGrantable): iam.Grant {
    return grantForget(grantee, { mailer: this, ledger: this.ledger, encryptionKey: this.encryptionKey });
  }

  /** Lets a principal read the reports of this mailer, which hold addresses. */
  public grantReadReports(grantee: iam.IGrantable): iam.Grant {
    return this.bucket.grantRead(grantee, `${reportsOf(this.mailerName)}*`);
  }
}
