import { FORMAT } from '../../../src/private/contract';
import { recordOf } from './record-of';
import type { Condition, Item, Key, Store, Update } from './store';

/**
 * The record of (recipient key, campaign) and every write that may change it. The guarantee "never twice" rests on
 * these conditions: exhaustive search found each, and each weaker one sends a recipient two emails. See
 * docs/guarantees.md and test/model.
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
  /** Id of the claiming run, for words. */
  readonly run: number;
  /** Its sending number, which orders runs. */
  readonly sending: number;
  /** Row of the claiming run's list. */
  readonly row: number;
  readonly attempt: number;
  /** Milliseconds; after it the claim's holder sends nothing and SES accepts nothing of it. */
  readonly deadline: number;
  readonly reason?: string;
  readonly messageId?: string;
  /** Claims that were in doubt before this one, which resends them: each may have arrived as well. */
  readonly earlierDoubts?: readonly string[];
  /** A resend grant: the run with this sending number may claim the record while it is in doubt by `grantClaim`. */
  readonly grantSending?: number;
  readonly grantClaim?: string;
  /** Why the last resend of the doubt did not go out. */
  readonly resendReason?: string;
  /** The sending number of the last run that ended without this one being tried: its workers may not claim it any more. */
  readonly closed?: number;
  /** How the campaign's counts hold this recipient; see `counts.ts`. */
  readonly countedIn?: number;
  readonly countedFrom?: string;
  readonly countedAs?: string;
  /** How the run that began the record, without sending, counted it; later runs leave it as it is. */
  readonly unsentAs?: string;
  readonly campaign: string;
  readonly to: string;
}

export const asRecord = (item: Item | undefined): RecipientRecord | undefined =>
  recordOf<RecipientRecord>('the record of a recipient', item);

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
  readonly sending: number;
  readonly row: number;
  readonly deadline: number;
  readonly campaign: string;
  readonly to: string;
}

const claimedBy = (claimId: string): Condition => ({
  all: [{ eq: ['state', STATE.claimed] }, { eq: ['claimId', claimId] }],
});

/** Not closed to the run of this sending number, nor to a later one. */
const notClosedTo = (sending: number): Condition => ({ any: [{ absent: 'closed' }, { lt: ['closed', sending] }] });

/** Whether a record, as read, may be claimed by this run; the write checks it again. */
export function claimable(found: RecipientRecord | undefined, sending: number): boolean {
  if (!found) return true;
  if (found.closed !== undefined && found.closed >= sending) return false;
  if (found.state === STATE.refused) return found.sending < sending;
  return found.state === STATE.open || isGranted(found, sending);
}

const isGranted = (found: RecipientRecord, sending: number): boolean =>
  found.state === STATE.inDoubt && found.grantSending === sending && found.grantClaim === found.claimId;

/**
 * None, open, refused by an earlier run, or in doubt with a grant for this run; each with the attempt that was read, and
 * not closed to this run → claimed.
 */
export function claim(key: Key, found: RecipientRecord | undefined, mine: Claim): Update {
  const attempt = found?.attempt ?? 0;
  const { sending } = mine;
  const free: Condition = found
    ? { all: [{ eq: ['attempt', attempt] }, notClosedTo(sending), { any: freeTo(found, sending) }] }
    : { absent: 'state' };
  return {
    key,
    // Only as first written: a late repetition would shorten a longer deadline.
    when: { any: [free, { all: [claimedBy(mine.claimId), { eq: ['deadline', mine.deadline] }] }] },
    set: {
      v: FORMAT,
      state: STATE.claimed,
      attempt: attempt + 1,
      ...mine,
      ...(found?.state === STATE.inDoubt ? { earlierDoubts: [...(found.earlierDoubts ?? []), found.claimId] } : {}),
    },
    remove: ['reason', 'grantSending', 'grantClaim', 'resendReason'],
  };
}

const freeTo = ({ state, claimId }: RecipientRecord, sending: number): Condition[] =>
  state === STATE.inDoubt
    ? [
        {
          all: [
            { eq: ['state', STATE.inDoubt] },
            { eq: ['claimId', claimId] },
            { eq: ['grantClaim', claimId] },
            { eq: ['grantSending', sending] },
          ],
        },
      ]
    : [{ eq: ['state', STATE.open] }, { all: [{ eq: ['state', STATE.refused] }, { lt: ['sending', sending] }] }];

/** A 429 is tried again under the same claim; the longer deadline is acknowledged before the next request. */
export function extend(key: Key, claimId: string, deadline: number): Update {
  const later: Condition = { any: [{ lt: ['deadline', deadline] }, { eq: ['deadline', deadline] }] };
  return { key, when: { all: [claimedBy(claimId), later] }, set: { deadline } };
}

/** The holder's end of a claim that SES did not accept, or whose answer is unclear. */
export function end(key: Key, claimId: string, state: 'refused' | 'open' | 'in_doubt', reason: string): Update {
  return {
    key,
    when: { any: [claimedBy(claimId), { all: [{ eq: ['claimId', claimId] }, { eq: ['state', state] }] }] },
    set: { state, reason },
  };
}

/**
 * The holder's end of a resend that did not leave: the record is in doubt as before. *Open* returns the grant;
 * *refused* does not, and closes the record to the run.
 */
