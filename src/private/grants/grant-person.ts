import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { grantUseTable } from './key-rights';

export interface Remembered {
  /** The stack output of the mailer names the ledger. */
  readonly mailer: Construct;
  readonly ledger: dynamodb.ITable;
  readonly encryptionKey?: kms.IKey;
}

/** Grants what `history` needs: a query. */
export const grantHistory = (grantee: iam.IGrantable, of: Remembered): iam.Grant => grant(grantee, of, []);

/** Grants what `forget` needs: the query, and a write per record. */
export const grantForget = (grantee: iam.IGrantable, of: Remembered): iam.Grant =>
  grant(grantee, of, ['dynamodb:UpdateItem']);

function grant(grantee: iam.IGrantable, { mailer, ledger, encryptionKey }: Remembered, more: string[]): iam.Grant {
  const allow = (actions: string[], resourceArns: string[]) =>
    iam.Grant.addToPrincipal({ grantee, actions, resourceArns });
  return allow(['cloudformation:DescribeStacks'], [Stack.of(mailer).stackId])
    .combine(allow(['dynamodb:Query', ...more], [ledger.tableArn]))
    .combine(grantUseTable(ledger.encryptionKey ?? encryptionKey, grantee));
}
