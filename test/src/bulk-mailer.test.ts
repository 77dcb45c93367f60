import { App, type Duration, Lazy, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  type AlertKind,
  AlertRoute,
  BulkMailer,
  type BulkMailerProps,
  InDoubtPolicy,
  MailTemplate,
  Sender,
  Topic,
} from '../../src';

const welcome = MailTemplate.inline({ subject: 'Welcome, {{name}}', text: 'Hello {{name}}' });
const sender = Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' });

function mailer(props: Partial<BulkMailerProps> = {}) {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const made = new BulkMailer(stack, 'Mailer', { sender, templates: { welcome }, ...props });
  return { stack, mailer: made, template: () => Template.fromStack(stack) };
}

interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

/** Statements of the policies that hang on a role, by the role's logical id without its hash. */
function statementsOf(template: Template, role: string): Statement[] {
  const resources = template.toJSON().Resources as Record<string, { Type: string; Properties: Record<string, never> }>;
  const roleId = Object.keys(resources).find((id) => resources[id].Type === 'AWS::IAM::Role' && id.startsWith(role));
  expect(roleId).toBeDefined();
  return Object.values(resources)
    .filter(
      ({ Type, Properties }) => Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(`"${roleId}"`),
    )
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

const actionsOf = (statements: Statement[]) => statements.flatMap((s) => s.Action).sort();

test('a bucket upload under the prefix starts the state machine, with dead letters', () => {
  const { template } = mailer();
  template().hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: [{ Ref: Match.stringLikeRegexp('MailerBucket') }] },
        object: { key: [{ prefix: 'campaigns/' }] },
      },
    },
    Targets: [
      Match.objectLike({
        Arn: { Ref: Match.stringLikeRegexp('MailerPipelineStateMachine') },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('MailerIntakeDeadLetters'), 'Arn'] } },
      }),
    ],
  });
});

test('stateful resources are kept, encrypted and private by default', () => {
  const { template } = mailer();
  template().hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    Properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    },
  });
  template().hasResource('AWS::DynamoDB::GlobalTable', {
    DeletionPolicy: 'Retain',
    Properties: {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Replicas: [Match.objectLike({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })],
    },
  });
});

test('nothing is compiled, downloaded or run by a custom resource, and nothing has a physical name', () => {
  const resources = mailer().template().toJSON().Resources as Record<
    string,
    { Type: string; Properties?: Record<string, unknown> }
  >;
  const types = Object.values(resources).map((r) => r.Type);
  expect(types.filter((type) => /Custom/.test(type))).toEqual([]);
  const names = [
    'BucketName',
    'TableName',
    'FunctionName',
    'RoleName',
    'StateMachineName',
    'TopicName',
    'QueueName',
    'LogGroupName',
    'Name',
  ];
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    // Of whose function it is.
    if (Type === 'AWS::Lambda::Permission') continue;
    // That is whom it calls.
    if (Type === 'AWS::Lambda::EventSourceMapping') continue;
    expect([id, names.filter((name) => Properties?.[name] !== undefined)]).toEqual([id, []]);
  }
});

test('functions run on Node 24 and ARM with roles that hold no managed policy', () => {
  const template = mailer().template();
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(functions).toHaveLength(8);
  for (const { Properties } of functions) {
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  }
  for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
    expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
});

test('only the send worker may send, and only from the addresses of the templates', () => {
  const template = mailer({
    templates: {
      welcome,
      offers: MailTemplate.inline({ subject: 'Offer', text: 'x', fromAddress: 'offers@example.com' }),
    },
  }).template();
  const send = statementsOf(template, 'MailerPipelineSendRole').filter((s) => s.Action.includes('ses:SendEmail'));
  expect(send).toHaveLength(2);
  expect(send[0].Condition).toEqual({
    StringEquals: { 'ses:FromAddress': ['news@example.com', 'offers@example.com'] },
  });
  expect(JSON.stringify(send[0].Resource)).toContain('identity/example.com');
  expect(JSON.stringify(send[1].Resource)).toContain('configuration-set/');
  for (const room of ['Register', 'Plan', 'Settle', 'Report', 'StateMachine']) {
    const actions = actionsOf(statementsOf(template, `MailerPipeline${room}Role`));
    expect(actions.filter((action) => action.startsWith('ses:Send'))).toEqual([]);
  }
});

