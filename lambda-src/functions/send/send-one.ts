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

/** Why a worker stops sending: `wait` is temporary, `stop` ends the run. */
export interface StopReason {
  readonly kind: 'wait' | 'stop';
  readonly reason: string;
}

/** The result of sending to one recipient. */
export interface Ended {
  /**
   * `optedOut`: the recipient opted out. `lost`: another worker has the claim, or the result of the claim is unknown.
   */
  readonly state: 'sent' | 'refused' | 'inDoubt' | 'open' | 'optedOut' | 'lost';
  readonly stop?: StopReason;
  /** SES's error text, if it sends no email of the row's tenant. */
  readonly tenantRefused?: string;
  /** SES's error text, if it refused the email. */
  readonly reason?: string;
}

/** A recipient to send to, and what that needs. */
export interface Task {
  readonly recipient: Recipient;
  /** The record as last read; undefined if there is none. */
  readonly found: RecipientRecord | undefined;
  readonly consent: Consent;
  readonly mail: MailContext;
  readonly template: RunTemplate;
  readonly run: RunRef;
  readonly permits: Permits;
  /** Returns whether the worker has stopped sending. */
  readonly stopped: () => boolean;
  /** The current permit. Each request needs its own. */
  permit: Permit;
}

const TOO_SLOW = 'the worker was too slow for its claim';

/**
 * Claims the recipient, sends the email and marks the record. The guarantees depend on this order: read
 * docs/guarantees.md before you change it. Returns undefined if nothing was begun.
 */
export async function sendOne(task: Task, ports: SendPorts): Promise<Ended | undefined> {
  const { recipient, found, run, consent, permits } = task;
  const { clock, store, log } = ports;
  const { opens = false, clicks = false } = task.mail.tracking ?? {};
  const claimId = ports.newId();
  // Render first: an email that cannot be rendered must fail before the claim.
  const mail = mailFor(recipient, task.template, run, claimId, task.mail);

  if (!(await consent.given())) return { state: 'optedOut' };
  if (task.stopped()) return undefined;
  const leaveBy = () => Math.min(clock.now() + TIMING.sendWithin, consent.until);
  let sendBefore = leaveBy();
  const deadline = () => sendBefore + TIMING.request;
  const mine = { ...claimOf(task, claimId, deadline()), trackingConsent: consent.toTracking };
  try {
    if (!(await store.write(claim(recipient, found, mine))).applied) return { state: 'lost' };
  } catch (error) {
    if (!(error instanceof UnknownWriteError)) throw error;
    // The claim may belong to another worker, so do not send.
    log.warn('claim unknown', { run: run.run, row: recipient.row });
    return { state: 'lost' };
  }

  return sendMail(
    // Track only with the consent that the claim recorded, and not if it was withdrawn since.
    () => (mine.trackingConsent && consent.toTracking ? { ...mail, tracking: { opens, clicks } } : mail),
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

  /** Replaces a permit that expired during the ledger write. Returns false if the claim is too old for a request. */
  async function inTime(): Promise<boolean> {
    if (clock.now() <= sendBefore && !permits.isGood(task.permit) && !(await anotherPermit())) return false;
    return clock.now() <= sendBefore;
  }

  /** Takes a new permit and extends the claim. The ledger must confirm the new deadline before the next request. */
  async function again(): Promise<boolean> {
    if (!hasTime(ports)) return false;
    // Waiting for a permit may take longer than the time that is left.
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
    if (kind === 'retry') return open;
    if (kind !== 'tenant') return { ...open, stop: { kind, reason } };
    // Without a tenant, the answer concerns every email.
    return mail.tenant === undefined ? { ...open, stop: { kind: 'stop', reason } } : { ...open, tenantRefused: reason };
  }

  async function sent(messageId: string): Promise<Ended> {
    const data = { messageId, run: run.run, row: recipient.row };
    // The record has another message id, so SES accepted two messages. This is a violation except after a resend.
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

  /** Writes a mark. If that fails, the claim stays, and the settle function marks it as in doubt. */
  async function write(update: Update, notApplied?: () => void): Promise<void> {
    try {
      if (!(await store.write(update)).applied) notApplied?.();
    } catch (error) {
      if (!(error instanceof UnknownWriteError)) throw error;
      log.warn('mark unknown', { run: run.run, row: recipient.row });
    }
  }
}

/** Refuses a poison row. Claims it first, because the first worker may still have a request in flight. */
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

/** Returns the write that ends a claim. A resend that was not sent restores the earlier *in doubt* state. */
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
