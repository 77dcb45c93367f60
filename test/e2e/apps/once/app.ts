import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BulkMailer, CampaignIdentity, InDoubtPolicy, MailTemplate, Sender } from '../../../../src';
import type { Deployment } from '../../support/once';

/** A mailer of which one thing after the other is changed; and another one on its bucket. */
const { resends, ownBucket, recipientKeyColumn, byUpload, secondOn } = JSON.parse(
  process.env.MAILMATRIX_ONCE ?? '{}',
) as Deployment;

const app = new App();
const sender = Sender.existingDomain('example.com', { fromAddress: 'news@example.com' });
const removalPolicy = RemovalPolicy.DESTROY;
const templates = (subject: string) => ({ welcome: MailTemplate.inline({ subject, text: 'Hello {{name}}' }) });

const stack = new Stack(app, 'Once', {});
const lists = new s3.Bucket(stack, 'Lists', { versioned: true, eventBridgeEnabled: true, removalPolicy });
new BulkMailer(stack, 'Mailer', {
  sender,
  templates: templates('First, {{name}}'),
  ...(ownBucket ? { bucket: lists } : {}),
  inDoubtPolicy: resends ? InDoubtPolicy.resendAcceptingDuplicates() : InDoubtPolicy.hold(),
  intake: { recipientKeyColumn, ...(byUpload ? { identity: CampaignIdentity.byUpload() } : {}) },
  removalPolicy,
});
new CfnOutput(stack, 'ListsName', { value: lists.bucketName });

if (secondOn !== undefined) {
  const second = new Stack(app, 'Second', {});
  new BulkMailer(second, 'Mailer', {
    sender,
    templates: templates('Second, {{name}}'),
    bucket: s3.Bucket.fromBucketName(second, 'Lists', secondOn),
    removalPolicy,
  });
}
