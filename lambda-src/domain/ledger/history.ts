import { parseAddress } from '../address/parse-address';
import { type Lifted, liftedOf } from '../consent/lift';
import { allOptOuts, asPreferences, preferencesKey, type TopicOptOut } from '../consent/preferences';
import { type PageChoice, pageChoices } from '../consent/tracking-consent';
import {
  asTracked,
  deliveryReason,
  deliveryStatusOf,
  EMAIL_EVENTS,
  type EmailEvent,
  publicName,
  type TrackedRecord,
  timeOf,
} from '../events/email-events';
import type { TrackingConsent } from './consent-proof';
import { partitionsOf } from './keys';
import type { Item, Store, Update } from './store';

/** One recipient's record in one campaign, as `status` and `forget` show it. */
export interface Mailing {
  readonly campaign: string;
  readonly run: number;
  readonly row: number;
  readonly state: string;
  readonly reason?: string;
  readonly messageId?: string;
  /** Time of each SES event received, by public event name. */
  readonly events: { readonly [emailEvent: string]: string };
  readonly deliveryStatus?: string;
  readonly deliveryReason?: string;
  /** Consent by which opens and clicks of the email are tracked. */
  readonly trackingConsent?: TrackingConsent;
  /** Time at which `forget` erased the personal data. */
  readonly forgotten?: string;
}

/** Everything the ledger holds about one address. */
export interface History {
  /** Partition key of the recipient's records: the digest of the folded address. */
  readonly recipient: string;
  readonly mailings: readonly Mailing[];
  /** The recipient's opt-outs. Topic `*` means every topic. */
  readonly optOuts: readonly TopicOptOut[];
  /** Opt-outs that an operator lifted. */
  readonly lifted: readonly Lifted[];
  /** The recipient's choices about tracking on the preferences page, the oldest first. */
  readonly trackingChoices: readonly PageChoice[];
}

/**
 * Returns the partitions of an address's records, the one for new records first. Throws MM701 if the address is
 * invalid.
 */
export function partitionsOfAddress(address: string): readonly string[] {
  const parsed = parseAddress(address);
  if ('code' in parsed) throw new Error(`MM701: ${JSON.stringify(address)} is no address: ${parsed.reason}`);
  return partitionsOf(parsed.address);
}

/** Reads all items in these partitions, of every kind. */
export async function itemsOf(partitions: readonly string[], store: Pick<Store, 'query'>): Promise<Item[]> {
  const items: Item[] = [];
  for (const pk of partitions) items.push(...(await store.query(pk, '')));
  return items;
}

/** Assembles an address's history from its ledger items, campaigns in order of their first event. */
export function historyOf(recipient: string, items: readonly Item[]): History {
  const optOuts = new Map<string, TopicOptOut>();
  const mailings: Mailing[] = [];
  const trackingChoices = new Map<string, PageChoice>();
  for (const item of items) {
    const preferences = item.sk === preferencesKey(item).sk ? asPreferences(item) : undefined;
    for (const one of allOptOuts(preferences)) {
      const name = `${one.topic}:${one.source}`;
      const known = optOuts.get(name);
      // The same opt-out may exist under several folding versions; keep the earliest.
      if (!known || one.at < known.at) optOuts.set(name, one);
    }
    for (const one of pageChoices(preferences)) trackingChoices.set(one.at, one);
    if (item.state !== undefined) mailings.push(mailingOf(asTracked(item)!));
  }
  const when = ({ events }: Mailing) => Object.values(events).sort()[0] ?? '';
  return {
    recipient,
    mailings: mailings.sort((a, b) => (when(a) < when(b) ? -1 : 1)),
    optOuts: [...optOuts.values()],
    lifted: liftedOf(items),
    trackingChoices: [...trackingChoices.values()].sort((a, b) => (a.at < b.at ? -1 : 1)),
  };
}

function mailingOf(record: TrackedRecord): Mailing {
  const { campaign, run, row, state, reason, messageId, trackingConsent, forgotten } = record;
  const known = EMAIL_EVENTS.filter((emailEvent) => record[timeOf(emailEvent)] !== undefined);
  return {
    campaign,
    run,
    row,
    state,
    reason,
    messageId,
    events: Object.fromEntries(known.map((emailEvent) => [publicName(emailEvent), record[timeOf(emailEvent)]!])),
    ...(messageId === undefined
      ? {}
      : { deliveryStatus: publicName(deliveryStatusOf(record) as EmailEvent), deliveryReason: deliveryReason(record) }),
    trackingConsent,
    forgotten,
  };
}

/** Attributes that `forget` keeps because "never twice" and the invariant monitor need them. All others are removed. */
const KEPT: ReadonlySet<string> = new Set([
  'pk',
  'sk',
  'v',
  'state',
  'claimId',
  'run',
  'sending',
  'row',
  'attempt',
  'deadline',
  'closed',
  'earlierDoubts',
  'grantSending',
  'grantClaim',
  'countedIn',
  'countedFrom',
  'countedAs',
  'unsentAs',
  'messageId',
  'secondMessageId',
  'campaign',
  'forgotten',
]);

/** Permanently erases personal data from a record. SES events that arrive later are not stored. */
export function forget(record: Item, now: number): Update {
  const { pk, sk } = record;
  return {
    key: { pk, sk },
    when: { not: { absent: 'state' } },
    set: { forgotten: new Date(now).toISOString() },
    remove: Object.keys(record).filter((attribute) => !KEPT.has(attribute)),
  };
}
