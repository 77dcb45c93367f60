import { FORMAT } from '../../../src/private/contract';
import type { TrackingConsent } from './consent-proof';
import { recordOf } from './record-of';
import type { Condition, Item, Key, Store, Update } from './store';

/**
 * The record of one recipient in one campaign, and every write that may change it. The guarantee "never twice" depends
 * on these write conditions. Exhaustive search found an execution that sends two emails for each weaker condition. See
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
  /** Unique per claim. */
  readonly claimId: string;
  /** Number of the claiming run, for display. */
  readonly run: number;
  /** Sending number of the claiming run; it orders runs. */
  readonly sending: number;
  /** Row number in the claiming run's list. */
  readonly row: number;
  readonly attempt: number;
  /** End of the claim in milliseconds. After it, the holder sends nothing and SES accepts nothing for it. */
  readonly deadline: number;
  readonly reason?: string;
  readonly messageId?: string;
  /** Ids of earlier in-doubt claims that this claim resends. The email of each may have arrived too. */
  readonly earlierDoubts?: readonly string[];
  /** Resend grant: the sending number of the run that may claim the record while it is in doubt under `grantClaim`. */
  readonly grantSending?: number;
  readonly grantClaim?: string;
  /** Why the last resend was not sent. */
  readonly resendReason?: string;
  /** Sending number of the last run that ended without an attempt. Its workers may no longer claim the record. */
  readonly closed?: number;
  /** How the campaign's counts include this recipient; see `campaign/counts.ts`. */
  readonly countedIn?: number;
  readonly countedFrom?: string;
  readonly countedAs?: string;
  /** Outcome counted by the run that created the record without sending. Later runs keep it. */
  readonly unsentAs?: string;
  readonly campaign: string;
  readonly to: string;
  /** Consent by which the email of the last claim is tracked. Absent: it is not tracked. */
  readonly trackingConsent?: TrackingConsent;
}

export const asRecord = (item: Item | undefined): RecipientRecord | undefined =>
  recordOf<RecipientRecord>('the record of a recipient', item);

/** Reads the current records, in the given order. */
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
  readonly trackingConsent?: TrackingConsent;
}

const claimedBy = (claimId: string): Condition => ({
  all: [{ eq: ['state', STATE.claimed] }, { eq: ['claimId', claimId] }],
});

/** Matches records not closed to the run with this sending number or to a later run. */
const notClosedTo = (sending: number): Condition => ({ any: [{ absent: 'closed' }, { lt: ['closed', sending] }] });

/** Whether this run may claim the record as read. The conditional write checks it again. */
export function claimable(found: RecipientRecord | undefined, sending: number): boolean {
  if (!found) return true;
  if (found.closed !== undefined && found.closed >= sending) return false;
  if (found.state === STATE.refused) return found.sending < sending;
  return found.state === STATE.open || isGranted(found, sending);
}

const isGranted = (found: RecipientRecord, sending: number): boolean =>
  found.state === STATE.inDoubt && found.grantSending === sending && found.grantClaim === found.claimId;

/**
 * Claims a record that does not exist, is open, was refused by an earlier run, or is in doubt with a grant for this
 * run. The attempt number must be unchanged since the read, and the record must not be closed to this run.
 */
export function claim(key: Key, found: RecipientRecord | undefined, mine: Claim): Update {
  const attempt = found?.attempt ?? 0;
  const { sending, trackingConsent } = mine;
  const free: Condition = found
    ? { all: [{ eq: ['attempt', attempt] }, notClosedTo(sending), { any: freeTo(found, sending) }] }
    : { absent: 'state' };
  return {
    key,
    // Repeatable only with the same deadline: a late repetition must not shorten an extended one.
    when: { any: [free, { all: [claimedBy(mine.claimId), { eq: ['deadline', mine.deadline] }] }] },
    set: {
      v: FORMAT,
      state: STATE.claimed,
      attempt: attempt + 1,
      ...mine,
      ...(found?.state === STATE.inDoubt ? { earlierDoubts: [...(found.earlierDoubts ?? []), found.claimId] } : {}),
    },
    remove: ['reason', 'grantSending', 'grantClaim', 'resendReason', ...absent({ trackingConsent })],
  };
}

