import type { Log, Ses } from '../ports';
import { afterAnswer, concernsOthers, UNCLEAR } from '../sending/answer-effect';
import { type SesAnswer, sendResultOf } from '../sending/send-result';
import { block, FIRST_QUOTA_BLOCK, lease, type SendBlock, type SendingState, sendingState } from './blocks';
import { askAccount, changeRate, isOld, type RatePorts, readRate } from './rate';
import { type Owner, ownPerSecond, type RateRecord, take } from './rate-record';
import { RecentAnswers } from './recent-answers';
import { TIMING } from './timing';

export interface PermitPorts extends RatePorts {
  readonly ses: Pick<Ses, 'account'>;
  readonly log: Log;
  /** Milliseconds until Lambda ends this invocation. */
  readonly remaining: () => number;
}

/** For how long a request may still begin that is over before its worker is. */
const timeToBegin = ({ remaining }: Pick<PermitPorts, 'remaining'>): number =>
  remaining() - TIMING.sendWithin - TIMING.request;

export const hasTime = (ports: Pick<PermitPorts, 'remaining'>): boolean => timeToBegin(ports) >= 0;

/** The right to make one request at a time, for the quarter of a second that it is good for. */
export interface Permit {
  readonly at: number;
  readonly reserved: number;
  /** All others wait for SES's answer to this one. */
  readonly probe: boolean;
}

interface Waiting {
  readonly go: (permit: Permit | undefined) => void;
  readonly fail: (error: unknown) => void;
}

interface Reserved {
  readonly record: RateRecord;
  readonly permits?: readonly number[];
  readonly reserved?: number;
  readonly probe?: boolean;
}

/** How long to wait while another worker asks for the account. */
const ASKED_BY_ANOTHER = 3_000;
const LOOK_AGAIN = 200;
/** A block that ends this soon is waited for; for a longer one the worker ends and comes back. */
const PATIENCE = 10_000;
/** While the line is longer than twice this, those who will soon want a permit are waited for: many small reservations clash. */
const LINGER = 50;
/** Workers of a campaign wait for the same moment, and would clash there. */
const SPREAD = 25;

/**
 * A worker's permits. One reservation at a time serves all that wait, so that a worker does not compete with itself for
 * the rate record.
 */
export class Permits {
  /** The block that lasts longer than a worker waits. */
  blocked?: SendBlock;
  /** Permits that were too old when their time to be used came. */
  expired = 0;
  private readonly recentAnswers = new RecentAnswers();
  private waiting: Waiting[] = [];
  private reserving = false;
  private asking: Promise<unknown> = Promise.resolve();
  private probing?: { readonly over: Promise<void>; readonly end: () => void };
  private readonly me: string;
  /** How long a reservation takes here: a permit that begins sooner would be stale when it is known. */
  private skewAllowance = 0;
  /** Where the line ended when it was last looked at. */
  private nextPermitTime = 0;

  /** Resolves once the account is known. */
  static async of(owner: Owner, ports: PermitPorts): Promise<Permits> {
    const { clock, store } = ports;
    const permits = new Permits(owner, ports);
    for (const begun = clock.now(); ; ) {
      const record = await readRate(store);
      const now = clock.now();
      const { account } = record;
      permits.look(record, now);
      if (permits.blocked) return permits;
      if (account && (now - account.at <= TIMING.account || Object.keys(record.blocks).length > 0)) {
        permits.perSecond = ownPerSecond(owner, account);
        return permits;
      }
      const late = now - begun > ASKED_BY_ANOTHER;
      const ours = await changeRate(ports, (latest, at) =>
        late || isOld(latest, at) ? { record: { ...latest, asked: at } } : undefined,
      );
      if (ours) await askAccount(ports);
      else await clock.sleep(LOOK_AGAIN);
    }
  }

  /** Emails a second that the mailer may send, as known at the beginning. */
  perSecond = 1;

  private constructor(
    private readonly owner: Owner,
    private readonly ports: PermitPorts,
  ) {
    this.me = ports.newId();
  }

  /**
   * Resolves once a message may leave. Undefined if none may: sending is `blocked`, or the worker must end first. An
   * `over` permit was of no use, or is used.
   */
  async acquire(over?: Permit): Promise<Permit | undefined> {
    if (over) this.release(over);
    const { clock } = this.ports;
    for (;;) {
      const permit = await this.next();
      if (!permit) return undefined;
      const wait = permit.at - clock.now();
      const tooLate = wait > timeToBegin(this.ports);
      if (!tooLate) await clock.sleep(wait);
      // A stalled worker loses its permit: with those of its stall it would burst.
      if (!tooLate && this.isGood(permit)) return permit;
      this.expired += 1;
      this.release(permit);
      if (tooLate) return undefined;
    }
  }

  isGood({ at }: Permit): boolean {
    return this.ports.clock.now() - at <= TIMING.permitAge;
  }

  /** Nothing more comes of a permit. */
  release({ probe }: Permit): void {
    if (!probe) return;
    this.probing?.end();
    this.probing = undefined;
  }

  /**
   * Handles SES's answer to a permit's request. What it says about sending at all is shared with everything on the
   * ledger.
   */
  async answered({ reserved, probe }: Permit, answer: SesAnswer): Promise<void> {
    const { clock, log } = this.ports;
    const asked = { reserved, probe, mostlyUnclear: this.recentAnswers.note(answer, reserved) };
    if (!concernsOthers(answer, asked)) return;
    // Its own requests stop before the ledger knows.
    if (answer.kind === 'wait') this.stop(blockOf(answer.reason, clock.now()));
    const changed = await this.share((record, now) => {
      const after = afterAnswer(record, answer, asked, now);
      this.look(after ?? record, now);
      return after;
    });
    if (changed && answer.kind === 'retry') log.warn('throttled', { share: changed.backedOff?.share });
    else if (changed) log.warn('blocks', { answer: answer.kind, ...changed.blocks });
  }

