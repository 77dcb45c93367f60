import { type RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export interface MailerLedgerProps {
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: kms.IKey;
}

/** Creates the mailer's table that records which recipient got which email. */
export function mailerLedger(scope: Construct, id: string, props: MailerLedgerProps): dynamodb.TableV2 {
  const { encryptionKey, removalPolicy } = props;
  // CDK rejects a key if the Region is unknown, because of replicas; this table has none.
  const anywhere = Token.isUnresolved(Stack.of(scope).region);
  const table = quietly(
    () =>
      new dynamodb.TableV2(scope, id, {
        partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
        sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
        billing: dynamodb.Billing.onDemand(),
        encryption:
          encryptionKey && !anywhere
            ? dynamodb.TableEncryptionV2.customerManagedKey(encryptionKey)
            : dynamodb.TableEncryptionV2.dynamoOwnedKey(),
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        timeToLiveAttribute: 'expires',
        removalPolicy,
      }),
  );
  if (encryptionKey && anywhere) {
    const resource = table.node.defaultChild as dynamodb.CfnGlobalTable;
    resource.addPropertyOverride('SSESpecification', { SSEEnabled: true, SSEType: 'KMS' });
    resource.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: encryptionKey.keyArn });
  }
  return table;
}

/** Below 2.269, CDK's TableV2 warns of deprecated props that it sets itself, and fails an app that forbids them. */
function quietly<T>(create: () => T): T {
  const { JSII_DEPRECATED: before } = process.env;
  process.env.JSII_DEPRECATED = 'quiet';
  try {
    return create();
  } finally {
    if (before === undefined) delete process.env.JSII_DEPRECATED;
    else process.env.JSII_DEPRECATED = before;
  }
}