const absent = (of: object): string[] => Object.entries(of).flatMap(([name, value]) => (value ? [] : [name]));

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

/** Extends a claim's deadline before a retry after HTTP 429. The write must succeed before the next request. */
export function extend(key: Key, claimId: string, deadline: number): Update {
  const later: Condition = { any: [{ lt: ['deadline', deadline] }, { eq: ['deadline', deadline] }] };
  return { key, when: { all: [claimedBy(claimId), later] }, set: { deadline } };
}

/** Ends a claim that SES did not accept, or for which its answer is unclear. */
export function end(key: Key, claimId: string, state: 'refused' | 'open' | 'in_doubt', reason: string): Update {
  return {
    key,
    when: { any: [claimedBy(claimId), { all: [{ eq: ['claimId', claimId] }, { eq: ['state', state] }] }] },
    set: { state, reason },
  };
}

/**
 * Ends a resend that was not sent and puts the record back in doubt. *Open* returns the grant; *refused* does not, and
 * closes the record to the run.
 */
export function restore(
  key: Key,
  { claimId, sending }: Pick<Claim, 'claimId' | 'sending'>,
  state: 'refused' | 'open',
  resendReason: string,
  doubt: RecipientRecord,
): Update {
  const attempt = doubt.attempt + 1;
  const { run, row, deadline, reason, earlierDoubts, trackingConsent } = doubt;
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
      ...{ earlierDoubts, trackingConsent, resendReason, ...after },
    },
    remove: absent({ earlierDoubts, trackingConsent }),
  };
}

/** Records that SES accepted the email, by its HTTP 200 or by a tagged event. Applies from any state. */
export function accepted(key: Key, messageId: string): Update {
  return {
    key,
    when: { any: [{ not: { eq: ['state', STATE.sent] } }, { eq: ['messageId', messageId] }] },
    set: { state: STATE.sent, messageId },
    remove: ['reason'],
  };
}

/** How the campaign's counts include a recipient after this write. */
export interface Counted {
  readonly countedIn: number;
  readonly countedFrom: string;
  readonly countedAs: string;
}

const COUNTED = ['countedIn', 'countedFrom', 'countedAs'] as const;

/** Matches counts unchanged since the read, or already as this write leaves them. */
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
 * Closes a record that Settle reports as not attempted or in doubt. Otherwise a stalled worker of that run could send
 * after the report. An existing record keeps its state; a new one begins as open.
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

/** Updates how a recipient is counted and nothing else. */
export function count(key: Key, found: RecipientRecord, counted: Counted): Update {
  return { key, when: { all: [...asRead(found), countedAsRead(found, counted)] }, set: { ...counted } };
}

/**
 * Creates an *open* record for a recipient that no run has claimed, optionally closed to a run. `unsentAs` is the
 * outcome counted by a run that never sends.
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

/** Moves an expired claim to in doubt. Settle calls it once the claim's deadline and the grace have passed. */
export function expire(key: Key, claimId: string, deadline: number): Update {
  return {
    key,
    when: { all: [claimedBy(claimId), { eq: ['deadline', deadline] }] },
    set: { state: STATE.inDoubt, reason: 'the send worker did not say how it ended' },
  };
}

/** The authority for a resend: the mailer's policy, or a list that an operator uploaded. */
export type Grantor = 'policy' | 'list';

/**
 * Allows one run to resend to one recipient in doubt. Call it only after the claim's deadline and the grace; the write
 * checks that `deadline` is unchanged. A policy grants only claims of its own run that were not resent before.
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
        // This run, or a later one, must not have reported the recipient.
        notClosedTo(sending),
        { any: [{ absent: 'grantSending' }, { lt: ['grantSending', sending] }, { eq: ['grantSending', sending] }] },
        ...own,
      ],
    },
    set: { grantSending: sending, grantClaim: claimId },
  };
}
