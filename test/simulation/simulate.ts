import { type ApprovalRecord, decide } from '../../lambda-src/core/approval';
import { recipientKey } from '../../lambda-src/core/keys';
import { asPreferences, optedOut, optOut, preferencesKey } from '../../lambda-src/core/preferences';
import { accepted } from '../../lambda-src/core/record';
import type { Item } from '../../lambda-src/core/store';
import { TIMING } from '../../lambda-src/core/timing';
import type { Summary } from '../../lambda-src/report/summary';
import { random } from '../../local/random';
import {
  FORMAT,
  LAYOUT,
  type ListRef,
  METADATA,
  OUTCOMES,
  type Outcome,
  type Pinned,
  type Settings,
  type TemplatesDocument,
} from '../../src/private/contract';
import { Bucket } from './bucket';
import type { Deployed } from './deployed';
import { Execution } from './execution';
import { NONE } from './faults';
import { Functions, type Surroundings } from './functions';
import { type Invariant, Judge, type RunName, runName, type Violation } from './judge';
import { Ledger } from './ledger';
import type { Change } from './mutant';
import { OPERATIONS, type Operation, Operators } from './operators';
import { type Message, Post, SENDER } from './post';
import { RateJudge } from './rate-judge';
import {
  BUCKET,
  boundTo,
  CAMPAIGN,
  type Circumstances,
  cellsOf,
  type Deployment,
  draw,
  LIST,
  PREFIX,
  type Row,
  rowsOf,
  type Scenario,
} from './scenario';
import { type Machine, parseMachine } from './states';
import { Tracking } from './tracking';
import { Process, World } from './world';

/** More than any run needs: beyond it something goes round in circles. */
const STEPS = 30_000;
/** Where doubts are sent again, a run ends with some reopened; the next one has them. */
const LAST_RUNS = 4;

export type Ending = Outcome | 'failed' | 'refused list';

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
  const { judge, world, outcomes } = campaign;
  return { seed, violation: judge.violation, steps: world.steps, outcomes };
}

const machines = new Map<string, Machine>();

function machineOf(definition: string): Machine {
  const machine = machines.get(definition) ?? parseMachine(definition);
  machines.set(definition, machine);
  return machine;
}

/** Some answers come too late. */
const APPROVAL_SECONDS = 600;

const TOPIC = 'news';

/** The templates of a deployment; a mail's subject tells which it is of. */
const templatesOf = (deployment: number): TemplatesDocument => ({
  v: FORMAT,
  templates: {
    welcome: {
      subject: `Hello {{name}} ${deployment}`,
      text: 'Hello {{name}}',
      fromAddress: `news@${SENDER}`,
      replyTo: [],
      topic: TOPIC,
    },
  },
  identities: [SENDER],
});
const deploymentOf = (subject: string): number => Number(subject.split(' ').at(-1));

/** Long after a campaign's last run its name is closed. */
const CLOSES_AFTER_DAYS = 30;
const DAY = 86_400_000;

interface Uploaded {
  readonly list: ListRef;
  readonly campaign: string;
  readonly rows: readonly Row[];
  /** Not before that. */
  readonly sendAt?: number;
}

/** What a run has pinned. */
interface Pins {
  readonly deployment: number;
  readonly inDoubt: Settings['inDoubt'];
}

const WEEK = [0, 1, 2, 3, 4, 5, 6];

const isOperation = (kind: string): kind is Operation => OPERATIONS.some((operation) => operation === kind);

class Campaign {
  readonly world: World;
  readonly judge: Judge;
  readonly outcomes: { [outcome in Ending]?: number } = {};
  private readonly post: Post;
  private readonly scenario: Scenario;
  private readonly ledger: Ledger;
  private readonly bucket = new Bucket();
  private readonly around: Surroundings;
  private readonly functions: Functions;
  private readonly approved = new Set<RunName>();
  private readonly executions: Execution[] = [];
  private readonly tracking: Tracking;
  /** By name: each reports a run again. */
  private readonly followUps = new Map<string, Execution>();
  /** What was uploaded, by version. */
  private readonly uploads = new Map<string, Uploaded>();
  /** By a run's folder; and the folders of runs. */
  private readonly pins = new Map<string, Pins>();
  private readonly folders = new Map<RunName, string>();
  private readonly startTimes = new Map<RunName, number>();
  private readonly operators: Operators;
  private deleted?: string;
  private deployments = 1;
  private readonly rate = new RateJudge(() => this.fastest);
  /** Of all deployments: a run keeps its own. */
  private fastest = 0;
  /** The last that was registered. */
  private campaign?: string;
  private lastReport?: Summary;
  /** Keys of those whom the last report names so. */
  private suppressed: ReadonlySet<string> = new Set();
  private bug?: Error;

