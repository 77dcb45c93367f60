import * as path from 'node:path';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BulkMailer, MailAttachment, MailTemplate, Sender } from '../../../../src';

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
  },
  defaultTemplate: 'welcome',
  intake: { templateColumn: 'template', localeColumn: 'language', maxInvalidPercent: 100 },
  removalPolicy: RemovalPolicy.DESTROY,
});
new CfnOutput(stack, 'TextsBucket', { value: texts.bucketName });
