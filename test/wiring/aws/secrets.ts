import { AwsError } from './error';

interface SecretRequest {
  readonly SecretId: string;
  readonly VersionStage?: string;
  readonly VersionId?: string;
  readonly ClientRequestToken?: string;
  readonly SecretString?: string;
  readonly VersionStages?: readonly string[];
  readonly MoveToVersionId?: string;
  readonly RemoveFromVersionId?: string;
}

interface Version {
  value?: string;
  readonly stages: Set<string>;
}

/** Secrets with their versions and stages, as Secrets Manager keeps them. */
export class Secrets {
  private readonly secrets = new Map<string, Map<string, Version>>();

  create(id: string, value: string): void {
    this.secrets.set(id, new Map([['first', { value, stages: new Set(['AWSCURRENT']) }]]));
  }

  /** What a rotation begins with: a version that has no value yet. */
  beginRotation(id: string, token: string): void {
    this.secrets.get(id)!.set(token, { stages: new Set(['AWSPENDING']) });
  }

  current = (id: string): string | undefined =>
    [...this.secrets.get(id)!.values()].find(({ stages }) => stages.has('AWSCURRENT'))?.value;

  answer(operation: string, request: SecretRequest): object {
    const versions = this.secrets.get(request.SecretId);
    if (!versions) throw new AwsError(400, 'ResourceNotFoundException', `there is no secret ${request.SecretId}`);
    switch (operation) {
      case 'GetSecretValue': {
        const stage = request.VersionStage ?? 'AWSCURRENT';
        const [id, found] =
          [...versions].find(
            ([version, { stages }]) =>
              stages.has(stage) && (request.VersionId === undefined || version === request.VersionId),
          ) ?? [];
        if (found?.value === undefined)
          throw new AwsError(400, 'ResourceNotFoundException', `there is no value of ${stage}`);
        return { SecretString: found.value, VersionId: id, VersionStages: [...found.stages] };
      }
      case 'PutSecretValue': {
        const version = versions.get(request.ClientRequestToken!) ?? { stages: new Set<string>() };
        version.value = request.SecretString;
        for (const stage of request.VersionStages ?? []) version.stages.add(stage);
        versions.set(request.ClientRequestToken!, version);
        return { VersionId: request.ClientRequestToken };
      }
      case 'DescribeSecret':
        return {
          VersionIdsToStages: Object.fromEntries([...versions].map(([id, { stages }]) => [id, [...stages]])),
        };
      case 'UpdateSecretVersionStage': {
        const stage = request.VersionStage!;
        if (request.RemoveFromVersionId !== undefined) versions.get(request.RemoveFromVersionId)!.stages.delete(stage);
        if (request.MoveToVersionId !== undefined) versions.get(request.MoveToVersionId)!.stages.add(stage);
        return {};
      }
      default:
        throw new Error(`Secrets Manager knows no ${operation}`);
    }
  }
}