  constructor(
    seed: number,
    private readonly deployed: Deployed,
    options: Options,
  ) {
    this.scenario = draw(random(seed ^ 0x5eed), options.under);
    const { resend, proven, faults, bad, perSecond, shardSize, keyColumn, window } = this.scenario;
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
    this.bucket.onPut = (key, body) => this.onPut(key, body);
    const settings: Settings = {
      v: FORMAT,
      intake: {
        prefix: PREFIX,
        // What else they could be is looked at in the list's own tests, and costs more than all the rest of a plan.
        encoding: 'utf-8',
        delimiter: ',',
        maxRows: 1000,
        maxBytes: 1 << 20,
        maxInvalidPercent: 50,
        recipientKeyColumn: keyColumn,
        byUpload: this.scenario.byUpload,
      },
      rate: {
        maxPerSecond: perSecond,
        accountShare: 1,
        ...(window ? { window: { ...window, timeZone: 'UTC', days: WEEK } } : {}),
      },
      inDoubt: resend ? 'resend' : 'hold',
      closesAfterDays: CLOSES_AFTER_DAYS,
      ...(this.scenario.approving
        ? { approval: { approvers: ['chief@example.com'], timeoutSeconds: APPROVAL_SECONDS } }
        : {}),
      tracking: { periodSeconds: 3600, maxBouncePercent: 100, maxComplaintPercent: 100, breakerMinimum: 1000 },
    };
    this.around = {
      world: this.world,
      ledger: this.ledger,
      bucket: this.bucket,
      post: this.post,
      settings,
      templates: templatesOf(this.deployments),
      shardSize,
      onBreach: (subject) => this.judge.blame('detector', subject),
      onNotice: (kind) => this.world.tell(() => `a notice: ${kind}`),
      onThrow: (error) => this.onThrow(error),
      onHeldClaim: (what) => this.judge.blame('pause', what),
      change: options.change,
    };
    this.functions = new Functions(this.around, deployed.functions);
    this.post.sandbox = this.scenario.sandbox;
    this.tracking = new Tracking({
      world: this.world,
      ledger: this.ledger,
      judge: this.judge,
      track: (batch) => this.functions.track(batch),
    });
    this.world.tell(() => JSON.stringify({ ...this.scenario, bad: [...bad] }));
  }

