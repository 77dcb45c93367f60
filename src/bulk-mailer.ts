import { Annotations, RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as ses from 'aws-cdk-lib/aws-ses';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { BulkMailerProps } from './bulk-mailer-props';
import { Consent } from './consent/consent';
import { Intake } from './intake';
import { Alarms } from './monitoring/alarms';
import { Alerting } from './monitoring/alerting';
import { MailerMetrics } from './monitoring/mailer-metrics';
import { checkProps } from './private/check-props';
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
import { mailerConfigurationSet } from './private/mailer-configuration-set';
import { mailerLedger } from './private/mailer-ledger';
import { mailerLogGroup } from './private/mailer-log-group';
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
 * A bulk-email pipeline. Upload a CSV of recipients under `campaigns/` in `bucket`: each recipient gets one
 * personalized email through Amazon SES. When the run ends, a report is in `reports/` and `alertTopic` is notified.
 */
export class BulkMailer extends MailerMetrics {
  /** The name that identifies this mailer's campaigns: `mailerName` of the props. */
  public readonly mailerName: string;
  /** The bucket for lists and reports. */
  public readonly bucket: s3.IBucket;
  /** The table that records which recipient got which email. */
  public readonly ledger: dynamodb.ITable;
  /** The topic for reports, alarms and all other alerts. */
  public readonly alertTopic: sns.Topic;
  /** The topic for alarms alone. Defined only if an email or SMS route includes alarms but not all kinds. */
  public readonly alarmTopic?: sns.Topic;
  /** The alarms, described in `docs/runbook.md`. Empty with `Alarms.none()`. */
  public readonly alarms: cloudwatch.Alarm[];
  /** The dashboard: sending, rate, complaints, queues and cost. Undefined with `monitoring.dashboard: false`. */
  public readonly dashboard?: cloudwatch.Dashboard;
  /** The configuration set that email is sent with. SES publishes its events through it. */
  public readonly configurationSet: ses.ConfigurationSet;
  /** The state machine that sends. One execution is one run. */
  public readonly stateMachine: sfn.StateMachine;
  /** The state machine that writes a second report of a run after the tracking period. */
  public readonly followUpStateMachine: sfn.StateMachine;
  /** The rule that starts a run for every upload. */
  public readonly intakeRule: events.Rule;
  /** The rule that starts a run for every uploaded draft. Such a run sends nothing. */
  public readonly draftsRule: events.Rule;
  /** The queue of upload events whose run could not be started. */
  public readonly intakeDeadLetterQueue: sqs.Queue;
  /** The rule that sends an alert when a run fails, times out or is stopped. */
  public readonly runFailedRule: events.Rule;
  /** The function that registers a run. */
  public readonly registerFunction: lambda.Function;
  /** The function that splits a list into shards. */
  public readonly planFunction: lambda.Function;
  /** The function that sends the emails of a shard. */
  public readonly sendFunction: lambda.Function;
  /** The function that determines the outcome of each recipient of a shard. */
  public readonly settleFunction: lambda.Function;
  /** The function that writes reports. */
  public readonly reportFunction: lambda.Function;
  /** The function that answers the unsubscribe links. */
  public readonly consentFunction: lambda.Function;
  /** The URL that unsubscribe links start with. */
  public readonly consentUrl: string;
  /** The function URL behind `consentUrl`. Undefined with another `consent.endpoint`. */
  public readonly consentFunctionUrl?: lambda.FunctionUrl;
  /** The DNS target for the domain of `ConsentEndpoint.customDomain`. Undefined with any other endpoint. */
  public readonly consentDomainTarget?: string;
  /** The secret that encrypts unsubscribe links. */
  public readonly consentSecret: secretsmanager.ISecret;
  /** The function that writes SES events to the ledger. */
  public readonly trackFunction: lambda.Function;
  /** The queue of SES events that are not yet in the ledger. */
  public readonly trackingQueue: sqs.Queue;
  /** The queue of SES events that could not be written to the ledger. */
  public readonly trackingDeadLetterQueue: sqs.Queue;
  /** The rule that takes this mailer's SES events from the account's default event bus. */
  public readonly trackingRule: events.Rule;
  /** The function that sends emails to reviewers and approvers. */
  public readonly reviewFunction: lambda.Function;
  /** The function that answers approval links. Defined only with `approval`. */
  public readonly approvalFunction?: lambda.Function;
  /** The log group of the functions. */
  public readonly logGroup: logs.ILogGroup;

  private readonly encryptionKey?: kms.IKey;
  /** @internal */
  public readonly _prefixes: readonly string[];
  private readonly eventBus?: events.IEventBus;
  private readonly restrictedUploads?: RestrictedUploads;

  constructor(scope: Construct, id: string, props: BulkMailerProps) {
    super(scope, id);
    checkProps('BulkMailerProps', props);
    const { encryptionKey, runtime = {}, removalPolicy = RemovalPolicy.RETAIN } = props;
    const templates = templatesOf(props);
    warnOfTemplates(this, props, templates.document);
    const settings = mailerSettings(props);
    this.encryptionKey = encryptionKey;
    this.mailerName = settings.mailer;
    this._prefixes = [settings.intake.prefix, settings.intake.draftsPrefix ?? LAYOUT.drafts];

    // The policy of an imported key cannot be changed here.
    const keyIsOurs = encryptionKey !== undefined && grantServicesUse(this, encryptionKey);
    this.bucket =
      props.bucket ?? mailerBucket(this, 'Bucket', { removalPolicy, encryptionKey, monitoring: props.monitoring });
    this.ledger = props.ledger ?? mailerLedger(this, 'Ledger', { removalPolicy, encryptionKey });
    this.logGroup = mailerLogGroup(this, 'Logs', {
      runtime,
      removalPolicy,
      // Without CloudWatch Logs in the key's policy, an encrypted log group fails the deployment.
      encryptionKey: keyIsOurs ? encryptionKey : undefined,
    });
    this.configurationSet = mailerConfigurationSet(this, 'ConfigurationSet', props);
    props.tenant?._create(this, props.sender, this.configurationSet, props.consent?.suppression);
    checkNeighbors(this);
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

    const { alarms = Alarms.standard(), budget, dashboard = true } = props.monitoring ?? {};
    this.alarms = new MailerAlarms(this, 'Alarms', alarms._thresholds, alerting.alarmTopics).all;
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

  /** Grants permission to run `cdk-mailmatrix doctor` and `estimate`, which read no list and no recipient. */
  public grantDoctor(grantee: iam.IGrantable): iam.Grant {
    return grantDoctor(grantee, this);
  }

  /** Grants permission to upload lists and drafts, in one object or in parts. Uploading a list sends email. */
  public grantUpload(grantee: iam.IGrantable): iam.Grant {
    // S3 reads the parts of a multipart upload to combine them.
    this.restrictedUploads?.allow(grantee);
    return this._prefixes
      .flatMap((prefix) => [prefix, partsUnder(prefix)])
      .map((prefix) => this.bucket.grantPut(grantee, `${prefix}*`))
      .reduce((all, one) => all.combine(one), grantWrite(this.bucket.encryptionKey as kms.IKey | undefined, grantee));
  }

  /** Grants permission to approve and reject runs with `cdk-mailmatrix`. Approvers need no grant for their links. */
  public grantApprove(grantee: iam.IGrantable): iam.Grant {
    return grantApprove(grantee, { mailer: this, ledger: this.ledger, encryptionKey: this.encryptionKey });
  }

  /**
   * Grants permission to operate the mailer with `cdk-mailmatrix`: send lists; watch, pause, resume, cancel and retry
   * campaigns; take over the mailer's name and prefixes; read reports, which contain email addresses. It grants no
   * access to uploaded lists or to recipients' ledger records.
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

  /**
   * Grants permission to read a person's records with `cdk-mailmatrix history`: any record of the ledger can be read.
   */
  public grantHistory(grantee: iam.IGrantable): iam.Grant {
    return grantHistory(grantee, { mailer: this, ledger: this.ledger, encryptionKey: this.encryptionKey });
  }

  /**
   * Grants permission to read and erase a person's records with `cdk-mailmatrix forget`: any record of the ledger can
   * be read and written, so grant it sparingly.
   */
  public grantForget(grantee: iam.IGrantable): iam.Grant {
    return grantForget(grantee, { mailer: this, ledger: this.ledger, encryptionKey: this.encryptionKey });
  }

  /** Grants permission to read this mailer's reports, which contain email addresses. */
  public grantReadReports(grantee: iam.IGrantable): iam.Grant {
    return this.bucket.grantRead(grantee, `${reportsOf(this.mailerName)}*`);
  }
}
