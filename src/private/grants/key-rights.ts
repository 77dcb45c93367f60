import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';

/**
 * Returns a grant of exactly these actions on the owner's KMS key. CDK's own grants include `kms:ReEncrypt*` and
 * `kms:GenerateDataKey*`. Without a key the grant is empty.
 */
const keyGrant =
  (...actions: string[]) =>
  (key: kms.IKey | undefined, grantee: iam.IGrantable): iam.Grant =>
    key ? key.grant(grantee, ...actions) : iam.Grant.drop(grantee, 'there is no key');

export const grantRead = keyGrant('kms:Decrypt');

/** S3 and SNS generate a data key to write, and decrypt it to read. */
export const grantWrite = keyGrant('kms:Decrypt', 'kms:GenerateDataKey');

/** All actions that encrypt and decrypt with a key without changing it. */
export const KEY_USE = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Grants what DynamoDB requires to read and write a table encrypted under the key. */
export const grantUseTable = keyGrant(...KEY_USE);
