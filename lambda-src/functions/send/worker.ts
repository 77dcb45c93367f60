import type { Recipient, ShardInput, Snapshot } from '../../../src/private/contract';
import { isDraft, sendingNumber } from '../../domain/campaign/campaign';
import { tracks } from '../../domain/consent/tracking-consent';
import { readRecipientStates } from '../../domain/ledger/recipient-state';
import { claimable, type RecipientRecord, STATE } from '../../domain/ledger/record';
import { beginWait, endWait } from '../../domain/rate/block-wait';
import { hasTime, Permits } from '../../domain/rate/permits';
import { TIMING } from '../../domain/rate/timing';
import { readShard } from '../../domain/run/shard';
import { readSnapshot } from '../../domain/run/snapshot';
import type { MailContext } from '../../domain/sending/mail';
import { RunTemplates } from '../../domain/sending/run-templates';
import { alertOfBlock, wakeAt } from './block-alert';
import { Consent } from './consent';
import { Permission } from './permission';
import type { SendPorts } from './ports';
import { RefusalBreaker } from './refusal-breaker';
import { type Ended, refuseAsCrashed, sendOne, type Task } from './send-one';
import { ShardCheckpoint } from './shard-checkpoint';
import { alertOfTenant } from './tenant-alert';

/** The number of rows whose records are read at once. */
const BATCH = 50;

/** The maximum number of rows in flight: one second's worth at 100 emails per second. */
const MAX_IN_FLIGHT = 100;

/** The maximum number of rows in flight until SES has accepted enough of the run's first emails. */
const FIRST_IN_FLIGHT = 10;

/** The memory budget for in-flight requests with attachments, in bytes. */
const IN_FLIGHT_BYTES = 192 * 2 ** 20;

/** The number of copies of an attachment in memory, such as base64, JSON and socket. */
const COPIES = 4;

/** Milliseconds before its end at which an invocation stops sending, so that no request outlives it. */
const LAST_MINUTE = TIMING.sendWithin + TIMING.request + 20_000;

interface ShardRow {
  readonly recipient: Recipient;
  readonly found: RecipientRecord | undefined;
  readonly consent: Consent;
}

/** Sends the emails of one shard in one invocation. */
export class Worker {
  static async of(input: ShardInput, ports: SendPorts): Promise<Worker> {
    const snapshot = await readSnapshot(input.run, ports.files);
    if (isDraft(input.run, snapshot.settings.intake.draftsPrefix)) throw new Error('MM541: a draft is sent to nobody');
    const checkpoint = await ShardCheckpoint.of(input.run, input.shard.shard, ports);
    const owner = { campaign: input.run.campaignDigest, mailer: ports.configurationSet, ...snapshot.settings.rate };
    const permits = await Permits.of(owner, ports);
    const breaker = await RefusalBreaker.of(input.run, snapshot.settings.limits, ports);
    return new Worker(input, ports, snapshot, checkpoint, permits, breaker);
  }

  readonly counts = { sent: 0, refused: 0, inDoubt: 0, open: 0, optedOut: 0, claimedElsewhere: 0 };
  again = false;
  waitSeconds = 0;
  get perSecond(): number {
    return this.permits.perSecond;
  }
  get expired(): number {
    return this.permits.expired;
  }

  private passed = 0;
  private failure: Error | undefined;
  private readonly templates: RunTemplates;
  private readonly permission: Permission;
  private maxInFlight: number;
  private readonly mail: MailContext;
  /** Tenants of which SES sends no email. Their rows are left, and reported as not attempted. */
  private readonly refusedTenants = new Set<string>();
  /** The rows in flight, by row number. */
  private readonly inFlight = new Map<number, Promise<void>>();

  private constructor(
    private readonly input: ShardInput,
    private readonly ports: SendPorts,
    { settings, templates }: Snapshot,
    private readonly checkpoint: ShardCheckpoint,
    private readonly permits: Permits,
    private readonly breaker: RefusalBreaker,
  ) {
    this.templates = new RunTemplates(templates, input.run, ports.files);
    this.permission = new Permission(input, settings.rate, ports);
    const { configurationSet, consentUrls } = ports;
    const { consent, tenant, tracking } = settings;
    this.mail = { configurationSet, consentUrls, consent, tenant, tracking };
    // Rows that wait long for a permit would have outdated records, so limit them to one second's permits.
    this.maxInFlight = Math.max(2, Math.min(MAX_IN_FLIGHT, Math.ceil(permits.perSecond)));
  }

