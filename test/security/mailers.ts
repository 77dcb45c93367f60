import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  AlertRoute,
  Approval,
  BulkMailer,
  type BulkMailerProps,
  ConsentEndpoint,
  InDoubtPolicy,
  MailTemplate,
  Sender,
  SendingWindow,
  SesBudget,
  Suppression,
} from '../../src';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const PRINCIPAL_ORGANISATION = 'o-1234567890';

const templates = () => ({ welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello {{name}}' }) });
const sender = () => Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' });

/** Nothing but what must be said. */
const byDefault = (): Partial<BulkMailerProps> => ({});

/** Everything that can be switched on, made by the mailer. */
const allOn = (stack: Stack): Partial<BulkMailerProps> => ({
  alerts: [AlertRoute.email('ops@example.com'), AlertRoute.sms('+41791234567')],
  encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
  removalPolicy: RemovalPolicy.DESTROY,
  inDoubtPolicy: InDoubtPolicy.resendAcceptingDuplicates(),
  approval: Approval.required({ approvers: ['ann@example.com'], reviewers: ['@example.com'] }),
  intake: { restrictUploads: true, recipientKeyColumn: 'customer', localeColumn: 'language' },
  sendRate: {
    maxPerSecond: 50,
    accountShare: 0.5,
    window: SendingWindow.between('08:00', '20:00', { timeZone: 'Europe/Zurich' }),
  },
  consent: {
    mailto: 'unsubscribe@example.com',
    suppression: Suppression.configurationSet(),
    rotateKeysEvery: Duration.days(90),
    reservedConcurrentExecutions: 5,
  },
  tracking: { opens: true, clicks: true, eventBus: new events.EventBus(stack, 'Bus') },
  monitoring: {
    maxRecipientsPerCampaign: 100_000,
    accessLogsBucket: logsBucket(stack),
    accessLogsPrefix: 'mail/',
    budget: SesBudget.monthlyUsd(50),
  },
  runtime: { tracing: lambda.Tracing.ACTIVE, rolePath: '/mail/' },
});

/** Of the customer's, as the reviewers of one would have it. */
const logsBucket = (stack: Stack) =>
  new s3.Bucket(stack, 'AccessLogs', {
    enforceSSL: true,
    versioned: true,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    encryption: s3.BucketEncryption.S3_MANAGED,
  });

/** Everything that can be given, given. */
const allGiven = (stack: Stack): Partial<BulkMailerProps> => {
  const key = kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/one`);
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: [`${REGION}a`, `${REGION}b`],
    privateSubnetIds: ['subnet-1', 'subnet-2'],
  });
  return {
    alerts: [AlertRoute.topic(sns.Topic.fromTopicArn(stack, 'Topic', `arn:aws:sns:${REGION}:${ACCOUNT}:ops`))],
    bucket: s3.Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'given-lists', encryptionKey: key }),
    ledger: dynamodb.TableV2.fromTableAttributes(stack, 'Ledger', { tableName: 'given-ledger', encryptionKey: key }),
    encryptionKey: key,
    approval: Approval.required({ approvers: ['ann@example.com'] }),
    consent: { endpoint: ConsentEndpoint.existing('https://mail.example.com/consent') },
    tracking: {
      eventBus: events.EventBus.fromEventBusArn(stack, 'Bus', `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/given`),
    },
    runtime: {
      vpc,
      vpcSubnets: { subnets: vpc.privateSubnets },
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-11112222')],
      permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'),
      logGroup: logs.LogGroup.fromLogGroupName(stack, 'Logs', '/given/logs'),
    },
  };
};

const KINDS = { default: byDefault, 'everything on': allOn, 'everything given': allGiven } as const;
export type Kind = keyof typeof KINDS;
export const kinds = Object.keys(KINDS) as Kind[];

export interface Made {
  readonly app: App;
  readonly stack: Stack;
  readonly mailer: BulkMailer;
  readonly template: Template;
}

/** `props` are taken in place of the kind's own. */
export function make(
  kind: Kind,
  more?: (made: Omit<Made, 'template'>) => void,
  props: Partial<BulkMailerProps> = {},
): Made {
  // By it CDK lets S3 write access logs as AWS advises.
  const app = new App({ context: { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true } });
  const stack = new Stack(app, 'Mail', { env: { account: ACCOUNT, region: REGION } });
  const given = { ...KINDS[kind](stack), ...props };
  const mailer = new BulkMailer(stack, 'Mailer', { sender: sender(), templates: templates(), ...given });
  more?.({ app, stack, mailer });
  return { app, stack, mailer, template: Template.fromStack(stack) };
}
