import { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Creates a queue that requires TLS, encrypted by SQS or under the owner's key. */
export const mailerQueue = (
  scope: Construct,
  id: string,
  encryptionKey: kms.IKey | undefined,
  more: Omit<sqs.QueueProps, 'retentionPeriod'> = {},
): sqs.Queue =>
  new sqs.Queue(scope, id, {
    enforceSSL: true,
    // The maximum of SQS.
    retentionPeriod: Duration.days(14),
    encryption: encryptionKey ? sqs.QueueEncryption.KMS : sqs.QueueEncryption.SQS_MANAGED,
    encryptionMasterKey: encryptionKey,
    ...more,
  });
