import type { Bus } from '../../lambda-src/core/bus';
import { consentUrls } from '../../lambda-src/core/consent-link';
import { known } from '../../lambda-src/core/format';
import { uncounted } from '../../lambda-src/core/metrics';
import { ofOwnRun } from '../../lambda-src/core/own-run';
import type { Owner } from '../../lambda-src/core/ownership';
import type { Log, Notices, Random } from '../../lambda-src/core/ports';
import { plan } from '../../lambda-src/plan/plan';
import { boundTo } from '../../lambda-src/register/bound-to';
import { guard } from '../../lambda-src/register/guard';
import { locked } from '../../lambda-src/register/lock';
import { type RegisterInput, register } from '../../lambda-src/register/register';
import { turn } from '../../lambda-src/register/turn';
import { report } from '../../lambda-src/report/report';
import { approval } from '../../lambda-src/review/approval';
import { sendShard } from '../../lambda-src/send/send-shard';
import { settleShard } from '../../lambda-src/settle/settle-shard';
import { type QueuedEvent, Tracker } from '../../lambda-src/track/tracker';
import type {
  PlanInput,
  ReportInput,
  ReviewInput,
  Settings,
  ShardInput,
  TemplatesDocument,
  TurnInput,
} from '../../src/private/contract';
import type { Bucket } from './bucket';
import type { DeployedFunction, Room } from './deployed';
import { StateError } from './execution';
import type { Ledger } from './ledger';
import { type Change, UNCHANGED } from './mutant';
import { ask } from './network';
import { watched } from './operators';
import type { Post } from './post';
import { OWNER, PREFIX } from './scenario';
import { Process, type World } from './world';

export interface Surroundings {
  readonly world: World;
  readonly ledger: Ledger;
  bucket: Bucket;
  readonly post: Post;
  /** As they are deployed at the moment. */
  settings: Settings;
  templates: TemplatesDocument;
  shardSize: number;
  /** Who the mailer is to the ledger and the bucket. */
  readonly owner?: Owner;
  /** Its configuration set. */
  readonly mailer?: string;
  /** Begins its ids: nobody else's are the same. */
  readonly ids?: string;
  /** Whether an execution of the machine has ended. */
  readonly hasEnded: (execution: string) => boolean;
  readonly onNotice: (kind: string) => void;
  /** The tracker tells of something that must never be. */
  readonly onBreach: (subject: string) => void;
  /** A function's own error. */
  readonly onThrow: (error: Error) => void;
  /** A worker claims that has seen that it is held. */
  readonly onHeldClaim: (what: string) => void;
  /** What is wrong with the code on purpose. */
  readonly change?: Change;
}

const KEYS = { current: 'k1', secrets: { k1: 'secret' } };
/** Best effort, and not what is looked at here. */
const SILENT_BUS: Bus = { publish: async () => {} };
const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** The functions as Lambda runs them: the real logic of each room, each call a process of its own. */
export class Functions {
  private calls = 0;
  private processes: Process[] = [];
  private ids = 0;

  constructor(
    private readonly around: Surroundings,
    private readonly functions: { readonly [id: string]: DeployedFunction },
  ) {}

  /** Calls the tracker with a batch of its queue. */
  track(batch: readonly QueuedEvent[]): Promise<readonly string[]> {
    const id = Object.keys(this.functions).find((one) => this.functions[one]!.room === 'track')!;
    return this.invoke(id, batch) as Promise<readonly string[]>;
  }

  /** Whether one still runs, stalled or taken for failed as it may be. */
  get busy(): boolean {
    this.processes = this.processes.filter(({ over }) => !over);
    return this.processes.length > 0;
  }

  /** Calls a function as Step Functions does, which may take it for failed while it runs on. */
  invoke(functionId: string, input: unknown): Promise<unknown> {
    const { world } = this.around;
    const { room, timeoutSeconds } = this.functions[functionId]!;
    const { disowned, failed } = world.faults.invoke;
    return new Promise((resolve, reject) => {
      if (world.chance(failed)) {
        world.after(world.soon(), () => reject(new StateError('Lambda.TooManyRequestsException', 'Rate Exceeded.')));
        return;
      }
      const process = new Process(world, `${room}-${++this.calls}`, (error) => {
        world.after(world.soon(), () => reject(new StateError(error, 'the process ended')));
      });
      this.processes.push(process);
      const { campaign = '', sending = 0 } = (input as Partial<ShardInput>).run ?? {};
      Object.assign(process, { campaign, sending });
      world.tell(() => `${process.name} starts: ${brief(input)}`);
      const gone = () => reject(new StateError('Lambda.SdkClientException', 'the connection was closed'));
      if (world.chance(disowned)) world.after(world.late(), gone);
      world.after(timeoutSeconds * 1000, () => process.die('Sandbox.Timedout'), process);
      world.after(world.soon(), () => {
        this.run(room, input, process, timeoutSeconds * 1000).then(
          (output) =>
            process.deliver(() => {
              process.ended = true;
              world.tell(() => `${process.name} returns ${JSON.stringify(output)}`);
              world.after(world.soon(), () => resolve(copied(output)));
            }),
          (error: Error) =>
            process.deliver(() => {
              process.ended = true;
              this.around.onThrow(error);
              world.tell(() => `${process.name} throws ${error.name}: ${error.message}`);
              world.after(world.soon(), () => reject(new StateError(error.name, error.message)));
            }),
        );
      });
    });
  }

