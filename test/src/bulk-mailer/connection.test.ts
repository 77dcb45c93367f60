import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlertRoute, BulkMailer, type BulkMailerProps } from '../../../src';
import { mailer, sender, welcome } from './mailer';

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
    '\\"list\\":{\\"delimiter\\":\\";\\",\\"emailColumn\\":\\"Mail an\\"}',
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