test('every room may do what it does and no more', () => {
  const template = mailer().template();
  const table = Object.fromEntries(
    ['Register', 'Plan', 'Send', 'Settle', 'Report'].map((room) => [
      room,
      actionsOf(statementsOf(template, `MailerPipeline${room}Role`)).filter((a) => !a.startsWith('logs:')),
    ]),
  );
  const ledger = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'];
  // Who may not list is told of what is not there that it is denied.
  const read = ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'];
  const write = ['s3:AbortMultipartUpload', ...read, 's3:PutObject'];
  expect(table).toEqual({
    // The ledger's own id and the markers say whose the mailer is; an execution, whether its run still sends.
    Register: [
      ...[...ledger, 'dynamodb:DescribeTable', 'dynamodb:Query'],
      ...[...read, 's3:PutObject', 'sns:Publish', 'states:DescribeExecution'],
    ].sort(),
    // The second is for the template's asset.
    Plan: [
      // Of lists by their content alone.
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:PutObject',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'ses:GetAccount',
      'ses:GetEmailIdentity',
    ],
    Send: [
      ...ledger,
      ...read,
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'ses:GetAccount',
      'ses:SendEmail',
      'ses:SendEmail',
      'ses:SendRawEmail',
      'ses:SendRawEmail',
      'sns:Publish',
    ],
    Settle: [...ledger, ...write],
    Report: [
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      ...write,
      'sns:GetTopicAttributes',
      'sns:Publish',
    ],
  });
});

test('alerts go to mailboxes, phones and topics; a failed run is told', () => {
  const { stack, template } = (() => {
    const stack = new Stack();
    const chat = new sns.Topic(stack, 'Chat');
    new BulkMailer(stack, 'Mailer', {
      sender,
      templates: { welcome },
      alerts: [AlertRoute.email('ops@example.com'), AlertRoute.sms('+41791234567'), AlertRoute.topic(chat)],
    });
    return { stack, template: Template.fromStack(stack) };
  })();
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'sms', Endpoint: '+41791234567' });
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['aws.states'], detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] } },
    Targets: Match.arrayWith([
      Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('MailerAlertsTopic') } }),
      Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('Chat') } }),
    ]),
  });
  Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
});

test('two mailers in one stack, sharing a ledger', () => {
  const stack = new Stack();
  const first = new BulkMailer(stack, 'First', { sender, templates: { welcome } });
  const second = new BulkMailer(stack, 'Second', {
    ...{ mailerName: 'second', sender, templates: { welcome }, ledger: first.ledger },
  });
  expect(second.ledger).toBe(first.ledger);
  Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::GlobalTable', 1);
});

test('given parts are used', () => {
  const stack = new Stack();
  const bucket = new s3.Bucket(stack, 'Given', { versioned: true });
  bucket.enableEventBridgeNotification();
  const key = new kms.Key(stack, 'Key');
  const ledger = dynamodb.TableV2.fromTableArn(stack, 'Ledger', 'arn:aws:dynamodb:eu-west-1:111122223333:table/given');
  new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingAddress('news@example.com', { displayName: 'Bücher & mehr' }),
    templates: { welcome },
    bucket,
    ledger,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.DESTROY,
    inDoubtPolicy: InDoubtPolicy.resendAcceptingDuplicates(),
  });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::S3::Bucket', 1);
  template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
  template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  // Without it a failed run would be told to nobody.
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'events.amazonaws.com' } })]) },
  });
});