export function restore(
  key: Key,
  { claimId, sending }: Pick<Claim, 'claimId' | 'sending'>,
  state: 'refused' | 'open',
  resendReason: string,
  doubt: RecipientRecord,
): Update {
  const attempt = doubt.attempt + 1;
  const { run, row, deadline, reason, earlierDoubts } = doubt;
  const after = state === STATE.open ? { grantSending: sending, grantClaim: doubt.claimId } : { closed: sending };
  const mine: Condition[] = Object.entries(after).map(([name, value]) => ({ eq: [name, value] }));
  const restored: Condition = {
    all: [{ eq: ['state', STATE.inDoubt] }, { eq: ['claimId', doubt.claimId] }, { eq: ['attempt', attempt] }, ...mine],
  };
  return {
    key,
    when: { any: [claimedBy(claimId), restored] },
    set: {
      ...{ state: STATE.inDoubt, claimId: doubt.claimId, run, sending: doubt.sending, row, deadline, reason },
      ...{ earlierDoubts, resendReason, ...after },
    },
    remove: earlierDoubts ? [] : ['earlierDoubts'],
  };
}

/** SES accepted the message, by its 200 or by a tagged event. Applies from any state. */
export function accepted(key: Key, messageId: string): Update {
  return {
    key,
    when: { any: [{ not: { eq: ['state', STATE.sent] } }, { eq: ['messageId', messageId] }] },
    set: { state: STATE.sent, messageId },
    remove: ['reason'],
  };
}

/** How the campaign's counts hold a recipient from now on. */
export interface Counted {
  readonly countedIn: number;
  readonly countedFrom: string;
  readonly countedAs: string;
}

const COUNTED = ['countedIn', 'countedFrom', 'countedAs'] as const;

/** Unchanged since it was read, or as this write left it. */
const countedAsRead = (found: RecipientRecord | undefined, counted: Counted): Condition => ({
  any: [
    found?.countedIn === undefined
      ? { absent: 'countedIn' }
      : { all: COUNTED.map((name): Condition => ({ eq: [name, found[name]!] })) },
    { all: COUNTED.map((name): Condition => ({ eq: [name, counted[name]] })) },
  ],
});

const asRead = ({ state, attempt }: RecipientRecord): Condition[] => [
  { eq: ['state', state] },
  { eq: ['attempt', attempt] },
];

/**
 * Settle closes a record that it reports as not attempted or in doubt: a stalled worker of that run could otherwise
 * send after the report. The record stays as it was read, or begins as open.
 */
export function close(
  key: Key,
  found: RecipientRecord | undefined,
  of: Omit<Claim, 'claimId' | 'deadline'>,
  counted: Counted,
): Update {
  const { sending } = of;
  if (found) {
    const earlier: Condition = { any: [notClosedTo(sending), { eq: ['closed', sending] }] };
    return {
      key,
      when: { all: [...asRead(found), earlier, countedAsRead(found, counted)] },
      set: { closed: sending, ...counted },
    };
  }
  return begin(key, { ...of, closed: sending }, counted);
}

/** Counts a recipient, and changes nothing else of the record. */
export function count(key: Key, found: RecipientRecord, counted: Counted): Update {
  return { key, when: { all: [...asRead(found), countedAsRead(found, counted)] }, set: { ...counted } };
}

/**
 * A record of one that no run has claimed: *open*, and closed to the run where one is named. `unsentAs`: how a run counts it
 * that never sends.
 */
export function begin(
  key: Key,
  of: Omit<Claim, 'claimId' | 'deadline'> & { readonly closed?: number; readonly unsentAs?: string },
  counted: Counted,
): Update {
  const { run, sending, closed } = of;
  const same = { state: STATE.open, attempt: 0, run, sending, ...counted, ...(closed === undefined ? {} : { closed }) };
  const mine: Condition[] = Object.entries(same).map(([name, value]) => ({ eq: [name, value] }));
  return {
    key,
    when: { any: [{ absent: 'state' }, { all: mine }] },
    set: { v: FORMAT, claimId: 'none', deadline: 0, ...of, ...same },
  };
}

/** Settle ends a claim in doubt once its deadline and the grace are past. */
export function expire(key: Key, claimId: string, deadline: number): Update {
  return {
    key,
    when: { all: [claimedBy(claimId), { eq: ['deadline', deadline] }] },
    set: { state: STATE.inDoubt, reason: 'the send worker did not say how it ended' },
  };
}

/** Who decided that doubts are resent: the mailer's policy, or an operator for the claims of a list. */
export type Grantor = 'policy' | 'list';

/**
 * Lets one run resend one doubt, never before the claim's deadline and the grace: the deadline by which that was judged.
 * A policy grants only doubts of its own run that were not resent yet.
 */
export function grant(
  key: Key,
  { claimId, deadline }: Pick<RecipientRecord, 'claimId' | 'deadline'>,
  sending: number,
  by: Grantor,
): Update {
  const own: Condition[] = by === 'policy' ? [{ eq: ['sending', sending] }, { absent: 'earlierDoubts' }] : [];
  return {
    key,
    when: {
      all: [
        { eq: ['state', STATE.inDoubt] },
        { eq: ['claimId', claimId] },
        { eq: ['deadline', deadline] },
        // Not one that this run, or a later one, has reported.
        notClosedTo(sending),
        { any: [{ absent: 'grantSending' }, { lt: ['grantSending', sending] }, { eq: ['grantSending', sending] }] },
        ...own,
      ],
    },
    set: { grantSending: sending, grantClaim: claimId },
  };
}
