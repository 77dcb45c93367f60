import { ArnFormat, Duration, Size, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Consent } from './consent/consent';
import { ENV, type FunctionName, LAYOUT, markerOf, partsUnder, reportsOf } from './private/contract';
import { followUpDefinition } from './private/functions/follow-up';
import { type HandlerProps, handlerFunction } from './private/functions/handler-function';
import { grantReadSecret } from './private/functions/link-secret';
import { WHOLE_LIST_MEMORY } from './private/functions/memory';
import type { PartProps } from './private/functions/part-props';
import { definition } from './private/functions/state-machine-definition';
import { asTenant, grantSendEmail } from './private/grants/grant-send-email';
import { grantRead, grantUseTable, grantWrite } from './private/grants/key-rights';
import { holderOf } from './private/holder';
import { noticeEnvironment } from './private/monitoring/notice-topics';
import { grantCountSubscriptions, type TopicsByKind } from './private/monitoring/subscribers';
import { giveTemplates } from './private/templates/template-assets';
import type { Templates } from './private/templates/templates-document';
import type { Review } from './review/review';
import { busEnvironment } from './tracking';

/** @internal */
export interface SendPipelineProps extends PartProps {
  readonly templates: Templates;
  readonly consent: Consent;
  readonly review: Review;
  readonly topicsByKind: TopicsByKind;
}

/** The state machine of a run and its functions. Each function has only the permissions that it needs. */
export class SendPipeline extends Construct {
  public readonly stateMachine: sfn.StateMachine;
  public readonly followUpStateMachine: sfn.StateMachine;
  public readonly registerFunction: lambda.Function;
  public readonly planFunction: lambda.Function;
  public readonly sendFunction: lambda.Function;
  public readonly settleFunction: lambda.Function;
  public readonly reportFunction: lambda.Function;

