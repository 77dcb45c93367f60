import { Duration, Lazy } from 'aws-cdk-lib';
import {
  AlertRoute,
  Approval,
  type BulkMailerProps,
  InDoubtPolicy,
  MailTemplate,
  Sender,
  SendingWindow,
  Topic,
} from '../../src';
import { checkProps, type StructName } from '../../src/private/check-props';
import { mailer } from './bulk-mailer/mailer';

/** Calls as plain JavaScript can. */
const untyped = (props: object) => () => mailer(props as Partial<BulkMailerProps>);

test.each<[string, object, string]>([
  ['a misspelled prop', { aproval: Approval.none() }, 'aproval is no prop of BulkMailerProps. Did you mean approval?'],
  ['a prop in another case', { sendrate: {} }, 'sendrate is no prop of BulkMailerProps. Did you mean sendRate?'],
  ['an unknown option', { intake: { speed: 1 } }, 'speed is no prop of IntakeOptions. See API.md for the props'],
  [
    'a text instead of a window',
    { sendRate: { window: '08:00-18:00' } },
    'sendRate.window must be a value of SendingWindow, got "08:00-18:00". See API.md for the props',
  ],
  [
    'a text instead of a policy',
    { inDoubtPolicy: 'hold' },
    'inDoubtPolicy must be a value of InDoubtPolicy, got "hold"',
  ],
  ['a value of another class', { inDoubtPolicy: Approval.none() }, 'inDoubtPolicy must be a value of InDoubtPolicy'],
  ['a number as text', { sendRate: { maxPerSecond: '50' } }, 'sendRate.maxPerSecond must be a number, got "50"'],
  ['a name instead of a resource', { bucket: 'lists' }, 'bucket must be a resource, got "lists"'],
  [
    'one route instead of a list',
    { alerts: AlertRoute.email('ops@example.com') },
    'alerts must be an array, got an object',
  ],
  ['an address instead of a route', { alerts: ['ops@example.com'] }, 'alerts[0] must be a value of AlertRoute'],
  [
    'a folder instead of a template',
    { templates: { may: 'mail/may' } },
    'templates.may must be a value of MailTemplate',
  ],
  ['no sender', { sender: undefined }, 'sender must be set'],
  ['options that are none', { consent: true }, 'consent must be ConsentOptions, got true'],
])('from plain JavaScript, %s fails synth', (_, props, message) => {
  expect(untyped(props)).toThrow(`MM124: ${message}`);
});

test('options of values are checked where the value is made', () => {
  const call = (of: unknown) => of as (...given: unknown[]) => unknown;
  expect(() => call(Topic.named)('news', { titel: 'News' })).toThrow(
    'MM124: titel is no prop of TopicOptions. Did you mean title?',
  );
  expect(() => call(SendingWindow.between)('08:00', '18:00', { days: 'MONDAY' })).toThrow(
    'MM124: SendingWindowOptions.days must be an array',
  );
  expect(() => call(Sender.existingDomain)('example.com')).toThrow(
    'MM124: the last argument must be ExistingDomainOptions, got undefined',
  );
  expect(() => call(MailTemplate.inline)({ html: '<p>x</p>' })).toThrow(
    'MM124: InlineTemplateProps.subject must be set',
  );
});

test('a subclass of the mailer may pass on props of its own', () => {
  expect(untyped({ team: 'marketing' })).not.toThrow();
});

test('what is only known at deployment is taken', () => {
  const check = (struct: StructName, props: object) => () => checkProps(struct, props);
  expect(check('SendRateOptions', { maxPerSecond: Lazy.number({ produce: () => 1 }) })).not.toThrow();
  expect(check('NoApprovalOptions', { reviewers: Lazy.list({ produce: () => ['a@example.com'] }) })).not.toThrow();
  expect(check('CampaignByKeyOptions', { closesAfter: Duration.days(1) })).not.toThrow();
});

test('values of another copy of the package are taken, by the mark that jsii puts on their classes', () => {
  class Copy {
    readonly kind = 'copy';
  }
  Object.assign(Copy, { [Symbol.for('jsii.rtti')]: { fqn: 'cdk-mailmatrix.InDoubtPolicy', version: '1.0.0' } });
  class Extended extends Copy {}
  const check = (inDoubtPolicy: object) => () =>
    checkProps('BulkMailerProps', { sender, templates: {}, inDoubtPolicy });
  const sender = Sender.existingAddress('me@example.com');
  expect(check(new Extended())).not.toThrow();
  expect(check(InDoubtPolicy.hold())).not.toThrow();
  expect(check(new (class Other {})())).toThrow('MM124');
});
