import type { Recipient, RunRef } from '../../../src/private/contract';
import { sendingNumber } from '../../domain/campaign/campaign';
import {
  accepted,
  type Claim,
  claim,
  end,
  extend,
  type RecipientRecord,
  restore,
  STATE,
} from '../../domain/ledger/record';
import { UnknownWriteError, type Update } from '../../domain/ledger/store';
import { hasTime, type Permit, type Permits } from '../../domain/rate/permits';
import { TIMING } from '../../domain/rate/timing';
import { type MailContext, mailFor, type RunTemplate } from '../../domain/sending/mail';
import { RETRIES, sendMail } from '../../domain/sending/send-mail';
import type { SesAnswer } from '../../domain/sending/send-result';
import type { Consent } from './consent';
import type { SendPorts } from './ports';

/** Why sending ends: for now, by the day's quota, or for good. */
export interface StopReason {
  readonly kind: 'wait' | 'stop';
  readonly reason: string;
}

export interface Ended {
  /**
   * `optedOut`: the recipient opted out. `lost`: another worker holds the record, or the claim's answer stayed unknown.
   */
  readonly state: 'sent' | 'refused' | 'inDoubt' | 'open' | 'optedOut' | 'lost';
  readonly stop?: StopReason;
  /** Of a refusal: SES's words. */
  readonly reason?: string;
}

export interface Task {
  readonly recipient: Recipient;
  /** The record as it was read. */
  readonly found: RecipientRecord | undefined;
  readonly consent: Consent;
  readonly mail: MailContext;
  readonly template: RunTemplate;
  readonly run: RunRef;
  readonly permits: Permits;
  /** Whether its worker knows by now that no further recipient is mailed. */
  readonly stopped: () => boolean;
  /** The current permit; each request takes another. */
  permit: Permit;
}

const TOO_SLOW = 'the worker was too slow for its claim';

/**
 * Claims, makes one request, and marks. The guarantees rest on this order: see docs/guarantees.md before changing any
 * of it. Undefined if nothing was begun.
 */
