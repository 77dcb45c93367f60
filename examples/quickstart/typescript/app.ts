import * as path from 'node:path';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AlertRoute, BulkMailer, MailTemplate, Sender } from 'cdk-mailmatrix';

const app = new App();
const stack = new Stack(app, 'Mail', {});

new BulkMailer(stack, 'Mailer', {
  sender: Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' }),
  templates: { welcome: MailTemplate.fromDirectory(path.join(__dirname, 'templates', 'welcome')) },
  alerts: [AlertRoute.email('ops@example.com')],
  // For trying it out; leave it off where the ledger is to outlive the stack.
  removalPolicy: RemovalPolicy.DESTROY,
});
