import { parseAddress } from '../address/parse-address';
import { type Lifted, liftedOf } from '../consent/lift';
import { allOptOuts, asPreferences, preferencesKey, type TopicOptOut } from '../consent/preferences';
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
import { partitionsOf } from './keys';
import type { Item, Store, Update } from './store';

/** What one campaign has been to one person. */
export interface Mailing {
  readonly campaign: string;
  readonly run: number;
  readonly row: number;
  readonly state: string;
  readonly reason?: string;
  readonly messageId?: string;
  /** What SES's events said, by name, with their times. */
  readonly events: { readonly [emailEvent: string]: string };
  readonly deliveryStatus?: string;
  readonly deliveryReason?: string;
  /** When `forget` erased what names them. */
  readonly forgotten?: string;
}

/** All that the ledger knows of an address. */
export interface History {
  /** Partition of its records: the digest of the folded address. */
  readonly recipient: string;
  readonly mailings: readonly Mailing[];
  /** What they are opted out of, `*` for every topic, by which source, and by which event's message. */
  readonly optOuts: readonly TopicOptOut[];
  /** Opt-outs that an operator took back. */
  readonly lifted: readonly Lifted[];
}

/** Partitions of an address's records, the one for new records first; throws for an invalid address. */
export function partitionsOfAddress(address: string): readonly string[] {
  const parsed = parseAddress(address);
  if ('code' in parsed) throw new Error(`MM701: ${JSON.stringify(address)} is no address: ${parsed.reason}`);
  return partitionsOf(parsed.address);
}

/** Everything that these partitions hold, whatever it is. */
export async function itemsOf(partitions: readonly string[], store: Pick<Store, 'query'>): Promise<Item[]> {
  const items: Item[] = [];
  for (const pk of partitions) items.push(...(await store.query(pk, '')));
  return items;
}

export function historyOf(recipient: string, items: readonly Item[]): History {
  const optOuts = new Map<string, TopicOptOut>();
  const mailings: Mailing[] = [];
  for (const item of items) {
    for (const one of item.sk === preferencesKey(item).sk ? allOptOuts(asPreferences(item)) : []) {
      const name = `${one.topic}:${one.source}`;
      const known = optOuts.get(name);
      // Under several foldings the first opt-out counts.
      if (!known || one.at < known.at) optOuts.set(name, one);
    }
    if (item.state !== undefined) mailings.push(mailingOf(asTracked(item)!));
  }
  const when = ({ events }: Mailing) => Object.values(events).sort()[0] ?? '';
  return {
    recipient,
    mailings: mailings.sort((a, b) => (when(a) < when(b) ? -1 : 1)),
    optOuts: [...optOuts.values()],
    lifted: liftedOf(items),
  };
}

function mailingOf(record: TrackedRecord): Mailing {
  const { campaign, run, row, state, reason, messageId, forgotten } = record;
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
    forgotten,
  };
}

/** What never-twice and the invariant monitor rest on; all else that a record says goes. */
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

/** Erases what a record says of a person, for good: what events say later is not written any more. */
export function forget(record: Item, now: number): Update {
  const { pk, sk } = record;
  return {
    key: { pk, sk },
    when: { not: { absent: 'state' } },
    set: { forgotten: new Date(now).toISOString() },
    remove: Object.keys(record).filter((attribute) => !KEPT.has(attribute)),
  };
}
