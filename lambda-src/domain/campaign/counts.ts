import { FORMAT, type RunRef } from '../../../src/private/contract';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Item, Key, Store, Update } from '../ledger/store';
import { type CountedOutcome, noCampaignCounts } from '../outcomes';

/**
 * How many recipients moved, by `<from>><as>`; `from` is empty where no run has counted the recipient before.
 *
 * A campaign's counts hold each recipient once. Settle decides for each recipient of a run from which outcome it moves
 * to which; the run's item holds the sum of its moves, and the sum over all items is the campaign's.
 *
 * A record says who counted it last: `countedIn` the run's sending number, `countedFrom` and `countedAs` the move. A *sent*
 * record that was claimed since then needs no such write: the run that claimed it counts it.
 */
export type Moves = { readonly [move: string]: number };

export const moveOf = (from: string, as: string): string => `${from}>${as}`;

/** An outcome counted by a run that never began to send. It is final once that run has reported. */
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
 * Report's: the moves of a run. A later report moves doubts that were proven to *sent*, so more of them win over fewer,
 * in whatever order the writes arrive.
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

/** The counts of a run that sent as they are in the ledger: undefined where it has not reported, void where it never does. */
export async function readSent(
  campaignDigest: string,
  sending: number,
  store: Store,
): Promise<'counted' | 'void' | undefined> {
  const [item] = await store.read([sentKey(campaignDigest, sending)]);
  const counts = asCounts(item);
  return counts && (counts.void === true ? 'void' : 'counted');
}

/** The moves of one run; void where the run died before it was reported. */
export interface RunCounts extends Key {
  readonly moves?: Moves;
  readonly void?: boolean;
}

export const asCounts = (item: Item | undefined): RunCounts | undefined =>
  recordOf<RunCounts>('the counts of a run', item);

/** A run that died before its report has no counts from here on: the run that meets its recipients counts them. */
export const voidCounts = (campaignDigest: string, sending: number): Update => ({
  key: sentKey(campaignDigest, sending),
  when: { any: [{ absent: 'v' }, { eq: ['void', true] }] },
  set: { v: FORMAT, sending, void: true },
});

/** A run, as far as a campaign's counts need it: not one whose list was rejected, nor a draft. */
export interface CountedRun {
  readonly run: number;
  readonly sending?: number;
  /** The list, and its version, of the run. */
  readonly list: string;
}

export interface CampaignCounts {
  readonly recipients: number;
  readonly counts: Record<CountedOutcome, number>;
  /** A run is not settled yet, or died and none has taken its list up again. */
  readonly approximate: boolean;
}

export const readCounts = async (campaignDigest: string, store: Store): Promise<readonly RunCounts[]> =>
  (await store.query(PARTITION.counts(campaignDigest), '')).map((item) => asCounts(item)!);

/** A campaign's counts from the items of its runs. */
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
  // A run that never sent leaves the recipients of others to them.
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
