import { rotatedLinkSecret, type SecretVersions } from '../../domain/links/link-secret';

/** The event with which Secrets Manager calls a rotation function, once per step. */
export interface RotationEvent {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

export interface RotatePorts {
  readonly versions: SecretVersions;
  readonly now: () => number;
  readonly newSecret: () => string;
}

/**
 * Adds a new key to the link secret. No other system stores the secret, so two of the four steps do nothing. Each step
 * is idempotent.
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
