import { DAY } from '../time-units';
import type { LinkKeys } from './sealed-link';

/**
 * The secret's content: keys by id (`k1`, `k2`, …), the id of the current key, and the time at which each other key was
 * replaced. `{"v":1,"current":"k2","k1":"…","k2":"…","retired":{"k1":"2026-11-25T01:00:00.000Z"}}`
 */
interface SecretDocument {
  readonly v: 1;
  readonly current: string;
  readonly retired?: { readonly [id: string]: string };
  readonly [id: string]: unknown;
}

/** How many days a link in an email works after its key was replaced. */
export const LINKS_LAST_DAYS = 400;

/**
 * Minimum characters of a key. A shorter key could be guessed from one link. 128 bits, the minimum of NIST SP 800-107,
 * are 32 hex characters.
 */
export const SHORTEST_KEY = 32;

const KEY_ID = /^k[1-9][0-9]{0,8}$/;

function parse(text: string): SecretDocument {
  // The error does not quote the text, because it is a secret.
  const wrong = () => new Error('MM531: the secret of the links is not of the form that the mailer makes');
  let document: SecretDocument;
  try {
    document = JSON.parse(text) as SecretDocument;
  } catch {
    throw wrong();
  }
  if (document?.v !== 1 || typeof document[document.current] !== 'string' || !KEY_ID.test(document.current)) {
    throw wrong();
  }
  return document;
}

const secretsOf = (document: SecretDocument): { [id: string]: string } =>
  Object.fromEntries(
    Object.entries(document).filter(
      (entry): entry is [string, string] => KEY_ID.test(entry[0]) && typeof entry[1] === 'string',
    ),
  );

/** Reads the keys for links in emails, including retired ones. */
export function readLinkSecret(text: string): LinkKeys {
  const document = parse(text);
  return { current: document.current, secrets: secretsOf(document) };
}

/** Returns the current key's length if it is too short for new links. Links already sent still work. */
export function tooShort({ current, secrets }: LinkKeys): number | undefined {
  const { length } = secrets[current]!;
  return length < SHORTEST_KEY ? length : undefined;
}

/** Reads the keys for approval links. Excludes short keys, because a guessed key could approve any campaign. */
export function readApprovalSecret(text: string): LinkKeys {
  const keys = readLinkSecret(text);
  const short = tooShort(keys);
  if (short !== undefined) {
    throw new Error(
      `MM534: the key of approvers' links has ${short} characters, allowed are at least ${SHORTEST_KEY}; ` +
        'give their secret a new key, as docs/approval.md says',
    );
  }
  const long = Object.entries(keys.secrets).filter(([, secret]) => secret.length >= SHORTEST_KEY);
  return { ...keys, secrets: Object.fromEntries(long) };
}

/** Returns the secret with a new current key. Removes keys replaced longer ago than links last. */
export function rotatedLinkSecret(text: string, fresh: string, now: number): string {
  const document = parse(text);
  const ids = Object.keys(secretsOf(document));
  const next = `k${Math.max(...ids.map((id) => Number(id.slice(1)))) + 1}`;
  const retired: Record<string, string> = { ...document.retired, [document.current]: new Date(now).toISOString() };
  const kept = ids.filter((id) => !(now - Date.parse(retired[id] ?? '') > LINKS_LAST_DAYS * DAY));
  const of = <V>(from: { readonly [id: string]: V }) =>
    Object.fromEntries(kept.filter((id) => from[id] !== undefined).map((id) => [id, from[id]!]));
  return JSON.stringify({ v: 1, current: next, ...of(secretsOf(document)), [next]: fresh, retired: of(retired) });
}

/** Access to the versions of one secret, by stage. */
export interface SecretVersions {
  /** Undefined if there is no such version. */
  value(secretId: string, stage: 'AWSCURRENT' | 'AWSPENDING', versionId?: string): Promise<string | undefined>;
  putPending(secretId: string, versionId: string, text: string): Promise<void>;
  makeCurrent(secretId: string, versionId: string): Promise<void>;
}
