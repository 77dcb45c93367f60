import {
  FORMAT,
  type Outcome,
  type Recipient,
  type RecipientOutcome,
  type RunRef,
  type ShardInput,
  type ShardProgress,
} from '../../../src/private/contract';
import { controlKeys, sendBlockOf } from '../../domain/campaign/control';
import { OPT_OUT_SOURCES } from '../../domain/consent/preferences';
import { getOwn } from '../../domain/get-own';
import { type RecipientState, readRecipientStates } from '../../domain/ledger/recipient-state';
import { asRecord, claimable, close, expire, type RecipientRecord, STATE } from '../../domain/ledger/record';
import { READ_AT_ONCE, type Store, type Update } from '../../domain/ledger/store';
import type { CountedOutcome } from '../../domain/outcomes';
import { TIMING } from '../../domain/rate/timing';
import { toLine } from '../../domain/run/jsonl';
import { outcomesKey, readShard } from '../../domain/run/shard';
import { readSnapshot } from '../../domain/run/snapshot';
import { Counting } from './counting';
import type { SettlePorts } from './ports';
import { grantResends } from './resend';

/**
 * Determines the outcome of every recipient of a shard from the ledger alone. Workers write no outcomes, so a worker
 * cannot die between an email and its outcome. While a claim may still be live, the result asks for another call.
 */
export async function settleShard(input: ShardInput, ports: SettlePorts): Promise<ShardProgress> {
  const { run, shard, rounds } = input;
  const { files, store, clock } = ports;
  const { settings, templates } = await readSnapshot(run, files);
  const topicOf = ({ template }: Recipient) => getOwn(templates.templates, template)?.topic;
  const notYet = (milliseconds: number, more: Partial<ShardProgress> = {}): ShardProgress => ({
    v: FORMAT,
    done: false,
    waitSeconds: Math.max(1, Math.ceil(milliseconds / 1000)),
    rounds: rounds + 1,
    resend: false,
    resent: input.resent ?? false,
    ...more,
  });
  const policy = settings.inDoubt === 'resend';
  // Grant resends once per run: an email that is uncertain again is not resent.
  if ((run.resendInDoubt || policy) && !input.resent) {
    const { wait, granted } = await grantResends(input, policy, ports);
    ports.log.info('granted', { run: run.run, shard: shard.shard, round: rounds, granted });
    if (wait > 0) return notYet(wait);
    if (granted > 0) return notYet(0, { resend: true, resent: true });
  }
  let outcomes = '';
  let live = 0;
  let wait = 0;
  const counts: Partial<Record<Outcome, number>> = {};

  const settling: Settling = {
    run,
    why: await whyNotAttempted(run, store),
    counting: new Counting(run, store),
    ports,
  };
  for await (const recipients of readShard(shard.key, READ_AT_ONCE, files)) {
    const states = await readRecipientStates(recipients, topicOf, store);
    for (const [at, recipient] of recipients.entries()) {
      const state = await settle(recipient, states[at]!, settling);
      const { record } = state;
      if (record?.state === STATE.claimed) {
        live += 1;
        wait = Math.max(wait, record.deadline + TIMING.grace - clock.now());
        continue;
      }
      const outcome = { ...outcomeOf(recipient, state, settling), move: settling.counting.moveOf(record) };
      counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
      outcomes += toLine(outcome);
    }
  }
  ports.log.info('settled', { run: run.run, shard: shard.shard, round: rounds, live, ...counts });
  if (live > 0) return notYet(wait);
  // Write once: an invocation that Step Functions timed out must not change outcomes while a report is written.
  await files.putIfAbsent(outcomesKey(run, shard.shard), outcomes, 'application/jsonl');
  return notYet(0, { done: true });
}

/** What the recipients of a shard have in common. */
interface Settling {
  readonly run: RunRef;
  /** Why the run has not reached a recipient, unless the record says so itself. */
  readonly why: string;
  readonly counting: Counting;
  readonly ports: SettlePorts;
}

