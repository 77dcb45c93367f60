import { FORMAT, type RunRef, type TrackingChoice, type TrackingSettings } from '../../../src/private/contract';
import type { TrackingConsent } from '../ledger/consent-proof';
import type { Condition, Key, Store, Update } from '../ledger/store';
import { asPreferences, type Preferences, preferencesKey } from './preferences';

/** A recipient's choice on the preferences page. */
export interface PageChoice {
  readonly choice: TrackingChoice;
  /** ISO time. */
  readonly at: string;
  /** Topic of the email whose link led to the page. */
  readonly topic: string;
}

/** Attribute of an address's preferences that holds its choices, the newest last. */
const CHOICES = 'trackingChoices';

/** The maximum number of choices that are kept. */
const MOST_CHOICES = 20;

/** Whether a mailer tracks opens or clicks at all. */
export const tracks = (settings: TrackingSettings | undefined): boolean => Boolean(settings?.opens || settings?.clicks);

/**
 * Returns the consent to track an email, or undefined if it must not be tracked. A refusal on the page or in the list
 * outweighs any consent. An unknown answer counts as a refusal, unless the mailer requires no consent.
 */
export function trackingConsent(
  inList: TrackingChoice | undefined,
  onPage: PageChoice | undefined,
  run: Pick<RunRef, 'list' | 'uploadedAt' | 'startedAt'>,
  settings: TrackingSettings | undefined,
): TrackingConsent | undefined {
  if (!settings || !tracks(settings)) return undefined;
  if (inList === 'refused' || onPage?.choice === 'refused') return undefined;
  if (onPage) return { source: 'page', at: onPage.at, topic: onPage.topic };
  if (inList) {
    const { bucket, key, versionId, etag } = run.list;
    const list = `s3://${bucket}/${key} ${versionId ?? etag}`;
    return { source: 'list', at: run.uploadedAt ?? run.startedAt, column: settings.consentColumn ?? '', list };
  }
  return settings.consentRequired === false ? { source: 'not_required' } : undefined;
}

/** Returns an address's choices on the page, the oldest first. */
export function pageChoices(preferences: Preferences | undefined): PageChoice[] {
  const text = preferences?.[CHOICES];
  if (typeof text !== 'string') return [];
  return text.split(',').map((one) => {
    const [choice, at, topic] = one.split(' ') as [TrackingChoice, string, string];
    return { choice, at, topic };
  });
}

/**
 * Returns the current choice of an address with preferences in several partitions: the newest. Of two at the same time
 * the refusal counts.
 */
export function currentChoice(all: readonly (Preferences | undefined)[]): PageChoice | undefined {
  const newest = all.flatMap((preferences) => pageChoices(preferences).slice(-1));
  return newest.sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).at(-1);
}

const rank = ({ at, choice }: PageChoice): string => `${at} ${choice === 'refused' ? 1 : 0}`;

/** Adds a choice to an address's preferences, if they are as read. */
function choose(of: Pick<Key, 'pk'>, found: Preferences | undefined, choice: PageChoice): Update {
  const before = found?.[CHOICES] as string | undefined;
  const text = [...pageChoices(found), choice]
    .slice(-MOST_CHOICES)
    .map(({ choice: chosen, at, topic }) => [chosen, at, topic].join(' '))
    .join(',');
  const asRead: Condition = before === undefined ? { absent: CHOICES } : { eq: [CHOICES, before] };
  return {
    key: preferencesKey(of),
    when: { any: [asRead, { eq: [CHOICES, text] }] },
    set: { v: FORMAT, [CHOICES]: text },
  };
}

/** Saves a choice under every folding of the address. Returns false if it was the current choice already. */
export async function saveChoice(partitions: readonly string[], choice: PageChoice, store: Store): Promise<boolean> {
  let changed = false;
  for (const pk of partitions) {
    for (;;) {
      const found = asPreferences((await store.read([preferencesKey({ pk })]))[0]);
      if (currentChoice([found])?.choice === choice.choice) break;
      if (!(await store.write(choose({ pk }, found, choice))).applied) continue;
      changed = true;
      break;
    }
  }
  return changed;
}
