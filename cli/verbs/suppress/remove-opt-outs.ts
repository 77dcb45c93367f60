import type { EventWord } from '../../../lambda-src/domain/consent/event-words';
import { type Lift, type Lifted, type LiftPorts, lift } from '../../../lambda-src/domain/consent/lift';
import {
  allOptOuts,
  asPreferences,
  eventWordsOf,
  OPT_OUT_SOURCES,
  type OptOutSource,
  OWN_SOURCES,
  preferencesKey,
  type TopicOptOut,
} from '../../../lambda-src/domain/consent/preferences';
import { itemsOf, partitionsOfAddress } from '../../../lambda-src/domain/ledger/history';
import { campaignDigest } from '../../../lambda-src/domain/ledger/keys';
import type { Item } from '../../../lambda-src/domain/ledger/store';

export interface Removal {
  readonly source?: string;
  readonly why?: string;
  readonly topic?: string;
  /** Whether the recipient asked the operator for emails again. */
  readonly recipientAsked?: boolean;
}

/** Sources that are email events of a campaign and not the recipient's choice. */
const OF_CAMPAIGNS: readonly string[] = ['hard_bounce', 'soft_bounces'];

/** Validates the options; throws MM701 if they are invalid. */
export function removalOf({ source, why, topic, recipientAsked }: Removal, isCampaign: boolean): Omit<Lift, 'who'> {
  const wrong = (what: string) => new Error(`MM701: suppress remove: ${what}`);
  const sources = isCampaign ? OF_CAMPAIGNS : Object.keys(OPT_OUT_SOURCES);
  if (source === undefined || !sources.includes(source)) {
    throw wrong(`--source must be one of ${sources.join(', ')}, got ${source ?? 'none'}`);
  }
  if (!why?.trim()) throw wrong('--why must say why the opt-out is taken back; it stays on the record');
  if (OWN_SOURCES.has(source as OptOutSource) && !recipientAsked) {
    throw wrong(`${source} is the recipient’s own word; add --recipient-asked if they asked you to take it back`);
  }
  return { source: source as OptOutSource, why, topic };
}

/** Removes one address's opt-outs of one source. `left`: its opt-outs of other sources, which stay. */
export async function removeOfAddress(
  address: string,
  what: Lift,
  ports: LiftPorts,
): Promise<{ readonly removed: readonly Lifted[]; readonly left: readonly TopicOptOut[] }> {
  const partitions = partitionsOfAddress(address);
  const removed = await lift(partitions, what, ports);
  const items = await itemsOf(partitions, ports.store);
  const left = items
    .filter(({ sk }) => sk === preferencesKey({ pk: '' }).sk)
    .flatMap((one) => allOptOuts(asPreferences(one)));
  return { removed, left };
}

/** Removes all opt-outs of one source that one campaign's events caused. */
export async function removeOfCampaign(
  campaign: string,
  what: Lift,
  items: AsyncIterable<Item>,
  ports: LiftPorts,
): Promise<{ readonly removed: number }> {
  const digest = campaignDigest(campaign);
  const messages = (word: EventWord) => word.campaign === digest;
  let removed = 0;
  for await (const item of items) {
    if (item.sk !== preferencesKey(item).sk || !eventWordsOf(asPreferences(item)).some(messages)) continue;
    removed += (await lift([item.pk], { ...what, messages }, ports)).length;
  }
  return { removed };
}