  /** The payload is looked at first, as the handlers do. */
  private async run(room: Room, given: unknown, process: Process, timeout: number): Promise<unknown> {
    const { world, ledger, bucket, post, settings, templates, shardSize, change, mailer = 'mail' } = this.around;
    const { onHeldClaim, owner = OWNER } = this.around;
    const changed = { ...UNCHANGED, ...change?.(room, process, this.around) };
    const clock = changed.clock({ now: process.now, sleep: process.sleep });
    const port = ledger.port(process);
    const store = changed.store(room === 'send' ? watched(port, onHeldClaim) : port);
    const ses = changed.ses(post.port(process));
    const files = changed.files(bucket.port(process));
    const log: Log = world.listened ? told(process) : SILENT;
    const random: Random = world.random;
    const notices: Notices = {
      publish: (_subject, _text, { kind }) => ask(process, () => this.around.onNotice(kind)),
    };
    const input = checked(room, given, { bucket: bucket.name, mailer: owner.mailer });
    switch (room) {
      case 'register':
        if ('turn' in (input as TurnInput)) {
          const executions = { hasEnded: (of: string) => ask(process, () => this.around.hasEnded(of)) };
          return turn(input as TurnInput, { store, clock, log, notices, executions });
        }
        return register(input as RegisterInput, {
          store,
          settings,
          log,
          bus: SILENT_BUS,
          bucket: bucket.name,
          locked: () =>
            locked(input as RegisterInput, {
              lock: () => guard(owner, [PREFIX, 'drafts/'], { store, files, keys: bucket.keys(process) }),
              ...{ notices, log, metrics: uncounted, mailer: 'Mail/Mailer' },
            }),
          boundTo: (upload) => boundTo(upload, files, settings.intake),
        });
      case 'plan':
        return plan(input as PlanInput, {
          store,
          files,
          metrics: uncounted,
          ses,
          clock,
          log,
          settings,
          templates: () => ask(process, () => templates),
          shardSize,
        });
      case 'send': {
        const output = await sendShard(input as ShardInput, {
          bus: SILENT_BUS,
          files,
          store,
          ses,
          clock,
          newId: changed.newId(() => `${this.around.ids ?? ''}id-${++this.ids}`),
          random,
          log,
          metrics: uncounted,
          notices,
          configurationSet: mailer,
          consentUrls: (link) => consentUrls(link, 'https://leave.example.com', KEYS),
          remaining: () => process.started + timeout - world.now,
        });
        await changed.afterSend(input as ShardInput, files);
        return output;
      }
      case 'settle':
        return settleShard(input as ShardInput, { files, store, clock, log });
      case 'review':
        return approval(input as ReviewInput, {
          files,
          store,
          // Mails to approvers are nobody's of the campaign.
          ses: { ...ses, send: () => ask(process, () => ({ messageId: `review-${++this.ids}` })) },
          clock,
          log,
          newId: () => `${this.around.ids ?? ''}id-${++this.ids}`,
          random,
          remaining: () => process.started + timeout - world.now,
          configurationSet: 'mail',
          notices: { publish: () => ask(process, () => {}) },
          settings,
          links: { url: 'https://approve.example', keys: async () => ({ current: 'k1', secrets: { k1: 'secret' } }) },
        });
      case 'track': {
        const publish = (subject: string) => ask(process, () => this.around.onBreach(subject));
        const tracker = new Tracker({
          store,
          clock,
          log,
          random,
          metrics: uncounted,
          newId: () => `${this.around.ids ?? ''}id-${++this.ids}`,
          bus: SILENT_BUS,
          notices: { publish },
          settings: settings.tracking!,
        });
        const batch = input as readonly QueuedEvent[];
        // As Powertools does: side by side, and one that fails is not the others' concern.
        const taken = await Promise.allSettled(batch.map((one) => tracker.take(one)));
        const failed = batch.filter((_, at) => taken[at]!.status === 'rejected').map(({ messageId }) => messageId);
        return [...failed, ...(await tracker.end())];
      }
      case 'report': {
        return report(input as ReportInput, {
          files,
          store,
          clock,
          log,
          metrics: uncounted,
          bus: SILENT_BUS,
          notices,
          trackSeconds: settings.tracking!.periodSeconds,
          // Made of the summary alone.
          pageOf: async () => '',
        });
      }
    }
  }
}

/** As it is after a way through JSON; what goes in came out so, or is made of it. */
const copied = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** A queue has no payload; before Register there is no run. */
function checked(room: Room, input: unknown, own: Parameters<typeof ofOwnRun>[1]): unknown {
  if (room === 'track') return input;
  const payload = known('the payload', input as { readonly v: number });
  return room === 'register' && !('turn' in payload) ? payload : ofOwnRun(payload, own);
}

function brief(input: unknown): string {
  const { run, shard, rounds } = input as Partial<ShardInput>;
  return JSON.stringify({ run: run?.run, shard: shard?.shard, rounds });
}

function told(process: Process): Log {
  const tell = (message: string, data?: Record<string, unknown>) =>
    process.world.tell(() => `${process.name} logs ${message} ${JSON.stringify(data)}`);
  return { info: tell, warn: tell, error: tell };
}
