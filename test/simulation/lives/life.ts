import { isRejected } from '../../../lambda-src/domain/campaign/run-record';
import { TIMING } from '../../../lambda-src/domain/rate/timing';
import { random } from '../../../local/random';
import { type Invariant, Judge } from '../judge/judge';
import { Reports } from '../judge/reports';
import type { Seen } from '../judge/seen';
import { Witness } from '../judge/witness';
import type { Deployed } from '../world/deployed';
import { NONE } from '../world/faults';
import { Ledger } from '../world/ledger';
import { SimulatedSes } from '../world/ses';
import type { Change } from '../world/surroundings';
import { World } from '../world/world';
import { Command } from './command';
import { Deployments } from './deployments';
import { Ending } from './ending';
import type { Happening } from './happenings';
import { isOperation, type Operation, Operators } from './operators';
import { People } from './people';
import { Registry } from './registry';
import { type Circumstances, draw, LIST, type Scenario } from './scenario';
import { CLOSES_AFTER_DAYS } from './settings';
import { Tracking } from './tracking';

export interface Options {
  readonly change?: Change;
  /** The only promise that is looked at. */
  readonly only?: Invariant;
  readonly under?: Circumstances;
  /** Gets a line for everything that happens. */
  readonly listener?: (line: string) => void;
}

/** More than any run needs: beyond it something goes round in circles. */
const STEPS = 30_000;
/** How often an operator asks that what is left goes on. */
const ROUNDS = 8;
const DAY = 86_400_000;
/** Of one worker that sends five a second: what is under way, and its last twenty answers; and one probe a minute. */
const OUTAGE_DOUBTS = 10 + 20;

/** One life of a mailer and its lists. */
export class Life {
  readonly world: World;
  readonly judge: Judge;
  readonly reports: Reports;
  readonly seen = new Set<Seen>();
  private readonly scenario: Scenario;
  private readonly simulatedSes: SimulatedSes;
  private readonly operators: Operators;
  private readonly people: People;
  private readonly registry: Registry;
  private readonly deployments: Deployments;
  private readonly tracking: Tracking;
  private readonly witness: Witness;
  private readonly command: Command;
  private readonly ending: Ending;
  private readonly operated = new Set<Operation>();
  /** A mistake of the code, or of the simulation, that no world explains. */
  private bug?: Error;

  constructor(seed: number, deployed: Deployed, { change, only, under, listener }: Options) {
    const scenario = draw(random(seed ^ 0x5eed), under);
    const { proven, faults, bad } = scenario;
    const world = new World(seed, faults, listener);
    const onBug = (error: Error) => {
      this.bug ??= error;
    };
    const seen = (what: Seen) => void this.seen.add(what);
    const judge = new Judge({
      ...{ proven, only },
      versionOf: (run) => this.registry.of(run)?.versionId,
      policyOf: (run) => this.reports.snapshotOf(run)?.inDoubt,
    });
    const ledger = new Ledger(world, (before, after) => this.witness.onItem(before, after));
    const registry = new Registry(ledger);
    const operators = new Operators(world, ledger);
    const simulatedSes = new SimulatedSes(
      world,
      bad,
      proven ? TIMING.request + TIMING.grace / 2 : Number.POSITIVE_INFINITY,
      (message) => this.witness.onMessage(message),
      (pk, mailer) => this.witness.onRequest(pk, mailer),
    );
    if (scenario.sandbox) simulatedSes.enterSandbox(scenario.sandbox);
    const deployments = new Deployments({
      ...{ world, scenario, ledger, simulatedSes, deployed, change, seen, onBug },
      blame: (invariant, what) => judge.blame(invariant, what),
      onPut: (key, body, bucket) => this.reports.onPut(key, body, bucket),
      onThrow: (error) => this.witness.onThrow(error),
    });
    const { executions, functions } = deployments;
    const bucket = () => deployments.bucket;
    const people = new People({
      ...{ world, ledger, judge, operators, scenario, bucket, seen },
      running: () => executions.running.length > 0,
      execute: (input) => deployments.execute(input),
    });
    const reports = new Reports({ judge, people, registry, campaign: () => this.witness.campaign });
    const tracking = new Tracking({ world, ledger, judge, seen, track: (batch) => functions.track(batch) });
    const known = { world, scenario, ledger, judge, registry, people, reports, deployments, tracking };
    this.witness = new Witness({ ...known, onBug });
    this.command = new Command({ ledger, bucket, registry, executions, operators, people });
    this.ending = new Ending({
      ...{ bucket, command: this.command, executions, judge, people, registry, reports },
      bad: new Set([...bad].map((one) => one.toLowerCase())),
    });
    this.world = world;
    this.judge = judge;
    this.reports = reports;
    this.scenario = scenario;
    this.simulatedSes = simulatedSes;
    this.operators = operators;
    this.people = people;
    this.registry = registry;
    this.deployments = deployments;
    this.tracking = tracking;
    world.tell(() => JSON.stringify({ ...scenario, bad: [...bad] }));
  }

  async live(): Promise<void> {
    this.begin();
    await this.end();
    if (this.simulatedSes.foreign > 0) this.seen.add('an answer that SES did not write');
  }

  private begin(): void {
    const { world, scenario, simulatedSes } = this;
    const { happenings, sandbox, outage, second, calmAt } = scenario;
    for (const happening of happenings) world.after(happening.at, () => this.happen(happening));
    if (sandbox) {
      world.after(sandbox.until, () => {
        world.tell(() => 'the account leaves the sandbox');
        simulatedSes.leaveSandbox();
      });
    }
    if (outage) {
      world.after(outage.at, () => this.outage(true));
      world.after(outage.until, () => this.outage(false));
    }
    if (second) world.after(second.at, () => this.deployments.deploySecond(second));
    world.after(calmAt, () => this.calm());
  }

