// What the quickstart makes, in plain JavaScript: a TypeScript runner has a lowest Node.js of its own.
const path = require('node:path');
const { App, Stack } = require('aws-cdk-lib');
const { AlertRoute, BulkMailer, MailTemplate, Sender } = require('../../lib');

const quickstart = path.join(__dirname, '..', '..', 'examples', 'quickstart', 'typescript');
const app = new App();
new BulkMailer(new Stack(app, 'Mail', {}), 'Mailer', {
  sender: Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' }),
  templates: { welcome: MailTemplate.fromDirectory(path.join(quickstart, 'templates', 'welcome')) },
  alerts: [AlertRoute.email('ops@example.com')],
});
app.synth();
