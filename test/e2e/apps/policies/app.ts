import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BulkMailer,
  CampaignIdentity,
  InDoubtPolicy,
  ListEncoding,
  MailTemplate,
  Sender,
  Topic,
} from '../../../../src';

/** Two mailers in one stack that share a ledger, with what the quickstart leaves at its defaults. */
const stack = new Stack(new App(), 'Policies', {});
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
  sender,
  ledger: first.ledger,
  templates: {
    offer: MailTemplate.inline({ subject: 'Offer', html: '<p>{{name}}</p>', fromAddress: 'offers@example.com' }),
    terms: MailTemplate.inline({ subject: 'Terms', text: '{{name}}', topic: Topic.transactional() }),
  },
  defaultTemplate: 'offer',
  intake: { identity: CampaignIdentity.byUpload(), templateColumn: 'template' },
  removalPolicy: RemovalPolicy.DESTROY,
});
