import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENV, reportsOf, type Settings } from '../private/contract';
import { handlerFunction } from '../private/functions/handler-function';
import { grantReadSecret, linkSecret } from '../private/functions/link-secret';
import type { PartProps } from '../private/functions/part-props';
import type { Remembered } from '../private/grants/grant-person';
import { asTenant, grantSendEmail } from '../private/grants/grant-send-email';
import { grantUseTable, grantWrite } from '../private/grants/key-rights';
import { noticeEnvironment } from '../private/monitoring/notice-topics';
import type { Sender } from '../sender';
import type { Approval } from './approval';

/** Returns the settings of approval and reviewers for the handlers. */
export function reviewSettings(approval: Approval, { _everybody }: Sender): Pick<Settings, 'reviewers' | 'approval'> {
  const { _approvers: approvers, _timeoutSeconds: timeoutSeconds } = approval;
  return {
    reviewers: approval._reviewers(_everybody),
    ...(approvers.length > 0 ? { approval: { approvers, timeoutSeconds } } : {}),
  };
}

/** The functions of test emails and approval. */
export class Review extends Construct {
  /** The function that sends emails to reviewers and approvers. Its role cannot send to other recipients. */
  public readonly reviewFunction: lambda.Function;
  /** The function that answers approval links. Its role cannot send email. */
  public readonly approvalFunction?: lambda.Function;

  constructor(scope: Construct, id: string, props: PartProps) {
    super(scope, id);
    const { settings, bucket, ledger, topics, encryptionKey } = props;
    const environment = { [ENV.ledger]: ledger.tableName, [ENV.settings]: Stack.of(this).toJsonString(settings) };
    const links = settings.approval ? this.links(props, environment) : undefined;
    this.approvalFunction = links?.approvalFunction;

    const review = handlerFunction(this, 'Review', {
      functionName: 'review',
      description: 'Mails reviewers, and asks the approvers of a run',
      memory: Size.mebibytes(512),
      timeout: Duration.minutes(5),
      logGroup: props.logGroup,
      runtime: props.runtime,
      environment: {
        ...environment,
        ...links?.environment,
        [ENV.bucket]: bucket.bucketName,
        [ENV.configurationSet]: props.configurationSet.configurationSetName,
        ...noticeEnvironment(this, topics),
      },
    });
    this.reviewFunction = review;
    if (links) grantReadSecret(links.secret, review);
    const reports = [bucket.arnForObjects(`${reportsOf(settings.mailer)}*`)];
    review.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: reports }));
    grantWrite(bucket.encryptionKey ?? encryptionKey, review);
    for (const { topic } of topics) topic.grantPublish(review);
    allowLedger(review, props, ['rate', 'campaign#*', 'run#*', 'approval#*']);
    this.allowSes(review, props);
  }

  /** Creates the secret and the function of approval links. */
  private links(props: PartProps, environment: { [name: string]: string }) {
    const { logGroup, runtime, encryptionKey } = props;
    const secret = linkSecret(this, 'ApprovalSecret', {
      description: 'Encrypts the links by which runs are approved',
      encryptionKey,
      // Approval links work only for days, and approvers can use the command instead.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const approvalFunction = handlerFunction(this, 'Approval', {
      functionName: 'approval',
      description: 'Answers the links by which runs are approved',
      memory: Size.mebibytes(256),
      timeout: Duration.seconds(20),
      logGroup,
      runtime,
      environment: { ...environment, [ENV.approvalSecret]: secret.secretArn },
    });
    grantReadSecret(secret, approvalFunction);
    // One BatchGetItem request reads all these partitions, so one statement must allow them together.
    allowLedger(approvalFunction, props, ['rate', 'campaign#*', 'run#*', 'approval#*'], ['dynamodb:BatchGetItem']);
    allowLedger(approvalFunction, props, ['approval#*'], ['dynamodb:UpdateItem']);
    const { url } = approvalFunction.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    return {
      secret,
      approvalFunction,
      environment: { [ENV.approvalUrl]: url, [ENV.approvalSecret]: secret.secretArn },
    };
  }

  private allowSes(review: lambda.Function, props: PartProps) {
    review.addToRolePolicy(new iam.PolicyStatement({ actions: ['ses:GetAccount'], resources: ['*'] }));
    const { reviewers = [] } = props.settings;
    if (reviewers.length === 0) return;
    // Samples of rows with tenants of their own are sent as these.
    const isByRow = props.settings.intake.tenantColumn !== undefined;
    grantSendEmail(review, props, {
      ...(isByRow ? {} : asTenant(props.settings)),
      'ForAllValues:StringLike': { 'ses:Recipients': reviewers.map((one) => (one.startsWith('@') ? `*${one}` : one)) },
      // ForAllValues is also true for a request without recipients.
      Null: { 'ses:Recipients': 'false' },
    });
  }
}

/** Grants access to some partitions of the ledger. */
function allowLedger(
  fn: lambda.Function,
  { ledger, encryptionKey }: Pick<PartProps, 'ledger' | 'encryptionKey'>,
  partitions: string[],
  actions = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
) {
  fn.addToRolePolicy(
    new iam.PolicyStatement({
      actions,
      resources: [ledger.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
    }),
  );
  grantUseTable(ledger.encryptionKey ?? encryptionKey, fn);
}

/** Grants permission to approve and reject runs with the command. */
export function grantApprove(grantee: iam.IGrantable, { mailer, ledger, encryptionKey }: Remembered): iam.Grant {
  const on = (actions: string[], partitions: string[]) =>
    iam.Grant.addToPrincipal({
      grantee,
      actions,
      resourceArns: [ledger.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
    });
  // The command finds the ledger by the outputs of the mailer's stack.
  const stack = { grantee, actions: ['cloudformation:DescribeStacks'], resourceArns: [Stack.of(mailer).stackId] };
  return iam.Grant.addToPrincipal(stack)
    .combine(on(['dynamodb:BatchGetItem'], ['campaign#*', 'run#*', 'rate', 'approval#*']))
    .combine(on(['dynamodb:Query'], ['run#*']))
    .combine(on(['dynamodb:UpdateItem'], ['approval#*']))
    .combine(grantUseTable(ledger.encryptionKey ?? encryptionKey, grantee));
}
