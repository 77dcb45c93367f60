import type { Log, Ses } from '../core/ports';
import { askAccount, changeRate, isOld, type RatePorts, readRate } from '../core/rate';
import { close, ease, gate, type Owner, ownPerSecond, type RateRecord, reopen, take } from '../core/rate-record';
import { TIMING } from '../core/timing';

export interface SlotsPorts extends RatePorts {
  readonly ses: Pick<Ses, 'account'>;
  readonly log: Log;
  /** Milliseconds until Lambda ends this invocation. */
  readonly remaining: () => number;
}

/** For how long a request may still begin that is over before its worker is. */
const timeToBegin = ({ remaining }: Pick<SlotsPorts, 'remaining'>): number =>
  remaining() - TIMING.sendWithin - TIMING.request;

export const hasTime = (ports: Pick<SlotsPorts, 'remaining'>): boolean => timeToBegin(ports) >= 0;

/** The right to make one request at a time, for the quarter of a second that it is good for. */
export interface Turn {
  readonly slot: number;
  readonly reserved: number;
  /** Nobody else sends until it is known what SES says to this one. */
  readonly probe: boolean;
}

/** Until when the day's quota keeps everybody from sending, as far as is known. */
export interface Closed {
  readonly until: number;
  readonly reason: string;
}

interface Waiting {
  readonly go: (turn: Turn | undefined) => void;
  readonly fail: (error: unknown) => void;
}

interface Reserved {
  readonly record: RateRecord;
  readonly slots?: readonly number[];
  readonly reserved?: number;
  readonly probe?: boolean;
}

/** When another asks for the account's word, so long is waited for it. */
const ASKED_BY_ANOTHER = 3_000;
const LOOK_AGAIN = 200;
/** While the line is longer than twice this, those who will soon want a slot are waited for: many small reservations clash. */
const GATHER = 50;
/** Workers of a campaign wait for the same moment, and would clash there. */
const SPREAD = 25;

/**
 * A worker's turns to send. Whoever waits is served by one reservation at a time, so that a worker does not compete with
 * itself for the ledger's record.
 */
export class Slots {
  closed?: Closed;
  /** Slots that were too old when their time to be used came. */
  forfeited = 0;
  private waiting: Waiting[] = [];
  private reserving = false;
  private asking: Promise<unknown> = Promise.resolve();
  private probing?: { readonly over: Promise<void>; readonly end: () => void };
  private readonly me: string;
  /** How long a reservation takes here: a slot that begins sooner would be stale when it is known. */
  private lead = 0;
  /** Where the line ended when it was last looked at. */
  private line = 0;

  /** Once the account's word is known. */
  static async of(owner: Owner, ports: SlotsPorts): Promise<Slots> {
    const { clock, store } = ports;
    const slots = new Slots(owner, ports);
    for (const begun = clock.now(); ; ) {
      const record = await readRate(store);
      const now = clock.now();
      const found = gate(record, slots.me, now);
      slots.closed = found.kind === 'closed' ? found : undefined;
      if (slots.closed) return slots;
      if (record.account && now - record.account.at <= TIMING.account) {
        slots.perSecond = ownPerSecond(owner, record.account);
        return slots;
      }
      const late = now - begun > ASKED_BY_ANOTHER;
      const ours = await changeRate(ports, (latest, at) =>
        late || isOld(latest, at) ? { record: { ...latest, asked: at } } : undefined,
      );
      if (ours) await askAccount(ports);
      else await clock.sleep(LOOK_AGAIN);
    }
  }

  /** What the owner's mailer may send a second, as it was at the beginning. */
  perSecond = 1;

  private constructor(
    private readonly owner: Owner,
    private readonly ports: SlotsPorts,
  ) {
    this.me = ports.newId();
  }

  /**
   * Begins when a message may go; undefined when none may: by the day's quota, which is then `closed`, or before the worker
   * has to end. An `over` turn was of no use, or is used.
   */
  async turn(over?: Turn): Promise<Turn | undefined> {
    if (over) this.release(over);
    const { clock } = this.ports;
    for (;;) {
      const turn = await this.next();
      if (!turn) return undefined;
      const wait = turn.slot - clock.now();
      const tooLate = wait > timeToBegin(this.ports);
      if (!tooLate) await clock.sleep(wait);
      // A stalled worker forfeits its slot: with those of its stall it would burst.
      if (!tooLate && this.isGood(turn)) return turn;
      this.forfeited += 1;
      this.release(turn);
      if (tooLate) return undefined;
    }
  }

  isGood({ slot }: Turn): boolean {
    return this.ports.clock.now() - slot <= TIMING.slotAge;
  }