  async work(): Promise<void> {
    const { reason } = this.permits.blocked ?? {};
    // Skip the shard while sending is blocked.
    if (reason !== undefined) {
      if (await this.permission.given()) this.permission.stop = { kind: 'wait', reason };
      return this.end();
    }
    // Keep the checkpoint: the previous worker may still be running.
    if (this.checkpoint.unsure > 0) return this.runAgainIn(this.checkpoint.unsure / 1000);
    const startedAt = this.ports.clock.now();
    try {
      for await (const rows of this.batches()) {
        if (!(await this.sendAll(rows))) break;
        this.passed += rows.length;
      }
    } finally {
      // Never return with a request in flight: the function would freeze with it.
      await this.idle();
      await this.breaker.report();
    }
    await this.checkpoint.leave(this.passed);
    if (this.failure) throw this.failure;
    if (this.input.rounds > 0 && this.counts.sent > 0) await endWait(this.input.run, startedAt, this.ports.store);
    await this.end();
  }

  /** Decides whether and when the worker is invoked again. */
  private async end(): Promise<void> {
    const { stop, pausedSeconds } = this.permission;
    if (stop?.kind === 'stop') this.again = false;
    if (stop?.kind !== 'wait') return;
    if (pausedSeconds !== undefined) return this.runAgainIn(pausedSeconds);
    const { clock, store, random, configurationSet } = this.ports;
    const { blocked } = this.permits;
    if (!blocked) return this.runAgainIn(0);
    const now = clock.now();
    await beginWait(this.input.run, blocked.kind, now, store);
    if (blocked.kind === 'unclear') await alertOfBlock(configurationSet, this.ports);
    // Jitter, so that workers do not return together.
    this.runAgainIn((wakeAt(blocked, now) - now) / 1000 + 5 * random());
  }

  /** Yields the shard's rows in batches, with their current records. */
  private async *batches(): AsyncGenerator<ShardRow[]> {
    for await (const recipients of readShard(this.input.shard.key, BATCH, this.ports.files)) {
      const bytes = await this.templates.attach(recipients);
      this.maxInFlight = Math.max(1, Math.min(this.maxInFlight, Math.floor(IN_FLIGHT_BYTES / (bytes * COPIES))));
      yield await this.read(recipients);
    }
  }

  private async read(recipients: readonly Recipient[]): Promise<ShardRow[]> {
    const { topicOf } = this.templates;
    const readAt = this.ports.clock.now();
    const { tracking } = this.mail;
    const states = await readRecipientStates(recipients, topicOf, this.ports.store, tracks(tracking));
    return recipients.map((recipient, at) => {
      const question = { recipient, topic: topicOf(recipient), run: this.input.run, tracking };
      const state = states[at]!;
      return { recipient, found: state.record, consent: new Consent(question, state, readAt, this.ports) };
    });
  }

  /** Returns false if this invocation must send no further rows of the shard. */
  private async sendAll(rows: readonly ShardRow[]): Promise<boolean> {
    const queue: ShardRow[] = [];
    for (const row of rows) {
      if (claimable(row.found, sendingNumber(this.input.run))) queue.push(row);
      else this.awaitClaim(row.found);
    }
    for (const { from, to, apart } of this.checkpoint.groups(queue.map(({ recipient }) => recipient.row))) {
      if (!(await this.sendGroup(queue.slice(from, to), apart))) return false;
    }
    return true;
  }

  private async sendGroup(group: ShardRow[], apart: boolean): Promise<boolean> {
    if (!apart) return this.sendQueue(group, false);
    // Wait for all other rows, so that a crash can only be due to this group.
    await this.idle();
    const [row] = group;
    if (this.checkpoint.isPoison(row!.recipient.row)) {
      await refuseAsCrashed(row!, this.input.run, this.ports);
      this.counts.refused += 1;
    } else if (!(await this.sendQueue(group, true))) return false;
    await this.idle();
    return true;
  }

