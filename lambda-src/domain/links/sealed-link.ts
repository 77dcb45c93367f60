import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { getOwn } from '../get-own';

/** Secrets by key id. A link names its key, so that it still works after a newer key was added. */
export interface LinkKeys {
  /** Id of the key that seals new links. */
  readonly current: string;
  readonly secrets: { readonly [id: string]: string };
}

/** A link's purpose. A link for one purpose cannot be used for another. */
export type LinkPurpose = 'consent' | 'approval';

export type OpenedLink =
  | { readonly content: Buffer }
  /** Forged, truncated or foreign. `unknownKey`: the key may have been added after these keys were read. */
  | { readonly content?: undefined; readonly unknownKey: boolean };

const SALT_BYTES = 16;
const TAG_BYTES = 16;
/** GCM's nonce may be constant because every link has its own key. */
const NONCE = Buffer.alloc(12);
const TOKEN = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;
/** Maximum characters of a token. Four digests and the longest topic take half of it. */
const MAX_LENGTH = 1024;

/**
 * Encrypts and authenticates a link's content, as `keyId.code`. Email clients neither cut nor change letters, digits,
 * `-`, `_` and `.` in a link.
 *
 * The code is a random salt, the ciphertext and the tag of AES-256-GCM, in base64url. The link's own key is an HMAC of
 * the salt. Two of 2^40 links share a salt with a probability of 2^-49.
 */
export function sealLink(purpose: LinkPurpose, content: Buffer, { current, secrets }: LinkKeys): string {
  const salt = randomBytes(SALT_BYTES);
  const cipher = createCipheriv('aes-256-gcm', linkKey(purpose, secrets[current]!, salt), NONCE);
  const sealed = [salt, cipher.update(content), cipher.final(), cipher.getAuthTag()];
  return `${current}.${Buffer.concat(sealed).toString('base64url')}`;
}

/** Verifies and decrypts a token created by `sealLink` for the same purpose. */
export function openLink(purpose: LinkPurpose, token: string, { secrets }: LinkKeys): OpenedLink {
  const [, keyId, code] = (token.length <= MAX_LENGTH && TOKEN.exec(token)) || [];
  if (keyId === undefined || code === undefined) return { unknownKey: false };
  const secret = getOwn(secrets, keyId);
  if (secret === undefined) return { unknownKey: true };
  const sealed = Buffer.from(code, 'base64url');
  // Reject a second encoding of the same bytes.
  if (sealed.length < SALT_BYTES + TAG_BYTES || sealed.toString('base64url') !== code) return { unknownKey: false };
  const salt = sealed.subarray(0, SALT_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', linkKey(purpose, secret, salt), NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return { content: Buffer.concat([decipher.update(sealed.subarray(SALT_BYTES, -TAG_BYTES)), decipher.final()]) };
  } catch {
    return { unknownKey: false };
  }
}

const linkKey = (purpose: LinkPurpose, secret: string, salt: Buffer): Buffer =>
  createHmac('sha256', secret).update(`${purpose}\n`).update(salt).digest();
