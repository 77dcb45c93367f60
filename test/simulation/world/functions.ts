import type { Bus } from '../../../lambda-src/domain/events/bus';
import { consentUrls } from '../../../lambda-src/domain/links/consent-link';
import { uncounted } from '../../../lambda-src/domain/metrics';
import type { Log, Notices, Random } from '../../../lambda-src/domain/ports';
import { checkFormat } from '../../../lambda-src/domain/run/check-format';
import { ofOwnRun } from '../../../lambda-src/domain/run/own-run';
import { plan } from '../../../lambda-src/functions/plan/plan';
import { guard } from '../../../lambda-src/functions/register/guard';
import { locked } from '../../../lambda-src/functions/register/lock';
import { type RegisterInput, register } from '../../../lambda-src/functions/register/register';
import { targetCampaign } from '../../../lambda-src/functions/register/target-campaign';
import { turn } from '../../../lambda-src/functions/register/turn';
import { report } from '../../../lambda-src/functions/report/report';
import { approval } from '../../../lambda-src/functions/review/approval';
import { sendShard } from '../../../lambda-src/functions/send/send-shard';
import { settleShard } from '../../../lambda-src/functions/settle/settle-shard';
import { type QueuedEvent, Tracker } from '../../../lambda-src/functions/track/tracker';
import type { PlanInput, ReportInput, ReviewInput, ShardInput, TurnInput } from '../../../src/private/contract';
import { watched } from '../lives/operators';
import { OWNER, PREFIX } from '../lives/scenario';
import type { DeployedFunction, SimulatedFunction } from './deployed';
import { StateError } from './execution';
import { ask } from './network';
import { type Surroundings, UNCHANGED } from './surroundings';
import { Process } from './world';

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
    const id = Object.keys(this.functions).find((one) => this.functions[one]!.functionName === 'track')!;
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
    const { functionName, timeoutSeconds } = this.functions[functionId]!;
    const { disowned, failed } = world.faults.invoke;
    return new Promise((resolve, reject) => {
      if (world.chance(failed)) {
        world.after(world.soon(), () => reject(new StateError('Lambda.TooManyRequestsException', 'Rate Exceeded.')));
        return;
      }
      const process = new Process(world, `${functionName}-${++this.calls}`, (error) => {
        world.after(world.soon(), () => reject(new StateError(error, 'the process ended')));
      });
      this.processes.push(process);
      const { campaign = '', run = 0, sending = 0 } = (input as Partial<ShardInput>).run ?? {};
      Object.assign(process, { campaign, run, sending });
      world.tell(() => `${process.name} starts: ${brief(input)}`);
      const gone = () => reject(new StateError('Lambda.SdkClientException', 'the connection was closed'));
      if (world.chance(disowned)) world.after(world.late(), gone);
      world.after(timeoutSeconds * 1000, () => process.die('Sandbox.Timedout'), process);
      world.after(world.soon(), () => {
        this.run(functionName, input, process, timeoutSeconds * 1000).then(
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
  private async run(
    functionName: SimulatedFunction,
    given: unknown,
    process: Process,
    timeout: number,
  ): Promise<unknown> {
    const {
      world,
      ledger,
      bucket,
      simulatedSes,
      settings,
      templates,
      shardSize,
      change,
      mailer = 'mail',
    } = this.around;
    const { onHeldClaim, owner = OWNER } = this.around;
    const changed = { ...UNCHANGED, ...change?.(functionName, process, this.around) };
    const clock = changed.clock({ now: process.now, sleep: process.sleep });
    const port = ledger.port(process);
    const store = changed.store(functionName === 'send' ? watched(port, onHeldClaim) : port);
    const ses = changed.ses(simulatedSes.port(process));
    const files = changed.files(bucket.port(process));
    const log: Log = world.listened ? told(process) : SILENT;
    const random: Random = world.random;
    const notices: Notices = {
      publish: (_subject, _text, { kind }) => ask(process, () => this.around.onNotice(kind)),
    };
    const input = checked(functionName, given, { bucket: bucket.name, mailer: owner.mailer });
    switch (functionName) {
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
          targetCampaign: (upload) => targetCampaign(upload, files, settings.intake),
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
          // The judge looks at recipients' emails only.
          ses: { ...ses, send: (mail) => ask(process, () => ({ messageId: simulatedSes.takeReview(mail) })) },
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
        const publish = (subject: string) =>
          ask(process, () => {
            if (subject.endsWith('a guarantee was broken')) this.around.onViolation(subject);
          });
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
function checked(functionName: SimulatedFunction, input: unknown, own: Parameters<typeof ofOwnRun>[1]): unknown {
  if (functionName === 'track') return input;
  const payload = checkFormat('the payload', input as { readonly v: number });
  return functionName === 'register' && !('turn' in payload) ? payload : ofOwnRun(payload, own);
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