  private async sendQueue(queue: ShardRow[], apart: boolean): Promise<boolean> {
    // Include rows of the previous batch that still wait for a permit, as they may cause a crash too.
    const rows = [...this.inFlight.keys(), ...queue.map(({ recipient }) => recipient.row)];
    await this.checkpoint.enter(rows, apart, this.passed);
    while (queue.length > 0) {
      if (this.permission.stop || this.failure) return false;
      if (this.ports.remaining() < LAST_MINUTE) {
        this.runAgainIn(0);
        return false;
      }
      if (!(await this.permission.given())) return false;
      while (
        this.inFlight.size >= (this.breaker.passed ? this.maxInFlight : Math.min(this.maxInFlight, FIRST_IN_FLIGHT))
      )
        await Promise.race(this.inFlight.values());
      this.start(queue.shift()!);
    }
    return !this.permission.stop && !this.failure;
  }

  private async idle(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.allSettled(this.inFlight.values());
    await this.permits.idle();
  }

  /**
   * Schedules another invocation after another worker's claim has ended. Only then does the record show whether the row
   * still needs an email.
   */
  private awaitClaim(found: RecipientRecord | undefined): void {
    if (found?.state !== STATE.claimed) return;
    const over = found.deadline + TIMING.grace - this.ports.clock.now();
    if (over <= 0) return;
    this.counts.claimedElsewhere += 1;
    this.runAgainIn(over / 1000);
  }

  private start(row: ShardRow): void {
    const { row: number } = row.recipient;
    const task = this.sendWithPermit(row)
      .catch((error: Error) => {
        this.failure ??= error;
      })
      .finally(() => this.inFlight.delete(number));
    this.inFlight.set(number, task);
  }

  private async note({ state, reason = '' }: Ended): Promise<void> {
    await this.breaker.note(state === 'refused' ? reason : undefined);
    if (this.breaker.tripped) this.permission.invalidateCache();
  }

  private async sendWithPermit(row: ShardRow): Promise<void> {
    const template = this.templates.of(row.recipient);
    const tenant = row.recipient.tenant ?? this.mail.tenant;
    if (tenant !== undefined && this.refusedTenants.has(tenant)) {
      this.counts.open += 1;
      return;
    }
    // An opted-out recipient takes no permit.
    if (!(await row.consent.given())) {
      this.counts.optedOut += 1;
      return;
    }
    const permit = await this.permits.acquire();
    if (!permit) {
      const { reason } = this.permits.blocked ?? {};
      return reason === undefined ? this.runAgainIn(0) : this.permission.halt({ kind: 'wait', reason });
    }
    const ended = await this.sendNow({
      ...row,
      mail: this.mail,
      template,
      run: this.input.run,
      permits: this.permits,
      stopped: () => this.permission.stop !== undefined,
      permit,
    });
    if (!ended) return;
    if (ended.state === 'lost') {
      this.runAgainIn(1);
      return;
    }
    this.counts[ended.state] += 1;
    if (tenant !== undefined && ended.tenantRefused !== undefined) {
      this.refusedTenants.add(tenant);
      await alertOfTenant(tenant, ended.tenantRefused, this.input.run, this.ports);
    } else if (ended.state === 'open') this.runAgainIn(1);
    if (ended.state === 'sent' || ended.state === 'refused') await this.note(ended);
    if (ended.stop) await this.permission.halt(ended.stop);
  }

  private async sendNow(task: Task): Promise<Ended | undefined> {
    try {
      if (this.permission.stop || !(await this.permission.given())) return undefined;
      if (hasTime(this.ports)) return await sendOne(task, this.ports);
      // Waiting for the permit took too long.
      this.runAgainIn(0);
      return undefined;
    } finally {
      this.permits.release(task.permit);
    }
  }

  private runAgainIn(seconds: number): void {
    this.again = true;
    this.waitSeconds = Math.max(this.waitSeconds, seconds);
  }
}
