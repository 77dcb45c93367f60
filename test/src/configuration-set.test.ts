import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ses from 'aws-cdk-lib/aws-ses';
import { BulkMailer, type BulkMailerProps, MailTemplate, Sender, Suppression } from '../../src';
import { mailerSettings } from '../../src/private/functions/mailer-settings';

type Given = (stack: Stack) => Partial<BulkMailerProps>;

const BASE: BulkMailerProps = {
  sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
  templates: { welcome: MailTemplate.inline({ subject: 'Hello', text: 'Hello' }) },
};

function synthesized(given: Given) {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const mailer = new BulkMailer(stack, 'Mailer', { ...BASE, ...given(stack) });
  return { stack, mailer, template: Template.fromStack(stack) };
}

const setsOf = (template: Template) =>
  Object.values(template.findResources('AWS::SES::ConfigurationSet')).map(({ Properties }) => Properties);

const ARCHIVE = 'arn:aws:ses:eu-west-1:111122223333:mailmanager-archive/a-1';

test('delivery sets the options of the mailer’s configuration set, with CDK’s names', () => {
  const { template } = synthesized((stack) => ({
    delivery: {
      dedicatedIpPool: ses.DedicatedIpPool.fromDedicatedIpPoolName(stack, 'Pool', 'marketing'),
      tlsPolicy: ses.ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: false,
      maxDeliveryDuration: Duration.hours(2),
      archiveArn: ARCHIVE,
    },
  }));
  expect(setsOf(template)).toMatchObject([
    {
      DeliveryOptions: { SendingPoolName: 'marketing', TlsPolicy: 'REQUIRE', MaxDeliverySeconds: 7200 },
      ReputationOptions: { ReputationMetricsEnabled: false },
      ArchivingOptions: { ArchiveArn: ARCHIVE },
      SuppressionOptions: { SuppressedReasons: ['COMPLAINT'] },
      VdmOptions: { DashboardOptions: { EngagementMetrics: 'DISABLED' } },
    },
  ]);
});

test('a redirect domain takes HTTPS', () => {
  const { template } = synthesized(() => ({ tracking: { clicks: true, redirectDomain: 'links.example.com' } }));
  expect(setsOf(template)).toMatchObject([
    { TrackingOptions: { CustomRedirectDomain: 'links.example.com', HttpsPolicy: 'REQUIRE' } },
  ]);
  for (const redirectDomain of ['https://links.example.com', 'links', 'links.example.com/x', '']) {
    expect(() => synthesized(() => ({ tracking: { redirectDomain } }))).toThrow(
      `MM127: tracking.redirectDomain must be a domain such as "links.example.com", got "${redirectDomain}"`,
    );
  }
});

test('a given configuration set is used as it is, with the events of the mailer', () => {
  const { template, mailer, stack } = synthesized((scope) => ({
    configurationSet: new ses.ConfigurationSet(scope, 'Own', { disableSuppressionList: true }),
  }));
  expect(setsOf(template)).toEqual([{ SuppressionOptions: { SuppressedReasons: [] } }]);
  const destinations = Object.values(template.findResources('AWS::SES::ConfigurationSetEventDestination'));
  const name = stack.resolve(mailer.configurationSet.configurationSetName);
  expect(destinations.map(({ Properties }) => Properties.ConfigurationSetName)).toEqual([name]);
  expect(JSON.stringify(name)).toContain('Own');
});

test.each([
  [{}, { by: 'account' }],
  [{ disableSuppressionList: true }, { by: 'nobody' }],
  [{ suppressionReasons: ses.SuppressionReasons.BOUNCES_ONLY }, { by: 'configuration_set', reasons: ['BOUNCE'] }],
])('reports say the suppression of a given set with %j', (options, expected) => {
  const stack = new Stack(new App(), 'Stack');
  const configurationSet = new ses.ConfigurationSet(stack, 'Own', options);
  expect(mailerSettings({ ...BASE, configurationSet }).consent?.suppression).toEqual(expected);
});

test('a given configuration set excludes the options of the mailer’s own', () => {
  const own = (stack: Stack) => new ses.ConfigurationSet(stack, 'Own');
  const both = (more: Partial<BulkMailerProps>) => () =>
    synthesized((stack) => ({ configurationSet: own(stack), ...more }));
  expect(both({ delivery: {} })).toThrow('MM126: configurationSet must not be set together with delivery');
  expect(both({ consent: { suppression: Suppression.off() } })).toThrow('together with consent.suppression');
  expect(both({ tracking: { redirectDomain: 'links.example.com' } })).toThrow('together with tracking.redirectDomain');
  expect(() =>
    synthesized((stack) => ({ configurationSet: new ses.ConfigurationSet(stack, 'Off', { sendingEnabled: false }) })),
  ).toThrow('MM126: configurationSet must have sending enabled, got Stack/Off');
});

test('two mailers never send with one configuration set', () => {
  const stack = new Stack(new App(), 'Stack');
  const configurationSet = new ses.ConfigurationSet(stack, 'Own');
  new BulkMailer(stack, 'One', { ...BASE, configurationSet });
  expect(() => new BulkMailer(stack, 'Two', { ...BASE, configurationSet })).toThrow(
    'MM126: configurationSet of Stack/Two must be another one than that of Stack/One, got Stack/Own for both',
  );
});
