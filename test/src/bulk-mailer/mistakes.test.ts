import { App, type Duration, Lazy, Size, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  type AlertKind,
  AlertRoute,
  BulkMailer,
  type BulkMailerProps,
  MailTemplate,
  Sender,
  Topic,
} from '../../../src';
import { mailer, sender, welcome } from './mailer';

test('notifications on the own bucket fail synth, with advice', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const { bucket } = new BulkMailer(stack, 'Mailer', { sender, templates: { welcome } });
  bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SqsDestination(new sqs.Queue(stack, 'Queue')));
  expect(() => app.synth()).toThrow(/MM108/);
});

describe('mistakes fail synth and say what is allowed', () => {
  const failing = (props: Partial<BulkMailerProps>) => () => mailer(props);
  test.each<[string, () => unknown, RegExp]>([
    ['no template', failing({ templates: {} }), /^MM101: templates/],
    [
      'a template name that columns would not fold to',
      failing({ templates: { 'Wel come': welcome } }),
      /^MM101: .*"Wel come"/,
    ],
    ['an unknown default template', failing({ defaultTemplate: 'other' }), /^MM103: .*welcome/],
    ['a mailer’s name with a slash', failing({ mailerName: 'a/b' }), /^MM118: mailerName must be .*got "a\/b"/],
    ['a mailer’s name that is a path', failing({ mailerName: '..' }), /^MM118/],
    ['no mailer’s name', failing({ mailerName: '' }), /^MM118/],
    ['a mailer’s name that is too long', failing({ mailerName: 'm'.repeat(65) }), /^MM118/],
    [
      'a mailer’s name that only the deployment knows',
      failing({ mailerName: Lazy.string({ produce: () => 'x' }) }),
      /^MM118: .*only known at deployment/,
    ],
    [
      'a log group beside a retention',
      () => {
        const stack = new Stack();
        const logGroup = new logs.LogGroup(stack, 'Logs');
        const runtime = { logGroup, logRetention: logs.RetentionDays.ONE_DAY };
        new BulkMailer(stack, 'Mailer', { sender, templates: { welcome }, runtime });
      },
      /^MM123: runtime.logRetention must not be set beside runtime.logGroup/,
    ],
    ['a rate of zero', failing({ sendRate: { maxPerSecond: 0 } }), /^MM104: sendRate.maxPerSecond: got 0/],
    [
      'a ceiling of no recipients',
      failing({ monitoring: { maxRecipientsPerCampaign: 0 } }),
      /^MM104: monitoring.maxRecip/,
    ],
    ['a refused percentage of 0', failing({ monitoring: { maxRefusedPercent: 0 } }), /^MM104: monitoring.maxRefused/],
    ['a share above one', failing({ sendRate: { accountShare: 1.1 } }), /^MM104: sendRate.accountShare/],
    ['an empty prefix', failing({ intake: { prefix: '' } }), /^MM105: intake.prefix/],
    ['a prefix where reports go', failing({ intake: { prefix: 'reports/in/' } }), /^MM105: intake.prefix/],
    [
      'a delimiter of two characters',
      failing({ intake: { delimiter: '||' } }),
      /^MM110: intake\.delimiter: got "\|\|"/,
    ],
    [
      'a column of opt-outs without their values',
      failing({ intake: { optOutColumn: 'wants' } }),
      /^MM121: intake\.optOutColumn and intake\.optOutValues must be set together/,
    ],
    ['values of opt-outs without their column', failing({ intake: { optOutValues: ['no'] } }), /^MM121/],
    ['a reserved column', failing({ intake: { emailColumn: 'mailmatrix_mail' } }), /^MM109: intake.emailColumn/],
    [
      'a From outside the domain',
      () => Sender.existingDomain('example.com', { fromAddress: 'a@example.org' }),
      /^MM102: fromAddress/,
    ],
    [
      'a From that is no address',
      () => Sender.existingDomain('example.com', { fromAddress: 'News' }),
      /^MM102: fromAddress/,
    ],
    [
      'a template From outside the identity',
      failing({ templates: { welcome: MailTemplate.inline({ subject: 's', text: 't', fromAddress: 'a@other.org' }) } }),
      /^MM102: fromAddress/,
    ],
    [
      'answers to what is no address',
      () => Sender.existingDomain('example.com', { fromAddress: 'a@example.com', replyTo: ['Service'] }),
      /^MM102: replyTo: got "Service"/,
    ],
    [
      'answers of a template to what is no address',
      failing({ templates: { welcome: MailTemplate.inline({ subject: 's', text: 't', replyTo: ['Service'] }) } }),
      /^MM102: replyTo: got "Service"/,
    ],
    ['a size of nothing', failing({ intake: { maxSize: Size.bytes(0) } }), /^MM104: intake.maxSize in bytes: got 0/],
    [
      'a duration from JavaScript that is none',
      failing({ tracking: { period: 3 as unknown as Duration } }),
      /^MM104: tracking.period: got 3, allowed is a Duration/,
    ],
    [
      'an alert for what does not exist',
      () => AlertRoute.email('ops@example.com', { kinds: ['ALARM' as AlertKind] }),
      /^MM107: AlertRoute.email: got the kind "ALARM", allowed are report, alarm, approval/,
    ],
    ['a topic with a space', () => Topic.named('our news'), /^MM106/],
    ['a phone number without country', () => AlertRoute.sms('079 123 45 67'), /^MM107/],
    ['a missing directory', () => MailTemplate.fromDirectory('no/such/folder'), /^MM201: .*no\/such\/folder/],
    ['no body', () => MailTemplate.inline({ subject: 's' }), /^MM202/],
    ['a syntax error', () => MailTemplate.inline({ subject: 's', text: 'a\n{{#b}}' }), /^MM\d+: .*text/],
    [
      'an unknown name of ours',
      () => MailTemplate.inline({ subject: 's', text: '{{mail.nope}}' }),
      /^MM\d+: .*mail\.nope/,
    ],
  ])('%s', (_name, act, message) => {
    expect(act).toThrow(message);
  });
});