  private happen(happening: Happening): void {
    const { people, deployments } = this;
    const { kind } = happening;
    if (kind === 'upload') people.upload(LIST, happening.csv, happening.sendIn);
    else if (kind === 'further') people.further(happening.csv, this.witness.campaign);
    else if (kind === 'leave') people.leave(happening.email);
    else if (kind === 'deploy') deployments.deploy(happening);
    else if (kind === 'stop') deployments.executions.stopLast();
    else if (kind === 'delete' || kind === 'correct') people[kind]();
    else if (isOperation(kind)) this.operate(kind);
    else void this.ask(kind);
  }

  /** Nothing goes wrong any more: an operator asks that what is left goes on, until all is at its end. */
  private async end(): Promise<void> {
    const { world, scenario, judge, simulatedSes, ending } = this;
    let rounds = 0;
    let asked = 0;
    const goOn = async () => {
      // What ended before it was registered cannot be resumed.
      const uploaded = (rounds++ === 0 && scenario.uploadedLast) || this.cannotResume;
      asked = uploaded ? 1 : await this.askAll();
      if (uploaded) this.people.upload(LIST, scenario.whole);
    };
    // It may begin while others are still at it.
    world.after(scenario.calmAt + (world.chance(0.5) ? world.late() : 0), () => void goOn());
    for (;;) {
      const ended = await this.run(STEPS * Math.max(1, rounds));
      if (judge.violation) return;
      if (!ended) return judge.blame('progress', `it does not end within ${STEPS} steps`);
      if (this.deployments.isSecondOwner) return;
      const left = ending.unfinished();
      if (left === undefined) break;
      if (rounds < ROUNDS) await goOn();
      // There is no reason to do more than the command says.
      if (asked === 0 || rounds >= ROUNDS) return judge.blame('every list', left);
    }
    this.tracking.check();
    const miscounted = await ending.miscounted();
    if (miscounted) return judge.blame('counts', miscounted);
    if (scenario.closes && simulatedSes.accepted.length > 0 && this.reports.last) await this.close();
  }

  /** The same list under the same name, once the campaign is forgotten. */
  private async close(): Promise<void> {
    const { world, simulatedSes, judge, scenario, reports, people, registry } = this;
    const mailed = simulatedSes.accepted.length;
    const before = reports.last!;
    world.after((CLOSES_AFTER_DAYS + 1) * DAY, () => people.upload(LIST, scenario.whole));
    await this.run(STEPS);
    // Then it is another campaign.
    if (registry.ofVersion(`v${people.uploads.size}`)[0]?.campaign !== before.campaign) return;
    if (simulatedSes.accepted.length > mailed) judge.blame('never twice', 'a closed campaign mailed somebody');
    if (reports.last === before || reports.last!.rejection?.code !== 'MM512')
      judge.blame('nothing rejected', `of a closed campaign the last report says ${reports.last!.status}`);
  }

  private async run(steps: number): Promise<boolean> {
    const ended = await this.world.run(steps, () => (this.judge.violation ?? this.bug) !== undefined);
    if (this.bug) throw this.bug;
    return ended;
  }

  private calm(): void {
    this.world.tell(() => 'nothing goes wrong any more');
    this.world.faults = NONE;
    this.simulatedSes.recover();
    this.deployments.keepCampaignKeys();
    void this.operators.goOn();
  }

  private outage(begins: boolean): void {
    const { simulatedSes, world, scenario, judge } = this;
    const { at, until, long } = scenario.outage!;
    simulatedSes.out = begins;
    const { met } = simulatedSes;
    world.tell(() => (begins ? 'every answer of SES is 503' : `SES answers again, ${met} requests met it so`));
    if (met > 0) this.seen.add('an outage');
    const most = OUTAGE_DOUBTS + (until - at) / 60_000;
    if (long && met > most) judge.blame('outage', `${met} requests met an outage, at most ${most} may`);
  }

  private operate(what: Operation): void {
    const { people, seen, operators, operated, witness } = this;
    if (what === 'cancel' && people.isResending) seen.add('a resend is cancelled');
    if (what === 'pause' && people.isResending) seen.add('a resend is paused');
    operated.add(what);
    void operators.do(what, witness.campaign);
  }

  /** By the command, of the campaign as a whole. */
  private async ask(what: 'resume' | 'retry' | 'resendInDoubt'): Promise<void> {
    const { witness, command, seen, operated } = this;
    if (witness.campaign === undefined || (await command[what](witness.campaign)) === 0 || what !== 'retry') return;
    if (operated.has('cancel')) seen.add('a retry after a cancel');
    if (operated.has('pause')) seen.add('a retry after a pause');
  }

  /** Continues every campaign for the recipients that are left. Returns how many runs it asks for. */
  private async askAll(): Promise<number> {
    const { registry, command } = this;
    let asked = 0;
    for (const campaign of registry.campaigns)
      asked += (await command.resume(campaign)) + (await command.retry(campaign));
    return asked;
  }

  /** Nothing was registered of the newest list, or it was rejected; or it is gone, or lies in the bucket of before. */
  private get cannotResume(): boolean {
    const { registry, people, deployments } = this;
    const { list } = [...people.uploads.values()].filter((one) => one.list.key === LIST).at(-1)!;
    const isGone = people.deleted.has(list.versionId!) || list.bucket !== deployments.bucket.name;
    return isGone || registry.ofVersion(list.versionId!).every(isRejected);
  }
}
