import * as fs from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Alarms, AlertKind, AlertRoute, BulkMailer, type BulkMailerProps, MailTemplate, Sender } from '../../../src';
import { METRICS } from '../../../src/private/contract/metric-names';

function mailer(more: Partial<BulkMailerProps> = {}) {
  const stack = new Stack(new App(), 'Mail');
  const made = new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    ...more,
  });
  return { stack, made, template: () => Template.fromStack(stack) };
}

interface Alarm {
  readonly Properties: {
    readonly AlarmDescription: string;
    readonly TreatMissingData: string;
    readonly AlarmActions: object[];
    readonly MetricName: string;
    readonly Namespace: string;
    readonly Threshold: number;
  };
}
const alarmsOf = (template: Template) => Object.values(template.findResources('AWS::CloudWatch::Alarm')) as Alarm[];

/** As GitHub makes them of headings. */
const anchors = () =>
  [...fs.readFileSync('docs/runbook.md', 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );

test('every alarm says what it means, where to look and where it is described, and tells the topic', () => {
  const { made, template } = mailer();
  const alarms = alarmsOf(template());
  expect(alarms.length).toBe(made.alarms.length);
  expect(alarms.length).toBeGreaterThan(20);
  for (const { Properties } of alarms) {
    const { AlarmDescription, AlarmActions, TreatMissingData, Namespace, MetricName } = Properties;
    expect(AlarmDescription.length).toBeLessThan(1024);
    expect(AlarmDescription).toMatch(
      /^.+\n\nFirst look: .+\n\nRunbook: https:\/\/github\.com\/mailmatrix\/cdk-mailmatrix\/blob\/main\/docs\/runbook\.md#[a-z]+\n\nMailer: Mail\/Mailer$/s,
    );
    expect(AlarmActions).toHaveLength(1);
    expect(['notBreaching', 'ignore']).toContain(TreatMissingData);
    if (Namespace === 'MailMatrix') expect(Object.keys(METRICS)).toContain(MetricName);
  }
});

test('every alarm has its entry in the runbook, and every entry its alarm', () => {
  const { template } = mailer();
  const linked = alarmsOf(template()).map(
    ({ Properties }) => /runbook\.md#([a-z]+)/.exec(Properties.AlarmDescription)![1],
  );
  expect(linked.filter((anchor) => !anchors().includes(anchor))).toEqual([]);
  const entries = fs.readFileSync('docs/runbook.md', 'utf8').split('\n## The alarms\n')[1].split('\n## ')[0];
  const described = [...entries.matchAll(/^### (\w+)$/gm)].map(([, title]) => title.toLowerCase());
  expect([...new Set(linked)].sort()).toEqual(described.sort());
  // Meaning, first look, what to do, what never to do.
  for (const entry of entries.split(/^### /m).slice(1)) {
    for (const part of ['**First look.**', '**Do.**', '**Never.**']) expect(entry).toContain(part);
  }
});

test('every function is watched', () => {
  const { template } = mailer();
  const functions = Object.keys(template().findResources('AWS::Lambda::Function')).length;
  expect(alarmsOf(template()).filter(({ Properties: { MetricName } }) => MetricName === 'Errors')).toHaveLength(
    functions,
  );
});

test('thresholds are the owner’s, and so is whether there are any', () => {
  const { template } = mailer({ monitoring: { alarms: Alarms.standard({ inDoubtPercent: 1, bouncePercent: 2 }) } });
  template().hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'InDoubtShare', Threshold: 1 });
  template().hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Reputation.BounceRate', Threshold: 0.02 });
  const none = mailer({ monitoring: { alarms: Alarms.none() } });
  none.template().resourceCountIs('AWS::CloudWatch::Alarm', 0);
  expect(none.made.alarms).toEqual([]);
  expect(() => Alarms.standard({ quotaPercent: 101 })).toThrow('MM104: Alarms.standard quotaPercent: got 101');
});

test('that nobody hears is said, and can be acknowledged', () => {
  const said = Match.stringLikeRegexp('Nobody hears of reports and alarms');
  Annotations.fromStack(mailer().stack).hasWarning('/Mail/Mailer', said);
  Annotations.fromStack(mailer({ alerts: [AlertRoute.email('ops@example.com')] }).stack).hasNoWarning('*', said);
});

describe('a route', () => {
  const subscriptions = (template: Template) =>
    Object.values(template.findResources('AWS::SNS::Subscription')).map(({ Properties }) => Properties);

  test('of everything is one subscription, without a filter', () => {
    const { made, template } = mailer({ alerts: [AlertRoute.email('ops@example.com')] });
    expect(subscriptions(template())).toEqual([
      { Protocol: 'email', Endpoint: 'ops@example.com', TopicArn: expect.anything() },
    ]);
    expect(made.alarmTopic).toBeUndefined();
  });

  test('is known to the report, which counts who hears of what', () => {
    const subscribers = (...alerts: AlertRoute[]) => {
      const { stack, made, template } = mailer({ alerts });
      const [[, report]] = Object.entries(template().findResources('AWS::Lambda::Function')).filter(
        ([, { Properties }]) => Properties.Description === 'Writes the report of a run',
      );
      const [own, alarms] = [made.alertTopic, made.alarmTopic].map(
        (topic) => topic && stack.resolve(topic.topicArn).Ref,
      );
      const text = report.Properties.Environment.Variables.MAILMATRIX_AUDIENCE['Fn::Join'][1]
        .map((part: string | { Ref: string }) =>
          typeof part === 'string' ? part : { [own]: 'own', [alarms]: 'alarms' }[part.Ref],
        )
        .join('');
      return JSON.parse(text);
    };
    const to = (...kinds: AlertKind[]) => AlertRoute.email(`${kinds.join('-')}@example.com`, { kinds });
    const { REPORT, ALARM, APPROVAL } = AlertKind;
    expect(subscribers()).toEqual({ report: [{ arn: 'own' }], alarm: [{ arn: 'own' }] });
    expect(subscribers(AlertRoute.email('ops@example.com'), to(REPORT))).toEqual(subscribers());
    expect(subscribers(to(REPORT), to(APPROVAL))).toEqual({
      report: [{ arn: 'own' }],
      alarm: [{ arn: 'own', others: 2 }],
    });
    expect(subscribers(to(ALARM), to(ALARM, APPROVAL))).toEqual({
      report: [{ arn: 'own', others: 1 }],
      alarm: [{ arn: 'own', others: 1 }, { arn: 'alarms' }],
    });
    const topic = (stack: Stack) => sns.Topic.fromTopicArn(stack, 'Team', 'arn:aws:sns:eu-west-1:444455556666:team');
    const stack = new Stack();
    expect(subscribers(AlertRoute.topic(topic(stack), { kinds: [ALARM] }))).toEqual({
      report: [{ arn: 'own' }],
      alarm: [{ arn: 'own' }, { arn: 'arn:aws:sns:eu-west-1:444455556666:team' }],
    });
  });

  test('of reports gets those by their attribute, and no alarms', () => {
    const { template } = mailer({ alerts: [AlertRoute.email('ops@example.com', { kinds: [AlertKind.REPORT] })] });
    expect(subscriptions(template())).toMatchObject([{ FilterPolicy: { kind: ['report', 'alert'] } }]);
  });

  test('of alarms has a topic that gets every alarm, and executions that end badly, and nothing else', () => {
    const { stack, made, template } = mailer({
      alerts: [AlertRoute.sms('+41791234567', { kinds: [AlertKind.ALARM] })],
    });
    const topic = stack.resolve(made.alarmTopic!.topicArn);
    expect(subscriptions(template())).toEqual([{ Protocol: 'sms', Endpoint: '+41791234567', TopicArn: topic }]);
    for (const { Properties } of alarmsOf(template())) expect(Properties.AlarmActions).toContainEqual(topic);
    template().hasResourceProperties('AWS::Events::Rule', {
      Description: Match.stringLikeRegexp('failed'),
      Targets: Match.arrayWith([Match.objectLike({ Arn: topic })]),
    });
    const { Environment } = Object.values(template().findResources('AWS::Lambda::Function')).find(
      ({ Properties }) => Properties.Description === 'Writes the report of a run',
    )!.Properties;
    expect(JSON.stringify(Environment.Variables.MAILMATRIX_TOPICS)).not.toContain(topic.Ref);
    // CloudWatch may publish there.
    template().hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [topic],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Principal: { Service: Match.arrayWith(['cloudwatch.amazonaws.com']) } }),
        ]),
      },
    });
  });

  test('to a topic of the owner’s gets what it is for', () => {
    const stack = new Stack(new App(), 'Mail');
    const [chat, paging] = ['Chat', 'Paging'].map((id) => new sns.Topic(stack, id));
    const made = new BulkMailer(stack, 'Mailer', {
      sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
      templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
      alerts: [
        AlertRoute.topic(chat, { kinds: [AlertKind.REPORT, AlertKind.APPROVAL] }),
        AlertRoute.topic(paging, { kinds: [AlertKind.ALARM] }),
      ],
    });
    const [{ Properties }] = alarmsOf(Template.fromStack(stack));
    expect(Properties.AlarmActions).toEqual([made.alertTopic, paging].map(({ topicArn }) => stack.resolve(topicArn)));
    const { Environment } = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).find(
      ({ Properties: { Description } }) => Description === 'Writes the report of a run',
    )!.Properties;
    const topics = JSON.stringify(Environment.Variables.MAILMATRIX_TOPICS);
    expect(topics).toContain('[\\"report\\",\\"alert\\",\\"approval\\"]');
    expect(topics).not.toContain(stack.resolve(paging.topicArn).Ref);
  });

  test('of nothing is refused', () => {
    expect(() => AlertRoute.email('ops@example.com', { kinds: [] })).toThrow('MM107: AlertRoute.email: got no kinds');
  });
});
