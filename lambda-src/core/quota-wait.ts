import { FORMAT, type RunRef } from '../../src/private/contract';
import { PARTITION } from './partitions';
import type { Item, Key, Store } from './store';

/** How long a run has waited for the day's quota: one item beside its campaign's record. */
export interface QuotaWait {
  readonly milliseconds: number;
  /** While it waits. */
  readonly since?: number;
}

const keyOf = ({ campaignDigest, run }: RunRef): Key => ({
  pk: PARTITION.campaign(campaignDigest),
  sk: `quota#${run}`,
});

const KEPT_SECONDS = 30 * 86_400;

/** The first of its shards that has to wait. */
export async function beginWait(run: RunRef, now: number, store: Store): Promise<void> {
  await store.write({
    key: keyOf(run),
    when: { absent: 'since' },
    set: { v: FORMAT, since: now, expires: Math.floor(now / 1000) + KEPT_SECONDS },
  });
}

/** The first of its shards that sends again. */
export async function endWait(run: RunRef, now: number, store: Store): Promise<void> {
  const key = keyOf(run);
  const { milliseconds, since } = waitOf((await store.read([key]))[0]);
  if (since === undefined) return;
  await store.write({
    key,
    when: { eq: ['since', since] },
    set: { waited: milliseconds + Math.max(0, now - since) },
    remove: ['since'],
  });
}

/** In seconds; none where it never waited. */
export async function waitedSeconds(run: RunRef, now: number, store: Store): Promise<number> {
  const { milliseconds, since } = waitOf((await store.read([keyOf(run)]))[0]);
  return Math.round((milliseconds + (since === undefined ? 0 : Math.max(0, now - since))) / 1000);
}

const waitOf = (item: Item | undefined): QuotaWait => ({
  milliseconds: Number(item?.waited ?? 0),
  ...(item?.since === undefined ? {} : { since: Number(item.since) }),
});
