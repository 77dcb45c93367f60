import type { ApprovalRecord } from '../../lambda-src/core/approval';
import { isDigest } from '../../lambda-src/core/partitions';
import { accepted } from '../../lambda-src/core/record';
import type { Item } from '../../lambda-src/core/store';
import { TIMING } from '../../lambda-src/core/timing';
import { random } from '../../local/random';
import { Bucket } from './bucket';
import type { Deployed } from './deployed';
import type { Execution } from './execution';
import { Executions } from './executions';
import type { SecondMailer } from './complications';
import { NONE } from './faults';
import { Identities } from './identities';
import type { Seen } from './seen';
import { rowsOf } from './lists';
import { Functions, type Surroundings } from './functions';
import { type Invariant, Judge, type RunName, runName, type Violation } from './judge';
import { Ledger } from './ledger';
import type { Change } from './mutant';
import { isOperation, type Operation, Operators } from './operators';
import { People } from './people';
import { type Message, Post } from './post';
import { RateJudge } from './rate-judge';
import { type Ending, type Pins, Reports } from './reports';
import { BUCKET, type Circumstances, type Deployment, draw, LIST, OWNER, PREFIX, type Scenario } from './scenario';
import { markerOf } from '../../src/private/contract';
import { CLOSES_AFTER_DAYS, deploymentOf, settingsOf, templatesOf } from './settings';
import { Tracking } from './tracking';
import { World } from './world';

/** More than any run needs: beyond it something goes round in circles. */
const STEPS = 30_000;
/** A worker from before may wake up in one and leave somebody open; the next one has them. */
const LAST_RUNS = 4;

export type { Ending } from './reports';

export interface Simulated {
  readonly seed: number;
  readonly violation?: Violation;
  readonly steps: number;
  /** Of the rows of all reports; and how many runs failed, and lists were refused. */
  readonly outcomes: { readonly [outcome in Ending]?: number };
  readonly seen: ReadonlySet<Seen>;
}

export interface Options {
  readonly change?: Change;
  /** The only promise that is looked at. */
  readonly only?: Invariant;
  readonly under?: Circumstances;
  /** Told everything that happens. */
  readonly listener?: (line: string) => void;
}

/** One campaign's life, by its seed: the same seed is the same life. */
export async function simulate(seed: number, deployed: Deployed, options: Options = {}): Promise<Simulated> {
  const campaign = new Campaign(seed, deployed, options);
  await campaign.live();
  const { judge, world, reports, seen } = campaign;
  return { seed, violation: judge.violation, steps: world.steps, outcomes: reports.outcomes, seen };
}

const DAY = 86_400_000;
/** Not before further lists wait for their turn. */
const EVERY_LIST = false;
const OTHER_BUCKET = 'other-lists';
const SECOND = 'second';
const SECOND_HOLDER = '111122223333/eu-west-1/Second';
const SECOND_DEPLOYMENT = 1000;
/** Of one worker that sends five a second: what is under way, and its last twenty answers; and one probe a minute. */
const OUTAGE_DOUBTS = 10 + 20;

class Campaign {
  readonly world: World;
  readonly judge: Judge;
  readonly reports: Reports;
  readonly seen = new Set<Seen>();
  private readonly people: People;
  private readonly post: Post;
  private readonly scenario: Scenario;
  private readonly ledger: Ledger;
  private bucket = this.bucketCalled('lists');
  private readonly around: Surroundings;
  private readonly functions: Functions;
  private readonly executions: Executions;
  private readonly tracking: Tracking;
  private readonly folders = new Map<RunName, string>();
  private readonly campaigns = new Map<string, string>();
  private readonly versions = new Map<RunName, string>();
  private readonly startTimes = new Map<RunName, number>();
  private readonly operators: Operators;
  private readonly identities: Identities;
  private second?: Executions;
  private readonly operated = new Set<Operation>();
  private deployments = 1;
  private readonly rate = new RateJudge(() => this.fastest);
  /** Of all deployments: a run keeps its own. */
  private fastest = 0;
  /** The last that was registered. */
  private campaign?: string;
  private bug?: Error;

