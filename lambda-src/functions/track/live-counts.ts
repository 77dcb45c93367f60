import { FORMAT } from '../../../src/private/contract';
import { PARTITION } from '../../domain/ledger/partitions';
import { recordOf } from '../../domain/ledger/record-of';
import type { Item, Key, Store } from '../../domain/ledger/store';
import type { NewId, Random } from '../../domain/ports';

/** The number of parts of a campaign's counts. Several parts make concurrent writes seldom collide. */
const PARTS = 16;

export type LiveCounts = { readonly [name: string]: number };

export interface LivePorts {
  readonly store: Store;
  readonly newId: NewId;
  readonly random: Random;
}

/**
 * Returns the keys of a campaign's live counts, which the circuit breaker and the status use, but no report. A tracker
 * adds to one part under a new id, so that a repeated write adds nothing.
 */
export const liveKeys = (campaignDigest: string): readonly Key[] =>
  Array.from({ length: PARTS }, (_, at) => ({
    pk: PARTITION.events(campaignDigest),
    sk: `part#${String(at).padStart(2, '0')}`,
  }));

/** Adds up the parts of a campaign's live counts. */
export function sumOf(parts: readonly (Item | undefined)[]): LiveCounts {
  const sum: Record<string, number> = {};
  for (const part of parts) {
    const counts = recordOf<{ readonly counts?: LiveCounts }>('the live counts of a campaign', part)?.counts;
    for (const [name, count] of Object.entries(counts ?? {})) sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}

export const readLive = async (campaignDigest: string, store: Store): Promise<LiveCounts> =>
  sumOf(await store.read(liveKeys(campaignDigest)));

/** Adds counts to a random part of the campaign, and retries with another part after a collision. */
export async function addLive(campaignDigest: string, added: LiveCounts, ports: LivePorts): Promise<void> {
  const { store, newId, random } = ports;
  if (Object.keys(added).length === 0) return;
  const keys = liveKeys(campaignDigest);
  for (;;) {
    const key = keys[Math.floor(random() * PARTS)]!;
    const [found] = await store.read([key]);
    const id = newId();
    const { applied } = await store.write({
      key,
      when: { any: [found ? { eq: ['by', String(found.by)] } : { absent: 'by' }, { eq: ['by', id] }] },
      set: { v: FORMAT, by: id, counts: { ...sumOf([found, { ...key, v: FORMAT, counts: added }]) } },
    });
    if (applied) return;
  }
}
