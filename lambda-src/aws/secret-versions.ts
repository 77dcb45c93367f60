import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { SecretVersions } from '../domain/links/link-secret';

/** Reads and writes the versions of a secret in Secrets Manager. */
export function secretVersions(): SecretVersions {
  const client = new SecretsManagerClient({ maxAttempts: 5 });
  return {
    async value(secretId, stage, versionId) {
      try {
        const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage, VersionId: versionId });
        return (await client.send(command)).SecretString;
      } catch (error) {
        // A pending version without a value gives this error.
        if ((error as Error).name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
    async putPending(secretId, versionId, text) {
      await client.send(
        new PutSecretValueCommand({
          SecretId: secretId,
          ClientRequestToken: versionId,
          SecretString: text,
          VersionStages: ['AWSPENDING'],
        }),
      );
    },
    async makeCurrent(secretId, versionId) {
      const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: secretId }));
      const [current] = Object.entries(VersionIdsToStages).find(([, stages]) => stages?.includes('AWSCURRENT')) ?? [];
      if (current === versionId) return;
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: versionId,
          RemoveFromVersionId: current,
        }),
      );
    },
  };
}
