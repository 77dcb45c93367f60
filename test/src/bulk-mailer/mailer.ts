import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BulkMailer, type BulkMailerProps, MailTemplate, Sender } from '../../../src';

export const welcome = MailTemplate.inline({ subject: 'Welcome, {{name}}', text: 'Hello {{name}}' });

export const sender = Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' });

export function mailer(props: Partial<BulkMailerProps> = {}) {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const made = new BulkMailer(stack, 'Mailer', { sender, templates: { welcome }, ...props });
  return { stack, mailer: made, template: () => Template.fromStack(stack) };
}

export interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}
