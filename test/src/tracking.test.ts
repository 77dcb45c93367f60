import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import { BulkMailer, type BulkMailerProps, MailTemplate, Sender, type TrackingOptions } from '../../src';
import { trackingSettings } from '../../src/tracking';

function synthesized(
  tracking?: TrackingOptions | ((stack: Stack) => TrackingOptions),
  more: Partial<BulkMailerProps> = {},
) {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const mailer = new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Hello', text: 'Hello' }) },
    tracking: typeof tracking === 'function' ? tracking(stack) : tracking,
    ...more,
  });
  return { mailer, template: Template.fromStack(stack) };
}

const typesOf = (template: Template): string[] => {
  const [{ Properties }] = Object.values(template.findResources('AWS::SES::ConfigurationSetEventDestination'));
  return Properties.EventDestination.MatchingEventTypes;
};

test('SES publishes to the default bus, and the rule takes what is of this configuration set, with dead letters', () => {
  const { template } = synthesized();
  template.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
    EventDestination: {
      Enabled: true,
      EventBridgeDestination: {
        EventBusArn: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:eu-west-1:111122223333:event-bus/default']],
        },
      },
    },
  });
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.ses'],
      detail: { mail: { tags: { 'ses:configuration-set': [{ Ref: Match.stringLikeRegexp('ConfigurationSet') }] } } },
    },
    Targets: [
      Match.objectLike({
        Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('MailerTrackingQueue'), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('MailerTrackingDeadLetters'), 'Arn'] } },
      }),
    ],
  });
});

test('opens and clicks are off unless asked for, each by itself', () => {
  const quiet = typesOf(synthesized().template);
  expect(quiet).toEqual(expect.arrayContaining(['send', 'delivery', 'bounce', 'complaint', 'reject', 'deliveryDelay']));
  expect(quiet).not.toContain('open');
  expect(quiet).not.toContain('click');
  expect(typesOf(synthesized({ opens: true }).template)).toEqual([...quiet, 'open']);
  expect(typesOf(synthesized({ clicks: true }).template)).toEqual([...quiet, 'click']);
});

test('without opens and clicks the configuration set turns the account’s engagement tracking off', () => {
  const vdm = (tracking?: TrackingOptions) =>
    Object.values(synthesized(tracking).template.findResources('AWS::SES::ConfigurationSet'))[0].Properties?.VdmOptions;
  const off = { DashboardOptions: { EngagementMetrics: 'DISABLED' } };
  expect([vdm(), vdm({ consentRequired: false })]).toEqual([off, off]);
  expect([vdm({ opens: true }), vdm({ clicks: true })]).toEqual([undefined, undefined]);
});

test('the column and values of consent are checked', () => {
  const settings = (tracking: TrackingOptions) => () => trackingSettings({ opens: true, ...tracking });
  const yes = ['yes', 'true', '1', 'y', 'x'];
  expect(settings({ consentColumn: 'Pixel' })()).toMatchObject({ consentColumn: 'Pixel', consentValues: yes });
  expect(settings({ consentColumn: 'Pixel', consentValues: ['ja'] })()).toMatchObject({ consentValues: ['ja'] });
  expect(settings({ consentRequired: false })()).toMatchObject({ consentRequired: false });
  expect(settings({ consentColumn: ' ' })).toThrow('MM109: tracking.consentColumn: got " "');
  expect(settings({ consentColumn: 'mailmatrix_code' })).toThrow('MM109: tracking.consentColumn');
  expect(settings({ consentValues: ['ja'] })).toThrow('MM122: tracking.consentValues must have a value');
  expect(settings({ consentColumn: 'Pixel', consentValues: [] })).toThrow('MM122');
});

test('queues take TLS only, are encrypted and keep dead letters two weeks; a batch has six time-outs to be done', () => {
  const { template } = synthesized();
  template.hasResourceProperties('AWS::SQS::Queue', {
    SqsManagedSseEnabled: true,
    VisibilityTimeout: 720,
    RedrivePolicy: Match.objectLike({ maxReceiveCount: 6 }),
  });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 100,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  const [track] = Object.values(template.findResources('AWS::Lambda::Function')).filter(({ Properties }) =>
    Properties.Description.includes('became'),
  );
  expect(track.Properties.Timeout * 6).toBeLessThanOrEqual(720);
  const policies = Object.values(template.findResources('AWS::SQS::QueuePolicy'));
  const denied = policies.filter(({ Properties }) => JSON.stringify(Properties).includes('aws:SecureTransport'));
  expect(denied).toHaveLength(policies.length);
});

test('with a key of the owner’s the queues are encrypted by it, and EventBridge may', () => {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const encryptionKey = new kms.Key(stack, 'Key');
  new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Hello', text: 'Hello' }) },
    encryptionKey,
  });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::SQS::Queue', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] },
    RedrivePolicy: Match.anyValue(),
  });
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } }),
      ]),
    },
  });
});

test('the tracker may write the ledger, publish alerts and put on the owner’s bus, and no more', () => {
  const { template } = synthesized((stack) => ({ eventBus: new events.EventBus(stack, 'Bus') }));
  const actions = Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('MailerTrackingTrackRole'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action, Resource }: { Action: string | string[]; Resource: unknown }) => {
      expect(Resource).not.toBe('*');
      return Action;
    });
  expect([...new Set(actions)].sort()).toEqual([
    'dynamodb:BatchGetItem',
    'dynamodb:UpdateItem',
    'events:PutEvents',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'sns:Publish',
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
  ]);
});

test.each([
  [{ maxBouncePercent: 101 }, 'MM104: tracking.maxBouncePercent: got 101'],
  [{ maxComplaintPercent: -1 }, 'MM104: tracking.maxComplaintPercent: got -1'],
  [{ breakerMinimum: 0 }, 'MM104: tracking.breakerMinimum: got 0'],
  [{ period: Duration.days(365) }, 'MM104: tracking.period in days: got 365'],
])('%j is refused', (tracking, message) => {
  expect(() => synthesized(tracking)).toThrow(message);
});

test('without a period a run is not reported again', () => {
  const { template } = synthesized({ period: Duration.days(0) });
  const [report] = Object.values(template.findResources('AWS::Lambda::Function')).filter(({ Properties }) =>
    Properties.Description.includes('report'),
  );
  expect(JSON.parse(report.Properties.Environment.Variables.MAILMATRIX_SETTINGS).tracking.periodSeconds).toBe(0);
});