/** Returns the state once this run can no longer change it. It stays *claimed* while its claim may be live. */
async function settle(recipient: Recipient, state: RecipientState, settling: Settling): Promise<RecipientState> {
  const { counting, ports } = settling;
  await counting.ask(state.record);
  const step = nextStep(recipient, state, settling);
  if (!step) return state;
  await ports.store.write(step);
  // The record now has this write or a concurrent one.
  const [now] = await ports.store.read([step.key]);
  return settle(recipient, { ...state, record: asRecord(now) }, settling);
}

/** Returns the next write that settles the record; undefined if it is settled or its claim may be live. */
function nextStep(
  { pk, sk, row, to }: Recipient,
  state: RecipientState,
  { run: { run, sending, campaign }, counting, ports }: Settling,
): Update | undefined {
  const key = { pk, sk };
  const { record } = state;
  if (record?.state === STATE.claimed) {
    const over = ports.clock.now() > record.deadline + TIMING.grace;
    return over ? expire(key, record.claimId, record.deadline) : undefined;
  }
  const as = countedOutcome(state);
  const of = { run, row, campaign, to };
  // Close the record, so that no worker of this run can claim it later. Without a sending turn there are no workers.
  const free = sending !== undefined && (claimable(record, sending) || isOpenDoubt(record, sending));
  if (free) return close(key, record, { ...of, sending }, counting.closing(record, as));
  return counting.step(key, record, as, of);
}

const isOpenDoubt = (record: RecipientRecord | undefined, sending: number): boolean =>
  record?.state === STATE.inDoubt && (record.closed ?? 0) < sending;

/** Returns the recipient's outcome for the campaign's counts, independent of the run that reached it. */
function countedOutcome(state: RecipientState): CountedOutcome {
  const { record } = state;
  if (record?.state === STATE.sent || record?.state === STATE.inDoubt || record?.state === STATE.refused)
    return record.state;
  return unreachedOutcome(state);
}

/** Returns the outcome of a recipient that has no email, no doubt and no refusal. */
const unreachedOutcome = ({ optOut }: RecipientState): CountedOutcome => (optOut ? 'suppressed' : 'not_attempted');

function outcomeOf(recipient: Recipient, recipientState: RecipientState, { run, why }: Settling): RecipientOutcome {
  const { record, optOut } = recipientState;
  const { row, line, part, to } = recipient;
  const of = (outcome: Outcome, reason?: string, more: Partial<RecipientOutcome> = {}) => ({
    ...{ row, line, part, to, outcome, reason },
    ...more,
  });
  const unreached = unreachedOutcome(recipientState);
  if (!record) return of(unreached, why);
  const { state, reason, messageId, claimId, earlierDoubts, resendReason } = record;
  const here = record.run === run.run;
  if (state === STATE.sent) {
    const by = here ? [] : [`by run ${record.run}`];
    const words = [...by, ...(earlierDoubts ? ['an earlier attempt is in doubt'] : [])].join('; ');
    return of(here ? 'sent' : 'already_sent', words || undefined, { messageId });
  }
  if (state === STATE.inDoubt) {
    const words = resendReason === undefined ? reason : `${reason}; a resend did not go out: ${resendReason}`;
    return of('in_doubt', words, { claim: claimId });
  }
  if (state === STATE.refused && here) return of('refused', reason);
  // The record is closed to this run, so no worker can still send to an opted-out recipient.
  if (optOut) return of(unreached, getOwn(OPT_OUT_SOURCES, optOut.source) ?? optOut.source);
  return of(unreached, state === STATE.open && here ? (reason ?? why) : why);
}

async function whyNotAttempted(run: RunRef, store: Store): Promise<string> {
  const block = sendBlockOf(await store.read(controlKeys(run)));
  return block?.reason ?? 'the send worker did not come to it';
}
