import { FORMAT } from '../../src/private/contract';
import type { Condition, Item, Key, Store, Update } from './store';

/**
 * The record of (recipient key, campaign) and every write that may change it. This is never-twice: each condition
 * was found by exhaustive search and each weaker one sends somebody two mails. See docs/guarantees.md.
 */
export const STATE = {
  claimed: 'claimed',
  sent: 'sent',
  refused: 'refused',
  open: 'open',
  inDoubt: 'in_doubt',
} as const;
export type State = (typeof STATE)[keyof typeof STATE];

export interface RecipientRecord extends Key {
  readonly v: number;
  readonly state: State;
  /** New for every claim. */
  readonly claimId: string;
  readonly run: number;
  /** Row of the claiming run's list. */
  readonly row: number;
  readonly attempt: number;
  /** Milliseconds; after it the claim's holder sends nothing and SES accepts nothing of it. */
  readonly deadline: number;
  readonly reason?: string;
  readonly messageId?: string;
  /** An owner's policy reopened a doubt: an earlier attempt may have arrived. */
  readonly earlierDoubt?: boolean;
  /** The last run that ended without this one being tried: its workers, should one still live, may claim it no more. */
  readonly closed?: number;
  readonly campaign: string;
  readonly to: string;
}

export const asRecord = (item: Item | undefined): RecipientRecord | undefined =>
  item as unknown as RecipientRecord | undefined;

/** In the order asked, as they are now. */
export async function readRecords(
  keys: readonly Key[],
  store: Store,
): Promise<readonly (RecipientRecord | undefined)[]> {
  return (await store.read(keys.map(({ pk, sk }) => ({ pk, sk })))).map(asRecord);
}

export interface Claim {
  readonly claimId: string;
  readonly run: number;
  readonly row: number;
  readonly deadline: number;
  readonly campaign: string;
  readonly to: string;
}

const heldBy = (claimId: string): Condition => ({
  all: [{ eq: ['state', STATE.claimed] }, { eq: ['claimId', claimId] }],
});

/** Whether a record, as read, may be claimed by this run; the write checks it again. */
export function claimable(found: RecipientRecord | undefined, run: number): boolean {
  if (!found) return true;
  if (found.closed !== undefined && found.closed >= run) return false;
  return found.state === STATE.open || (found.state === STATE.refused && found.run < run);
}

/** none, open, or refused by an earlier run, each with the attempt that was read and not closed to this run → claimed. */
export function claim(key: Key, found: RecipientRecord | undefined, mine: Claim): Update {
  const attempt = found?.attempt ?? 0;
  const free: Condition = found
    ? {
        all: [
          { eq: ['attempt', attempt] },
          { any: [{ absent: 'closed' }, { lt: ['closed', mine.run] }] },
          {
            any: [
              { eq: ['state', STATE.open] },
              { all: [{ eq: ['state', STATE.refused] }, { lt: ['run', mine.run] }] },
            ],
          },
        ],
      }
    : { absent: 'state' };
  return {
    key,
    // Only as it was first written: a late repetition would take back a longer deadline.
    when: { any: [free, { all: [heldBy(mine.claimId), { eq: ['deadline', mine.deadline] }] }] },
    set: { v: FORMAT, state: STATE.claimed, attempt: attempt + 1, ...mine },
    remove: ['reason'],
  };
}

/** A 429 is tried again under the same claim; the longer deadline is acknowledged before the next request. */
export function extend(key: Key, claimId: string, deadline: number): Update {
  const later: Condition = { any: [{ lt: ['deadline', deadline] }, { eq: ['deadline', deadline] }] };
  return { key, when: { all: [heldBy(claimId), later] }, set: { deadline } };
}

/** The holder's own end of a claim that was not accepted, or of which nobody knows. */
export function end(key: Key, claimId: string, state: 'refused' | 'open' | 'in_doubt', reason: string): Update {
  return {
    key,
    when: { any: [heldBy(claimId), { all: [{ eq: ['claimId', claimId] }, { eq: ['state', state] }] }] },
    set: { state, reason },
  };
}

/** SES's own word, from any state: the holder's 200, or a tagged event. */
export function accepted(key: Key, messageId: string): Update {
  return {
    key,
    when: { any: [{ not: { eq: ['state', STATE.sent] } }, { eq: ['messageId', messageId] }] },
    set: { state: STATE.sent, messageId },
    remove: ['reason'],
  };
}

/**
 * Settle, of one who is reported as not attempted or in doubt: a worker of that run that comes to life again would mail
 * them after the report, and its Settle would reopen the doubt. The record stays as it was read, or begins as open.
 */
export function close(key: Key, found: RecipientRecord | undefined, of: Omit<Claim, 'claimId' | 'deadline'>): Update {
  const { run } = of;
  if (found) {
    const asRead: Condition = { all: [{ eq: ['state', found.state] }, { eq: ['attempt', found.attempt] }] };
    const earlier: Condition = { any: [{ absent: 'closed' }, { lt: ['closed', run] }, { eq: ['closed', run] }] };
    return { key, when: { all: [asRead, earlier] }, set: { closed: run } };
  }
  const mine: Condition = {
    all: [{ eq: ['state', STATE.open] }, { eq: ['attempt', 0] }, { eq: ['run', run] }, { eq: ['closed', run] }],
  };
  return {
    key,
    when: { any: [{ absent: 'state' }, mine] },
    set: { v: FORMAT, state: STATE.open, claimId: 'none', attempt: 0, deadline: 0, closed: run, ...of },
  };
}

/** Settle, once the claim's own deadline and the grace are past. */
export function expire(key: Key, claimId: string, deadline: number): Update {
  return {
    key,
    when: { all: [heldBy(claimId), { eq: ['deadline', deadline] }] },
    set: { state: STATE.inDoubt, reason: 'the send worker did not say how it ended' },
  };
}

export const REOPENED = 'reopened by policy';

/** The owner's policy, never before the claim's deadline and the grace: the deadline by which that was judged. */
export function reopen(key: Key, claimId: string, deadline: number, run: number): Update {
  const sameClaim: Condition[] = [
    { eq: ['claimId', claimId] },
    { eq: ['deadline', deadline] },
    // Nobody's who is reported as in doubt, by this run or by a newer one whose policy may be another.
    { any: [{ absent: 'closed' }, { lt: ['closed', run] }] },
  ];
  return {
    key,
    when: {
      any: [
        { all: [{ eq: ['state', STATE.inDoubt] }, ...sameClaim] },
        { all: [{ eq: ['state', STATE.open] }, { eq: ['earlierDoubt', true] }, ...sameClaim] },
      ],
    },
    set: { state: STATE.open, reason: REOPENED, earlierDoubt: true },
  };
}
