import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readLinkSecret } from '../domain/links/link-secret';
import type { LinkKeys } from '../domain/links/sealed-link';

/** Keys older than this are read again. Keys that are no longer the newest stay valid for a year. */
const BELIEVED = 300_000;
/** Made-up key ids do not make the function ask more often than this. */
const AT_MOST_EVERY = 30_000;

export interface KeyRing {
  /** Kept between invocations. `unknownKey`: a link names one that these do not have. */
  keys(unknownKey?: boolean): Promise<LinkKeys>;
}

export function keyRing(secretId: string, read: (text: string) => LinkKeys = readLinkSecret): KeyRing {
  const client = new SecretsManagerClient({ maxAttempts: 5 });
  let known: { readonly keys: LinkKeys; readonly at: number } | undefined;
  return {
    async keys(unknownKey = false) {
      if (known && Date.now() - known.at < (unknownKey ? AT_MOST_EVERY : BELIEVED)) return known.keys;
      const at = Date.now();
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
      known = { keys: read(SecretString ?? ''), at };
      return known.keys;
    },
  };
}
