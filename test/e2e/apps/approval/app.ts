import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Approval, BulkMailer, MailTemplate, Sender } from '../../../../src';

/** A mailer whose runs wait for somebody's word. */
const stack = new Stack(new App(), 'Approved', {});
new BulkMailer(stack, 'Mailer', {
  sender: Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' }),
  templates: {
    welcome: MailTemplate.inline({
      subject: 'Welcome, {{name}}',
      text: 'Hello {{name}}',
      html: '<p>Hello {{name}}</p>',
    }),
    goodbye: MailTemplate.inline({ subject: 'Goodbye, {{name}}', text: 'Farewell {{name}}' }),
  },
  defaultTemplate: 'welcome',
  approval: Approval.required({
    approvers: ['chief@example.net', 'deputy@example.net'],
    timeout: Duration.minutes(1),
  }),
  intake: { templateColumn: 'template' },
  removalPolicy: RemovalPolicy.DESTROY,
});