  constructor(
    seed: number,
    private readonly deployed: Deployed,
    options: Options,
  ) {
    this.scenario = draw(random(seed ^ 0x5eed), options.under);
    const { proven, faults, bad, perSecond, shardSize } = this.scenario;
    this.fastest = perSecond;
    this.world = new World(seed, faults, options.listener);
    this.judge = new Judge({
      proven,
      only: options.only,
      versionOf: (run) => this.versions.get(run),
      policyOf: (run) => this.pinsOf(run)?.inDoubt,
    });
    this.ledger = new Ledger(this.world, (before, after) => this.onItem(before, after));
    this.operators = new Operators(this.world, this.ledger);
    const patience = proven ? TIMING.request + TIMING.grace / 2 : Number.POSITIVE_INFINITY;
    this.post = new Post(
      this.world,
      bad,
      patience,
      (message) => this.onMessage(message),
      (pk, mailer) => this.onRequest(pk, mailer),
    );
    const { world, bucket, ledger, judge, operators, scenario } = this;
    const keyColumnOf = (campaign: string) => this.reports.keyColumns.get(campaign);
    this.people = new People({
      ...{ world, ledger, judge, operators, scenario, keyColumnOf },
      bucket: () => this.bucket,
      seen: (what) => this.seen.add(what),
      running: () => this.executions.running.length > 0,
      execute: (input) => this.execute(input),
    });
    this.reports = new Reports({
      ...{ judge, people: this.people },
      campaign: () => this.campaign,
      campaignOf: (folder) => this.campaigns.get(folder),
    });
    this.identities = new Identities({
      ...{ keyColumnOf, byUpload: scenario.byUpload },
      blame: (invariant, what) => this.judge.blame(invariant, what),
    });
    this.around = {
      ...{ world, ledger, bucket, post: this.post, settings: settingsOf(scenario) },
      templates: templatesOf(this.deployments),
      shardSize,
      onBreach: (subject) => this.judge.blame('detector', subject),
      onNotice: (kind) => this.world.tell(() => `a notice: ${kind}`),
      onThrow: (error) => this.onThrow(error),
      onHeldClaim: (what) => this.judge.blame('pause', what),
      change: options.change,
    };
    this.functions = new Functions(this.around, deployed.functions);
    const { functions } = this;
    this.executions = new Executions({
      ...{ world, functions, deployed },
      bucket: () => this.bucket,
      onBug: (error) => this.onBug(error),
    });
    this.post.sandbox = this.scenario.sandbox;
    this.tracking = new Tracking({ world, ledger, judge, track: (batch) => functions.track(batch) });
    this.world.tell(() => JSON.stringify({ ...this.scenario, bad: [...bad] }));
  }

  async live(): Promise<void> {
    await this.toItsEnd();
    if (this.post.foreign > 0) this.seen.add('an answer that SES did not write');
  }

  private async toItsEnd(): Promise<void> {
    const { world, scenario, judge } = this;
    for (const happening of scenario.happenings) {
      world.after(happening.at, () => {
        if (happening.kind === 'upload') this.people.upload(LIST, happening.csv, happening.sendIn);
        else if (happening.kind === 'further') this.people.further(happening.csv, this.campaign);
        else if (isOperation(happening.kind)) this.operate(happening.kind);
        else if (happening.kind === 'retry') this.retry();
        else if (happening.kind === 'leave') this.people.leave(happening.email);
        else if (happening.kind === 'deploy') this.deploy(happening);
        else if (happening.kind === 'resume') this.resume();
        else if (happening.kind === 'stop') this.executions.stopLast();
        else void this.people[happening.kind as 'delete' | 'resendInDoubt' | 'correct']();
      });
    }
    if (scenario.sandbox) {
      world.after(scenario.sandbox.until, () => {
        world.tell(() => 'the account leaves the sandbox');
        this.post.sandbox = undefined;
      });
    }
    const { outage, second } = scenario;
    if (outage) {
      world.after(outage.at, () => this.outage(true));
      world.after(outage.until, () => this.outage(false));
    }
    if (second) world.after(second.at, () => this.deploySecond(second));
    world.after(scenario.calmAt, () => this.calm());
    let runs = 0;
    let disturbed = false;
    const lastRun = () => {
      disturbed = this.functions.busy || this.executions.all.some(({ status }) => status === 'running');
      // What ended before it was registered cannot be resumed.
      const uploaded = runs++ === 0 && (scenario.uploadedLast || this.cannotResume);
      if (uploaded) this.people.upload(LIST, scenario.whole);
      else this.resume();
    };
    // It may begin while others are still at it.
    world.after(scenario.calmAt + (world.chance(0.5) ? world.late() : 0), lastRun);
    for (;;) {
      const ended = await world.run(STEPS * Math.max(1, runs), () => (judge.violation ?? this.bug) !== undefined);
      if (this.bug) throw this.bug;
      if (judge.violation) return;
      if (!ended) return judge.blame('progress', `it does not end within ${STEPS} steps`);
      const left = this.unfinished();
      if (left === undefined) {
        const forgotten = EVERY_LIST ? this.forgotten() : undefined;
        if (forgotten) judge.blame('every list', forgotten);
        break;
      }
      // One from before may wake up between its worker and its Settle, and leave somebody open.
      if (!disturbed || runs >= LAST_RUNS) return judge.blame('progress', left);
      lastRun();
    }
    if (scenario.closes && !this.isSecondOwner) await this.close();
  }

