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
const logs = (account: string) => ({
  'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${REGION}:${account}:log-group:one`,
});

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
  ['logs encrypt', `logs.${REGION}.amazonaws.com`, 'kms:Encrypt', key, logs(ACCOUNT), true],
  ['logs of another account', `logs.${REGION}.amazonaws.com`, 'kms:Encrypt', key, logs('444455556666'), false],
  ['logs of another Region', 'logs.us-east-1.amazonaws.com', 'kms:Encrypt', key, logs(ACCOUNT), false],
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
