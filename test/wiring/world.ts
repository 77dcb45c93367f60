import { type ChildProcess, execFile, fork } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../local/root';
import type { BulkMailerProps } from '../../src';
import type { GRANTS } from '../security/grants';
import { type Kind, REGION } from '../security/mailers';
import { Execution, StateError } from '../simulation/world/execution';
import { parseMachine } from '../simulation/world/states';
import type { World as Simulated } from '../simulation/world/world';
import { type Call, Endpoint, type Listed } from './aws/endpoint';
import { type DeployedFunction, type Deployment, deployment, type FunctionName } from './deployment';
import { denied } from './permissions';

/** Waits of a state machine take no longer here. */
const LONGEST_WAIT = 100;

/**
 * A mailer whose bundles run, each in a process of its own with the environment that the template gives it, under the
 * state machine of the template, against AWS in memory.
 */
export class World {
  readonly aws = new Endpoint();
  readonly deployment: Deployment;
  /** Lines of the functions' logs. */
  readonly logged: string[] = [];
  private readonly processes = new Map<FunctionName, Promise<Booted>>();
  private readonly running = new Set<Promise<void>>();
  private url = '';
  private failure?: Error;

  constructor(kind: Kind, props: Partial<BulkMailerProps> = {}) {
    this.deployment = deployment(kind, props);
  }

  async start(): Promise<void> {
    const { aws, deployment: of } = this;
    this.url = await aws.listen();
    aws.outputs = of.outputs;
    aws.objects.unlisted.add(of.assets.bucket);
    for (const [key, text] of of.assets.files) aws.objects.put(of.assets.bucket, key, text);
    for (const [id] of of.resolved.all('AWS::SecretsManager::Secret')) {
      const secret = of.resolved.named('AWS::SecretsManager::Secret', id);
      aws.secrets.create(secret, JSON.stringify({ v: 1, current: 'k1', k1: 'a'.repeat(64) }));
    }
    const bucket = this.bucket;
    aws.objects.onPut = (name, key, { etag, body, versionId }) => {
      if (name !== bucket) return;
      const object = { key, size: body.length, etag: etag.replaceAll('"', ''), 'version-id': versionId };
      const at = String(Date.now()).padStart(20, '0') + String(aws.executions.length).padStart(6, '0');
      const event = {
        time: new Date().toISOString(),
        detail: { bucket: { name }, object: { ...object, sequencer: at } },
      };
      if (key.startsWith('campaigns/')) this.execute(JSON.stringify(event));
      if (key.startsWith('drafts/')) this.execute(JSON.stringify({ draft: event }));
    };
    aws.onStart = (input) => this.execute(input).arn;
  }

  /** Puts a list into the bucket, and lets everything follow that follows of it. */
  async upload(key: string, text: string, metadata: { readonly [name: string]: string } = {}): Promise<void> {
    const headers = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
    this.aws.objects.put(this.bucket, key, text, Object.fromEntries(headers));
    await this.settled();
  }

  /** A file of the newest run whose key ends so. */
  file(campaign: string, name: string): string | undefined {
    const keys = this.aws.objects.keys(this.bucket, `reports/mailer/${campaign}`);
    const key = keys.filter((one) => one.endsWith(`/${name}`)).at(-1);
    return key === undefined ? undefined : this.aws.objects.text(this.bucket, key);
  }

  get bucket(): string {
    return this.deployment.functions.get('register')!.environment.MAILMATRIX_BUCKET!;
  }

  /** Until no execution runs. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
    if (this.failure) throw this.failure;
  }

  async stop(): Promise<void> {
    for (const process of this.processes.values()) (await process).end();
    await this.aws.close();
  }

  /** Calls a function as its trigger does. */
  async call<T>(name: FunctionName, event: object): Promise<T> {
    const fn = this.deployment.functions.get(name);
    if (!fn) throw new Error(`the template has no function ${name}`);
    const process = this.processes.get(name) ?? Booted.of(fn, this.url, (line) => this.logged.push(line));
    this.processes.set(name, process);
    return (await process).call<T>(event);
  }

