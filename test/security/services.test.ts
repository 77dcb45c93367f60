import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, make, REGION } from './mailers';
import { Resolved } from './resolved';

const resolved = new Resolved(make('everything on').template);
const topic = resolved.arn('AWS::SNS::Topic', 'Alerts');
const key = resolved.arn('AWS::KMS::Key');
const queue = resolved.arn('AWS::SQS::Queue', 'TrackingQueue');
const OURS = { 'aws:SourceAccount': ACCOUNT };
const THEIRS = { 'aws:SourceAccount': '444455556666' };
const rule = (of: string) => `arn:aws:events:${REGION}:${ACCOUNT}:rule/${of}`;
/** By the policy of the resource alone: a service has none of its own. */
async function may(service: string, action: string, arn: string, context: { [key: string]: string }): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: {
        principal: service,
        action,
        resource: { resource: arn, accountId: ACCOUNT },
        contextVariables: { 'aws:SecureTransport': 'true', ...context },
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: resolved.resourcePolicyOf(arn),
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === 'Allowed';
}

test.each<[string, string, string, string, { [key: string]: string }, boolean]>([
  ['alarms publish', 'cloudwatch.amazonaws.com', 'sns:Publish', topic, OURS, true],
  ['alarms of another account', 'cloudwatch.amazonaws.com', 'sns:Publish', topic, THEIRS, false],
  ['budgets publish', 'budgets.amazonaws.com', 'sns:Publish', topic, OURS, true],
  ['budgets of another account', 'budgets.amazonaws.com', 'sns:Publish', topic, THEIRS, false],
  ['rules publish', 'events.amazonaws.com', 'sns:Publish', topic, {}, true],
  ['no TLS', 'events.amazonaws.com', 'sns:Publish', topic, { 'aws:SecureTransport': 'false' }, false],
  ['alarms encrypt', 'cloudwatch.amazonaws.com', 'kms:GenerateDataKey', key, OURS, true],
  ['alarms decrypt', 'cloudwatch.amazonaws.com', 'kms:Decrypt', key, OURS, true],
  ['alarms of another account encrypt', 'cloudwatch.amazonaws.com', 'kms:GenerateDataKey', key, THEIRS, false],
  ['budgets encrypt', 'budgets.amazonaws.com', 'kms:GenerateDataKey', key, OURS, true],
  // EventBridge says nothing of where it comes from.
  ['rules encrypt', 'events.amazonaws.com', 'kms:GenerateDataKey', key, {}, true],
  ['rules decrypt', 'events.amazonaws.com', 'kms:Decrypt', key, {}, true],
  [
    'SES’s events',
    'events.amazonaws.com',
    'sqs:SendMessage',
    queue,
    { 'aws:SourceArn': resolved.arn('AWS::Events::Rule', 'TrackingRule') },
    true,
  ],
  [
    'events that another rule forges',
    'events.amazonaws.com',
    'sqs:SendMessage',
    queue,
    { 'aws:SourceArn': rule('x') },
    false,
  ],
])('%s', async (_, service, action, arn, context, expected) => {
  expect(await may(service, action, arn, context)).toBe(expected);
});

test('CloudWatch may use the key for log groups of this account and Region', () => {
  // The simulator does not know encryption contexts, so this is read and not asked.
  const statements = resolved.resourcePolicyOf(key)!.Statement as { Sid?: string; [name: string]: unknown }[];
  expect(statements.find(({ Sid }) => Sid === 'MailMatrixLogs')).toMatchObject({
    Effect: 'Allow',
    Principal: { Service: `logs.${REGION}.amazonaws.com` },
    Action: expect.arrayContaining(['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey']),
    Condition: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*` },
    },
  });
});
