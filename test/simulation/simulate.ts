import type { ApprovalRecord } from '../../lambda-src/domain/campaign/approval';
import { asCampaign, type CampaignRecord } from '../../lambda-src/domain/campaign/campaign';
import { isRefused } from '../../lambda-src/domain/campaign/run-record';
import { isDigest } from '../../lambda-src/domain/ledger/partitions';
import { accepted } from '../../lambda-src/domain/ledger/record';
import type { Item } from '../../lambda-src/domain/ledger/store';
import { TIMING } from '../../lambda-src/domain/rate/timing';
import { random } from '../../local/random';
import { markerOf } from '../../src/private/contract';
import { Identities } from './judge/identities';
import { type Invariant, Judge, type Violation } from './judge/judge';
import { RateJudge } from './judge/rate-judge';
import { Reports, type Ending as RowEnding, type RunSnapshot } from './judge/reports';
import type { Seen } from './judge/seen';
import { Command } from './lives/command';
import type { SecondMailer } from './lives/complications';
import { Ending } from './lives/ending';
import type { Deployment } from './lives/happenings';
import { isOperation, type Operation, Operators } from './lives/operators';
import { People } from './lives/people';
import { Registry } from './lives/registry';
import { BUCKET, type Circumstances, draw, LIST, OWNER, PREFIX, type Scenario } from './lives/scenario';
import { CLOSES_AFTER_DAYS, deploymentOf, settingsOf, templatesOf } from './lives/settings';
import { Tracking } from './lives/tracking';
import { Bucket } from './world/bucket';
import type { Deployed } from './world/deployed';
import type { Execution } from './world/execution';
import { Executions } from './world/executions';
import { NONE } from './world/faults';
import { Functions } from './world/functions';
import { Ledger } from './world/ledger';
import { type RunName, runName } from './world/names';
import { type Message, SimulatedSes } from './world/ses';
import type { Change, Surroundings } from './world/surroundings';
import { World } from './world/world';

/** More than any run needs: beyond it something goes round in circles. */
const STEPS = 30_000;
/** How often an operator asks that what is left goes on. */
const ROUNDS = 8;

export type { Ending } from './judge/reports';

