import {
  FORMAT,
  type Pinned,
  type Recipient,
  type ShardInput,
  type ShardProgress,
} from '../../../src/private/contract';
import { isDraft, sendingNumber } from '../../domain/campaign/campaign';
import { readStandings } from '../../domain/ledger/recipient-state';
import { claimable, type RecipientRecord, STATE } from '../../domain/ledger/record';
import { beginWait, endWait } from '../../domain/rate/block-wait';
import { hasTime, Slots } from '../../domain/rate/permits';
import { TIMING } from '../../domain/rate/timing';
import { readShard } from '../../domain/run/shard';
import { readPinned } from '../../domain/run/snapshot';
import type { MailContext } from '../../domain/sending/mail';
import { RunTemplates } from '../../domain/sending/run-templates';
import { alertOfBlock, wakeAt } from './block-alert';
import { Consent } from './consent';
import { Permission } from './permission';
import type { SendPorts } from './ports';
import { Brake } from './refusal-breaker';
import { Meter } from './send-metrics';
import { type Ended, refuseAsCrashed, sendOne, type Task } from './send-one';
import { Trail } from './shard-checkpoint';

/** Rows whose records are read at once. */
const WINDOW = 50;
/** Rows under way at once: those of a second, at a hundred a second. */
const UNDER_WAY = 100;
/** Until the run's first messages are known to have gone well. */
const FIRST_UNDER_WAY = 10;
/** Unless the owner says otherwise. */
const MAX_REFUSED_PERCENT = 20;
/** So much memory may be taken by requests with attachments, */
const IN_FLIGHT_BYTES = 192 * 2 ** 20;
/** of which each is there as base64, in the request's JSON, and on its way. */
const COPIES = 4;
/** An invocation stops early enough that no request outlives it. */
const LAST_MINUTE = TIMING.sendWithin + TIMING.request + 20_000;
/** A child's history is limited, and what is not done by then is somebody else's to look at. */
const MAX_ROUNDS = 1000;

/**
 * Mails the recipients of one shard who have no mail yet. It may be called any number of times, also at once: the claims
 * in the ledger decide.
 */
export async function sendShard(input: ShardInput, ports: SendPorts): Promise<ShardProgress> {
  const meter = new Meter(ports.ses, ports.metrics, ports.clock);
  const worker = await Worker.of(input, { ...ports, ses: meter.ses });
  meter.perSecond = worker.perSecond;
  await worker.work();
  const { again, waitSeconds } = worker;
  const done = !again || input.rounds >= MAX_ROUNDS;
  ports.log.info('shard', {
    run: input.run.run,
    shard: input.shard.shard,
    round: input.rounds,
    done,
    waitSeconds,
    ...worker.counts,
    forfeited: worker.forfeited,
  });
  return { v: FORMAT, done, waitSeconds: Math.max(1, Math.ceil(waitSeconds)), rounds: input.rounds + 1 };
}

interface Row {
  readonly recipient: Recipient;
  readonly found: RecipientRecord | undefined;
  readonly consent: Consent;
}

class Worker {
  static async of(input: ShardInput, ports: SendPorts): Promise<Worker> {
    const pinned = await readPinned(input.run, ports.files);
    if (isDraft(input.run, pinned.settings.intake.draftsPrefix)) throw new Error('MM541: a draft is sent to nobody');
    const trail = await Trail.of(input.run, input.shard.shard, ports);
    const owner = { campaign: input.run.campaignDigest, mailer: ports.configurationSet, ...pinned.settings.rate };
    const slots = await Slots.of(owner, ports);
    const brake = await Brake.of(input.run, pinned.settings.brakes?.maxRefusedPercent ?? MAX_REFUSED_PERCENT, ports);
    return new Worker(input, ports, pinned, trail, slots, brake);
  }

  readonly counts = { sent: 0, refused: 0, inDoubt: 0, open: 0, left: 0, held: 0 };
  again = false;
  waitSeconds = 0;
  get perSecond(): number {
    return this.slots.perSecond;
  }
  get forfeited(): number {
    return this.slots.forfeited;
  }

