import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

export interface LinkSecretProps {
  readonly description: string;
  readonly encryptionKey?: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** Creates the secret of links, generated at deployment. lambda-src/domain/links/link-secret.ts reads it. */
export const linkSecret = (scope: Construct, id: string, props: LinkSecretProps): secretsmanager.Secret =>
  new secretsmanager.Secret(scope, id, {
    ...props,
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ v: 1, current: 'k1' }),
      generateStringKey: 'k1',
      passwordLength: 64,
      excludePunctuation: true,
    },
  });

/**
 * Grants reading the secret. CDK's own grant also adds the reader to the key's policy: with a key of another stack, key
 * and mailer would depend on each other. The account's policies grant the same.
 */
export function grantReadSecret(secret: secretsmanager.ISecret, reader: lambda.Function): void {
  const read = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
  reader.addToRolePolicy(new iam.PolicyStatement({ actions: read, resources: [secret.secretArn] }));
  if (!secret.encryptionKey) return;
  const { region } = Stack.of(secret);
  reader.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [secret.encryptionKey.keyArn],
      // In China the service name has another suffix.
      conditions: { StringLike: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com*` } },
    }),
  );
}
