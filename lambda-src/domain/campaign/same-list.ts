import { FORMAT, type RunRef, type SameList } from '../../../src/private/contract';
import { partsOf } from '../ledger/keys';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Item, Store } from '../ledger/store';
import { escapeControlCharacters } from '../text/escape-control-characters';
import { DAY } from '../time-units';

/** How long a list is remembered, in milliseconds. */
export const SAME_LIST_WITHIN = DAY;

const PREFIX = 'campaign#';

/** Remembers that a campaign has a list of this content. */
export async function rememberList(
  content: string,
  { campaign, campaignDigest: digest, run }: Pick<RunRef, 'campaign' | 'campaignDigest' | 'run'>,
  now: number,
  store: Store,
): Promise<void> {
  await store.write({
    key: { pk: PARTITION.list(content), sk: `${PREFIX}${digest}` },
    when: { any: [{ absent: 'run' }, { lt: ['run', run] }, { eq: ['run', run] }] },
    // DynamoDB's clock: seconds.
    set: {
      v: FORMAT,
      campaign,
      run,
      at: new Date(now).toISOString(),
      expires: Math.ceil((now + SAME_LIST_WITHIN) / 1000),
    },
  });
}

/** Campaigns that had a list of this content within 24 hours, the last one first. */
export async function campaignsWithList(
  content: string,
  now: number,
  store: Pick<Store, 'query'>,
): Promise<readonly SameList[]> {
  const items = await store.query(PARTITION.list(content), PREFIX);
  return (
    items
      .map(asSameList)
      // An expired item may stay for days.
      .filter(({ at }) => now - Date.parse(at) < SAME_LIST_WITHIN)
      .sort((a, b) => (a.at < b.at ? 1 : -1))
  );
}

/** The last other campaign that had a list of the same content within 24 hours. */
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

/** The other campaign, for a reader of `mine`, who knows the campaigns of its mailer by their names alone. */
export function sameListName({ campaign, run, at }: SameList, mine: string): string {
  const [mailer, name] = partsOf(campaign);
  const of = escapeControlCharacters(mailer === partsOf(mine)[0] ? name : campaign);
  return `${of}, run ${run}, of ${at.slice(0, 16).replace('T', ' ')} UTC`;
}

/** In words, as a sentence without its end. */
export const sameListWords = (same: SameList, mine: string): string =>
  `The list has the same content as the list of ${sameListName(same, mine)}`;
