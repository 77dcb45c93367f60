import * as path from 'node:path';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BulkMailer, MailAttachment, MailTemplate, Sender, Topic } from '../../../../src';

/** All that a template may have: layouts, languages, attachments, a tool's design, and texts in a bucket. */
const stack = new Stack(new App(), 'Templates', {});
const texts = new s3.Bucket(stack, 'Texts', { versioned: true, removalPolicy: RemovalPolicy.DESTROY });

new BulkMailer(stack, 'Mailer', {
  sender: Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' }),
  templates: {
    welcome: MailTemplate.fromDirectory('templates/welcome', {
      fromAddress: 'Grüße <hello@example.com>',
      replyTo: ['answers@example.com'],
      locale: 'en',
      defaults: { 'first name': 'friend' },
      attachments: [
        MailAttachment.fromFile('terms.txt', { fileName: 'Terms & Conditions.txt', contentType: 'text/plain' }),
        MailAttachment.fromFile('logo.png', { contentType: 'image/png', contentId: 'logo' }),
      ],
    }),
    newsletter: MailTemplate.fromDirectory(path.join(__dirname, '../../../fixtures/mjml/newsletter')),
    live: MailTemplate.fromBucket(texts, 'mail/live/'),
    invoice: MailTemplate.inline({
      subject: '{{note}}: {{amount | currency: "EUR"}}',
      preheader: 'Due {{due | date}}',
      html: '<title>T</title><p>{{items}} {{items | plural: one "item", other "items"}}{{#vip}}, VIP{{/vip}}</p><p>{{greeting | default: "Hello"}}</p><a href="mailto:shop@example.com">shop@example.com</a>',
      topic: Topic.named('invoices'),
      headers: { 'X-Shop-Team': 'spring', Precedence: 'bulk' },
      falseValues: ['no'],
    }),
  },
  defaultTemplate: 'welcome',
  intake: {
    templateColumn: 'template',
    localeColumn: 'language',
    fromNameColumn: 'advisor',
    replyToColumn: 'answers to',
    maxInvalidPercent: 100,
  },
  removalPolicy: RemovalPolicy.DESTROY,
});
new CfnOutput(stack, 'TextsBucket', { value: texts.bucketName });
