import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AlertKind, AlertRoute, BulkMailer, type BulkMailerProps, MailTemplate, Sender, SesBudget } from '../../../src';

const FRANKFURT = { env: { account: '123456789012', region: 'eu-central-1' } };

function stackOf(app: App, id: string, props: StackProps = {}): Stack {
  return new Stack(app, id, props);
}

function mailer(stack: Stack, id: string, usd?: number, more: Partial<BulkMailerProps> = {}): BulkMailer {
  return new BulkMailer(stack, id, {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    monitoring: usd === undefined ? {} : { budget: SesBudget.monthlyUsd(usd) },
    ...more,
  });
}

const budgets = (stack: Stack) => Template.fromStack(stack).findResources('AWS::Budgets::Budget');

test('counts SES in the account and Region, and tells at 80 % spent and 100 % forecast', () => {
  const stack = stackOf(new App(), 'Mail');
  mailer(stack, 'Mailer', 50);
  const notification = (NotificationType: string, Threshold: number) => ({
    Notification: { NotificationType, Threshold, ThresholdType: 'PERCENTAGE', ComparisonOperator: 'GREATER_THAN' },
    Subscribers: [{ SubscriptionType: 'SNS', Address: { Ref: Match.stringLikeRegexp('^MailerAlertsTopic') } }],
  });
  Template.fromStack(stack).hasResourceProperties('AWS::Budgets::Budget', {
    Budget: {
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 50, Unit: 'USD' },
      FilterExpression: {
        And: [
          { Dimensions: { Key: 'SERVICE', Values: ['Amazon Simple Email Service'] } },
          { Dimensions: { Key: 'REGION', Values: [{ Ref: 'AWS::Region' }] } },
        ],
      },
    },
    NotificationsWithSubscribers: [notification('ACTUAL', 80), notification('FORECASTED', 100)],
  });
  // Budgets publishes as itself.
  Template.fromStack(stack).hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'sns:Publish',
          Principal: { Service: Match.arrayWith(['budgets.amazonaws.com']) },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]),
    }),
  });
});

test('there is none unless it is asked for', () => {
  const stack = stackOf(new App(), 'Mail');
  mailer(stack, 'Mailer');
  expect(budgets(stack)).toEqual({});
});

test('routes that are for alarms hear of it, each topic by a budget of its own', () => {
  const stack = stackOf(new App(), 'Mail');
  const kinds = [AlertKind.ALARM, AlertKind.APPROVAL];
  mailer(stack, 'Mailer', 50, { alerts: [AlertRoute.email('ops@example.com', { kinds })] });
  const topics = Object.values(budgets(stack)).map(
    ({ Properties }) => Properties.NotificationsWithSubscribers[0].Subscribers[0].Address.Ref,
  );
  expect(new Set(topics).size).toBe(topics.length);
  expect(topics).toContainEqual(expect.stringMatching(/^MailerAlertsTopic/));
});

test('two mailers of a stack have one', () => {
  const stack = stackOf(new App(), 'Mail');
  mailer(stack, 'News', 50);
  mailer(stack, 'Offers', 50);
  expect(Object.keys(budgets(stack))).toHaveLength(1);
  Annotations.fromStack(stack).hasInfo('/Mail/Offers/SesBudget', Match.stringLikeRegexp('that of Mail/News'));
});

test('two stacks of one account and Region have one, of others each its own', () => {
  const app = new App();
  const [one, same, elsewhere] = [
    stackOf(app, 'One', FRANKFURT),
    stackOf(app, 'Same', FRANKFURT),
    stackOf(app, 'Elsewhere', { env: { ...FRANKFURT.env, region: 'eu-west-1' } }),
  ];
  for (const stack of [one, same, elsewhere]) mailer(stack, 'Mailer', 50);
  expect([one, same, elsewhere].map((stack) => Object.keys(budgets(stack)).length)).toEqual([1, 0, 1]);
});

test.each([
  [
    'of two amounts',
    () => {
      const stack = stackOf(new App(), 'Mail');
      mailer(stack, 'News', 50);
      mailer(stack, 'Offers', 60);
    },
    /^MM151: monitoring\.budget: Mail\/Offers has \$60 and Mail\/News \$50/,
  ],
  [
    'in China',
    () => {
      mailer(stackOf(new App(), 'Mail', { env: { account: '123456789012', region: 'cn-north-1' } }), 'Mailer', 50);
    },
    /^MM150: monitoring\.budget: cn-north-1/,
  ],
  ['of nothing', () => SesBudget.monthlyUsd(0), /^MM104: SesBudget\.monthlyUsd: got 0/],
])('a budget %s is a mistake', (_, make, message) => {
  expect(make).toThrow(message);
});
