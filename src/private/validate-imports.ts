import { Annotations, AspectPriority, Aspects, type CfnResource, Resource, Stack, Token } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import type { BulkMailerProps } from '../bulk-mailer-props';
import { fail } from './errors';

/**
 * Checks imported resources. Those created in the same app are inspected; for others a warning names the requirement.
 */
export function validateImports(scope: IConstruct, props: BulkMailerProps, topics: readonly sns.ITopic[]): void {
  const warn = warner(scope);
  const { bucket, ledger, encryptionKey, monitoring } = props;
  if (bucket && monitoring?.accessLogsBucket) {
    fail(
      'MM112',
      'monitoring.accessLogsBucket: got a bucket of yours beside it, whose logs are set where it is made (serverAccessLogsBucket)',
    );
  }
  if (bucket && !Resource.isOwnedResource(bucket)) {
    warn(
      'importedBucket',
      'What the given bucket is set to cannot be seen from here. Its EventBridge notifications must be on, or no run begins; it should keep versions, refuse anything but TLS and block public access',
    );
  }
  if (ledger && !Resource.isOwnedResource(ledger)) {
    warn(
      'importedLedger',
      'What the given ledger is set to cannot be seen from here. Its keys must be the strings pk and sk; it should have point-in-time recovery, and "expires" as its time to live',
    );
  }
  if (encryptionKey && !Resource.isOwnedResource(encryptionKey)) {
    warn(
      'importedKey',
      'The policy of the given encryptionKey cannot be written here. It must let events.amazonaws.com, without a condition on the source, and cloudwatch.amazonaws.com and budgets.amazonaws.com of this account use kms:Decrypt and kms:GenerateDataKey, or events and alerts are lost. The log group is not put under it: give a runtime.logGroup that is',
    );
  }
  if (topics.some((topic) => !Resource.isOwnedResource(topic))) {
    warn(
      'importedTopic',
      'The policy of a given topic cannot be written here. It, and the policy of its key, must let events.amazonaws.com, cloudwatch.amazonaws.com and budgets.amazonaws.com publish, or what they tell is lost',
    );
  }
  // At that point the app has finished configuring its bucket.
  if (bucket && Resource.isOwnedResource(bucket)) atEnd(scope, () => inspectBucket(warn, bucket));
  if (ledger && Resource.isOwnedResource(ledger)) atEnd(scope, () => inspectLedger(warn, ledger));
}

type Warn = (id: string, message: string) => void;

const warner =
  (scope: IConstruct): Warn =>
  (id, message) =>
    Annotations.of(scope).addWarningV2(`cdk-mailmatrix:${id}`, `${message}. See to it, and acknowledge this`);

function atEnd(scope: IConstruct, look: () => void): void {
  const visit = (node: IConstruct) => {
    if (node === scope) look();
  };
  Aspects.of(scope).add({ visit }, { priority: AspectPriority.READONLY });
}

/** Returns the properties as CloudFormation gets them. */
const rendered = (of: IConstruct): { readonly [property: string]: unknown } => {
  const resource = of.node.defaultChild as CfnResource;
  const [made] = Object.values(Stack.of(of).resolve(resource._toCloudFormation()).Resources) as {
    Properties?: object;
  }[];
  return { ...made.Properties };
};

function inspectBucket(warn: Warn, bucket: s3.IBucket): void {
  const properties = rendered(bucket);
  const { path } = bucket.node;
  const own = properties.NotificationConfiguration as { EventBridgeConfiguration?: object } | undefined;
  const byHandler = bucket.node.tryFindChild('Notifications');
  const handled = byHandler?.node.tryFindChild('Resource');
  const asked = handled && JSON.stringify(Stack.of(bucket).resolve((handled as CfnResource)._toCloudFormation()));
  if (!own?.EventBridgeConfiguration && !asked?.includes('"EventBridgeConfiguration"')) {
    fail(
      'MM114',
      `bucket: got ${path} without EventBridge notifications, and no upload would begin a run. Say bucket.enableEventBridgeNotification()`,
    );
  }
  const { Status } = (properties.VersioningConfiguration ?? {}) as { Status?: string };
  if (Status !== 'Enabled') {
    warn(
      'bucketNotVersioned',
      `The given bucket ${path} keeps no versions: a list that is uploaded again while its run is planned is refused, and what is overwritten is gone`,
    );
  }
  const statements = JSON.stringify(Stack.of(bucket).resolve((bucket as s3.Bucket).policy?.document) ?? {});
  if (!statements.includes('aws:SecureTransport')) {
    warn(
      'bucketNotTlsOnly',
      `The policy of the given bucket ${path} does not refuse requests without TLS (enforceSSL)`,
    );
  }
  const open = Object.values((properties.PublicAccessBlockConfiguration ?? {}) as object).includes(false);
  if (open)
    warn('bucketPublicAccess', `The given bucket ${path} does not block all public access, and reports hold addresses`);
}

function inspectLedger(warn: Warn, ledger: dynamodb.ITable): void {
  const { path } = ledger.node;
  const properties = rendered(ledger);
  const keys = (properties.KeySchema ?? []) as { AttributeName: string; KeyType: string }[];
  const types = (properties.AttributeDefinitions ?? []) as { AttributeName: string; AttributeType: string }[];
  const found = keys.map(({ AttributeName: name, KeyType }) => {
    const type = types.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    return `${KeyType} ${name} ${type}`;
  });
  if (!Token.isUnresolved(properties.KeySchema) && found.join() !== 'HASH pk S,RANGE sk S') {
    fail('MM115', `ledger: got ${path} with the keys ${found.join(', ') || 'none'}, allowed are the strings pk and sk`);
  }
  const text = JSON.stringify(properties);
  if (!text.includes('"PointInTimeRecoveryEnabled":true')) {
    warn(
      'ledgerNoRecovery',
      `The given ledger ${path} has no point-in-time recovery; it is the memory that nobody is mailed twice`,
    );
  }
  const ttl = properties.TimeToLiveSpecification as { AttributeName?: string; Enabled?: boolean } | undefined;
  if (ttl?.AttributeName !== 'expires' || ttl.Enabled === false) {
    warn('ledgerNoExpiry', `The given ledger ${path} does not take "expires" for its time to live, and only grows`);
  }
}
