import type { Log, Ses } from '../ports';
import { afterAnswer, concernsOthers, UNCLEAR } from '../sending/answer-effect';
import type { SesAnswer } from '../sending/send-result';
import { block, FIRST_QUOTA_BLOCK, lease, type SendBlock, type SendingState, sendingState } from './blocks';
import { askAccount, changeRate, isOld, type RatePorts, readRate } from './rate';
import { type Owner, ownPerSecond, type RateRecord, take } from './rate-record';
import { RecentAnswers } from './recent-answers';
import { TIMING } from './timing';

export interface PermitPorts extends RatePorts {
  readonly ses: Pick<Ses, 'account' | 'resultOf'>;
  readonly log: Log;
  readonly remaining: () => number;
}

/** Milliseconds left in which a request may begin and still end before the invocation. */
const timeToBegin = ({ remaining }: Pick<PermitPorts, 'remaining'>): number =>
  remaining() - TIMING.sendWithin - TIMING.request;

/** Whether a request can still begin and end before the invocation does. */
export const hasTime = (ports: Pick<PermitPorts, 'remaining'>): boolean => timeToBegin(ports) >= 0;

/** The right to make one request, valid for 250 ms from `at`. */
export interface Permit {
  readonly at: number;
  readonly reserved: number;
  /** Whether all other requests wait for SES's answer to this one. */
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

/** How long to wait while another worker reads the account, in milliseconds. */
const MAX_ACCOUNT_WAIT = 3_000;
const POLL_INTERVAL = 200;
/** Longest unclear block that a worker waits out, in milliseconds. For a longer one, it ends and is started again. */
const MAX_BLOCK_WAIT = 10_000;
/** Milliseconds to collect more emails if permits are reserved twice as far ahead: small reservations conflict. */
const LINGER = 50;
/** Random delay in milliseconds, so that workers waiting for the same moment do not conflict. */
const SPREAD = 25;

/**
 * A worker's permits. One reservation at a time serves all its waiting emails, so that the worker does not compete with
 * itself for the rate record.
 */
export class Permits {
  /** The block that outlasts the worker's wait, if any. */
  blocked?: SendBlock;
  /** Number of permits that expired before use. */
  expired = 0;
  private readonly recentAnswers = new RecentAnswers();
  private waiting: Waiting[] = [];
  private reserving = false;
  private asking: Promise<unknown> = Promise.resolve();
  private probing?: { readonly over: Promise<void>; readonly end: () => void };
  private readonly me: string;
  /** Expected milliseconds of a reservation. A permit that begins sooner would expire before it is known. */
  private skewAllowance = 0;
  /** End of the reserved permits at the last read, in milliseconds. */
  private nextPermitTime = 0;

  /** Creates the permits once the account's limits are known. */
  static async of(owner: Owner, ports: PermitPorts): Promise<Permits> {
    const { clock, store } = ports;
    const permits = new Permits(owner, ports);
    for (const begun = clock.now(); ; ) {
      const record = await readRate(store);
      const now = clock.now();
      const { account } = record;
      permits.updateState(record, now);
      if (permits.blocked) return permits;
      if (account && (now - account.at <= TIMING.account || Object.keys(record.blocks).length > 0)) {
        permits.perSecond = ownPerSecond(owner, account);
        return permits;
      }
      const late = now - begun > MAX_ACCOUNT_WAIT;
      const ours = await changeRate(ports, (latest, at) =>
        late || isOld(latest, at) ? { record: { ...latest, asked: at } } : undefined,
      );
      if (ours) await askAccount(ports);
      else await clock.sleep(POLL_INTERVAL);
    }
  }

  /** The mailer's limit in emails per second, as known at the start. */
  perSecond = 1;

  private constructor(
    private readonly owner: Owner,
    private readonly ports: PermitPorts,
  ) {
    this.me = ports.newId();
  }

