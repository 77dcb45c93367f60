import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BulkMailer, MailTemplate, type MonitoringOptions, Sender } from '../../src';
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS } from '../../src/private/contract/metric-names';

/** AWS's own, as its documentation names them. */
const THEIRS: { readonly [namespace: string]: readonly string[] } = {
  'AWS/States': [
    'ExecutionsStarted',
    'ExecutionsSucceeded',
    'ExecutionsFailed',
    'ExecutionsTimedOut',
    'ExecutionsAborted',
  ],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
  'AWS/Lambda': ['Errors'],
  'AWS/SES': ['Reputation.BounceRate', 'Reputation.ComplaintRate'],
};

interface Widget {
  readonly type: string;
  readonly properties: { readonly title: string; readonly metrics?: readonly (readonly unknown[])[] };
}

function dashboard(monitoring?: MonitoringOptions) {
  const stack = new Stack(new App(), 'Mail');
  const mailer = new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    monitoring,
  });
  const [found] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  return { mailer, body: found && bodyOf(found.Properties.DashboardBody) };
}

/** What CloudFormation fills in becomes a word. */
const bodyOf = ({ 'Fn::Join': [, parts] }: { 'Fn::Join': [string, unknown[]] }) =>
  JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'filled-in')).join('')) as {
    readonly widgets: readonly Widget[];
  };

test('every widget looks at metrics that exist, ours those of this mailer', () => {
  const { widgets } = dashboard().body!;
  const ours = new Set<string>();
  for (const { properties } of widgets) {
    for (const [namespace, name, dimension, value] of properties.metrics ?? []) {
      if (typeof namespace !== 'string') continue;
      if (namespace === METRIC_NAMESPACE) {
        expect([dimension, value]).toEqual([METRIC_DIMENSION, 'Mail/Mailer']);
        expect(Object.keys(METRICS)).toContain(name);
        ours.add(String(name));
      } else expect([namespace, THEIRS[namespace] ?? []]).toEqual([namespace, expect.arrayContaining([name])]);
    }
  }
  expect(ours.size).toBeGreaterThan(15);
  expect(widgets.map(({ type }) => type)).toContain('alarm');
});

test('it is on unless somebody switches it off', () => {
  expect(dashboard().mailer.dashboard).toBeDefined();
  const { mailer, body } = dashboard({ dashboard: false });
  expect([mailer.dashboard, body]).toEqual([undefined, undefined]);
});
