import { type LinkKeys, openLink, sealLink } from './sealed-link';

/** Content of an email's unsubscribe link: the recipient as a digest, and the topic. It is encrypted. */
export interface ConsentLink {
  /** Partitions of the recipient's ledger records, one per version of address folding. */
  readonly pks: readonly string[];
  readonly topic: string;
}

export interface ConsentUrls {
  readonly unsubscribeUrl: string;
  readonly preferencesUrl: string;
  /** Identifies the link; the same in both URLs. */
  readonly token: string;
}

/** Paths under the endpoint. Do not change them: emails already sent contain them. */
export const CONSENT_PATHS = { unsubscribe: 'u', preferences: 'p' } as const;

const SAMPLE = 'k0.sample-link';

/** Links for samples, which anyone may click. They lead nowhere. */
export const SAMPLE_URLS: ConsentUrls = {
  unsubscribeUrl: `https://unsubscribe.invalid/u/${SAMPLE}`,
  preferencesUrl: `https://unsubscribe.invalid/p/${SAMPLE}`,
  token: SAMPLE,
};

/** Returns the unsubscribe and preferences URLs for one recipient's email. */
export function consentUrls(link: ConsentLink, endpoint: string, keys: LinkKeys): ConsentUrls {
  const token = sealLink('consent', contentOf(link), keys);
  const url = (path: string) => `${endpoint.replace(/\/+$/, '')}/${path}/${token}`;
  return {
    unsubscribeUrl: url(CONSENT_PATHS.unsubscribe),
    preferencesUrl: url(CONSENT_PATHS.preferences),
    token,
  };
}

/** Decrypts a consent link's token. */
export function openConsentLink(token: string, keys: LinkKeys): ConsentLink | { readonly unknownKey: boolean } {
  const opened = openLink('consent', token, keys);
  return opened.content ? linkOf(opened.content) : opened;
}

const DIGEST_BYTES = 32;

/**
 * Encodes the number of partitions in one byte, their digests, and the topic. Links already sent use this format; only
 * add others.
 */
function contentOf({ pks, topic }: ConsentLink): Buffer {
  const digests = pks.map((pk) => Buffer.from(pk, 'base64url'));
  if (digests.some((digest, at) => digest.length !== DIGEST_BYTES || digest.toString('base64url') !== pks[at])) {
    throw new Error('MM530: a link must hold digests of 43 characters; deploy the stack again');
  }
  return Buffer.concat([Buffer.of(pks.length), ...digests, Buffer.from(topic)]);
}

function linkOf(content: Buffer): ConsentLink {
  const topicAt = 1 + content[0]! * DIGEST_BYTES;
  const pks = [];
  for (let at = 1; at < topicAt; at += DIGEST_BYTES) {
    pks.push(content.toString('base64url', at, at + DIGEST_BYTES));
  }
  return { pks, topic: content.toString('utf8', topicAt) };
}