test('grantUpload allows the prefix alone', () => {
  const { stack, mailer: made, template } = mailer();
  const role = new iam.Role(stack, 'Marketing', { assumedBy: new iam.AccountRootPrincipal() });
  made.grantUpload(role);
  const [statement] = statementsOf(template(), 'Marketing');
  expect(JSON.stringify(statement.Resource)).toContain('/campaigns/*');
});

test('grantOperate allows what the command does on this mailer, and no recipient’s record', () => {
  const { stack, mailer: made, template } = mailer();
  const role = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
  made.grantOperate(role);
  const statements = statementsOf(template(), 'Operator');
  expect(actionsOf(statements)).toEqual([
    'cloudformation:DescribeStacks',
    'dynamodb:BatchGetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:DescribeTable',
    'dynamodb:Query',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    's3:AbortMultipartUpload',
    's3:GetObject',
    's3:GetObject',
    's3:ListBucket',
    's3:PutObject',
    's3:PutObject',
    'states:DescribeExecution',
    'states:GetExecutionHistory',
    'states:ListExecutions',
    'states:StartExecution',
  ]);
  const of = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
  expect(statements.filter(({ Resource }) => JSON.stringify(Resource) === '"*"')).toEqual([]);
  // By the first letters of a partition key: a recipient's is a digest.
  const ofItems = ({ Action }: { Action: unknown }) => /dynamodb:(?!DescribeTable)/.test(JSON.stringify(Action));
  for (const statement of statements.filter(ofItems)) {
    const keys = Object.values(statement.Condition as object).map((keyed) => keyed['dynamodb:LeadingKeys']);
    expect([
      ['campaign#*', 'run#*', 'mailer#*', 'rate'],
      ['shard#*', 'list#*', 'counts#*'],
      ['approval#*'],
      'approval#*',
    ]).toContainEqual(keys[0]);
  }
  expect(JSON.stringify(of('s3:GetObject')[0].Resource)).toContain('/reports/mailer/*');
  expect(JSON.stringify(of('s3:PutObject')[0].Resource)).toMatch(/campaigns\/\*.*drafts\/\*/);
  expect(JSON.stringify(of('states:DescribeExecution')[0].Resource)).toMatch(/:execution:.*:\*/);
  expect(JSON.stringify(of('cloudformation:DescribeStacks')[0].Resource)).toContain('AWS::StackId');
});

test('grantDoctor allows to look, at what has a name by its name', () => {
  const { stack, mailer: made, template } = mailer();
  const role = new iam.Role(stack, 'Doctor', { assumedBy: new iam.AccountRootPrincipal() });
  made.grantDoctor(role);
  const statements = statementsOf(template(), 'Doctor');
  expect(actionsOf(statements)).toEqual([
    'cloudformation:DescribeStacks',
    'dynamodb:DescribeTable',
    'events:DescribeRule',
    'events:ListTargetsByRule',
    'ses:GetAccount',
    'ses:GetConfigurationSet',
    'ses:GetConfigurationSetEventDestinations',
    'ses:GetEmailIdentity',
    'sns:GetSMSAttributes',
    'sns:GetSMSSandboxAccountStatus',
    'sns:ListSubscriptionsByTopic',
    'sqs:GetQueueAttributes',
  ]);
  const everywhere = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
  expect(everywhere).toEqual(['ses:GetAccount', 'sns:GetSMSSandboxAccountStatus', 'sns:GetSMSAttributes']);
});

test('grantOperate lets a principal tell the bus of a pause', () => {
  const stack = new Stack(new App(), 'Stack');
  const eventBus = new events.EventBus(stack, 'Bus');
  const made = new BulkMailer(stack, 'Mailer', { sender, templates: { welcome }, tracking: { eventBus } });
  const role = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
  made.grantOperate(role);
  const put = statementsOf(Template.fromStack(stack), 'Operator').filter(({ Action }) => Action === 'events:PutEvents');
  expect(put.map(({ Resource }) => Resource)).toEqual([stack.resolve(eventBus.eventBusArn)]);
});

