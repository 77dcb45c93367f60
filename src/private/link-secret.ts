import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

export interface LinkSecretProps {
  readonly description: string;
  readonly encryptionKey?: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** What links are signed with, made at deployment; lambda-src/core/link-secret.ts reads it. */
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
