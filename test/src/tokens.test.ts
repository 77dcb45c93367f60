import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, CfnParameter, Duration, Lazy, Size, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AlertRoute,
  Approval,
  BulkMailer,
  type BulkMailerProps,
  CampaignIdentity,
  ConsentEndpoint,
  ConsentPage,
  MailTemplate,
  Sender,
  SendingWindow,
  Topic,
} from '../../src';

/** A value that only the deployment knows. */
interface Known {
  readonly text: string;
  readonly number: number;
  readonly stack: Stack;
}

/** Of the stack's template and of the files beside it. */
function synth(props: (later: Known) => Partial<BulkMailerProps>): string {
  const stack = new Stack(new App(), 'Stack');
  const text = new CfnParameter(stack, 'Text').valueAsString;
  const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
  new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    ...props({ text, number, stack }),
  });
  const { Parameters, ...template } = Template.fromStack(stack).toJSON();
  const { directory } = App.of(stack)!.synth();
  for (const file of fs.readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!/^asset\..*json$/.test(file)) continue;
    expect([file, fs.readFileSync(path.join(directory, file), 'utf8')]).not.toEqual([
      file,
      expect.stringContaining('Token['),
    ]);
  }
  return JSON.stringify(template);
}

const TEXT: { readonly [prop: string]: (later: Known) => Partial<BulkMailerProps> } = {
  'sender domain': ({ text }) => ({ sender: Sender.existingDomain(text, { fromAddress: `news@${text}` }) }),
  'sender fromAddress': ({ text }) => ({ sender: Sender.existingDomain('example.com', { fromAddress: text }) }),
  'sender replyTo': ({ text }) => ({
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com', replyTo: [text] }),
  }),
  'sender address': ({ text }) => ({ sender: Sender.existingAddress(text) }),
  'sender displayName': ({ text }) => ({ sender: Sender.existingAddress('news@example.com', { displayName: text }) }),
  'alerts email': ({ text }) => ({ alerts: [AlertRoute.email(text)] }),
  'alerts sms': ({ text }) => ({ alerts: [AlertRoute.sms(text)] }),
  'approval approvers': ({ text }) => ({ approval: Approval.required({ approvers: [text] }) }),
  'approval reviewers': ({ text }) => ({ approval: Approval.none({ reviewers: [text] }) }),
  'intake prefix': ({ text }) => ({ intake: { prefix: text } }),
  'intake draftsPrefix': ({ text }) => ({ intake: { draftsPrefix: text } }),
  'intake delimiter': ({ text }) => ({ intake: { delimiter: text } }),
  'intake emailColumn': ({ text }) => ({ intake: { emailColumn: text } }),
  'intake templateColumn': ({ text }) => ({ intake: { templateColumn: text } }),
  'intake localeColumn': ({ text }) => ({ intake: { localeColumn: text } }),
  'intake recipientKeyColumn': ({ text }) => ({ intake: { recipientKeyColumn: text } }),
  'consent mailto': ({ text }) => ({ consent: { mailto: text } }),
  'consent existing endpoint': ({ text }) => ({ consent: { endpoint: ConsentEndpoint.existing(text) } }),
  'consent domain': ({ text, stack }) => ({
    consent: {
      endpoint: ConsentEndpoint.customDomain(text, {
        certificate: acm.Certificate.fromCertificateArn(
          stack,
          'Cert',
          'arn:aws:acm:eu-west-1:111122223333:certificate/a',
        ),
      }),
    },
  }),
  'monitoring accessLogsPrefix': ({ text, stack }) => ({
    monitoring: { accessLogsBucket: s3.Bucket.fromBucketName(stack, 'Logs', 'logs'), accessLogsPrefix: text },
  }),
  'runtime rolePath': ({ text }) => ({ runtime: { rolePath: text } }),
  'template fromAddress': ({ text }) => ({
    templates: { welcome: MailTemplate.inline({ subject: 'a', text: 'b', fromAddress: text }) },
  }),
};

const NUMBERS: { readonly [prop: string]: (later: Known) => Partial<BulkMailerProps> } = {
  'intake maxRows': ({ number }) => ({ intake: { maxRows: number } }),
  'intake maxSize': ({ number }) => ({ intake: { maxSize: Size.bytes(number) } }),
  'intake maxInvalidPercent': ({ number }) => ({ intake: { maxInvalidPercent: number } }),
  'sendRate maxPerSecond': ({ number }) => ({ sendRate: { maxPerSecond: number } }),
  'sendRate accountShare': ({ number }) => ({ sendRate: { accountShare: number } }),
  'monitoring maxRecipientsPerCampaign': ({ number }) => ({ monitoring: { maxRecipientsPerCampaign: number } }),
  'monitoring maxRefusedPercent': ({ number }) => ({ monitoring: { maxRefusedPercent: number } }),
  'consent reservedConcurrentExecutions': ({ number }) => ({ consent: { reservedConcurrentExecutions: number } }),
  'tracking maxBouncePercent': ({ number }) => ({ tracking: { maxBouncePercent: number } }),
  'tracking maxComplaintPercent': ({ number }) => ({ tracking: { maxComplaintPercent: number } }),
  'tracking breakerMinimum': ({ number }) => ({ tracking: { breakerMinimum: number } }),
};

test.each(Object.keys(TEXT))('%s may be a text that only the deployment knows', (prop) => {
  expect(synth(TEXT[prop])).toContain('{"Ref":"Text"}');
});

test.each(Object.keys(NUMBERS))('%s may be a number that only the deployment knows', (prop) => {
  expect(synth(NUMBERS[prop])).toContain('{"Ref":"Number"}');
});

test('a value that the app knows late counts as one', () => {
  const late = Lazy.string({ produce: () => 'late/' });
  expect(synth(() => ({ intake: { prefix: late }, runtime: { rolePath: '/mail/' } }))).toContain('late/');
  expect(Token.isUnresolved(late)).toBe(true);
});

test.each<[string, (later: Known) => unknown]>([
  ['MM104', ({ number }) => ({ tracking: { period: Duration.days(number) } })],
  ['MM104', ({ number }) => ({ consent: { rotateKeysEvery: Duration.days(number) } })],
  [
    'MM104',
    ({ number }) => ({ approval: Approval.required({ approvers: ['a@example.com'], timeout: Duration.days(number) }) }),
  ],
  ['MM104', ({ number }) => ({ intake: { identity: CampaignIdentity.byKey({ closesAfter: Duration.days(number) }) } })],
  ['MM106', ({ text }) => Topic.named(text)],
  ['MM117', ({ text }) => SendingWindow.between(text, '20:00')],
  ['MM117', ({ text }) => SendingWindow.between('08:00', '20:00', { timeZone: text })],
  ['MM223', ({ text }) => ({ consent: { page: ConsentPage.builtIn({ language: text }) } })],
  [
    'MM204',
    ({ text }) => ({
      templates: { a: MailTemplate.inline({ subject: 'a', text: 'b', topic: Topic.named('n', { title: text }) }) },
    }),
  ],
  ['MM204', ({ text }) => MailTemplate.inline({ subject: text, text: 'a' })],
])('%s: what synth must know says so', (code, make) => {
  const make2 = (later: Known) => make(later) as Partial<BulkMailerProps>;
  expect(() => synth(make2)).toThrow(new RegExp(`^${code}: .*(known at synth|only known at deployment|synth knows)`));
});
