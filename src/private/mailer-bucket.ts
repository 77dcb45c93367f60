import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { MonitoringOptions } from '../monitoring/monitoring';
import { LAYOUT } from './contract';

export interface MailerBucketProps {
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: kms.IKey;
  readonly monitoring?: MonitoringOptions;
}

/** Creates the mailer's bucket for lists and reports. */
export function mailerBucket(scope: Construct, id: string, props: MailerBucketProps): s3.Bucket {
  const { accessLogsBucket, accessLogsPrefix } = props.monitoring ?? {};
  const bucket = new s3.Bucket(scope, id, {
    versioned: true,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    encryption: props.encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
    encryptionKey: props.encryptionKey,
    bucketKeyEnabled: props.encryptionKey ? true : undefined,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    serverAccessLogsBucket: accessLogsBucket,
    serverAccessLogsPrefix: accessLogsBucket && accessLogsPrefix,
    removalPolicy: props.removalPolicy,
    lifecycleRules: [
      { id: 'UnfinishedUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      { id: 'MapResults', prefix: LAYOUT.maps, expiration: Duration.days(30) },
      { id: 'OldVersions', noncurrentVersionExpiration: Duration.days(90) },
    ],
  });
  // Sets the property directly: the L2 flag adds a custom resource with a function. CDK's notification handler would
  // later overwrite it, so adding a notification is an error.
  (bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
  bucket.node.addValidation({
    validate: () =>
      bucket.node.tryFindChild('Notifications')
        ? [
            `MM108: ${bucket.node.path}: event notifications were added to the mailer's own bucket and would switch off ` +
              'the EventBridge notifications it starts runs by. Use an EventBridge rule, or give the mailer a bucket of yours ' +
              'with bucket.enableEventBridgeNotification()',
          ]
        : [],
  });
  return bucket;
}