  /** The same list under the same name, when nobody remembers the campaign. */
  private async close(): Promise<void> {
    const { world, post, judge, scenario, reports } = this;
    const mailed = post.accepted.length;
    const run = reports.last!.run;
    world.after((CLOSES_AFTER_DAYS + 1) * DAY, () => this.people.upload(LIST, scenario.whole));
    await world.run(STEPS, () => (judge.violation ?? this.bug) !== undefined);
    if (this.bug) throw this.bug;
    if (scenario.byUpload) return;
    if (post.accepted.length > mailed) judge.blame('never twice', 'a closed campaign mailed somebody');
    if (reports.last!.run === run || reports.last!.refusal?.code !== 'MM512')
      judge.blame('nothing refused', `of a closed campaign the last report says ${reports.last!.status}`);
  }

  private pinsOf(run: RunName): Pins | undefined {
    return this.reports.pins.get(this.folders.get(run)!);
  }

  /** Why the campaign is not at its end, after a last run in which nothing went wrong. */
  private unfinished(): string | undefined {
    const { judge, scenario, people } = this;
    const { last, suppressed } = this.reports;
    const { running, all, followUps } = this.executions;
    if (this.isSecondOwner) return undefined;
    if (running.length > 0) return `${running[0]!.id} never ended`;
    if (all.at(-1)!.status !== 'succeeded') return `the last run ${all.at(-1)!.status}`;
    if (last?.campaign !== this.campaign) return `the last report is of ${last?.campaign}`;
    this.tracking.check();
    const again = [...followUps.values()].at(-1);
    if (again?.status !== 'succeeded') return `the last run was not reported again: ${again?.status}`;
    if (last?.status !== 'completed') return `the last report says ${last?.status}`;
    const { csv } = people.uploads.get(last.list.versionId!)!;
    for (const { kind, key, email } of rowsOf(csv, last.campaign, this.pinsOf(runName(last.campaign, last.run))?.keyColumn)) {
      if (kind !== 'recipient') continue;
      const state = judge.stateOf(key!);
      const bad = scenario.bad.has(email.toLowerCase());
      const gone = suppressed.has(key!);
      const fine =
        gone ||
        state === 'sent' ||
        // A doubt of another run stays: nobody decided to resend it.
        state === 'in_doubt' ||
        (state === 'refused' && bad);
      if (!fine) return `${email} is ${state} after a run in which nothing went wrong`;
    }
    return undefined;
  }

  /** What is left of a list, though its campaign is at its end. */
  private forgotten(): string | undefined {
    const { people, reports, judge, bucket } = this;
    if (this.isSecondOwner) return undefined;
    for (const { list } of people.newestLists) {
      const { versionId, key } = list;
      // Whoever changes the bucket uploads what was under way to the new one.
      if (list.bucket !== bucket.name || versionId === people.deleted || reports.refused.has(versionId!)) continue;
      const outcomes = reports.byVersion.get(versionId!);
      if (!outcomes) return `${key} ${versionId} has no report`;
      for (const [record, outcome] of outcomes) {
        const state = judge.stateOf(record);
        if (outcome !== 'suppressed' && (state === 'open' || state === undefined || state === 'claimed'))
          return `of ${key} ${versionId} somebody is ${state}`;
      }
    }
    return undefined;
  }