  constructor(scope: Construct, id: string, props: SendPipelineProps) {
    super(scope, id);
    const { bucket, ledger, runtime } = props;

    const environment = {
      [ENV.bucket]: bucket.bucketName,
      [ENV.ledger]: ledger.tableName,
      [ENV.mailer]: props.metricDimension,
      [ENV.settings]: Stack.of(this).toJsonString(props.settings),
    };
    const fn = (functionName: FunctionName, name: string, description: string, more: Partial<HandlerProps> = {}) =>
      handlerFunction(this, name, {
        functionName,
        description,
        memory: Size.mebibytes(512),
        timeout: Duration.minutes(15),
        logGroup: props.logGroup,
        runtime,
        ...more,
        environment: { ...environment, ...more.environment },
      });

    const topics = noticeEnvironment(this, props.topics);
    this.registerFunction = fn('register', 'Register', 'Registers a run of a campaign', {
      timeout: Duration.minutes(1),
      environment: { ...topics, ...busEnvironment(props.tracking), [ENV.holder]: holderOf(this) },
    });
    this.planFunction = fn('plan', 'Plan', 'Turns a recipient list into shards', {
      memory: Size.mebibytes(WHOLE_LIST_MEMORY),
      // Plan rejects a list before sending if the secret's key is too short.
      environment: { [ENV.linkSecret]: props.consent.secret.secretArn },
    });
    this.sendFunction = fn('send', 'Send', 'Sends the mail of a shard', {
      environment: {
        ...topics,
        ...busEnvironment(props.tracking),
        [ENV.configurationSet]: props.configurationSet.configurationSetName,
        [ENV.consentUrl]: props.consent.endpoint.url,
        [ENV.linkSecret]: props.consent.secret.secretArn,
      },
    });
    this.settleFunction = fn('settle', 'Settle', 'Settles how the mail of a shard ended');
    this.reportFunction = fn('report', 'Report', 'Writes the report of a run', {
      memory: Size.mebibytes(WHOLE_LIST_MEMORY),
      environment: { ...topics, ...busEnvironment(props.tracking) },
    });

    const tracingEnabled = runtime.tracing !== undefined && runtime.tracing !== lambda.Tracing.DISABLED;
    this.followUpStateMachine = new sfn.StateMachine(this, 'FollowUp', {
      comment: 'Reports a run once more, with what became of its mail',
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromChainable(
        followUpDefinition(new Construct(this, 'FollowUpStates'), this.reportFunction),
      ),
      tracingEnabled,
    });
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      comment: 'One execution is one run over one upload of a recipient list',
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromChainable(
        definition(
          this,
          {
            register: this.registerFunction,
            plan: this.planFunction,
            send: this.sendFunction,
            settle: this.settleFunction,
            report: this.reportFunction,
            review: props.review.reviewFunction,
          },
          { bucket, mailerName: props.settings.mailer },
          this.followUpStateMachine,
          props.settings.approval !== undefined,
        ),
      ),
      tracingEnabled,
    });

    this.grantFiles(props);
    this.grantLedger(props);
    this.grantSes(props);
    this.grantExecutions();
    giveTemplates(this, props.templates, this.planFunction);
    for (const fn of [this.planFunction, this.sendFunction]) grantReadSecret(props.consent.secret, fn);
    grantCountSubscriptions(this.reportFunction, props.topicsByKind);
    for (const { topic } of props.topics) {
      for (const fn of [this.registerFunction, this.reportFunction, this.sendFunction]) topic.grantPublish(fn);
    }
    for (const fn of [this.registerFunction, this.sendFunction, this.reportFunction])
      props.tracking.eventBus?.grantPutEventsTo(fn);
  }

  private grantFiles({ bucket, settings, encryptionKey }: SendPipelineProps) {
    const { prefix, draftsPrefix = LAYOUT.drafts } = settings.intake;
    const prefixes = [prefix, draftsPrefix];
    const lists = [...prefixes, ...prefixes.map(partsUnder)].map((folder) => bucket.arnForObjects(`${folder}*`));
    const reports = bucket.arnForObjects(`${reportsOf(settings.mailer)}*`);
    const read = (fn: lambda.Function, resources: string[]) => {
      fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources }));
      // Without ListBucket, S3 reports a missing object as access denied.
      fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
    };
    const write = (fn: lambda.Function) =>
      fn.addToRolePolicy(
        new iam.PolicyStatement({ actions: ['s3:PutObject', 's3:AbortMultipartUpload'], resources: [reports] }),
      );
    read(this.registerFunction, [...lists, bucket.arnForObjects(`${LAYOUT.markers}*`)]);
    this.registerFunction.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:PutObject'],
        resources: prefixes.map((folder) => bucket.arnForObjects(markerOf(folder))),
      }),
    );
    read(this.planFunction, [...lists, reports]);
    read(this.sendFunction, [reports]);
    for (const fn of [this.settleFunction, this.reportFunction]) read(fn, [reports]);
    for (const fn of [this.planFunction, this.settleFunction, this.reportFunction]) write(fn);

    const key = bucket.encryptionKey ?? encryptionKey;
    grantRead(key, this.sendFunction);
    for (const fn of [this.registerFunction, this.planFunction, this.settleFunction, this.reportFunction])
      grantWrite(key, fn);
    // The state machine itself reads the shard list and writes the results of maps.
    grantWrite(key, this.stateMachine);
  }

  private grantLedger({ ledger, encryptionKey }: SendPipelineProps) {
    const allow = (fn: lambda.Function, ...actions: string[]) => {
      fn.addToRolePolicy(new iam.PolicyStatement({ actions, resources: [ledger.tableArn] }));
      grantUseTable(ledger.encryptionKey ?? encryptionKey, fn);
    };
    allow(this.registerFunction, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem', 'dynamodb:Query');
    allow(this.registerFunction, 'dynamodb:DescribeTable');
    allow(this.sendFunction, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem');
    allow(this.settleFunction, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem');
    allow(this.reportFunction, 'dynamodb:GetItem', 'dynamodb:BatchGetItem');
    const allowPartitions = (fn: lambda.Function, partitions: string[], ...actions: string[]) =>
      fn.addToRolePolicy(
        new iam.PolicyStatement({
          actions,
          resources: [ledger.tableArn],
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
        }),
      );
    // Report writes the end of a run or draft, the campaign's counts, and recipients as counted. A recipient's
    // partition key is a digest of 43 characters.
    allowPartitions(this.reportFunction, ['run#*', 'draft#*', 'counts#*', '?'.repeat(43)], 'dynamodb:UpdateItem');
    // Plan recognizes lists by their content and accesses no other part of the ledger.
    allowPartitions(this.planFunction, ['list#*'], 'dynamodb:UpdateItem', 'dynamodb:Query');
    grantUseTable(ledger.encryptionKey ?? encryptionKey, this.planFunction);
  }

  /**
   * Lets Register check whether the run with the sending turn still exists. A separate policy, because the state
   * machine depends on the function.
   */
  private grantExecutions() {
    const { stateMachineName } = this.stateMachine;
    const execution = { service: 'states', resource: 'execution', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
    new iam.Policy(this, 'Executions', {
      roles: [this.registerFunction.role!],
      statements: [
        new iam.PolicyStatement({
          actions: ['states:DescribeExecution'],
          resources: [Stack.of(this).formatArn({ ...execution, resourceName: `${stateMachineName}:*` })],
        }),
      ],
    });
  }

  private grantSes(props: SendPipelineProps) {
    const stack = Stack.of(this);
    // GetAccount has no resource-level permissions.
    for (const fn of [this.planFunction, this.sendFunction]) {
      fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['ses:GetAccount'], resources: ['*'] }));
    }
    // In the SES sandbox, Plan checks whether each recipient is verified; the addresses are unknown at deployment.
    this.planFunction.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['ses:GetEmailIdentity'],
        resources: [stack.formatArn({ service: 'ses', resource: 'identity', resourceName: '*' })],
      }),
    );
    grantSendEmail(this.sendFunction, props, asTenant(props.settings));
  }
}