export interface Simulated {
  readonly seed: number;
  readonly violation?: Violation;
  readonly steps: number;
  /** Of the rows of all reports; and how many runs failed, and lists were rejected. */
  readonly outcomes: { readonly [outcome in RowEnding]?: number };
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
  private readonly simulatedSes: SimulatedSes;
  private readonly scenario: Scenario;
  private readonly ledger: Ledger;
  private bucket = this.bucketCalled('lists');
  private readonly around: Surroundings;
  private readonly functions: Functions;
  private readonly executions: Executions;
  private readonly tracking: Tracking;
  private readonly registry: Registry;
  private readonly command: Command;
  private readonly ending: Ending;
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
      versionOf: (run) => this.registry.of(run)?.versionId,
      policyOf: (run) => this.pinsOf(run)?.inDoubt,
    });
    this.ledger = new Ledger(this.world, (before, after) => this.onItem(before, after));
    this.registry = new Registry(this.ledger);
    this.operators = new Operators(this.world, this.ledger);
    const patience = proven ? TIMING.request + TIMING.grace / 2 : Number.POSITIVE_INFINITY;
    this.simulatedSes = new SimulatedSes(
      this.world,
      bad,
      patience,
      (message) => this.onMessage(message),
      (pk, mailer) => this.onRequest(pk, mailer),
    );
    const { world, bucket, ledger, judge, operators, scenario } = this;
    this.people = new People({
      ...{ world, ledger, judge, operators, scenario },
      bucket: () => this.bucket,
      seen: (what) => this.seen.add(what),
      running: () => this.executions.running.length > 0,
      execute: (input) => this.execute(input),
    });
    this.reports = new Reports({
      ...{ judge, people: this.people, registry: this.registry },
      campaign: () => this.campaign,
    });
    this.identities = new Identities({
      registry: this.registry,
      blame: (invariant, what) => this.judge.blame(invariant, what),
    });
    this.around = {
      ...{ world, ledger, bucket, simulatedSes: this.simulatedSes, settings: settingsOf(scenario) },
      templates: templatesOf(this.deployments),
      shardSize,
      hasEnded: (id) => this.executions.hasEnded(id),
      onBreach: (subject) => this.judge.blame('invariant monitor', subject),
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
    const { registry, executions, people, reports } = this;
    const current = () => this.bucket;
    this.command = new Command({ ledger, bucket: current, registry, executions, operators, people });
    this.ending = new Ending({
      ...{ bucket: current, command: this.command, executions, judge, people, registry, reports },
      bad: new Set([...bad].map((one) => one.toLowerCase())),
    });
    this.simulatedSes.sandbox = this.scenario.sandbox;
    this.tracking = new Tracking({ world, ledger, judge, track: (batch) => functions.track(batch) });
    this.world.tell(() => JSON.stringify({ ...this.scenario, bad: [...bad] }));
  }

  async live(): Promise<void> {
    await this.toItsEnd();
    if (this.simulatedSes.foreign > 0) this.seen.add('an answer that SES did not write');
  }

  private async toItsEnd(): Promise<void> {
    const { world, scenario, judge, simulatedSes } = this;
    for (const happening of scenario.happenings) {
      world.after(happening.at, () => {
        if (happening.kind === 'upload') this.people.upload(LIST, happening.csv, happening.sendIn);
        else if (happening.kind === 'further') this.people.further(happening.csv, this.campaign);
        else if (isOperation(happening.kind)) this.operate(happening.kind);
        else if (happening.kind === 'leave') this.people.leave(happening.email);
        else if (happening.kind === 'deploy') this.deploy(happening);
        else if (happening.kind === 'stop') this.executions.stopLast();
        else if (happening.kind === 'delete' || happening.kind === 'correct') this.people[happening.kind]();
        else void this.ask(happening.kind);
      });
    }
    if (scenario.sandbox) {
      world.after(scenario.sandbox.until, () => {
        world.tell(() => 'the account leaves the sandbox');
        this.simulatedSes.sandbox = undefined;
      });
    }
    const { outage, second } = scenario;
    if (outage) {
      world.after(outage.at, () => this.outage(true));
      world.after(outage.until, () => this.outage(false));
    }
    if (second) world.after(second.at, () => this.deploySecond(second));
    world.after(scenario.calmAt, () => this.calm());
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
      const ended = await world.run(STEPS * Math.max(1, rounds), () => (judge.violation ?? this.bug) !== undefined);
      if (this.bug) throw this.bug;
      if (judge.violation) return;
      if (!ended) return judge.blame('progress', `it does not end within ${STEPS} steps`);
      if (this.isSecondOwner) return;
      const left = this.ending.unfinished();
      if (left === undefined) break;
      if (rounds < ROUNDS) await goOn();
      // Nobody has a reason to do more than the command says.
      if (asked === 0 || rounds >= ROUNDS) return judge.blame('every list', left);
    }
    this.tracking.check();
    const miscounted = await this.ending.miscounted();
    if (miscounted) return judge.blame('counts', miscounted);
    if (scenario.closes && simulatedSes.accepted.length > 0) await this.close();
  }

  /** The same list under the same name, when nobody remembers the campaign. */
  private async close(): Promise<void> {
    const { world, simulatedSes, judge, scenario, reports } = this;
    const mailed = simulatedSes.accepted.length;
    const run = reports.last!;
    world.after((CLOSES_AFTER_DAYS + 1) * DAY, () => this.people.upload(LIST, scenario.whole));
    await world.run(STEPS, () => (judge.violation ?? this.bug) !== undefined);
    if (this.bug) throw this.bug;
    // Then it is another campaign.
    if (this.registry.ofVersion(`v${this.people.uploads.size}`)[0]?.campaign !== run.campaign) return;
    if (simulatedSes.accepted.length > mailed) judge.blame('never twice', 'a closed campaign mailed somebody');
    if (reports.last === run || reports.last!.rejection?.code !== 'MM512')
      judge.blame('nothing rejected', `of a closed campaign the last report says ${reports.last!.status}`);
  }

  private pinsOf(run: RunName): RunSnapshot | undefined {
    return this.reports.snapshots.get(this.registry.folderOf(run));
  }

  private calm(): void {
    this.world.tell(() => 'nothing goes wrong any more');
    this.world.faults = NONE;
    this.simulatedSes.recover();
    // Whoever reads why a list was rejected lets campaigns go on by what they began with.
    const { settings } = this.around;
    this.around.settings = { ...settings, intake: { ...settings.intake, keepCampaignKey: true } };
    void this.operators.goOn();
  }

  private operate(what: Operation): void {
    const resending = this.people.isResending;
    if (what === 'cancel' && resending) this.seen.add('a resend is cancelled');
    if (what === 'pause' && resending) this.seen.add('a resend is paused');
    this.operated.add(what);
    void this.operators.do(what, this.campaign);
  }

  /** By the command, of the campaign as a whole. */
  private async ask(what: 'resume' | 'retry' | 'resendInDoubt'): Promise<void> {
    const { campaign, seen, operated } = this;
    if (campaign === undefined || (await this.command[what](campaign)) === 0 || what !== 'retry') return;
    if (operated.has('cancel')) seen.add('a retry after a cancel');
    if (operated.has('pause')) seen.add('a retry after a pause');
  }

  /** That every campaign goes on: first what is under way, then those who were left. How many runs it asks for. */
  private async askAll(): Promise<number> {
    let asked = 0;
    for (const campaign of this.registry.campaigns) asked += await this.command.resume(campaign);
    if (asked > 0) return asked;
    for (const campaign of this.registry.campaigns) asked += await this.command.retry(campaign);
    return asked;
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
      {
        ...around,
        hasEnded: (id) => this.second!.hasEnded(id),
        ledger,
        bucket,
        templates,
        owner,
        settings,
        mailer: SECOND,
        ids: 'second-',
      },
      deployed.functions,
    );
    const onBug = (error: Error) => this.onBug(error);
    this.seen.add('two mailers');
    this.second = new Executions({ world, functions, deployed, bucket: () => bucket, onBug, called: 'second-' });
  }

  private outage(begins: boolean): void {
    const { simulatedSes, world, scenario, judge } = this;
    simulatedSes.out = begins;
    world.tell(() =>
      begins ? 'every answer of SES is 503' : `SES answers again, ${simulatedSes.met} requests met it so`,
    );
    const { at, until, long } = scenario.outage!;
    if (simulatedSes.met > 0) this.seen.add('an outage');
    if (!long || begins) return;
    const most = OUTAGE_DOUBTS + (until - at) / 60_000;
    if (simulatedSes.met > most)
      judge.blame('outage', `${simulatedSes.met} requests met an outage, at most ${most} may`);
  }

  private deploy(deployment: Deployment): void {
    const { around, executions, seen } = this;
    const { settings } = around;
    const { perSecond, inDoubt = settings.inDoubt, shardSize, keyColumn, byUpload, keeps, otherBucket } = deployment;
    if (executions.running.length > 0) seen.add('other templates in mid-run');
    if (executions.running.length > 0 && inDoubt !== settings.inDoubt) seen.add('another policy in mid-run');
    if (otherBucket) {
      seen.add('another bucket');
      this.bucket = around.bucket = this.bucketCalled(OTHER_BUCKET);
    }
    let { intake } = settings;
    if (keyColumn) {
      seen.add('another key column');
      intake = { ...intake, recipientKeyColumn: keyColumn === 'none' ? undefined : keyColumn, keepCampaignKey: keeps };
    }
    if (byUpload && !intake.byUpload) {
      seen.add('another identity of campaigns');
      intake = { ...intake, byUpload, keepCampaignKey: keeps };
    }
    this.fastest = Math.max(this.fastest, perSecond);
    around.settings = { ...settings, intake, rate: { ...settings.rate, maxPerSecond: perSecond }, inDoubt };
    around.templates = templatesOf(++this.deployments);
    around.shardSize = shardSize;
    this.world.tell(() => `deployment ${this.deployments}: ${perSecond} a second, ${inDoubt}`);
  }

  /** Nothing was registered of the list, or it was refused; or a list is gone: its run may be the last to begin, and is refused. */
  private get cannotResume(): boolean {
    const { registry, people, bucket } = this;
    const { list } = [...people.uploads.values()].filter((one) => one.list.key === LIST).at(-1)!;
    const moved = list.bucket !== bucket.name;
    return registry.ofVersion(list.versionId!).every(isRefused) || people.deleted.has(list.versionId!) || moved;
  }

  private onItem(before: Item | undefined, after: Item): void {
    if (after.sk === 'campaign') return this.onTurn(asCampaign(before), asCampaign(after)!);
    if (after.pk.startsWith('run#') && after.sk.startsWith('run#')) {
      const { name, record, isNew } = this.registry.onItem(after);
      if (isNew) this.campaign = record.campaign;
      const by = /^superseded by run (\d+)$/.exec(record.stopped ?? '')?.[1];
      const newer = by && this.registry.of(runName(record.campaign, Number(by)));
      if (newer && newer.listKey !== record.listKey)
        this.judge.blame('every list', `${record.listKey} was stopped by ${newer.listKey}`);
      return this.judge.onRun(name);
    }
    if (after.pk.startsWith('approval#') && before === undefined)
      this.people.onQuestion(after as unknown as ApprovalRecord);
    if (!isDigest(after.pk) || after.sk === 'preferences') return;
    this.judge.onRecord(before, after);
  }

  private onTurn(before: CampaignRecord | undefined, { campaign, turn }: CampaignRecord): void {
    if (before?.turn === undefined || before.turn === turn) return;
    const { state, execution } = this.registry.of(runName(campaign, before.turn))!;
    if (state !== 'settled' && state !== 'refused' && !this.executions.hasEnded(execution))
      this.judge.blame('turn', `run ${turn} of ${campaign} has the turn, and run ${before.turn} is ${state}`);
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
    } else if (this.scenario.second?.sharesLedger) {
      this.judge.onAccepted(message);
      this.prove(message);
    }
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
    const { versionId } = this.registry.of(message.run)!;
    if (world.now < (this.people.uploads.get(versionId!)?.sendAt ?? 0))
      this.judge.blame('start time', `${message.id} of run ${message.run} goes out before its time`);
    const snapshots = this.pinsOf(message.run);
    if (deploymentOf(message.subject) !== snapshots?.deployment)
      this.judge.blame(
        'pinned',
        `run ${message.run} pinned ${snapshots?.deployment}, ${message.id} is "${message.subject}"`,
      );
    this.prove(message);
    while (world.chance(scenario.events)) this.tracking.happen(message);
  }

  /** Where SES keeps to the assumptions, its event comes before a policy acts. */
  private prove(message: Message): void {
    const { world, ledger, scenario } = this;
    const proof = () => {
      world.tell(() => `an event of ${message.id}`);
      ledger.apply(accepted(message, message.id));
    };
    if (scenario.proven) world.after(world.between(0, TIMING.grace / 4), proof);
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