  /** Nothing more comes of a turn. */
  release({ probe }: Turn): void {
    if (!probe) return;
    this.probing?.end();
    this.probing = undefined;
  }

  /** SES let a message of this turn through, or refused it for its own sake. */
  async heard({ probe }: Turn): Promise<void> {
    if (!probe) return;
    await this.tell((record) => (record.closedUntil === undefined ? undefined : reopen(record)));
    this.ports.log.info('quota again');
  }

  /** SES throttled it: somebody else sends in the account. */
  async throttled({ reserved }: Turn): Promise<void> {
    await this.tell((record, now) => {
      const after = ease(record, reserved, now);
      if (after) this.ports.log.warn('throttled', { share: after.eased?.share });
      return after;
    });
  }

  /** SES says that the day's quota is spent. */
  async spent(reason: string): Promise<void> {
    this.shut(this.ports.clock.now() + TIMING.closed, reason);
    await this.tell((record, now) => {
      const after = close(record, reason, now);
      this.shut((after ?? record).closedUntil!, reason);
      return after;
    });
  }

  /** What the others should know; it is no reason to forget what SES said. */
  private async tell(change: (record: RateRecord, now: number) => RateRecord | undefined): Promise<void> {
    try {
      await changeRate(this.ports, (record, now) => {
        const after = change(record, now);
        return after && { record: after };
      });
    } catch (error) {
      this.ports.log.warn('rate record unknown', { reason: (error as Error).message });
    }
  }

  /** No request of it is under way any more. */
  async idle(): Promise<void> {
    await this.asking;
  }

  private shut(until: number, reason: string): void {
    this.closed = { until, reason };
    this.dismiss();
  }

  private dismiss(): void {
    for (const { go } of this.waiting.splice(0)) go(undefined);
  }

  private next(): Promise<Turn | undefined> {
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
        if (this.line - this.ports.clock.now() > 2 * GATHER) await this.ports.clock.sleep(GATHER);
        if (timeToBegin(this.ports) <= 0) this.dismiss();
        if (this.waiting.length > 0) await this.reserve();
      }
    } catch (error) {
      for (const { fail } of this.waiting.splice(0)) fail(error);
    } finally {
      this.reserving = false;
    }
  }

  /** Slots for those who wait, or the knowledge that there are none. */
  private async reserve(): Promise<void> {
    const { ports, owner, me } = this;
    const { clock, random } = ports;
    let wait = 0;
    let refresh = false;
    const taken = await changeRate<Reserved>(ports, async (record, now) => {
      wait = 0;
      const found = gate(record, me, now);
      if (found.kind === 'closed') {
        this.shut(found.until, found.reason);
        return undefined;
      }
      if (found.kind === 'probe' && record.prober !== me) return { record: leased(record, me, now) };
      const probe = found.kind === 'probe';
      const word = record.account ?? (await askAccount(ports));
      const decided = take(record, { ...owner, count: probe ? 1 : this.waiting.length, lead: this.lead }, word, now);
      this.line = 'wait' in decided ? record.next : decided.record.next;
      if ('wait' in decided) {
        wait = decided.wait + SPREAD * random();
        return undefined;
      }
      refresh = !probe && isOld(record, now);
      const after = probe ? leased(decided.record, me, now) : decided.record;
      return { record: refresh ? { ...after, asked: now } : after, slots: decided.slots, reserved: now, probe };
    });
    if (wait > 0) return clock.sleep(Math.min(wait, timeToBegin(ports)));
    if (!taken) return;
    if (!taken.slots) {
      // The lease is ours. What SES says of the account costs no message.
      await askAccount(ports);
      return;
    }
    const { slots, reserved = 0, probe = false } = taken;
    if (refresh) this.ask();
    if (probe && this.waiting.length > 0) this.probe();
    const late = clock.now() - slots[0]!;
    // Up by what was missing, down slowly.
    this.lead = Math.min(TIMING.ahead / 2, late > 0 ? this.lead + late : this.lead * 0.9);
    for (const slot of slots) this.waiting.shift()?.go({ slot, reserved, probe });
  }

  /** In the background: the old word is good enough for a moment. */
  private ask(): void {
    this.asking = askAccount(this.ports).catch((error: Error) =>
      this.ports.log.warn('account unknown', { reason: error.message }),
    );
  }

  private probe(): void {
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.probing = { over, end };
  }
}

const leased = (record: RateRecord, prober: string, now: number): RateRecord => ({
  ...record,
  prober,
  proberUntil: now + TIMING.lease,
});
