import { rotatedLinkSecret } from '../core/link-secret';

/** What Secrets Manager asks of a rotation, step by step. */
export interface RotationEvent {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/** The versions of one secret, by their stages. */
export interface SecretVersions {
  /** Undefined where there is none of that id. */
  value(secretId: string, stage: 'AWSCURRENT' | 'AWSPENDING', versionId?: string): Promise<string | undefined>;
  putPending(secretId: string, versionId: string, text: string): Promise<void>;
  makeCurrent(secretId: string, versionId: string): Promise<void>;
}

export interface RotatePorts {
  readonly versions: SecretVersions;
  readonly now: () => number;
  readonly newSecret: () => string;
}

/**
 * Gives the secret of the links a new key beside the ones it has. Nothing else holds it, so two of the four steps have
 * nothing to do. Each step may come more than once.
 */
export async function rotate({ Step, SecretId, ClientRequestToken }: RotationEvent, ports: RotatePorts): Promise<void> {
  const { versions } = ports;
  if (Step === 'finishSecret') return versions.makeCurrent(SecretId, ClientRequestToken);
  if (Step !== 'createSecret') return;
  if ((await versions.value(SecretId, 'AWSPENDING', ClientRequestToken)) !== undefined) return;
  const current = await versions.value(SecretId, 'AWSCURRENT');
  const next = rotatedLinkSecret(current ?? '', ports.newSecret(), ports.now());
  await versions.putPending(SecretId, ClientRequestToken, next);
}