  private calm(): void {
    this.world.tell(() => 'nothing goes wrong any more');
    this.world.faults = NONE;
    this.post.recover();
    void this.operators.goOn();
  }

  private operate(what: Operation): void {
    const resending = this.people.isResending;
    if (what === 'cancel' && resending) this.seen.add('a resend is cancelled');
    if (what === 'pause' && resending) this.seen.add('a resend is paused');
    this.operated.add(what);
    void this.operators.do(what, this.campaign);
  }

  private retry(): void {
    if (!this.people.retry()) return;
    if (this.operated.has('cancel')) this.seen.add('a retry after a cancel');
    if (this.operated.has('pause')) this.seen.add('a retry after a pause');
  }

  private bucketCalled(name: string): Bucket {
    const bucket = new Bucket(name);
    bucket.onPut = (key, body) => {
      // Of the second mailer's ledger nothing is known here.
      const unknown = this.isSecondOwner && !this.scenario.second?.sharesLedger;
      if (!unknown) this.reports.onPut(key, body, bucket);
    };
    return bucket;
  }

  private execute(input: unknown): Execution {
    if (this.bucket.name === BUCKET) this.second?.start(input);
    return this.executions.start(input);
  }

  /** Another stack: it knows nothing of the first, but perhaps has its ledger. */
  private deploySecond({ sharesLedger, mailer }: SecondMailer): void {
    const { world, around, deployed, bucket } = this;
    world.tell(() => `a second mailer is deployed, ${sharesLedger ? 'on the same ledger' : 'with its own ledger'}`);
    const ledger = sharesLedger ? this.ledger : new Ledger(world, () => {});
    const owner = { mailer, holder: SECOND_HOLDER, tableId: sharesLedger ? OWNER.tableId : 'table-2' };
    const settings = { ...around.settings, mailer };
    const templates = templatesOf(SECOND_DEPLOYMENT);
    const functions = new Functions(
      { ...around, ledger, bucket, templates, owner, settings, mailer: SECOND, ids: 'second-' },
      deployed.functions,
    );
    const onBug = (error: Error) => this.onBug(error);
    this.seen.add('two mailers');
    this.second = new Executions({ world, functions, deployed, bucket: () => bucket, onBug, called: 'second-' });
  }

  private outage(begins: boolean): void {
    const { post, world, scenario, judge } = this;
    post.out = begins;
    world.tell(() => (begins ? 'every answer of SES is 503' : `SES answers again, ${post.met} requests met it so`));
    const { at, until, long } = scenario.outage!;
    if (post.met > 0) this.seen.add('an outage');
    if (!long || begins) return;
    const most = OUTAGE_DOUBTS + (until - at) / 60_000;
    if (post.met > most) judge.blame('outage', `${post.met} requests met an outage, at most ${most} may`);
  }

  private resume(): void {
    const { campaign } = this;
    if (campaign !== undefined) this.executions.start({ resume: { campaign } });
  }

  private deploy(deployment: Deployment): void {
    const { around, executions, seen } = this;
    const { settings } = around;
    const { perSecond, inDoubt = settings.inDoubt, shardSize, keyColumn, byUpload, otherBucket } = deployment;
    if (executions.running.length > 0) seen.add('other templates in mid-run');
    if (executions.running.length > 0 && inDoubt !== settings.inDoubt) seen.add('another policy in mid-run');
    if (otherBucket) {
      seen.add('another bucket');
      this.bucket = around.bucket = this.bucketCalled(OTHER_BUCKET);
    }
    let { intake } = settings;
    if (keyColumn) {
      seen.add('another key column');
      intake = { ...intake, recipientKeyColumn: keyColumn === 'none' ? undefined : keyColumn };
    }
    if (byUpload && !intake.byUpload) {
      seen.add('another identity of campaigns');
      intake = { ...intake, byUpload };
    }
    this.fastest = Math.max(this.fastest, perSecond);
    around.settings = { ...settings, intake, rate: { ...settings.rate, maxPerSecond: perSecond }, inDoubt };
    around.templates = templatesOf(++this.deployments);
    around.shardSize = shardSize;
    this.world.tell(() => `deployment ${this.deployments}: ${perSecond} a second, ${inDoubt}`);
  }

