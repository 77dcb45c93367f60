import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readLinkSecret } from '../domain/links/link-secret';
import type { LinkKeys } from '../domain/links/sealed-link';

/** Milliseconds for which keys are cached. Older keys of the secret stay valid for a year. */
const BELIEVED = 300_000;
/** The minimum milliseconds between reads for unknown key ids, so that forged ids do not cause a read each. */
const AT_MOST_EVERY = 30_000;

/** A cache of the link keys in Secrets Manager. */
export interface KeyRing {
  /** Returns the keys, cached between invocations. `unknownKey`: a link names a key that the cache does not have. */
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