  private passed = 0;
  private failure: Error | undefined;
  private readonly templates: RunTemplates;
  private readonly permission: Permission;
  private most: number;
  private readonly mail: MailContext;
  /** By their rows. */
  private readonly underWay = new Map<number, Promise<void>>();

  private constructor(
    private readonly input: ShardInput,
    private readonly ports: SendPorts,
    { settings, templates }: Pinned,
    private readonly trail: Trail,
    private readonly slots: Slots,
    private readonly brake: Brake,
  ) {
    this.templates = new RunTemplates(templates, input.run, ports.files);
    this.permission = new Permission(input, settings.rate, ports);
    const { configurationSet, consentUrls } = ports;
    this.mail = { configurationSet, consentUrls, consent: settings.consent };
    // No more than soon have their turn, or what was read of them would be old by then.
    this.most = Math.max(2, Math.min(UNDER_WAY, Math.ceil(slots.perSecond)));
  }

  async work(): Promise<void> {
    const { reason } = this.slots.blocked ?? {};
    // Nobody looks at a shard of which nothing can be sent.
    if (reason !== undefined) {
      if (await this.permission.given()) this.permission.stop = { kind: 'wait', reason };
      return this.end();
    }
    // The trail stays as it is.
    if (this.trail.unsure > 0) return this.comeBack(this.trail.unsure / 1000);
    const begun = this.ports.clock.now();
    try {
      for await (const rows of this.windows()) {
        if (!(await this.sendAll(rows))) break;
        this.passed += rows.length;
      }
    } finally {
      // Never return with a request in flight: the function would freeze with it.
      await this.idle();
      await this.brake.tell();
    }
    await this.trail.leave(this.passed);
    if (this.failure) throw this.failure;
    if (this.input.rounds > 0 && this.counts.sent > 0) await endWait(this.input.run, begun, this.ports.store);
    await this.end();
  }

  /** Whether it comes again, and when. */
  private async end(): Promise<void> {
    const { stop, pausedSeconds } = this.permission;
    if (stop?.kind === 'stop') this.again = false;
    if (stop?.kind !== 'wait') return;
    if (pausedSeconds !== undefined) return this.comeBack(pausedSeconds);
    const { clock, store, random, configurationSet } = this.ports;
    const { blocked } = this.slots;
    if (!blocked) return this.comeBack(0);
    const now = clock.now();
    await beginWait(this.input.run, blocked.kind, now, store);
    if (blocked.kind === 'unclear') await alertOfBlock(configurationSet, this.ports);
    // Not all at the same moment.
    this.comeBack((wakeAt(blocked, now) - now) / 1000 + 5 * random());
  }

  /** The shard's rows with their records as they are now. */
  private async *windows(): AsyncGenerator<Row[]> {
    for await (const recipients of readShard(this.input.shard.key, WINDOW, this.ports.files)) {
      const bytes = await this.templates.attach(recipients);
      this.most = Math.max(1, Math.min(this.most, Math.floor(IN_FLIGHT_BYTES / (bytes * COPIES))));
      yield await this.read(recipients);
    }
  }

  private async read(recipients: readonly Recipient[]): Promise<Row[]> {
    const { topicOf } = this.templates;
    const readAt = this.ports.clock.now();
    const standings = await readStandings(recipients, topicOf, this.ports.store);
    return recipients.map((recipient, at) => {
      const { record, left } = standings[at]!;
      return {
        recipient,
        found: record,
        consent: new Consent(recipient, topicOf(recipient), left, readAt, this.ports),
      };
    });
  }

  /** False when no more of this shard is to be sent now. */
  private async sendAll(rows: readonly Row[]): Promise<boolean> {
    const queue: Row[] = [];
    for (const row of rows) {
      if (claimable(row.found, sendingNumber(this.input.run))) queue.push(row);
      else this.hold(row.found);
    }
    for (const { from, to, apart } of this.trail.groups(queue.map(({ recipient }) => recipient.row))) {
      if (!(await this.sendGroup(queue.slice(from, to), apart))) return false;
    }
    return true;
  }

