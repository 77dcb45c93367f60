import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';

/**
 * Rights on a customer's key, each by its name: CDK's grants take all of `kms:ReEncrypt*` and `kms:GenerateDataKey*`.
 * Nothing where there is no key.
 */
const on =
  (...actions: string[]) =>
  (key: kms.IKey | undefined, grantee: iam.IGrantable): iam.Grant =>
    key ? key.grant(grantee, ...actions) : iam.Grant.drop(grantee, 'there is no key');

export const grantRead = on('kms:Decrypt');

/** S3 and SNS take a data key to write, and read with it. */
export const grantWrite = on('kms:Decrypt', 'kms:GenerateDataKey');

/** All that may be done with what is under a key, and nothing to the key. */
export const KEY_USE = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** What DynamoDB asks of whoever reads and writes a table under a key. */
export const grantUseTable = on(...KEY_USE);