test('grantOperate lets a principal use the key that everything is encrypted with', () => {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const made = new BulkMailer(stack, 'Mailer', {
    sender,
    templates: { welcome },
    encryptionKey: new kms.Key(stack, 'Key'),
  });
  const role = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
  made.grantOperate(role);
  expect(actionsOf(statementsOf(Template.fromStack(stack), 'Operator'))).toEqual(
    expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom']),
  );
});

test('notifications on the own bucket fail synth, with advice', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const { bucket } = new BulkMailer(stack, 'Mailer', { sender, templates: { welcome } });
  bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SqsDestination(new sqs.Queue(stack, 'Queue')));
  expect(() => app.synth()).toThrow(/MM108/);
});

describe('mistakes fail synth and say what is allowed', () => {
  const failing = (props: Partial<BulkMailerProps>) => () => mailer(props);
  test.each<[string, () => unknown, RegExp]>([
    ['no template', failing({ templates: {} }), /^MM101: templates/],
    [
      'a template name that columns would not fold to',
      failing({ templates: { 'Wel come': welcome } }),
      /^MM101: .*"Wel come"/,
    ],
    ['an unknown default template', failing({ defaultTemplate: 'other' }), /^MM103: .*welcome/],
    ['a mailer’s name with a slash', failing({ mailerName: 'a/b' }), /^MM118: mailerName must be .*got "a\/b"/],
    ['a mailer’s name that is a path', failing({ mailerName: '..' }), /^MM118/],
    ['no mailer’s name', failing({ mailerName: '' }), /^MM118/],
    ['a mailer’s name that is too long', failing({ mailerName: 'm'.repeat(65) }), /^MM118/],
    [
      'a mailer’s name that only the deployment knows',
      failing({ mailerName: Lazy.string({ produce: () => 'x' }) }),
      /^MM118: .*only known at deployment/,
    ],
    ['a rate of zero', failing({ sendRate: { maxPerSecond: 0 } }), /^MM104: sendRate.maxPerSecond: got 0/],
    [
      'a ceiling of no recipients',
      failing({ monitoring: { maxRecipientsPerCampaign: 0 } }),
      /^MM104: monitoring.maxRecip/,
    ],
    ['a refused percentage of 0', failing({ monitoring: { maxRefusedPercent: 0 } }), /^MM104: monitoring.maxRefused/],
    ['a share above one', failing({ sendRate: { accountShare: 1.1 } }), /^MM104: sendRate.accountShare/],
    ['an empty prefix', failing({ intake: { prefix: '' } }), /^MM105: intake.prefix/],
    ['a prefix where reports go', failing({ intake: { prefix: 'reports/in/' } }), /^MM105: intake.prefix/],
    ['a reserved column', failing({ intake: { emailColumn: 'mailmatrix_mail' } }), /^MM109: intake.emailColumn/],
    [
      'a From outside the domain',
      () => Sender.existingDomain('example.com', { fromAddress: 'a@example.org' }),
      /^MM102: fromAddress/,
    ],
    [
      'a From that is no address',
      () => Sender.existingDomain('example.com', { fromAddress: 'News' }),
      /^MM102: fromAddress/,
    ],
    [
      'a template From outside the identity',
      failing({ templates: { welcome: MailTemplate.inline({ subject: 's', text: 't', fromAddress: 'a@other.org' }) } }),
      /^MM102: fromAddress/,
    ],
    [
      'answers to what is no address',
      () => Sender.existingDomain('example.com', { fromAddress: 'a@example.com', replyTo: ['Service'] }),
      /^MM102: replyTo: got "Service"/,
    ],
    [
      'answers of a template to what is no address',
      failing({ templates: { welcome: MailTemplate.inline({ subject: 's', text: 't', replyTo: ['Service'] }) } }),
      /^MM102: replyTo: got "Service"/,
    ],
    ['a size of nothing', failing({ intake: { maxSize: Size.bytes(0) } }), /^MM104: intake.maxSize in bytes: got 0/],
    [
      'a duration from JavaScript that is none',
      failing({ tracking: { period: 3 as unknown as Duration } }),
      /^MM104: tracking.period: got 3, allowed is a Duration/,
    ],
    [
      'an alert for what does not exist',
      () => AlertRoute.email('ops@example.com', { kinds: ['ALARM' as AlertKind] }),
      /^MM107: AlertRoute.email: got the kind "ALARM", allowed are report, alarm, approval/,
    ],
    ['a topic with a space', () => Topic.named('our news'), /^MM106/],
    ['a phone number without country', () => AlertRoute.sms('079 123 45 67'), /^MM107/],
    ['a missing directory', () => MailTemplate.fromDirectory('no/such/folder'), /^MM201: .*no\/such\/folder/],
    ['no body', () => MailTemplate.inline({ subject: 's' }), /^MM202/],
    ['a syntax error', () => MailTemplate.inline({ subject: 's', text: 'a\n{{#b}}' }), /^MM\d+: .*text/],
    [
      'an unknown name of ours',
      () => MailTemplate.inline({ subject: 's', text: '{{mail.nope}}' }),
      /^MM\d+: .*mail\.nope/,
    ],
  ])('%s', (_name, act, message) => {
    expect(act).toThrow(message);
  });
});

