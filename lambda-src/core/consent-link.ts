import { type LinkKeys, openLink, signLink } from './signed-link';

/** What a mail's link says: whose, and of which topic. No address is in it. */
export interface ConsentLink {
  readonly pk: string;
  readonly topic: string;
}

export interface ConsentUrls {
  readonly unsubscribeUrl: string;
  readonly preferencesUrl: string;
  /** What tells this link from all others, and the same in both. */
  readonly token: string;
}

/** Paths under the endpoint. They stand in mail that has been sent: never change them. */
export const CONSENT_PATHS = { unsubscribe: 'u', preferences: 'p' } as const;

const NOT_SIGNED = 'sample.topic.k0.not-signed';

/** In samples, which anybody may click who looks at them: they lead nowhere. */
export const SAMPLE_URLS: ConsentUrls = {
  unsubscribeUrl: `https://unsubscribe.invalid/u/${NOT_SIGNED}`,
  preferencesUrl: `https://unsubscribe.invalid/p/${NOT_SIGNED}`,
  token: NOT_SIGNED,
};

export function consentUrls({ pk, topic }: ConsentLink, endpoint: string, keys: LinkKeys): ConsentUrls {
  const token = signLink('consent', [pk, topic], keys);
  const url = (path: string) => `${endpoint.replace(/\/+$/, '')}/${path}/${token}`;
  return {
    unsubscribeUrl: url(CONSENT_PATHS.unsubscribe),
    preferencesUrl: url(CONSENT_PATHS.preferences),
    token,
  };
}

export function openConsentLink(token: string, keys: LinkKeys): ConsentLink | { readonly unknownKey: boolean } {
  const opened = openLink('consent', token, keys);
  if (!opened.fields) return opened;
  const [pk, topic, ...more] = opened.fields;
  return pk !== undefined && topic !== undefined && more.length === 0 ? { pk, topic } : { unknownKey: false };
}
