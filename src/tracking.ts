import { Duration, Size, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as ses from 'aws-cdk-lib/aws-ses';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bounceRules } from './bounce-rules';
import { ENV, SES_REVIEWS_AT, type TrackingSettings } from './private/contract';
import { checkColumnName, checkDuration, checkNumber, fail } from './private/errors';
import { handlerFunction } from './private/functions/handler-function';
import { mailerQueue } from './private/functions/mailer-queue';
import type { PartProps } from './private/functions/part-props';
import { grantUseTable } from './private/grants/key-rights';
import { noticeEnvironment } from './private/monitoring/notice-topics';
import type { TrackingOptions } from './tracking-options';

/** Returns the validated tracking settings for the handlers. */
export function trackingSettings(options: TrackingOptions): TrackingSettings {
  checkNumber('tracking.maxBouncePercent', options.maxBouncePercent, { min: 0, max: 100 });
  checkNumber('tracking.maxComplaintPercent', options.maxComplaintPercent, { min: 0, max: 100 });
  checkNumber('tracking.breakerMinimum', options.breakerMinimum, { min: 1, integer: true });
  const period = options.period ?? Duration.days(3);
  checkDuration('tracking.period', period);
  checkNumber('tracking.period in days', period.toDays({ integral: false }), { min: 0, max: 364 });
  const { consentColumn, consentValues } = options;
  checkColumnName('tracking.consentColumn', consentColumn);
  if (consentValues && (consentColumn === undefined || consentValues.length === 0)) {
    fail(
      'MM122',
      `tracking.consentValues must have a value, with tracking.consentColumn set, got ${JSON.stringify(consentValues)} and ${JSON.stringify(consentColumn)}`,
    );
  }
  return {
    periodSeconds: Math.round(period.toSeconds({ integral: false })),
    maxBouncePercent: options.maxBouncePercent ?? SES_REVIEWS_AT.bouncePercent,
    maxComplaintPercent: options.maxComplaintPercent ?? SES_REVIEWS_AT.complaintPercent,
    breakerMinimum: options.breakerMinimum ?? 1000,
    bounceRules: bounceRules(options),
    addressesInEvents: options.addressesInEvents || undefined,
    opens: options.opens || undefined,
    clicks: options.clicks || undefined,
    ...(consentColumn === undefined ? {} : { consentColumn, consentValues: consentValues ?? YES }),
    consentRequired: options.consentRequired,
  };
}

/** The default of `consentValues`. */
const YES = ['yes', 'true', '1', 'y', 'x'];

/** Whether a mailer tracks opens or clicks. */
export const tracksReaders = ({ opens, clicks }: TrackingOptions): boolean => Boolean(opens || clicks);

/** The queue's visibility timeout is six times the function's, so that a batch in progress is not delivered again. */
const TIMEOUT = Duration.minutes(2);
const VISIBILITY = Duration.minutes(12);
/** The number of receives after which an event goes to the dead-letter queue. */
const RECEIVED = 6;

/** Brings SES events to the ledger. */
export class Tracking extends Construct {
  public readonly queue: sqs.Queue;
  public readonly deadLetterQueue: sqs.Queue;
  public readonly rule: events.Rule;
  public readonly trackFunction: lambda.Function;

  constructor(scope: Construct, id: string, props: PartProps) {
    super(scope, id);
    this.deadLetterQueue = mailerQueue(this, 'DeadLetters', props.encryptionKey);
    this.queue = mailerQueue(this, 'Queue', props.encryptionKey, {
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: RECEIVED },
    });
    this.rule = this.publish(props);

    this.trackFunction = handlerFunction(this, 'Track', {
      functionName: 'track',
      description: 'Writes what became of each mail to the ledger',
      memory: Size.mebibytes(512),
      timeout: TIMEOUT,
      logGroup: props.logGroup,
      runtime: props.runtime,
      environment: {
        [ENV.ledger]: props.ledger.tableName,
        [ENV.mailer]: props.metricDimension,
        ...noticeEnvironment(this, props.topics),
        [ENV.settings]: Stack.of(this).toJsonString(props.settings),
        ...busEnvironment(props.tracking),
      },
    });
    this.trackFunction.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(1),
        reportBatchItemFailures: true,
        // Enough for SES's fastest accounts; more executions would contend for the same records.
        maxConcurrency: 10,
      }),
    );
    this.grant(props);
  }

  /**
   * Publishes SES events. SES supports only the account's default bus.
   */
  private publish({ configurationSet, tracking }: PartProps): events.Rule {
    const { EmailSendingEvent: type } = ses;
    configurationSet.addEventDestination('Events', {
      destination: ses.EventDestination.eventBus(events.EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: [
        type.SEND,
        type.REJECT,
        type.BOUNCE,
        type.COMPLAINT,
        type.DELIVERY,
        type.DELIVERY_DELAY,
        type.RENDERING_FAILURE,
        type.SUBSCRIPTION,
        ...(tracking.opens ? [type.OPEN] : []),
        ...(tracking.clicks ? [type.CLICK] : []),
      ],
    });
    const rule = new events.Rule(this, 'Rule', {
      description: 'What SES says of the mail of this mailer',
      eventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [configurationSet.configurationSetName] } } },
      },
    });
    rule.addTarget(
      new targets.SqsQueue(this.queue, {
        deadLetterQueue: this.deadLetterQueue,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      }),
    );
    // For a queue under a key, CDK allows every rule of every account. This queue's content is trusted as SES's own.
    this.queue.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyThisRule',
        effect: iam.Effect.DENY,
        actions: ['sqs:SendMessage'],
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        resources: [this.queue.queueArn],
        conditions: { ArnNotEquals: { 'aws:SourceArn': rule.ruleArn } },
      }),
    );
    return rule;
  }

  private grant({ ledger, encryptionKey, topics, tracking }: PartProps) {
    this.trackFunction.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
        resources: [ledger.tableArn],
      }),
    );
    grantUseTable(ledger.encryptionKey ?? encryptionKey, this.trackFunction);
    for (const { topic } of topics) topic.grantPublish(this.trackFunction);
    tracking.eventBus?.grantPutEventsTo(this.trackFunction);
  }
}

/** Returns the environment of a function that publishes to the owner's event bus. */
export const busEnvironment = ({ eventBus }: TrackingOptions): { [name: string]: string } =>
  eventBus ? { [ENV.eventBus]: eventBus.eventBusArn } : {};
