import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BulkMailer, CampaignIdentity, MailTemplate, Sender } from '../../../../src';

/** What the test changes from one deployment to the next. */
interface Variant {
  readonly stack: string;
  /** Whose the mail is. */
  readonly subject: string;
  readonly mailerName?: string;
  /** A bucket of the owner's. */
  readonly bucket?: string;
  /** A table of the owner's. */
  readonly ledger?: string;
  readonly recipientKeyColumn?: string;
  readonly byUpload?: boolean;
  readonly keepCampaignKey?: boolean;
}

const variant = JSON.parse(process.env.OWNERSHIP!) as Variant;
const stack = new Stack(new App(), variant.stack, {});
const { bucket, ledger, mailerName, recipientKeyColumn, byUpload, keepCampaignKey } = variant;
new BulkMailer(stack, 'Mailer', {
  mailerName,
  bucket: bucket === undefined ? undefined : s3.Bucket.fromBucketName(stack, 'Given', bucket),
  ledger: ledger === undefined ? undefined : dynamodb.TableV2.fromTableName(stack, 'GivenLedger', ledger),
  sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
  templates: { welcome: MailTemplate.inline({ subject: variant.subject, text: 'Hello {{name}}' }) },
  intake: {
    recipientKeyColumn,
    keepCampaignKey,
    identity: byUpload ? CampaignIdentity.byUpload() : undefined,
  },
  removalPolicy: RemovalPolicy.RETAIN,
});