  private async sendGroup(group: Row[], apart: boolean): Promise<boolean> {
    if (!apart) return this.sendQueue(group, false);
    // Whoever dies now dies over these and no others.
    await this.idle();
    const [row] = group;
    if (this.trail.kills(row!.recipient.row)) {
      await refuseAsCrashed(row!, this.input.run, this.ports);
      this.counts.refused += 1;
    } else if (!(await this.sendQueue(group, true))) return false;
    await this.idle();
    return true;
  }

  private async sendQueue(queue: Row[], apart: boolean): Promise<boolean> {
    // Those of the last window that still wait for their slot may be what it dies over.
    const rows = [...this.underWay.keys(), ...queue.map(({ recipient }) => recipient.row)];
    await this.trail.enter(rows, apart, this.passed);
    while (queue.length > 0) {
      if (this.permission.stop || this.failure) return false;
      if (this.ports.remaining() < LAST_MINUTE) {
        this.comeBack(0);
        return false;
      }
      if (!(await this.permission.given())) return false;
      while (this.underWay.size >= (this.brake.passed ? this.most : Math.min(this.most, FIRST_UNDER_WAY)))
        await Promise.race(this.underWay.values());
      this.start(queue.shift()!);
    }
    return !this.permission.stop && !this.failure;
  }

  private async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay.values());
    await this.slots.idle();
  }

  /** Somebody else's claim that may still be live: whether it needs us shows once it is over. */
  private hold(found: RecipientRecord | undefined): void {
    if (found?.state !== STATE.claimed) return;
    const over = found.deadline + TIMING.grace - this.ports.clock.now();
    if (over <= 0) return;
    this.counts.held += 1;
    this.comeBack(over / 1000);
  }

  private start(row: Row): void {
    const { row: number } = row.recipient;
    const task = this.sendInTurn(row)
      .catch((error: Error) => {
        this.failure ??= error;
      })
      .finally(() => this.underWay.delete(number));
    this.underWay.set(number, task);
  }

  private async note({ state, reason = '' }: Ended): Promise<void> {
    await this.brake.note(state === 'refused' ? reason : undefined);
    if (this.brake.pulled) this.permission.doubt();
  }

  private async sendInTurn(row: Row): Promise<void> {
    const template = this.templates.of(row.recipient);
    // Who left takes no slot.
    if (!(await row.consent.given())) {
      this.counts.left += 1;
      return;
    }
    const turn = await this.slots.turn();
    if (!turn) {
      const { reason } = this.slots.blocked ?? {};
      return reason === undefined ? this.comeBack(0) : this.permission.halt({ kind: 'wait', reason });
    }
    const ended = await this.sendNow({
      ...row,
      mail: this.mail,
      template,
      run: this.input.run,
      slots: this.slots,
      stopped: () => this.permission.stop !== undefined,
      turn,
    });
    if (!ended) return;
    if (ended.state === 'lost') {
      this.comeBack(1);
      return;
    }
    this.counts[ended.state] += 1;
    if (ended.state === 'open') this.comeBack(1);
    if (ended.state === 'sent' || ended.state === 'refused') await this.note(ended);
    if (ended.stop) await this.permission.halt(ended.stop);
  }

  private async sendNow(task: Task): Promise<Ended | undefined> {
    try {
      if (this.permission.stop || !(await this.permission.given())) return undefined;
      if (hasTime(this.ports)) return await sendOne(task, this.ports);
      // Its slot was too long in coming.
      this.comeBack(0);
      return undefined;
    } finally {
      this.slots.release(task.turn);
    }
  }

  private comeBack(seconds: number): void {
    this.again = true;
    this.waitSeconds = Math.max(this.waitSeconds, seconds);
  }
}
