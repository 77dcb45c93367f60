import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BulkMailer,
  CampaignIdentity,
  InDoubtPolicy,
  ListEncoding,
  MailTemplate,
  Sender,
  SendingWindow,
  Topic,
} from '../../../../src';

/** Two mailers in one stack that share a ledger, with what the quickstart leaves at its defaults. */
const stack = new Stack(new App(), 'Policies', {});
/** Closed until the second minute from now, and then until a little before that time tomorrow. */
const opens = new Date(Math.ceil((Date.now() + 90_000) / 60_000) * 60_000);
const clock = (time: number) => new Date(time).toISOString().slice(11, 16);
new CfnOutput(stack, 'Opens', { value: opens.toISOString() });

const sender = Sender.existingDomain('example.com', { fromAddress: '"Bücher, etc." <news@example.com>' });

const first = new BulkMailer(stack, 'Resending', {
  sender,
  templates: { welcome: MailTemplate.inline({ subject: 'For {{member}}', text: 'Hello {{name}}' }) },
  inDoubtPolicy: InDoubtPolicy.resendAcceptingDuplicates(),
  intake: {
    prefix: 'lists/',
    draftsPrefix: 'looks/',
    emailColumn: 'Contact',
    recipientKeyColumn: 'member',
    encoding: ListEncoding.WINDOWS_1252,
    delimiter: '|',
  },
  removalPolicy: RemovalPolicy.DESTROY,
});

new BulkMailer(stack, 'ByUpload', {
  mailerName: 'by-upload',
  sender,
  ledger: first.ledger,
  templates: {
    offer: MailTemplate.inline({ subject: 'Offer', html: '<p>{{name}}</p>', fromAddress: 'offers@example.com' }),
    terms: MailTemplate.inline({ subject: 'Terms', text: '{{name}}', topic: Topic.transactional() }),
  },
  defaultTemplate: 'offer',
  intake: { identity: CampaignIdentity.byUpload(), templateColumn: 'template' },
  sendRate: { window: SendingWindow.between(clock(opens.getTime()), clock(opens.getTime() - 600_000)) },
  removalPolicy: RemovalPolicy.DESTROY,
});
