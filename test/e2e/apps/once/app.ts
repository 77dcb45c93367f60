import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BulkMailer, InDoubtPolicy, MailTemplate, Sender } from '../../../../src';
import type { Deployment } from '../../support/once';

/** A mailer whose policy for doubts is changed. */
const { resends } = JSON.parse(process.env.MAILMATRIX_ONCE ?? '{}') as Deployment;

new BulkMailer(new Stack(new App(), 'Once', {}), 'Mailer', {
  sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
  templates: { welcome: MailTemplate.inline({ subject: 'Hello {{name}}', text: 'Hello {{name}}' }) },
  inDoubtPolicy: resends ? InDoubtPolicy.resendAcceptingDuplicates() : InDoubtPolicy.hold(),
  removalPolicy: RemovalPolicy.DESTROY,
});