export async function sendOne(task: Task, ports: SendPorts): Promise<Ended | undefined> {
  const { recipient, found, run, consent, permits } = task;
  const { clock, store, log } = ports;
  const claimId = ports.newId();
  // What cannot be rendered fails before anything is claimed.
  const mail = mailFor(recipient, task.template, run, claimId, task.mail);

  if (!(await consent.given())) return { state: 'optedOut' };
  if (task.stopped()) return undefined;
  const leaveBy = () => Math.min(clock.now() + TIMING.sendWithin, consent.until);
  let sendBefore = leaveBy();
  const deadline = () => sendBefore + TIMING.request;
  try {
    if (!(await store.write(claim(recipient, found, claimOf(task, claimId, deadline())))).applied)
      return { state: 'lost' };
  } catch (error) {
    if (!(error instanceof UnknownWriteError)) throw error;
    // Unknown whether the claim is ours, so nothing is sent.
    log.warn('claim unknown', { run: run.run, row: recipient.row });
    return { state: 'lost' };
  }

  return sendMail(
    mail,
    {
      permits,
      permit: async (tries) => ((tries === 0 || (await again())) && (await inTime()) ? task.permit : undefined),
      again: ({ kind }, tries) => kind === 'retry' && tries < RETRIES,
      ended,
    },
    ports,
  );

  async function anotherPermit(): Promise<boolean> {
    if (!permits.isGood(task.permit)) permits.expired += 1;
    const another = await permits.acquire(task.permit);
    if (another) task.permit = another;
    return another !== undefined;
  }

  /** The ledger may have taken longer than a permit is good for; a claim that is over takes no other. */
  async function inTime(): Promise<boolean> {
    if (clock.now() <= sendBefore && !permits.isGood(task.permit) && !(await anotherPermit())) return false;
    return clock.now() <= sendBefore;
  }

  /** A new permit under the same claim, whose longer deadline is acknowledged before the next request. */
  async function again(): Promise<boolean> {
    if (!hasTime(ports)) return false;
    // A permit may be long in coming.
    if (!(await anotherPermit()) || !hasTime(ports)) return false;
    if (!(await consent.given(0)) || task.stopped()) return false;
    sendBefore = leaveBy();
    try {
      return (await store.write(extend(recipient, claimId, deadline()))).applied;
    } catch (error) {
      if (!(error instanceof UnknownWriteError)) throw error;
      return false;
    }
  }

  async function ended(answer: SesAnswer | undefined): Promise<Ended> {
    if (!answer) return mark(STATE.open, permits.blocked?.reason ?? TOO_SLOW, 'open');
    if (answer.kind === 'accepted') return sent(answer.messageId);
    const { kind, reason } = answer;
    if (kind === 'ambiguous') return mark(STATE.inDoubt, reason, 'inDoubt');
    if (kind === 'refuse') return { ...(await mark(STATE.refused, reason, 'refused')), reason };
    const open = await mark(STATE.open, reason, 'open');
    return kind === 'retry' ? open : { ...open, stop: { kind, reason } };
  }

  async function sent(messageId: string): Promise<Ended> {
    const data = { messageId, run: run.run, row: recipient.row };
    // The record has another message's id: SES took two messages. That is a violation unless the owner accepted it.
    const second = () =>
      found?.state === STATE.inDoubt
        ? log.warn('an earlier attempt, which was in doubt, had been accepted as well', data)
        : broken(data);
    const broken = (what: object) => {
      ports.metrics.count('InvariantViolations');
      log.error('MM604: a second message was accepted for one recipient', { ...what });
    };
    await write(accepted(recipient, messageId), second);
    return { state: 'sent' };
  }

  async function mark(
    state: 'refused' | 'open' | 'in_doubt',
    reason: string,
    name: 'refused' | 'open' | 'inDoubt',
  ): Promise<Ended> {
    await write(endOf(task, claimOf(task, claimId, deadline()), state, reason));
    return { state: name };
  }

  /** A mark that cannot be written leaves the claim, which Settle ends in doubt. */
  async function write(update: Update, notApplied?: () => void): Promise<void> {
    try {
      if (!(await store.write(update)).applied) notApplied?.();
    } catch (error) {
      if (!(error instanceof UnknownWriteError)) throw error;
      log.warn('mark unknown', { run: run.run, row: recipient.row });
    }
  }
}

/** A row that two workers died over. It is claimed first, because the first worker may still have a request under way. */
export async function refuseAsCrashed(
  { recipient, found }: Pick<Task, 'recipient' | 'found'>,
  run: RunRef,
  { store, clock, newId }: SendPorts,
): Promise<Ended> {
  const claimId = newId();
  const mine = claimOf({ recipient, run }, claimId, clock.now());
  try {
    if (!(await store.write(claim(recipient, found, mine))).applied) return { state: 'lost' };
    await store.write(endOf({ recipient, found }, mine, STATE.refused, 'crashed: two send workers died over this row'));
    return { state: 'refused' };
  } catch (error) {
    if (!(error instanceof UnknownWriteError)) throw error;
    return { state: 'lost' };
  }
}

/** A resend that did not go out leaves the doubt that it was of. */
const endOf = (
  { recipient, found }: Pick<Task, 'recipient' | 'found'>,
  mine: Claim,
  state: 'refused' | 'open' | 'in_doubt',
  reason: string,
): Update =>
  found?.state === STATE.inDoubt && state !== STATE.inDoubt
    ? restore(recipient, mine, state, reason, found)
    : end(recipient, mine.claimId, state, reason);

function claimOf(
  { recipient: { row, to }, run }: Pick<Task, 'recipient' | 'run'>,
  claimId: string,
  deadline: number,
): Claim {
  return { claimId, run: run.run, sending: sendingNumber(run), row, deadline, campaign: run.campaign, to };
}
