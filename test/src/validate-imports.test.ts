import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlertRoute, BulkMailer, type BulkMailerProps, MailTemplate, Sender } from '../../src';

// Below 2.269, TableV2 warns of deprecated props that it sets itself.
beforeAll(() => {
  process.env.JSII_DEPRECATED = 'quiet';
});

const env = { account: '111122223333', region: 'eu-west-1' };

function mailer(stack: Stack, props: Partial<BulkMailerProps>): BulkMailer {
  return new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    alerts: [AlertRoute.email('ops@example.com')],
    ...props,
  });
}

/** By us, and not by whichever CDK it is. */
const said = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .filter(({ entry }) => String(entry.data).includes('cdk-mailmatrix:'));

function warnings(props: (stack: Stack) => Partial<BulkMailerProps>): string[] {
  const stack = new Stack(new App(), 'Stack', { env });
  mailer(stack, props(stack));
  return said(stack)
    .map(({ entry }) => /\[ack: cdk-mailmatrix:(\w+)\]/.exec(String(entry.data))?.[1] ?? String(entry.data))
    .sort();
}

const good: s3.BucketProps = { versioned: true, enforceSSL: true, eventBridgeEnabled: true };
const keys = {
  partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
};

test('nothing is said of parts that are as they should be, wherever in the app they are made', () => {
  const app = new App();
  const parts = new Stack(app, 'Parts', { env });
  const key = new kms.Key(parts, 'Key');
  const stack = new Stack(app, 'Stack', { env });
  mailer(stack, {
    bucket: new s3.Bucket(parts, 'Bucket', { ...good, encryptionKey: key }),
    encryptionKey: key,
    ledger: new dynamodb.TableV2(parts, 'Ledger', {
      ...keys,
      timeToLiveAttribute: 'expires',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    }),
    alerts: [AlertRoute.topic(new sns.Topic(parts, 'Topic'))],
  });
  expect(said(stack)).toEqual([]);
  // Alarms and budgets, as of the mailer's own.
  Template.fromStack(parts).hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Sid: 'AlarmsAndBudgets', Action: 'sns:Publish' })]),
    },
  });
});

test.each<[string, s3.BucketProps]>([
  ['bucketNotVersioned', { ...good, versioned: false }],
  ['bucketNotTlsOnly', { ...good, enforceSSL: false }],
  [
    'bucketPublicAccess',
    { ...good, blockPublicAccess: new s3.BlockPublicAccess({ blockPublicAcls: true, blockPublicPolicy: false }) },
  ],
])('a given bucket: %s', (id, props) => {
  expect(warnings((stack) => ({ bucket: new s3.Bucket(stack, 'Given', props) }))).toEqual([id]);
});

test.each<[string, dynamodb.TablePropsV2]>([
  ['ledgerNoRecovery', { ...keys, timeToLiveAttribute: 'expires' }],
  [
    'ledgerNoExpiry',
    { ...keys, pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }, timeToLiveAttribute: 'ttl' },
  ],
])('a given ledger: %s', (id, props) => {
  expect(warnings((stack) => ({ ledger: new dynamodb.TableV2(stack, 'Given', props) }))).toEqual([id]);
});

test('a ledger of the older construct is looked at as well', () => {
  const found = warnings((stack) => ({
    ledger: new dynamodb.Table(stack, 'Given', {
      ...keys,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expires',
    }),
  }));
  expect(found.filter((id) => id.startsWith('ledger'))).toEqual([]);
});

test('what cannot be seen is said once', () => {
  const found = warnings((stack) => ({
    bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'given'),
    ledger: dynamodb.TableV2.fromTableName(stack, 'Ledger', 'given'),
    encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/one'),
    alerts: ['a', 'b'].map((name) =>
      AlertRoute.topic(sns.Topic.fromTopicArn(stack, name, `arn:aws:sns:eu-west-1:111122223333:${name}`)),
    ),
  }));
  expect(found).toEqual(['importedBucket', 'importedKey', 'importedLedger', 'importedTopic']);
});

test('the logs stay out of a key whose policy does not let CloudWatch in', () => {
  const stack = new Stack(new App(), 'Stack', { env });
  mailer(stack, { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/one') });
  Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.absent() });
});

test('every role has the path', () => {
  const stack = new Stack(new App(), 'Stack', { env });
  mailer(stack, { runtime: { rolePath: '/mail/news/' } });
  const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  expect(roles.length).toBeGreaterThan(10);
  expect(roles.filter(({ Properties }) => Properties.Path !== '/mail/news/')).toEqual([]);
});

test('access logs of the mailer’s own bucket', () => {
  const stack = new Stack(new App(), 'Stack', { env });
  const accessLogsBucket = new s3.Bucket(stack, 'AccessLogs');
  mailer(stack, { monitoring: { accessLogsBucket, accessLogsPrefix: 'mail/' } });
  Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
    LoggingConfiguration: { DestinationBucketName: Match.anyValue(), LogFilePrefix: 'mail/' },
  });
});

describe('mistakes', () => {
  const restrictUploads = { intake: { restrictUploads: true } };

  test.each<[RegExp, (stack: Stack) => Partial<BulkMailerProps>]>([
    [/^MM114: bucket: got .*Given without EventBridge/, (stack) => ({ bucket: new s3.Bucket(stack, 'Given') })],
    [
      /^MM115: ledger: got .*Given with the keys HASH id N,/,
      (stack) => ({
        ledger: new dynamodb.TableV2(stack, 'Given', {
          partitionKey: { name: 'id', type: dynamodb.AttributeType.NUMBER },
        }),
      }),
    ],
    [
      /^MM112: intake.restrictUploads/,
      (stack) => ({ ...restrictUploads, bucket: s3.Bucket.fromBucketName(stack, 'Given', 'given') }),
    ],
    [
      /^MM112: intake.restrictUploads/,
      (stack) => ({
        ...restrictUploads,
        bucket: new s3.Bucket(new Stack(App.of(stack) as App, 'Other', { env }), 'Given', good),
      }),
    ],
    [
      /^MM112: monitoring.accessLogsBucket/,
      (stack) => ({
        bucket: new s3.Bucket(stack, 'Given', good),
        monitoring: { accessLogsBucket: s3.Bucket.fromBucketName(stack, 'Logs', 'logs') },
      }),
    ],
    [/^MM116: runtime.rolePath: got "mail"/, () => ({ runtime: { rolePath: 'mail' } })],
  ])('%s', (message, props) => {
    const stack = new Stack(new App(), 'Stack', { env });
    expect(() => {
      mailer(stack, props(stack));
      Template.fromStack(stack);
    }).toThrow(message);
  });

  test.each<[string, (stack: Stack) => iam.IGrantable]>([
    ['a group', (stack) => new iam.Group(stack, 'Group')],
    ['anybody', () => new iam.AnyPrincipal()],
    ['an organisation', () => new iam.OrganizationPrincipal('o-1234567890')],
    ['federated', () => new iam.WebIdentityPrincipal('accounts.google.com')],
    ['a session', () => new iam.ArnPrincipal('arn:aws:sts::111122223333:assumed-role/ops/ann')],
    [
      'a role of a later stack',
      (stack) =>
        new iam.Role(new Stack(App.of(stack) as App, 'Later', { env }), 'Role', {
          assumedBy: new iam.AccountRootPrincipal(),
        }),
    ],
  ])('uploads are not restricted to %s', (_, grantee) => {
    const stack = new Stack(new App(), 'Stack', { env });
    const made = mailer(stack, restrictUploads);
    expect(() => made.grantUpload(grantee(stack))).toThrow(/^MM113: /);
  });
});
