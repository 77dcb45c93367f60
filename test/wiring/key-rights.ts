import { REGION } from '../security/mailers';
import type { Resolved } from '../security/resolved';
import type { Call } from './aws/endpoint';

/** What a service does with the key of an encrypted resource in the caller's name, by its operations. */
const BY_SERVICE: { readonly [service: string]: (operation: string) => readonly string[] } = {
  s3: (operation) => {
    if (operation === 'ListObjectsV2') return [];
    if (operation === 'CopyObject') return ['kms:Decrypt', 'kms:GenerateDataKey'];
    return operation === 'PutObject' ? ['kms:GenerateDataKey'] : ['kms:Decrypt'];
  },
  dynamodb: (operation) => (operation === 'DescribeTable' ? [] : ['kms:Decrypt']),
  sns: (operation) => (operation === 'Publish' ? ['kms:GenerateDataKey', 'kms:Decrypt'] : []),
  secretsmanager: (operation) => {
    if (operation === 'GetSecretValue') return ['kms:Decrypt'];
    return operation === 'PutSecretValue' ? ['kms:GenerateDataKey', 'kms:Decrypt'] : [];
  },
};

/** By the first part of their ARN's resource, types whose key a template names in them. */
const TYPES = ['AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable', 'AWS::SNS::Topic', 'AWS::SecretsManager::Secret'];

export interface KeyUse {
  readonly action: string;
  readonly key: string;
  readonly context: { readonly [name: string]: string };
}

/** The rights on a customer's key that a call takes beside its own. */
export function keyUses({ service, operation }: Call, resource: string, of: Resolved): readonly KeyUse[] {
  const key = keyOf(resource, of);
  if (key === undefined) return [];
  const context = { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` };
  return (BY_SERVICE[service]?.(operation) ?? []).map((action) => ({ action, key, context }));
}

function keyOf(resource: string, of: Resolved): string | undefined {
  const [key] = of.all('AWS::KMS::Key').map(([id]) => of.named('AWS::KMS::Key', id));
  if (key === undefined) return undefined;
  const encrypted = TYPES.some((type) =>
    of.all(type).some(([id, properties]) => {
      const arn = of.named(type, id);
      return (resource === arn || resource.startsWith(`${arn}/`)) && JSON.stringify(properties).includes(key);
    }),
  );
  return encrypted ? key : undefined;
}