  /** The bundled command, by somebody who has one grant and no other right. */
  command(grant: keyof typeof GRANTS, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const env = { ...clientEnvironment(this.url, this.deployment.grantee(grant)), PATH: process.env.PATH };
    const bundle = path.join(ROOT, 'assets', 'cli', 'index.js');
    return new Promise((resolve) => {
      const all = [bundle, ...args, '--mailer', 'Mail/Mailer'];
      const child = execFile(process.execPath, all, { env }, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });
  }

  /** Recorded calls that the caller's role may not make. */
  denied = (of: (call: Call) => boolean = () => true): Promise<string[]> =>
    denied(this.aws.calls.filter(of), this.deployment.resolved);

  /** Of a function's role, or of the role that has a grant. */
  callsOf(caller: FunctionName | keyof typeof GRANTS): readonly Call[] {
    const fn = this.deployment.functions.get(caller as FunctionName);
    const role = fn ? fn.role : this.deployment.grantee(caller as keyof typeof GRANTS);
    return this.aws.calls.filter((call) => call.caller === role);
  }

  private execute(input: string): Listed {
    const { aws, deployment: of } = this;
    const name = `execution-${aws.executions.length + 1}`;
    const arn = `${of.stateMachine.replace(':stateMachine:', ':execution:')}:${name}`;
    const listed: Listed = { arn, input, startDate: Date.now() / 1000, status: 'RUNNING' };
    aws.executions.push(listed);
    this.follow(arn, of.definition, JSON.parse(input), listed);
    return listed;
  }

  private follow(id: string, definition: string, input: unknown, listed?: Listed): void {
    const execution = new Execution(id, parseMachine(definition), {
      world: WITHOUT_FAULTS,
      invoke: async (arn, event) => {
        const [name] = [...this.deployment.functions].find(([, fn]) => fn.arn === arn)!;
        const output = await this.call<object>(name, event as object);
        if (listed && name === 'register' && 'decision' in output) listed.registered ??= JSON.stringify(output);
        return output;
      },
      followUp: (_, given) => this.follow(`${id}-again`, this.deployment.followUp, given),
      read: (key) => this.aws.objects.text(this.bucket, key),
      onBug: (error) => {
        this.failure ??= error;
      },
    });
    const done = (async () => {
      while (execution.status === 'running') await sleep(10);
      if (listed) listed.status = execution.status === 'succeeded' ? 'SUCCEEDED' : 'FAILED';
    })().finally(() => this.running.delete(done));
    this.running.add(done);
    execution.start(input);
  }
}

/** What an execution asks of the simulation's world, where nothing goes wrong and real time passes. */
const WITHOUT_FAULTS = {
  get now() {
    return Date.now();
  },
  soon: () => 0,
  after: (milliseconds: number, then: () => void) => void setTimeout(then, Math.min(milliseconds, LONGEST_WAIT)),
  tell: () => {},
  chance: () => false,
  random: () => 0.5,
  faults: { invoke: {}, unreadable: 0 },
} as unknown as Simulated;

/** What whoever asks AWS has beside its own: where AWS is, and who it is. */
const clientEnvironment = (url: string, caller: string): NodeJS.ProcessEnv => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: caller,
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
});

class Booted {
  /** The template's environment, and what Lambda's runtime adds to it. */
  static async of(
    { folder, environment, role, arn }: DeployedFunction,
    url: string,
    onLine: (line: string) => void,
  ): Promise<Booted> {
    const child = fork(path.join(__dirname, 'function.cjs'), [path.join(folder, 'index.js')], {
      env: {
        ...clientEnvironment(url, role),
        AWS_LAMBDA_FUNCTION_NAME: arn.split(':').at(-1),
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        ...environment,
      },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout!, child.stderr!])
      createInterface(stream).on('line', (line) => void onLine(line));
    const booted = new Booted(child);
    await booted.next();
    return booted;
  }

  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly child: ChildProcess) {}

  /** One event after the other, as an instance of Lambda takes them. */
  call<T>(event: object): Promise<T> {
    const answered = this.last.then(async () => {
      this.child.send({ event });
      const { output, error } = await this.next<{ output?: T; error?: { name: string; message: string } }>();
      if (error) throw new StateError(error.name, error.message);
      return output as T;
    });
    this.last = answered.catch(() => {});
    return answered;
  }

  end(): void {
    this.child.kill();
  }

  private next<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`a function's process ended with ${code}`));
      this.child.once('exit', ended);
      this.child.once('message', (message: T) => {
        this.child.off('exit', ended);
        resolve(message);
      });
    });
  }
}