  /**
   * Resolves when an email may be sent. Undefined if sending is `blocked` or the worker is out of time. `over` is a
   * previous permit that is used or no longer needed.
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
      // A stalled worker loses its old permits; otherwise it would send them in one burst.
      if (!tooLate && this.isGood(permit)) return permit;
      this.expired += 1;
      this.release(permit);
      if (tooLate) return undefined;
    }
  }

  isGood({ at }: Permit): boolean {
    return this.ports.clock.now() - at <= TIMING.permitAge;
  }

  /** Releases a permit that is used or not needed. */
  release({ probe }: Permit): void {
    if (!probe) return;
    this.probing?.end();
    this.probing = undefined;
  }

  /** Handles SES's answer to a request. Updates the rate record if the answer affects other senders on the ledger. */
  async answered({ reserved, probe }: Permit, answer: SesAnswer): Promise<void> {
    const { clock, log } = this.ports;
    const asked = { reserved, probe, mostlyUnclear: this.recentAnswers.note(answer, reserved) };
    if (!concernsOthers(answer, asked)) return;
    // Stop this worker's own requests before the rate record is written.
    if (answer.kind === 'wait') this.stop(blockOf(answer.reason, clock.now()));
    const changed = await this.share((record, now) => {
      const after = afterAnswer(record, answer, asked, now);
      this.updateState(after ?? record, now);
      return after;
    });
    if (changed && answer.kind === 'retry') log.warn('throttled', { share: changed.backedOff?.share });
    else if (changed) log.warn('blocks', { answer: answer.kind, ...changed.blocks });
  }

  /** Changes the rate record. Only logs a failure, because this worker acts on SES's answer anyway. */
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

  /** Resolves once no background request for the account is under way. */
  async idle(): Promise<void> {
    await this.asking;
  }

  /** Returns whether this worker may send, according to the given record. */
  private updateState(record: RateRecord, now: number): SendingState {
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

  /** Reserves permits for all waiting emails, or determines how long to wait. */
  private async reserve(): Promise<void> {
    const { ports, owner, me } = this;
    const { clock, random } = ports;
    let wait = 0;
    let refresh = false;
    const taken = await changeRate<Reserved>(ports, async (record, now) => {
      wait = 0;
      const found = this.updateState(record, now);
      if (found.state === 'blocked') {
        wait = (found.by.probed ? POLL_INTERVAL : found.by.until - now) + SPREAD * random();
        return undefined;
      }
      const probe = found.state === 'probing';
      if (probe && record.prober !== me) return { record: lease(record, me, now) };
      const account = record.account ?? (await askAccount(ports));
      const decided = take(
        record,
        { ...owner, count: probe ? 1 : this.waiting.length, skewAllowance: this.skewAllowance },
        account,
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
    // This worker has the lease. Probe with an account request first, which puts no email at risk.
    if (!taken.permits) return this.tryAccount();
    const { permits, reserved = 0, probe = false } = taken;
    if (refresh) this.ask();
    if (probe && this.waiting.length > 0) this.probe();
    const late = clock.now() - permits[0]!;
    // Grow at once by what was missing; shrink slowly.
    this.skewAllowance = Math.min(TIMING.ahead / 2, late > 0 ? this.skewAllowance + late : this.skewAllowance * 0.9);
    for (const permit of permits) this.waiting.shift()?.go({ at: permit, reserved, probe });
  }

  /** Refreshes the account in the background; the known values are recent enough meanwhile. */
  private ask(): void {
    this.asking = askAccount(this.ports).catch((error: Error) =>
      this.ports.log.warn('account unknown', { reason: error.message }),
    );
  }

  /** Probes with an account request. If it fails, no email is in doubt. */
  private async tryAccount(): Promise<void> {
    try {
      await askAccount(this.ports);
    } catch (error) {
      const { kind, reason } = this.ports.ses.resultOf(error);
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

/** Whether a block ends soon, or another worker is probing it. */
const isShort = ({ kind, probed, until }: SendBlock, now: number): boolean =>
  kind === 'unclear' && (probed || until - now <= MAX_BLOCK_WAIT);

/** The block assumed until the rate record states its real length. */
const blockOf = (reason: string, now: number): SendBlock => ({
  ...{ kind: 'quota', reason, since: now, probed: false },
  until: now + FIRST_QUOTA_BLOCK,
});
