import { DAY } from '../time-units';
import type { LinkKeys } from './sealed-link';

/**
 * What the secret holds: keys by id (`k1`, `k2`, …), which of them is the newest, and since when the others are not.
 * `{"v":1,"current":"k2","k1":"…","k2":"…","retired":{"k1":"2026-11-25T01:00:00.000Z"}}`
 */
interface SecretDocument {
  readonly v: 1;
  readonly current: string;
  readonly retired?: { readonly [id: string]: string };
  readonly [id: string]: unknown;
}

/** How long a link in mail works after its key was followed by a newer one. */
export const LINKS_LAST_DAYS = 400;

/** A shorter key may be guessed from one link. 128 bits, the minimum of NIST SP 800-107, are 32 characters in hex. */
export const SHORTEST_KEY = 32;

const KEY_ID = /^k[1-9][0-9]{0,8}$/;

function parse(text: string): SecretDocument {
  // Never what it says: it is a secret.
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

export function readLinkSecret(text: string): LinkKeys {
  const document = parse(text);
  return { current: document.current, secrets: secretsOf(document) };
}

/** The length of the current key, where it is too short for new links. Links in sent mail still work. */
export function tooShort({ current, secrets }: LinkKeys): number | undefined {
  const { length } = secrets[current]!;
  return length < SHORTEST_KEY ? length : undefined;
}

/** For links that approve a campaign. A key that can be guessed approves anything, so short keys open nothing. */
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

/** The secret with a new key; those go that have been followed by a newer one for longer than links last. */
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

/** The versions of one secret, by their stages. */
export interface SecretVersions {
  /** Undefined where there is none of that id. */
  value(secretId: string, stage: 'AWSCURRENT' | 'AWSPENDING', versionId?: string): Promise<string | undefined>;
  putPending(secretId: string, versionId: string, text: string): Promise<void>;
  makeCurrent(secretId: string, versionId: string): Promise<void>;
}
