import type { ApprovalRecord } from '../../lambda-src/core/approval';
import { isDigest } from '../../lambda-src/core/partitions';
import { accepted } from '../../lambda-src/core/record';
import type { Item } from '../../lambda-src/core/store';
import { TIMING } from '../../lambda-src/core/timing';
import { random } from '../../local/random';
import { Bucket } from './bucket';
import type { Deployed } from './deployed';
import { Executions } from './executions';
import { NONE } from './faults';
import { Functions, type Surroundings } from './functions';
import { type Invariant, Judge, type RunName, runName, type Violation } from './judge';
import { Ledger } from './ledger';
import type { Change } from './mutant';
import { isOperation, Operators } from './operators';
import { People } from './people';
import { type Message, Post } from './post';
import { RateJudge } from './rate-judge';
import { type Ending, Reports } from './reports';
import { type Circumstances, type Deployment, draw, LIST, type Scenario } from './scenario';
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
  const { judge, world, reports } = campaign;
  return { seed, violation: judge.violation, steps: world.steps, outcomes: reports.outcomes };
}

const DAY = 86_400_000;

class Campaign {
  readonly world: World;
  readonly judge: Judge;
  readonly reports: Reports;
  private readonly people: People;
  private readonly post: Post;
  private readonly scenario: Scenario;
  private readonly ledger: Ledger;
  private readonly bucket = new Bucket();
  private readonly around: Surroundings;
  private readonly functions: Functions;
  private readonly executions: Executions;
  private readonly tracking: Tracking;
  private readonly folders = new Map<RunName, string>();
  private readonly startTimes = new Map<RunName, number>();
  private readonly operators: Operators;
  private deployments = 1;
  private readonly rate = new RateJudge(() => this.fastest);
  /** Of all deployments: a run keeps its own. */
  private fastest = 0;
  /** The last that was registered. */
  private campaign?: string;
  private bug?: Error;

  constructor(seed: number, deployed: Deployed, options: Options) {
    this.scenario = draw(random(seed ^ 0x5eed), options.under);
    const { resend, proven, faults, bad, perSecond, shardSize } = this.scenario;
    this.fastest = perSecond;
    this.world = new World(seed, faults, options.listener);
    this.judge = new Judge({ resend, proven, only: options.only });
    this.ledger = new Ledger(this.world, (before, after) => this.onItem(before, after));
    this.operators = new Operators(this.world, this.ledger);
    const patience = proven ? TIMING.request + TIMING.grace / 2 : Number.POSITIVE_INFINITY;
    this.post = new Post(
      this.world,
      bad,
      patience,
      (message) => this.onAccepted(message),
      (pk) => this.onRequest(pk),
    );
    const { world, bucket, ledger, judge, operators, scenario } = this;
    this.people = new People({
      ...{ world, bucket, ledger, judge, operators, scenario },
      execute: (input) => this.executions.start(input),
    });
    this.reports = new Reports({ bucket, judge, people: this.people, scenario, campaign: () => this.campaign });
    this.bucket.onPut = (key, body) => this.reports.onPut(key, body);
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
    this.executions = new Executions({ world, bucket, functions, deployed, onBug: (error) => this.onBug(error) });
    this.post.sandbox = this.scenario.sandbox;
    this.tracking = new Tracking({ world, ledger, judge, track: (batch) => functions.track(batch) });
    this.world.tell(() => JSON.stringify({ ...this.scenario, bad: [...bad] }));
  }

  async live(): Promise<void> {
    const { world, scenario, judge } = this;
    for (const happening of scenario.happenings) {
      world.after(happening.at, () => {
        if (happening.kind === 'upload') this.people.upload(LIST, happening.csv, happening.sendIn);
        else if (isOperation(happening.kind)) void this.operators.do(happening.kind, this.campaign);
        else if (happening.kind === 'leave') this.people.leave(happening.email);
        else if (happening.kind === 'deploy') this.deploy(happening);
        else if (happening.kind === 'resume') this.resume();
        else if (happening.kind === 'stop') this.executions.stopLast();
        else void this.people[happening.kind as 'retry' | 'delete' | 'resendInDoubt']();
      });
    }
    if (scenario.sandbox) {
      world.after(scenario.sandbox.until, () => {
        world.tell(() => 'the account leaves the sandbox');
        this.post.sandbox = undefined;
      });
    }
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
      if (left === undefined) break;
      // One from before may wake up between its worker and its Settle, and leave somebody open.
      if (!disturbed || runs >= LAST_RUNS) return judge.blame('progress', left);
      lastRun();
    }
    if (scenario.closes) await this.close();
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

  /** Why the campaign is not at its end, after a last run in which nothing went wrong. */
  private unfinished(): string | undefined {
    const { judge, scenario, people } = this;
    const { last, suppressed } = this.reports;
    const { running, all, followUps } = this.executions;
    if (running.length > 0) return `${running[0]!.id} never ended`;
    if (all.at(-1)!.status !== 'succeeded') return `the last run ${all.at(-1)!.status}`;
    if (last?.campaign !== this.campaign) return `the last report is of ${last?.campaign}`;
    this.tracking.check();
    const again = [...followUps.values()].at(-1);
    if (again?.status !== 'succeeded') return `the last run was not reported again: ${again?.status}`;
    if (last?.status !== 'completed') return `the last report says ${last?.status}`;
    for (const { kind, key, email } of people.uploads.get(last.list.versionId!)!.rows) {
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

  private calm(): void {
    this.world.tell(() => 'nothing goes wrong any more');
    this.world.faults = NONE;
    this.post.recover();
    void this.operators.goOn();
  }

  private resume(): void {
    const { campaign } = this;
    if (campaign !== undefined) this.executions.start({ resume: { campaign } });
  }

  private deploy({ perSecond, inDoubt = this.around.settings.inDoubt, shardSize }: Deployment): void {
    const { around } = this;
    this.fastest = Math.max(this.fastest, perSecond);
    around.settings = { ...around.settings, rate: { ...around.settings.rate, maxPerSecond: perSecond }, inDoubt };
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
      this.folders.set(run, String(after.folder));
      this.startTimes.set(run, this.people.uploads.get(String(after.versionId))?.sendAt ?? 0);
      return this.judge.onRun(run);
    }
    if (after.pk.startsWith('approval#') && before === undefined)
      this.people.onQuestion(after as unknown as ApprovalRecord);
    if (!isDigest(after.pk) || after.sk === 'preferences') return;
    this.judge.onRecord(before, after);
  }

  private onRequest(pk: string): void {
    const { now } = this.world;
    this.judge.onRequest(pk, now);
    const wrong = this.rate.onRequest(now);
    if (wrong) this.judge.blame('rate', wrong);
  }

  private onAccepted(message: Message): void {
    const { world, scenario } = this;
    this.judge.onAccepted(message);
    if (scenario.approving && !this.people.approved.has(message.run))
      this.judge.blame('approval', `${message.id} of run ${message.run}, which nobody approved`);
    if (world.now < this.startTimes.get(message.run)!)
      this.judge.blame('start time', `${message.id} of run ${message.run} goes out before its time`);
    const pins = this.reports.pins.get(this.folders.get(message.run)!);
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
    const refused = error.message.startsWith('MM518') || error.message.startsWith('MM519');
    if (refused || (!error.message.startsWith('MM') && error.name !== 'TimeoutError')) this.onBug(error);
  }

  /** A mistake of the code, or of the simulation, that no world explains. */
  private onBug(error: Error): void {
    this.bug ??= error;
  }
}
