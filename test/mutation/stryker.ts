import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A range of a file, counted from 1; the end is not in it. */
export interface Location {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

/** One change of the code at one point. */
export interface Mutant {
  readonly file: string;
  readonly mutator: string;
  readonly location: Location;
  /** The trimmed line in which it begins: it finds a mutant again after lines moved. */
  readonly line: string;
  /** The beginning of what it replaces. */
  readonly original: string;
  readonly replacement: string;
}

export interface Tested extends Mutant {
  /** Stryker's word: Killed, Survived, Timeout, NoCoverage… */
  readonly status: string;
  readonly killedBy: readonly string[];
}

export const isCaught = ({ status }: Tested): boolean =>
  status === 'Killed' || status === 'Timeout' || status === 'RuntimeError';

interface ApiMutant {
  readonly mutatorName: string;
  readonly location: Location;
  readonly replacement?: string;
  readonly status?: string;
  readonly killedBy?: readonly string[];
}
interface ApiFiles {
  readonly files: { readonly [file: string]: { readonly mutants: readonly ApiMutant[] } };
}
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: ApiFiles;
  readonly result?: ApiFiles;
  readonly error?: { readonly message: string };
}

const WORK = '.local/mutation';
const LONGEST = 100;
/** Words are for people, and those that code compares are held by types and golden files. */
const NOT_TESTED = ['StringLiteral'];

/** Options of Stryker under which only these tests run. */
function configFor(tests: readonly string[]): string {
  const config = {
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    coverageAnalysis: 'perTest',
    jest: {
      projectType: 'custom',
      config: {
        // Which test reaches which module is found over both.
        roots: ['test', 'lambda-src', 'src', 'cli', 'local'].map((root) => `<rootDir>/${root}`),
        ...(tests.length > 0 ? { testMatch: tests.map((file) => `<rootDir>/${file}`) } : {}),
        // What hangs is ended by Stryker, which knows how long a test takes.
        testTimeout: 300_000,
        // A random case that catches a mutant must do so each time.
        setupFiles: ['<rootDir>/test/mutation/fixed-seed.ts'],
      },
    },
    mutate: ['lambda-src/**/*.ts', 'src/**/*.ts'],
    mutator: { excludedMutations: [...NOT_TESTED] },
    concurrency: Number(process.env.MAILMATRIX_MUTATION_WORKERS ?? 1),
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 20,
    tempDirName: `${WORK}/sandbox`,
    ignorePatterns: ['examples', 'lib', '.local', '.jsii', 'API.md', 'test-reports', 'test/e2e', 'test/browser'],
    reporters: [],
    allowEmpty: true,
    warnings: false,
    cleanTempDir: 'always',
  };
  mkdirSync(WORK, { recursive: true });
  const file = path.join(WORK, 'stryker.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/**
 * Stryker as a server: it says which mutants there are, and tells of each as soon as it is tested, so that a run which
 * is cut short has what it found. Speaks https://github.com/stryker-mutator/editor-plugins/tree/main/packages/mutation-server-protocol.
 */
export class Stryker {
  private readonly server: ChildProcess;
  private unread = Buffer.alloc(0);
  private calls = 0;
  private readonly waiting = new Map<
    number,
    { readonly resolve: (of: ApiFiles) => void; readonly reject: (error: Error) => void }
  >();
  private onTested: (of: ApiFiles) => void = () => {};

  constructor() {
    // A group of its own: its test runners end with it.
    this.server = spawn('stryker', ['serve', 'stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    this.server.stdout!.on('data', (chunk: Buffer) => this.read(chunk));
    this.server.on('error', (error) => this.fail(error));
    this.server.on('exit', (code) => this.fail(new Error(`Stryker ended with ${code}`)));
    process.on('exit', () => this.stop());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  }

  /** Every mutant of these files. */
  async discover(files: readonly string[]): Promise<Mutant[]> {
    await this.call('configure', { configFilePath: configFor([]) });
    const found = mutantsOf(await this.call('discover', { files: files.map((file) => ({ path: file })) }));
    return found.filter(({ mutator }) => !NOT_TESTED.includes(mutator));
  }

  /** Tests the mutants within these ranges of a file, by these tests; all of them, or all unit tests, where none is named. */
  async test(
    file: string,
    tests: readonly string[],
    ranges: readonly Location[],
    onTested: (tested: Tested) => void,
  ): Promise<void> {
    await this.call('configure', { configFilePath: configFor(tests) });
    this.onTested = (of) => {
      for (const tested of mutantsOf(of)) if (tested.status !== 'Ignored') onTested(tested);
    };
    const files = ranges.length === 0 ? [{ path: file }] : ranges.map((range) => ({ path: file, range }));
    await this.call('mutationTest', { files });
  }

  stop(): void {
    if (this.server.exitCode !== null || this.server.pid === undefined) return;
    try {
      process.kill(-this.server.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }

  private call(method: string, params: object): Promise<ApiFiles> {
    const id = ++this.calls;
    const content = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    this.server.stdin!.write(`Content-Length: ${content.byteLength}\r\n\r\n`);
    this.server.stdin!.write(content);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private read(chunk: Buffer): void {
    this.unread = Buffer.concat([this.unread, chunk]);
    for (;;) {
      const end = this.unread.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.unread.toString('latin1', 0, end))?.[1]);
      if (this.unread.length < end + 4 + length) return;
      const message = JSON.parse(this.unread.toString('utf8', end + 4, end + 4 + length)) as Message;
      this.unread = this.unread.subarray(end + 4 + length);
      this.take(message);
    }
  }

  private take({ id, method, params, result, error }: Message): void {
    if (method === 'reportMutationTestProgress' && params) return this.onTested(params);
    const caller = id === undefined ? undefined : this.waiting.get(id);
    if (!caller) return;
    this.waiting.delete(id!);
    if (error) caller.reject(new Error(error.message));
    else caller.resolve(result ?? { files: {} });
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

const mutantsOf = ({ files }: ApiFiles): Tested[] =>
  Object.entries(files).flatMap(([name, { mutants }]) => {
    const file = path.relative(process.cwd(), path.resolve(name)).replaceAll(path.sep, '/');
    const lines = readFileSync(file, 'utf8').split('\n');
    return mutants.map(({ mutatorName, location, replacement = '', status = '', killedBy = [] }) => ({
      ...{ file, mutator: mutatorName, location, replacement, status, killedBy },
      line: lines[location.start.line - 1]!.trim(),
      original: textAt(lines, location),
    }));
  });

function textAt(lines: readonly string[], { start, end }: Location): string {
  const found = lines.slice(start.line - 1, end.line);
  found[found.length - 1] = found.at(-1)!.slice(0, end.column - 1);
  found[0] = found[0]!.slice(start.column - 1);
  const text = found.map((line) => line.trim()).join(' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
