import { FORMAT, type RunRef } from '../../../src/private/contract';
import { expiryOf, runItem } from '../campaign/run-record';
import { recordOf } from '../ledger/record-of';
import type { Item, Key, Store } from '../ledger/store';
import { BLOCK_KINDS, type BlockKind } from './blocks';

/** How long a run has waited for one kind of block. Stored beside the run's record. */
interface Wait {
  readonly milliseconds: number;
  /** Start of the current wait; absent if the run is not waiting. */
  readonly since?: number;
}

const keyOf = (run: RunRef, kind: BlockKind): Key => runItem(run, kind);

/** Starts a run's wait. The first of its shards to wait sets the time. */
export async function beginWait(run: RunRef, kind: BlockKind, now: number, store: Store): Promise<void> {
  await store.write({
    key: keyOf(run, kind),
    when: { absent: 'since' },
    set: { v: FORMAT, since: now, expires: expiryOf(now) },
  });
}

/** Ends a run's waits. Called when a shard of the run sends again. */
export async function endWait(run: RunRef, now: number, store: Store): Promise<void> {
  const items = await store.read(BLOCK_KINDS.map((kind) => keyOf(run, kind)));
  for (const [at, kind] of BLOCK_KINDS.entries()) {
    const { milliseconds, since } = waitOf(items[at]);
    if (since === undefined) continue;
    await store.write({
      key: keyOf(run, kind),
      when: { eq: ['since', since] },
      set: { waited: milliseconds + Math.max(0, now - since) },
      remove: ['since'],
    });
  }
}

/** Returns the seconds waited by kind of block. Omits kinds without a wait. */
export async function waitedSeconds(
  run: RunRef,
  now: number,
  store: Store,
): Promise<{ readonly [kind in BlockKind]?: number }> {
  const items = await store.read(BLOCK_KINDS.map((kind) => keyOf(run, kind)));
  const waited = BLOCK_KINDS.map((kind, at) => {
    const { milliseconds, since } = waitOf(items[at]);
    const all = milliseconds + (since === undefined ? 0 : Math.max(0, now - since));
    return [kind, Math.round(all / 1000)] as const;
  });
  return Object.fromEntries(waited.filter(([, seconds]) => seconds > 0));
}

function waitOf(item: Item | undefined): Wait {
  const found = recordOf<{ readonly waited?: number; readonly since?: number }>('the waits of a run', item);
  return { milliseconds: found?.waited ?? 0, since: found?.since };
}
