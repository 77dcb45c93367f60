import { App, type CfnElement, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import { BulkMailer, MailTemplate, Sender } from '../../src';
import * as contract from '../../src/private/contract';
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS } from '../../src/private/contract/metric-names';
import { expectGolden, pretty } from './golden';

/** Replaced when their logical id changes, and with them what they remember or who subscribed to them. */
const STATEFUL = [
  'AWS::S3::Bucket',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::StepFunctions::StateMachine',
  'AWS::SES::ConfigurationSet',
  'AWS::Logs::LogGroup',
  // Mail that was sent leads to it, and holds what the secret signed.
  'AWS::Lambda::Url',
  'AWS::SecretsManager::Secret',
];

function mailer() {
  const stack = new Stack(new App(), 'Stack');
  const made = new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
  });
  return { stack, made };
}

test('logical ids of what must not be replaced', () => {
  const { Resources } = Template.fromStack(mailer().stack).toJSON() as { Resources: Record<string, { Type: string }> };
  const ids = Object.entries(Resources)
    // Its URL goes with it.
    .filter(([id, { Type }]) => STATEFUL.includes(Type) || (Type === 'AWS::Lambda::Function' && id.includes('Consent')))
    .map(([id, { Type }]) => [id, Type]);
  expect(new Set(ids.map(([, type]) => type))).toEqual(new Set([...STATEFUL, 'AWS::Lambda::Function']));
  expectGolden('logical-ids', { 'stateful.json': pretty(Object.fromEntries(ids.sort())) });
});

test('ids of the constructs that hold them', () => {
  const { made } = mailer();
  const children = (of: IConstruct, depth: number): object =>
    Object.fromEntries(
      of.node.children
        .filter(({ node }) => node.id !== 'Resource')
        .map((child) => [child.node.id, depth > 1 ? children(child, depth - 1) : {}])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  expectGolden('construct-ids', { 'mailer.json': pretty(children(made, 2)) });
});

test('names that constructs and handlers, deployed and not, agree on', () => {
  const { FORMAT, ENV, LAYOUT, METADATA, RESERVED_COLUMNS, TAGS } = contract;
  const names = { FORMAT, ENV, LAYOUT, METADATA, RESERVED_COLUMNS, TAGS };
  const metrics = { METRIC_NAMESPACE, METRIC_DIMENSION, METRICS };
  expectGolden('contract', { 'names.json': pretty(names), 'metrics.json': pretty(metrics) });
});

test('what the stack output tells a command line', () => {
  const template = Template.fromStack(mailer().stack).toJSON() as { Outputs: Record<string, { Value: unknown }> };
  const [[id, { Value }]] = Object.entries(template.Outputs);
  expectGolden('stack-output', { 'connection.json': pretty({ id, value: Value }) });
});

test('ids of the alarms, and what each looks at', () => {
  const { stack, made } = mailer();
  const alarms = made.alarms.map((alarm) => {
    const { Namespace, MetricName, Statistic, Period, EvaluationPeriods, TreatMissingData, Threshold } = stack.resolve(
      (alarm.node.defaultChild as unknown as { _toCloudFormation(): object })._toCloudFormation(),
    ).Resources[stack.resolve((alarm.node.defaultChild as CfnElement).logicalId)].Properties;
    return [
      alarm.node.id,
      { Namespace, MetricName, Statistic, Period, EvaluationPeriods, TreatMissingData, Threshold },
    ];
  });
  expectGolden('alarms', { 'alarms.json': pretty(Object.fromEntries(alarms)) });
});