  /** Shares a change of the rate record. A failure is logged: the worker acts on SES's answer all the same. */
  private async share(
    change: (record: RateRecord, now: number) => RateRecord | undefined,
  ): Promise<RateRecord | undefined> {
    try {
      const changed = await changeRate(this.ports, (record, now) => {
        const after = change(record, now);
        return after && { record: after };
      });
      return changed?.record;
    } catch (error) {
      this.ports.log.warn('rate record unknown', { reason: (error as Error).message });
      return undefined;
    }
  }

  /** No request of it is under way any more. */
  async idle(): Promise<void> {
    await this.asking;
  }

  /** Whether this worker may send, by the record as it is now. */
  private look(record: RateRecord, now: number): SendingState {
    const found = sendingState(record, this.me, now);
    if (found.state !== 'allowed') this.recentAnswers.restart(now);
    if (found.state === 'blocked' && !isShort(found.by, now)) this.stop(found.by);
    return found;
  }

  private stop(by: SendBlock): void {
    this.blocked = by;
    this.dismiss();
  }

  private dismiss(): void {
    for (const { go } of this.waiting.splice(0)) go(undefined);
  }

  private next(): Promise<Permit | undefined> {
    return new Promise((go, fail) => {
      this.waiting.push({ go, fail });
      if (!this.reserving) void this.serve();
    });
  }

  private async serve(): Promise<void> {
    this.reserving = true;
    try {
      while (this.waiting.length > 0) {
        await this.probing?.over;
        if (this.nextPermitTime - this.ports.clock.now() > 2 * LINGER) await this.ports.clock.sleep(LINGER);
        if (timeToBegin(this.ports) <= 0) this.dismiss();
        if (this.waiting.length > 0) await this.reserve();
      }
    } catch (error) {
      for (const { fail } of this.waiting.splice(0)) fail(error);
    } finally {
      this.reserving = false;
    }
  }

  /** Reserves permits for all that wait, or finds out that there are none. */
  private async reserve(): Promise<void> {
    const { ports, owner, me } = this;
    const { clock, random } = ports;
    let wait = 0;
    let refresh = false;
    const taken = await changeRate<Reserved>(ports, async (record, now) => {
      wait = 0;
      const found = this.look(record, now);
      if (found.state === 'blocked') {
        wait = (found.by.probed ? LOOK_AGAIN : found.by.until - now) + SPREAD * random();
        return undefined;
      }
      const probe = found.state === 'probing';
      if (probe && record.prober !== me) return { record: lease(record, me, now) };
      const word = record.account ?? (await askAccount(ports));
      const decided = take(
        record,
        { ...owner, count: probe ? 1 : this.waiting.length, skewAllowance: this.skewAllowance },
        word,
        now,
      );
      this.nextPermitTime = 'wait' in decided ? record.next : decided.record.next;
      if ('wait' in decided) {
        wait = decided.wait + SPREAD * random();
        return undefined;
      }
      refresh = !probe && isOld(record, now);
      const after = probe ? lease(decided.record, me, now) : decided.record;
      return { record: refresh ? { ...after, asked: now } : after, permits: decided.permits, reserved: now, probe };
    });
    if (this.waiting.length === 0) return;
    if (wait > 0) return clock.sleep(Math.min(wait, timeToBegin(ports)));
    if (!taken) return;
    // The lease is ours. What SES says of the account costs no message.
    if (!taken.permits) return this.tryAccount();
    const { permits, reserved = 0, probe = false } = taken;
    if (refresh) this.ask();
    if (probe && this.waiting.length > 0) this.probe();
    const late = clock.now() - permits[0]!;
    // Grows at once by what was missing, and shrinks slowly.
    this.skewAllowance = Math.min(TIMING.ahead / 2, late > 0 ? this.skewAllowance + late : this.skewAllowance * 0.9);
    for (const permit of permits) this.waiting.shift()?.go({ at: permit, reserved, probe });
  }

  /** In the background: the known account is good enough for a moment. */
  private ask(): void {
    this.asking = askAccount(this.ports).catch((error: Error) =>
      this.ports.log.warn('account unknown', { reason: error.message }),
    );
  }

  /** Asks for the account as a try. If that fails no message was at stake. */
  private async tryAccount(): Promise<void> {
    try {
      await askAccount(this.ports);
    } catch (error) {
      const { kind, reason } = sendResultOf(error);
      if (kind !== 'ambiguous' && kind !== 'retry') throw error;
      this.ports.log.warn('account unknown', { reason });
      await this.share((record, now) => block(record, 'unclear', { reason: UNCLEAR, tried: true }, now));
    }
  }

  private probe(): void {
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.probing = { over, end };
  }
}

/** A block that ends soon, or that another worker tries to end now. */
const isShort = ({ kind, probed, until }: SendBlock, now: number): boolean =>
  kind === 'unclear' && (probed || until - now <= PATIENCE);

/** Assumed until the ledger says for how long. */
const blockOf = (reason: string, now: number): SendBlock => ({
  ...{ kind: 'quota', reason, since: now, probed: false },
  until: now + FIRST_QUOTA_BLOCK,
});
