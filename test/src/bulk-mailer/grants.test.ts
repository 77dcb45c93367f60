import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { BulkMailer, MailTemplate } from '../../../src';
import { mailer, type Statement, sender, welcome } from './mailer';

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
    StringEqualsIfExists: { 'ses:FeedbackAddress': ['news@example.com', 'offers@example.com'] },
  });
  expect(JSON.stringify(send[0].Resource)).toContain('identity/*');
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

test('grantUpload allows the prefix alone', () => {
  const { stack, mailer: made, template } = mailer();
  const role = new iam.Role(stack, 'Marketing', { assumedBy: new iam.AccountRootPrincipal() });
  made.grantUpload(role);
  const allowed = JSON.stringify(statementsOf(template(), 'Marketing')).match(/(?<=")\/[^"]+\*/g);
  expect(allowed).toEqual(['/campaigns/*', '/parts/campaigns/*', '/drafts/*', '/parts/drafts/*']);
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