  async live(): Promise<void> {
    const { world, scenario, judge } = this;
    for (const happening of scenario.happenings) {
      world.after(happening.at, () => {
        if (happening.kind === 'upload') this.upload(LIST, happening.csv, happening.sendIn);
        else if (isOperation(happening.kind)) void this.operators.do(happening.kind, this.campaign);
        else if (happening.kind === 'leave') this.leave(happening.email);
        else if (happening.kind === 'deploy') this.deploy(happening);
        else this[happening.kind as 'resume' | 'stop' | 'retry' | 'delete']();
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
      disturbed = this.functions.busy || this.executions.some(({ status }) => status === 'running');
      // What ended before it was registered cannot be resumed.
      const uploaded = runs++ === 0 && (scenario.uploadedLast || this.cannotResume);
      if (uploaded) this.upload(LIST, scenario.whole);
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
      const again = disturbed || this.lastPins?.inDoubt === 'resend';
      if (!again || runs >= LAST_RUNS) return judge.blame('progress', left);
      lastRun();
    }
    if (scenario.closes) await this.close();
  }

  /** The same list under the same name, when nobody remembers the campaign. */
  private async close(): Promise<void> {
    const { world, post, judge, scenario } = this;
    const mailed = post.accepted.length;
    const run = this.lastReport!.run;
    world.after((CLOSES_AFTER_DAYS + 1) * DAY, () => this.upload(LIST, scenario.whole));
    await world.run(STEPS, () => (judge.violation ?? this.bug) !== undefined);
    if (this.bug) throw this.bug;
    if (scenario.byUpload) return;
    if (post.accepted.length > mailed) judge.blame('never twice', 'a closed campaign mailed somebody');
    if (this.lastReport!.run === run || this.lastReport!.refusal?.code !== 'MM512')
      judge.blame('nothing refused', `of a closed campaign the last report says ${this.lastReport!.status}`);
  }

  private get lastPins(): Pins | undefined {
    return this.lastReport && this.pins.get(this.folders.get(runName(this.lastReport.campaign, this.lastReport.run))!);
  }

  /** Why the campaign is not at its end, after a last run in which nothing went wrong. */
  private unfinished(): string | undefined {
    const { judge, scenario, lastPins } = this;
    const running = [...this.executions, ...this.followUps.values()].filter(({ status }) => status === 'running');
    if (running.length > 0) return `${running[0]!.id} never ended`;
    if (this.executions.at(-1)!.status !== 'succeeded') return `the last run ${this.executions.at(-1)!.status}`;
    if (this.lastReport?.campaign !== this.campaign) return `the last report is of ${this.lastReport?.campaign}`;
    this.tracking.check();
    const again = [...this.followUps.values()].at(-1);
    if (again?.status !== 'succeeded') return `the last run was not reported again: ${again?.status}`;
    if (this.lastReport?.status !== 'completed') return `the last report says ${this.lastReport?.status}`;
    for (const { kind, key, email } of this.uploads.get(this.lastReport.list.versionId!)!.rows) {
      if (kind !== 'recipient') continue;
      const state = judge.stateOf(key!);
      const bad = scenario.bad.has(email.toLowerCase());
      const gone = this.suppressed.has(key!);
      const fine =
        gone ||
        state === 'sent' ||
        (state === 'in_doubt' && lastPins!.inDoubt === 'hold') ||
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

  private upload(key: string, csv: string, sendIn?: number): void {
    const { world } = this;
    const sendAt = sendIn === undefined ? undefined : world.now + sendIn;
    const number = this.uploads.size + 1;
    const list: ListRef = { bucket: BUCKET, key, versionId: `v${number}`, etag: `e${number}`, size: csv.length };
    const { byUpload, keyColumn } = this.scenario;
    const name = `${BUCKET}/${key.slice(PREFIX.length, -'.csv'.length)}`;
    const campaign = boundTo(csv) ?? (byUpload ? `${name}@${list.versionId}` : name);
    this.uploads.set(list.versionId!, { list, campaign, rows: rowsOf(csv, campaign, keyColumn), sendAt });
    const metadata: { [name: string]: string } =
      sendAt === undefined ? {} : { [METADATA.sendAt]: new Date(sendAt).toISOString() };
    this.bucket.upload(list, csv, metadata);
    const sequencer = number.toString(16).toUpperCase().padStart(6, '0');
    const object = { key, size: list.size, etag: list.etag, 'version-id': list.versionId, sequencer };
    const event = { time: new Date(world.now).toISOString(), detail: { bucket: { name: BUCKET }, object } };
    world.tell(() => `upload ${key} ${list.versionId}: ${JSON.stringify(csv)}`);
    // At least once.
    this.execute(event);
    if (world.chance(0.25)) world.after(world.late(), () => this.execute(event));
  }

  private resume(): void {
    const { campaign } = this;
    if (campaign !== undefined) this.execute({ resume: { campaign } });
  }

  /** What was uploaded last, and may be being read. */
  private delete(): void {
    const { list } = [...this.uploads.values()].at(-1)!;
    this.world.tell(() => `${list.key} ${list.versionId} is deleted`);
    this.bucket.delete(list);
    this.deleted = list.versionId;
  }

  private deploy({ perSecond, inDoubt = this.around.settings.inDoubt, shardSize }: Deployment): void {
    const { around } = this;
    this.fastest = Math.max(this.fastest, perSecond);
    around.settings = { ...around.settings, rate: { ...around.settings.rate, maxPerSecond: perSecond }, inDoubt };
    around.templates = templatesOf(++this.deployments);
    around.shardSize = shardSize;
    this.world.tell(() => `deployment ${this.deployments}: ${perSecond} a second, ${inDoubt}`);
  }

  /** One click on the link in some mail. */
  private leave(email: string): void {
    const { world, ledger, judge } = this;
    const of = recipientKey(email, CAMPAIGN);
    const process = new Process(world, `consent of ${email}`, () => {});
    const optedOut = optOut(of, TOPIC, { at: new Date(world.now).toISOString(), source: 'one_click' });
    ledger
      .port(process)
      .write(optedOut)
      .then(
        () => {
          world.tell(() => `${email} has left`);
          judge.onLeft(of.pk, world.now);
        },
        // Nobody told them that they have left; perhaps they have.
        () => {},
      );
  }

  private hasLeft(email: string): boolean {
    const preferences = asPreferences(this.ledger.get(preferencesKey(recipientKey(email, CAMPAIGN))));
    return optedOut(preferences, TOPIC) !== undefined;
  }

  /** None was registered, or a list is gone: its run may be the last to begin, and is refused. */
  private get cannotResume(): boolean {
    return this.campaign === undefined || this.deleted !== undefined;
  }

  private stop(): void {
    this.executions
      .filter(({ status }) => status === 'running')
      .at(-1)
      ?.abort();
  }

  /** The newest retry file, dropped back in. */
  private retry(): void {
    const key = [...this.bucket.objects.keys()].filter((name) => name.endsWith(LAYOUT.retry)).at(-1);
    if (key) this.upload(`${PREFIX}again.csv`, this.bucket.objects.get(key)!);
  }

  private execute(input: unknown): void {
    const { world } = this;
    const { definition } = this.deployed;
    const execution = this.newExecution(`execution-${this.executions.length + 1}`, definition);
    this.executions.push(execution);
    world.tell(() => `${execution.id} starts: ${JSON.stringify(input)}`);
    world.after(world.soon(), () => execution.start(input));
  }

  private followUp(name: string, input: unknown): void {
    if (this.followUps.has(name)) return;
    const execution = this.newExecution(`follow-up of ${name}`, this.deployed.followUp);
    this.followUps.set(name, execution);
    this.world.after(this.world.soon(), () => execution.start(input));
  }

  private newExecution(name: string, definition: string): Execution {
    const { world, functions, bucket } = this;
    return new Execution(name, machineOf(definition), {
      world,
      invoke: (functionId, payload) => functions.invoke(functionId, payload),
      followUp: (of, payload) => this.followUp(of, payload),
      read: (key) => bucket.objects.get(key),
      onBug: (error) => this.onBug(error),
    });
  }

  private onItem(before: Item | undefined, after: Item): void {
    if (after.sk === 'campaign') {
      const run = runName(String(after.campaign), Number(after.run));
      // Its record is written again: by whoever stops it, and by repetitions that come late, also of an execution that was
      // stopped and will do nothing with it. Of a retry file that is gone nobody knows whose it was.
      const begins = this.executions.some(({ id, status }) => id === after.execution && status === 'running');
      if (begins && !this.folders.has(run) && after.versionId !== this.deleted) this.campaign = String(after.campaign);
      this.folders.set(run, String(after.folder));
      this.startTimes.set(run, this.uploads.get(String(after.versionId))?.sendAt ?? 0);
      return this.judge.onRun(run);
    }
    if (after.pk.startsWith('approval#') && before === undefined) this.onQuestion(after as unknown as ApprovalRecord);
    if (after.pk === 'rate' || after.pk.includes('#') || after.sk === 'preferences') return;
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
    if (scenario.approving && !this.approved.has(message.run))
      this.judge.blame('approval', `${message.id} of run ${message.run}, which nobody approved`);
    if (world.now < this.startTimes.get(message.run)!)
      this.judge.blame('start time', `${message.id} of run ${message.run} goes out before its time`);
    const pins = this.pins.get(this.folders.get(message.run)!);
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

  /** An approver has the question: sooner or later, perhaps too late, there is an answer, or there is none. */
  private onQuestion({ pk, sk, campaign, run }: ApprovalRecord): void {
    const { world, scenario } = this;
    const calm = world.now >= scenario.calmAt;
    if (!calm && world.chance(0.15)) return;
    const decision = calm || world.chance(0.7) ? 'approved' : 'rejected';
    const later = calm ? world.between(0, 60_000) : world.between(0, 1.2 * APPROVAL_SECONDS * 1000);
    world.after(later, () => {
      const at = new Date(world.now).toISOString();
      const verdict = { decision, by: 'chief@example.com', how: 'link', at } as const;
      const { applied } = this.ledger.apply(decide({ pk, sk }, verdict));
      if (applied && decision === 'approved') this.approved.add(runName(campaign, run));
      world.tell(() => `run ${run} is ${decision}: ${applied ? 'applied' : 'too late'}`);
    });
  }

  private onThrow(error: Error): void {
    if (error.message.startsWith('MM515') || error.message.startsWith('MM510'))
      this.judge.blame('counts', error.message);
    if (!error.message.startsWith('MM') && error.name !== 'TimeoutError') this.onBug(error);
  }

  /** A mistake of the code, or of the simulation, that no world explains. */
  private onBug(error: Error): void {
    this.bug ??= error;
  }

  private onPut(key: string, body: string): void {
    if (key.endsWith(LAYOUT.pinned)) this.onPinned(key.slice(0, -LAYOUT.pinned.length), JSON.parse(body) as Pinned);
    if (!key.endsWith(LAYOUT.summary)) return;
    const summary = JSON.parse(body) as Summary;
    // An older run may end after a newer one.
    const { campaign, run, status } = summary;
    if (campaign === this.campaign && (campaign !== this.lastReport?.campaign || run >= this.lastReport.run))
      this.lastReport = summary;
    const endings = summary.counts ?? { [status === 'refused' ? 'refused list' : 'failed']: 1 };
    for (const [ending, count] of Object.entries(endings)) {
      this.outcomes[ending as Ending] = (this.outcomes[ending as Ending] ?? 0) + count;
    }
    if (status === 'refused') this.judge.onRefused(runName(campaign, run));
    if (status === 'completed') this.judgeReport(key.slice(0, -LAYOUT.summary.length), summary);
  }

  private onPinned(folder: string, { settings, templates }: Pinned): void {
    const deployment = deploymentOf(templates.templates.welcome!.subject);
    const first = this.pins.get(folder);
    if (first && first.deployment !== deployment)
      this.judge.blame('pinned', `${folder} pinned ${first.deployment} and then ${deployment}`);
    this.pins.set(folder, { deployment, inDoubt: settings.inDoubt });
    if (settings.inDoubt === 'resend') this.judge.onResend();
  }

  /** The report against the list as it was uploaded; then against SES. */
  private judgeReport(folder: string, { campaign, run, rows: count, counts, list }: Summary): void {
    const { judge } = this;
    const { rows } = this.uploads.get(list.versionId!)!;
    const blame = (what: string) => judge.blame('counts', `run ${run}: ${what}`);
    const lines = cellsOf(this.bucket.objects.get(`${folder}${LAYOUT.results}`)!).slice(1);
    if (lines.length !== rows.length || count !== rows.length) {
      return blame(`${rows.length} rows, ${count} in its summary, ${lines.length} in its results`);
    }
    const outcomes = new Map<string, Outcome>();
    const ids = new Map<string, string>();
    const counted = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
    for (const [at, [row, , , said, , id]] of lines.entries()) {
      const { kind, key } = rows[at]!;
      const outcome = said as Outcome;
      if (Number(row) !== at + 1) return blame(`row ${at + 1} is ${row} in its results`);
      if (kind !== 'recipient' && outcome !== kind) return blame(`row ${row} is ${kind}, the results say ${outcome}`);
      if (kind === 'recipient' && (outcome === 'invalid' || outcome === 'duplicate'))
        return blame(`row ${row} is ${outcome}`);
      if (outcome === 'suppressed' && !this.hasLeft(rows[at]!.email))
        return blame(`row ${row} is suppressed and has not left`);
      counted[outcome]++;
      if (key) outcomes.set(key, outcome);
      if (key && id) ids.set(key, id);
    }
    for (const outcome of OUTCOMES) {
      if (counted[outcome] !== counts![outcome])
        return blame(`${counts![outcome]} ${outcome}, but ${counted[outcome]} in its results`);
    }
    const again = counted.refused + counted.not_attempted;
    const retry = this.bucket.objects.get(`${folder}${LAYOUT.retry}`);
    const retried = retry ? rowsOf(retry, campaign, this.scenario.keyColumn) : [];
    const wanted = (key?: string) => ['refused', 'not_attempted'].includes(outcomes.get(key ?? '') ?? '');
    if (again > 0 && (retried.length !== again || !retried.every(({ key }) => wanted(key)))) {
      return blame(`${again} to be tried again, ${retried.length} in the retry file`);
    }
    judge.onReport(runName(campaign, run), outcomes, ids);
    if (this.lastReport?.run === run && this.lastReport.campaign === campaign) {
      this.suppressed = new Set([...outcomes].filter(([, outcome]) => outcome === 'suppressed').map(([key]) => key));
    }
  }
}