test.each([true, false])('the maps’ results go to S3, whatever the app’s feature flags (%s)', (flag) => {
  const app = new App({ context: { '@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2': flag } });
  const stack = new Stack(app, 'Stack');
  new BulkMailer(stack, 'Mailer', { sender, templates: { welcome } });
  const definition = JSON.stringify(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const writers = definition.match(/ResultWriter.{0,300}?maps/g);
  expect(writers).toHaveLength(2);
});

test('a mailer with an alert route warns of nothing: cdk synth --strict takes it', () => {
  const { stack } = mailer({ alerts: [AlertRoute.email('ops@example.com')] });
  const { messages } = (stack.node.root as App).synth().getStackByName('Stack');
  expect(messages.filter(({ level }) => level !== 'info').map(({ entry }) => entry.data)).toEqual([]);
});

test('the connection output tells what a command line needs', () => {
  const outputs = mailer().template().toJSON().Outputs as Record<string, { Value: unknown }>;
  const [value] = Object.entries(outputs)
    .filter(([id]) => id.includes('Connection'))
    .map(([, output]) => output.Value);
  for (const name of [
    'bucket',
    'intakePrefix',
    'draftsPrefix',
    'reportsPrefix',
    'stateMachineArn',
    'ledgerTable',
    'alertTopicArn',
    'configurationSet',
  ]) {
    expect(JSON.stringify(value)).toContain(name);
  }
});

test('the connection output says how lists are written, where that was said', () => {
  const outputs = (intake?: BulkMailerProps['intake']) =>
    JSON.stringify(mailer({ intake }).template().toJSON().Outputs);
  expect(outputs({ emailColumn: 'Mail an', delimiter: ';' })).toContain(
    X,
  );
  expect(outputs()).not.toContain('\\"list\\"');
});

test('the connection output names what the doctor looks at, and the topics that are given', () => {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const chat = sns.Topic.fromTopicArn(stack, 'Chat', 'arn:aws:sns:eu-west-1:111122223333:chat');
  new BulkMailer(stack, 'Mailer', { sender, templates: { welcome }, alerts: [AlertRoute.topic(chat)] });
  const { Outputs } = Template.fromStack(stack).toJSON();
  const [[, { Value }]] = Object.entries(Outputs as Record<string, { Value: unknown }>).filter(([id]) =>
    id.includes('Connection'),
  );
  const value = JSON.stringify(Value);
  for (const name of ['identity', 'intakeRule', 'draftsRule', 'trackingRule', 'deadLetterQueueUrls'])
    expect(value).toContain(name);
  expect(value).toContain('\\"givenTopicArns\\":[\\"arn:aws:sns:eu-west-1:111122223333:chat\\"]');
  expect(JSON.stringify(mailer().template().toJSON().Outputs)).not.toContain('givenTopicArns');
});
