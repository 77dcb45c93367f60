import { type ChildProcess, execFile, execFileSync, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LOCAL } from '../../local/root';
import type { Question } from './server';
import { clientEnvironment, ENVIRONMENT, MEMORY, type Measured } from './settings';

/** The cost of a process without its start-up. CPU in milliseconds, of all threads. */
export interface Spent {
  readonly cpu: number;
  readonly startUp: number;
  readonly peakMiB: number;
}

export interface Server {
  readonly url: string;
  readonly certificate: string;
  ask<T>(question: Question): Promise<T>;
  stop(): void;
}

/** Creates a key and a certificate for 127.0.0.1 in a folder. */
export function makeCertificate(folder: string): { readonly key: string; readonly certificate: string } {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-keyout', key, '-out', certificate, '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { stdio: 'pipe' },
  );
  return { key, certificate };
}

export async function startServer({ key, certificate }: { key: string; certificate: string }): Promise<Server> {
  const child = fork(join(__dirname, 'server.ts'), [key, certificate], { execArgv: ['--import', 'tsx'] });
  const { url } = await next<{ url: string }>(child);
  const waiting = new Map<number, (answer: never) => void>();
  child.on('message', ({ ask, answer }: { ask: number; answer: never }) => {
    waiting.get(ask)?.(answer);
    waiting.delete(ask);
  });
  let asked = 0;
  return {
    url,
    certificate,
    ask: (question) =>
      new Promise((resolve) => {
        waiting.set(++asked, resolve);
        child.send({ ask: asked, ...question });
      }),
    stop: () => void child.kill(),
  };
}

/** A bundled function, booted as Lambda boots it. */
export class Booted {
  static async of(name: Measured, { url, certificate }: Server): Promise<Booted> {
    const memory = MEMORY[name];
    const child = fork(join(__dirname, 'handler.cjs'), [join(__dirname, '../..', 'assets', name, 'index.js')], {
      // The flags with which Lambda's runtime starts Node at this memory size.
      execArgv: [
        '--expose-gc',
        `--max-semi-space-size=${Math.floor(memory * 0.05)}`,
        `--max-old-space-size=${Math.floor(memory * 0.9)}`,
      ],
      env: { ...clientEnvironment(url, certificate), ...ENVIRONMENT, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory) },
      // The function writes its log as usual, and it is discarded.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await next(child);
    return new Booted(child);
  }

  private constructor(private readonly child: ChildProcess) {}

  async call<T>(input: object): Promise<T> {
    this.child.send({ input });
    const { output, error } = await next<{ output?: T; error?: string }>(this.child);
    if (error !== undefined) throw new Error(error);
    return output!;
  }

  async end(): Promise<Spent> {
    this.child.send({});
    return next(this.child);
  }
}

/** Runs a sending loop from a file. */
export async function loop<T extends Spent>(file: string, input: string, { url, certificate }: Server): Promise<T> {
  const script = join(__dirname, file);
  const [command, ...args] = file.endsWith('.py') ? [python(), script, input] : [process.execPath, script, input];
  const { stdout } = await promisify(execFile)(command, args, { env: clientEnvironment(url, certificate) });
  return JSON.parse(stdout) as T;
}

/** Returns a Python with bench/cost/requirements.txt: the project's environment, or else the machine's. */
function python(): string {
  const own = join(LOCAL, 'bench', 'bin', 'python');
  if (existsSync(own)) return own;
  try {
    execFileSync('python3', ['-c', 'import boto3, jinja2'], { stdio: 'pipe' });
    return 'python3';
  } catch {
    throw new Error('boto3 and Jinja2 are missing; install bench/cost/requirements.txt for python3');
  }
}

const next = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a process of the bench ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message: T) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
