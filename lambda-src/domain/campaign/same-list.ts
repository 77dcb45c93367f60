import { FORMAT, type RunRef, type SameList } from '../../../src/private/contract';
import { partsOf } from '../ledger/keys';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Item, Store } from '../ledger/store';
import { escapeControlCharacters } from '../text/escape-control-characters';
import { DAY } from '../time-units';

/** How long a list's content is remembered, in milliseconds. */
export const SAME_LIST_WITHIN = DAY;

const PREFIX = 'campaign#';

/** Remembers that a campaign has a list with this content. */
export async function rememberList(
  content: string,
  { campaign, campaignDigest: digest, run }: Pick<RunRef, 'campaign' | 'campaignDigest' | 'run'>,
  now: number,
  store: Store,
): Promise<void> {
  await store.write({
    key: { pk: PARTITION.list(content), sk: `${PREFIX}${digest}` },
    when: { any: [{ absent: 'run' }, { lt: ['run', run] }, { eq: ['run', run] }] },
    // DynamoDB expects expiry in seconds.
    set: {
      v: FORMAT,
      campaign,
      run,
      at: new Date(now).toISOString(),
      expires: Math.ceil((now + SAME_LIST_WITHIN) / 1000),
    },
  });
}

/** Returns campaigns with a list of this content in the last 24 hours, the most recent first. */
export async function campaignsWithList(
  content: string,
  now: number,
  store: Pick<Store, 'query'>,
): Promise<readonly SameList[]> {
  const items = await store.query(PARTITION.list(content), PREFIX);
  return (
    items
      .map(asSameList)
      // DynamoDB may keep an expired item for days.
      .filter(({ at }) => now - Date.parse(at) < SAME_LIST_WITHIN)
      .sort((a, b) => (a.at < b.at ? 1 : -1))
  );
}

/** Returns the most recent other campaign with a list of the same content in the last 24 hours. */
export async function findSameList(
  content: string,
  mine: string,
  now: number,
  store: Pick<Store, 'query'>,
): Promise<SameList | undefined> {
  return (await campaignsWithList(content, now, store)).find(({ campaign }) => campaign !== mine);
}

const asSameList = (item: Item): SameList => {
  const { campaign, run, at } = recordOf<SameList>('the record of a list’s content', item);
  return { campaign, run, at };
};

/** Names the other campaign. Omits the mailer if `mine` belongs to the same one. */
export function sameListName({ campaign, run, at }: SameList, mine: string): string {
  const [mailer, name] = partsOf(campaign);
  const of = escapeControlCharacters(mailer === partsOf(mine)[0] ? name : campaign);
  return `${of}, run ${run}, of ${at.slice(0, 16).replace('T', ' ')} UTC`;
}

/** States the match as a sentence without final punctuation. */
export const sameListWords = (same: SameList, mine: string): string =>
  `The list has the same content as the list of ${sameListName(same, mine)}`;
