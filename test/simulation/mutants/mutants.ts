import { STATE } from '../../../lambda-src/domain/ledger/record';
import type { Invariant } from '../judge/judge';
import type { Circumstances } from '../lives/scenario';
import { type Faults, NONE } from '../world/faults';
import type { Change } from '../world/surroundings';
import {
  doubtForgotten,
  everyPrefixIsMine,
  foreignAnswerBelieved,
  identityNotPinned,
  listGrantsEveryDoubt,
  oneObjectForAllLists,
  outageNotSeen,
  policyGrantsEveryDoubt,
  recordsOfABucket,
  turnNotWaitedFor,
} from './mutants-of-changes';
import {
  atOnce,
  neverClosed,
  noSnapshot,
  notClosed,
  policyBeforeDeadline,
  shardsNotInSnapshot,
  snapshotTakenAnew,
  workersWriteOutcomes,
} from './mutants-of-runs';
import {
  claimAfterSend,
  deadlineTakenBack,
  markWithoutClaimId,
  oneClaimIdForARun,
  pauseNotSeen,
  preferencesNotRead,
  preferencesReadOnce,
  refusedInTheSameRun,
  retryBeforeItsDeadlineIsKnown,
  retryWithoutSlot,
  sdkRetries,
  sendAfterUnknownClaim,
  slotsNotReserved,
  steal,
} from './mutants-of-sending';
import { blockedOptsOut, optOutsOfEventsLost } from './mutants-of-tracking';

export interface Mutant {
  readonly what: string;
  /** What it breaks. */
  readonly breaks: Invariant;
  readonly change: Change;
  /** What must go wrong for it to show, so that it shows soon. */
  readonly under?: Circumstances;
}

const ses = (faults: Partial<Faults['ses']>) => ({ ...NONE.ses, ...faults });
const doubtsResent = { resend: true, proven: true } as const;

/** What the promises rest on, each left out or turned round. */
export const MUTANTS: readonly Mutant[] = [
  { what: 'the SDK repeats a request of unknown fate', breaks: 'never twice', change: sdkRetries },
  { what: 'the claim is written after the request', breaks: 'never twice', change: claimAfterSend },
  {
    what: 'a mark does not ask whose claim it is',
    breaks: 'never twice',
    change: markWithoutClaimId,
    under: { faults: { late: 0.4, ses: ses({ throttled: 0.6, quota: 0.1 }) } },
  },
  { what: 'a claim is taken over from another', breaks: 'never twice', change: steal(STATE.claimed) },
  { what: 'who is in doubt is claimed', breaks: 'never twice', change: steal(STATE.inDoubt) },
  {
    what: 'a request follows a claim of unknown fate',
    breaks: 'never twice',
    change: sendAfterUnknownClaim,
    under: { faults: { lost: 0.4, unanswered: 0.1 } },
  },
  {
    what: 'the policy resends a doubt before its deadline',
    breaks: 'never twice',
    change: policyBeforeDeadline,
    under: {
      ...doubtsResent,
      faults: { stall: 0.03, invoke: { disowned: 0.7, failed: 0 }, ses: ses({ adrift: 0.7 }) },
    },
  },
  { what: 'who was refused is claimed in the same run', breaks: 'record table', change: refusedInTheSameRun },
  { what: 'permits are not reserved', breaks: 'rate', change: slotsNotReserved },
  {
    what: 'a 429 is retried without a permit',
    breaks: 'rate',
    change: retryWithoutSlot,
    under: { faults: { ses: ses({ throttled: 0.6 }) } },
  },
  { what: 'workers write the outcomes', breaks: 'report truth', change: workersWriteOutcomes },
  { what: 'all claims have one id', breaks: 'never twice', change: oneClaimIdForARun },
  {
    what: 'a 429 is retried before its longer deadline is acknowledged',
    breaks: 'never twice',
    change: retryBeforeItsDeadlineIsKnown,
    under: { ...doubtsResent, faults: { stall: 0.05, lost: 0.3, ses: ses({ throttled: 0.6 }) } },
  },
  {
    what: 'a late repetition takes a longer deadline back',
    breaks: 'record table',
    change: deadlineTakenBack,
    under: { faults: { late: 0.4, ses: ses({ throttled: 0.6 }) } },
  },
  {
    what: 'who is reported as not attempted stays free for the same run',
    breaks: 'report truth',
    change: notClosed,
    under: { faults: { stall: 0.06, invoke: { disowned: 0.5, failed: 0.2 } } },
  },
  { what: 'preferences are not read', breaks: 'no consent', change: preferencesNotRead, under: { leaving: 0.5 } },
  {
    what: 'preferences are read once a worker',
    breaks: 'no consent',
    change: preferencesReadOnce,
    under: { leaving: 0.5, faults: { stall: 0.05, ses: ses({ throttled: 0.6 }) } },
  },
  { what: 'a refused sender opts its recipient out', breaks: 'opted out', change: blockedOptsOut },
  { what: 'opt-outs of bounces and complaints are lost', breaks: 'opted out', change: optOutsOfEventsLost },
  { what: 'a worker sends with what is deployed', breaks: 'pinned', change: noSnapshot },
  { what: 'a repeated Plan pins anew', breaks: 'pinned', change: snapshotTakenAnew },
  {
    what: 'a repeated Plan cuts the list anew',
    breaks: 'counts',
    change: shardsNotInSnapshot,
    under: { deploying: 0.9, faults: { stall: 0.03, invoke: { disowned: 0.6, failed: 0 } } },
  },
  { what: 'a pause is not looked at', breaks: 'pause', change: pauseNotSeen, under: { operations: 0.5 } },
  { what: 'a start time is not waited for', breaks: 'start time', change: atOnce },
  {
    what: 'a policy has doubts of other runs resent',
    breaks: 'never twice',
    change: policyGrantsEveryDoubt,
    under: { complications: ['policy'] },
  },
  {
    what: 'a list of doubts has those resent that came later',
    breaks: 'never twice',
    change: listGrantsEveryDoubt,
    under: { complications: ['overlapping resends'], resending: 0.5 },
  },
  {
    what: 'a resend that does not go out forgets the doubt',
    breaks: 'report truth',
    change: doubtForgotten,
    under: { complications: ['resend given up'] },
  },
  {
    what: 'records are kept by bucket',
    breaks: 'never twice',
    change: recordsOfABucket,
    under: { complications: ['bucket'] },
  },
  {
    what: 'every mailer takes a prefix for its own',
    breaks: 'one mailer',
    change: everyPrefixIsMine,
    under: { complications: ['second mailer'] },
  },
  {
    what: 'a 4xx that SES did not write is believed',
    breaks: 'never twice',
    change: foreignAnswerBelieved,
    under: { complications: ['foreign answers'] },
  },
  {
    what: 'a further list does not wait for its turn',
    breaks: 'turn',
    change: turnNotWaitedFor,
    under: { complications: ['further list'] },
  },
  {
    what: 'a further list stops the others',
    breaks: 'every list',
    change: oneObjectForAllLists,
    under: { complications: ['further list', 'corrected list'] },
  },
  {
    what: 'a key column is not pinned',
    breaks: 'never twice',
    change: identityNotPinned,
    under: { complications: ['key column'] },
  },
  {
    what: 'whether each upload is a campaign of its own is not pinned',
    breaks: 'never twice',
    change: identityNotPinned,
    under: { complications: ['identity'] },
  },
  { what: 'nobody stops for an outage', breaks: 'outage', change: outageNotSeen, under: { complications: ['outage'] } },
  { what: 'a campaign never closes', breaks: 'nothing rejected', change: neverClosed },
];
