import { FORMAT, type RunRef } from '../../../src/private/contract';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Item, Key, Store, Update } from '../ledger/store';
import { type CountedOutcome, noCampaignCounts } from '../outcomes';

/**
 * How many recipients moved, by `<from>><as>`. `from` is empty if no run has counted the recipient before.
 *
 * A campaign's counts include each recipient once. Settle decides for each recipient of a run from which outcome it
 * moves to which. The run's item holds the sum of its moves; the sum over all items is the campaign's counts.
 *
 * A record stores who last counted it: `countedIn` is the run's sending number, `countedFrom` and `countedAs` are the
 * move. A *sent* record claimed since then needs no such write, because the run that claimed it counts it.
 */
export type Moves = { readonly [move: string]: number };

export const moveOf = (from: string, as: string): string => `${from}>${as}`;

/** Returns an outcome counted by a run that never began to send. It is final once that run has reported. */
export const unsent = (as: CountedOutcome, run: number): string => `${as}@${run}`;

const padded = (number: number): string => String(number).padStart(4, '0');

const sentKey = (campaignDigest: string, sending: number): Key => ({
  pk: PARTITION.counts(campaignDigest),
  sk: `sending#${padded(sending)}`,
});

const unsentKey = (campaignDigest: string, run: number): Key => ({
  pk: PARTITION.counts(campaignDigest),
  sk: `unsent#${padded(run)}`,
});

/**
 * Writes the moves of a run, for its report. A later report moves recipients in doubt to *sent*, so counts with more
 * *sent* replace counts with fewer, whatever the order of the writes.
 */
export function writeCounts({ campaignDigest, run, sending }: RunRef, moves: Moves): Update {
  const sent = Object.entries(moves)
    .filter(([move]) => move.endsWith('>sent'))
    .reduce((sum, [, count]) => sum + count, 0);
  return {
    key: sending === undefined ? unsentKey(campaignDigest, run) : sentKey(campaignDigest, sending),
    when: {
      any: [{ absent: 'v' }, { all: [{ absent: 'void' }, { any: [{ lt: ['sent', sent] }, { eq: ['sent', sent] }] }] }],
    },
    set: { v: FORMAT, run, sending, sent, moves },
  };
}

/** Reads whether a run that sent has counts: undefined before its report, void if it died without one. */
export async function readSent(
  campaignDigest: string,
  sending: number,
  store: Store,
): Promise<'counted' | 'void' | undefined> {
  const [item] = await store.read([sentKey(campaignDigest, sending)]);
  const counts = asCounts(item);
  return counts && (counts.void === true ? 'void' : 'counted');
}

/** The moves of one run. `void` is set if the run died before its report. */
export interface RunCounts extends Key {
  readonly moves?: Moves;
  readonly void?: boolean;
}

export const asCounts = (item: Item | undefined): RunCounts | undefined =>
  recordOf<RunCounts>('the counts of a run', item);

/** Voids the counts of a run that died before its report. The next run with these recipients counts them. */
export const voidCounts = (campaignDigest: string, sending: number): Update => ({
  key: sentKey(campaignDigest, sending),
  when: { any: [{ absent: 'v' }, { eq: ['void', true] }] },
  set: { v: FORMAT, sending, void: true },
});

/** A run that a campaign's counts include. Drafts and runs with a rejected list are excluded. */
export interface CountedRun {
  readonly run: number;
  readonly sending?: number;
  /** The key and version of the run's list. */
  readonly list: string;
}

export interface CampaignCounts {
  readonly recipients: number;
  readonly counts: Record<CountedOutcome, number>;
  /** True if a run is unsettled, or died and no later run of its list has reported. */
  readonly approximate: boolean;
}

export const readCounts = async (campaignDigest: string, store: Store): Promise<readonly RunCounts[]> =>
  (await store.query(PARTITION.counts(campaignDigest), '')).map((item) => asCounts(item)!);

/** Sums a campaign's counts from the items of its runs. */
export function campaignCounts(items: readonly RunCounts[], runs: readonly CountedRun[]): CampaignCounts {
  const counts = noCampaignCounts();
  const valid = items.filter((item) => item.void === undefined);
  const has = (key: Key) => valid.some(({ sk }) => sk === key.sk);
  for (const { moves } of valid) {
    for (const [move, count] of Object.entries(moves ?? {})) {
      const [from = '', as = ''] = move.split('>');
      add(as, count);
      const [, run] = from.split('@');
      if (run === undefined || has(unsentKey('', Number(run)))) add(from, -count);
    }
  }
  const counted = ({ run, sending }: CountedRun) =>
    has(sending === undefined ? unsentKey('', run) : sentKey('', sending));
  // A run that never sent does not take over recipients of an earlier run.
  const takesUp = (later: CountedRun, one: CountedRun) =>
    later.run > one.run && later.list === one.list && later.sending !== undefined;
  const covered = (one: CountedRun) => counted(one) || runs.some((later) => takesUp(later, one) && counted(later));
  return {
    recipients: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
    approximate: !runs.every(covered),
  };

  function add(outcome: string, count: number): void {
    const name = outcome.split('@')[0] as CountedOutcome;
    if (outcome !== '') counts[name] += count;
  }
}