  /** None was registered, or a list is gone: its run may be the last to begin, and is refused. */
  private get cannotResume(): boolean {
    return this.campaign === undefined || this.people.deleted !== undefined;
  }

  private onItem(before: Item | undefined, after: Item): void {
    if (after.sk === 'campaign') {
      const run = runName(String(after.campaign), Number(after.run));
      // Its record is written again: by whoever stops it, and by repetitions that come late, also of an execution that was
      // stopped and will do nothing with it. Of a retry file that is gone nobody knows whose it was.
      const begins = this.executions.running.some(({ id }) => id === after.execution);
      if (begins && !this.folders.has(run) && after.versionId !== this.people.deleted)
        this.campaign = String(after.campaign);
      const folder = `${after.bucket}/${after.folder}`;
      this.campaigns.set(folder, String(after.campaign));
      this.folders.set(run, folder);
      this.versions.set(run, String(after.versionId));
      this.startTimes.set(run, this.people.uploads.get(String(after.versionId))?.sendAt ?? 0);
      return this.judge.onRun(run);
    }
    if (after.pk.startsWith('approval#') && before === undefined)
      this.people.onQuestion(after as unknown as ApprovalRecord);
    if (!isDigest(after.pk) || after.sk === 'preferences') return;
    this.judge.onRecord(before, after);
  }

  private onRequest(pk: string, mailer: string): void {
    const { now } = this.world;
    // That it sends at all is what is wrong.
    if (mailer === SECOND) return;
    this.judge.onRequest(pk, now);
    const wrong = this.rate.onRequest(now);
    if (wrong) this.judge.blame('rate', wrong);
  }

  private onMessage(message: Message): void {
    this.identities.onMailer(message);
    if (message.mailer !== SECOND) {
      this.identities.onAccepted(message);
      this.onAccepted(message);
    } else if (this.scenario.second?.sharesLedger) this.judge.onAccepted(message);
  }

  /** The second mailer was the first to claim the prefix: the other sends nothing of it. */
  private get isSecondOwner(): boolean {
    const marker = this.bucket.objects.get(markerOf(PREFIX));
    return marker !== undefined && (JSON.parse(marker) as { holder: string }).holder === SECOND_HOLDER;
  }

  private onAccepted(message: Message): void {
    const { world, scenario } = this;
    this.judge.onAccepted(message);
    if (scenario.approving && !this.people.approved.has(message.run))
      this.judge.blame('approval', `${message.id} of run ${message.run}, which nobody approved`);
    if (world.now < this.startTimes.get(message.run)!)
      this.judge.blame('start time', `${message.id} of run ${message.run} goes out before its time`);
    const pins = this.pinsOf(message.run);
    if (deploymentOf(message.subject) !== pins?.deployment)
      this.judge.blame(
        'pinned',
        `run ${message.run} pinned ${pins?.deployment}, ${message.id} is "${message.subject}"`,
      );
    const proof = () => {
      world.tell(() => `an event of ${message.id}`);
      this.ledger.apply(accepted(message, message.id));
    };
    if (scenario.proven) world.after(world.between(0, TIMING.grace / 4), proof);
    while (world.chance(scenario.events)) this.tracking.happen(message);
  }

  private onThrow(error: Error): void {
    if (error.message.startsWith('MM515') || error.message.startsWith('MM510'))
      this.judge.blame('counts', error.message);
    // No payload is another's here: the machine's are all that there are.
    const moved = this.bucket.name !== BUCKET;
    const refused = error.message.startsWith('MM518') || (error.message.startsWith('MM519') && !moved);
    if (refused || (!error.message.startsWith('MM') && error.name !== 'TimeoutError')) this.onBug(error);
  }

  /** A mistake of the code, or of the simulation, that no world explains. */
  private onBug(error: Error): void {
    this.bug ??= error;
  }
}
