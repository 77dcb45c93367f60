// `npm run demo` and `npm test` on a fresh clone: installs missing tools, then runs.
//   node scripts/from-nothing.mjs <install|demo|test [NAME…]|floors>
// Plain Node without dependencies, because nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failed, LOCAL, Machine } from './machine.mjs';
import { Results, raised } from './results.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const RESULTS = path.join(LOCAL, 'results');
/** The minimum number of tests of each part, so that a part that skips tests by mistake fails. */
const FLOORS = path.join(ROOT, 'test', 'floors.json');
const NODE_MAJOR = 24;
const env = {
  ...process.env,
  PATH: [path.join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter),
  CDK_DISABLE_CLI_TELEMETRY: 'true',
};

// The parts of `npm test`, in order. `needed`: later parts are pointless after it fails. `jest`: its tests are counted.
// `needs`: the tools that it requires, which are found or installed before anything runs.
const TESTS = [
  { name: 'bundle', run: 'projen pre-compile', minutes: 5, needed: true },
  { name: 'compile', run: 'projen compile', minutes: 5, needed: true },
  { name: 'API.md and the documented examples', run: 'projen post-compile', minutes: 5 },
  { name: 'types of the handlers', run: 'tsc -p lambda-src', minutes: 3 },
  { name: 'types of the tests', run: 'tsc --noEmit -p test/tsconfig.json', minutes: 3 },
  { name: 'types of local running', run: 'tsc -p local', minutes: 3 },
  { name: 'types of the command', run: 'tsc -p cli', minutes: 3 },
  { name: 'types of the bench', run: 'tsc -p bench', minutes: 3 },
  { name: 'format and lint', run: 'biome ci', minutes: 2 },
  { name: 'unit', run: 'jest --ci --coverage=false', minutes: 25, jest: true },
  {
    name: 'fuzz',
    run: 'jest --ci --coverage=false fuzz.test',
    minutes: 10,
    jest: true,
    with: { MAILMATRIX_FUZZ: '100000' },
  },
  // Stops after eight minutes and lists what it did not reach.
  { name: 'mutation', run: 'tsx test/mutation/run.ts --minutes 8', minutes: 10 },
  { name: 'simulation', run: 'jest --ci --config test/simulation/jest.config.json', minutes: 20, jest: true },
  { name: 'package', run: 'jest --ci --config test/package/jest.config.json', minutes: 5, jest: true },
  { name: 'benches', run: 'jest --ci --config test/bench/jest.config.json', minutes: 5, jest: true, needs: 'loops' },
  {
    name: 'pages in a browser',
    run: 'jest --ci --config test/browser/jest.config.json',
    minutes: 10,
    jest: true,
    needs: 'chromium',
  },
  {
    name: 'security',
    run: 'jest --ci --config test/security/jest.config.json',
    minutes: 10,
    jest: true,
    needs: 'checkers',
  },
  { name: 'wiring', run: 'jest --ci --config test/wiring/jest.config.json', minutes: 10, jest: true },
  { name: 'the newest CDK', run: 'npm install --prefix test/newest --no-audit --no-fund --loglevel=error', minutes: 5 },
  { name: 'unit at the newest CDK', run: 'jest --ci --config test/newest/jest.config.json', minutes: 5, jest: true },
  {
    name: 'the lowest Node.js',
    run: 'npm install --prefix test/floor --no-audit --no-fund --loglevel=error',
    minutes: 5,
  },
  {
    name: 'package at the lowest Node.js',
    run: 'jest --ci --config test/floor/jest.config.json',
    minutes: 5,
    jest: true,
  },
  { name: 'e2e', run: 'jest --ci --config test/e2e/jest.config.json', minutes: 35, jest: true },
  { name: 'packages of all languages', run: 'projen package-languages', minutes: 10, needs: 'languages' },
  {
    name: 'languages',
    run: 'jest --ci --config test/languages/jest.config.json',
    minutes: 20,
    jest: true,
    needs: 'languages',
  },
];

/** All tests, or the named ones and those that they need. */
const [wantedGoal, ...names] = process.argv.slice(2);
const WANTED = TESTS.filter(({ name, needed }) => needed || names.length === 0 || names.includes(name));

let stopping = false;
let running;

/** Runs a command with a time limit, and ends all its child processes. */
function run(command, minutes, extraEnv = {}) {
  return new Promise((resolve, reject) => {
    const leash = path.join(ROOT, 'scripts', 'leash.mjs');
    // Enough time for a demo to stop its emulator.
    running = spawn(process.execPath, [leash, String(minutes * 60), '15', ...command], {
      cwd: ROOT,
      env: { ...env, ...extraEnv },
      detached: true,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    running.on('error', reject);
    running.on('exit', (code) => (stopping ? reject(new Failed('stopped')) : resolve(code ?? 1)));
  });
}

async function must(what, command, minutes, extraEnv) {
  say(what);
  const code = await run(command, minutes, extraEnv);
  if (code !== 0) throw new Failed(`MM921: ${what}: \`${command.join(' ')}\` ended with ${code}`);
}

const machine = new Machine(must, env.PATH);

const say = (text) => process.stdout.write(`\n── ${text}\n`);
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const resultsOf = (name) => path.join(RESULTS, `${name}.json`);

/** Compares npm's record of installed packages with the lock file. */
function nodeModulesCurrent() {
  const note = path.join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const found = readJson(note).packages;
  return Object.entries(readJson(path.join(ROOT, 'package-lock.json')).packages).every(
    ([where, wanted]) => where === '' || wanted.optional || found[where]?.version === wanted.version,
  );
}

async function install() {
  if (!nodeModulesCurrent()) {
    // Uses the machine's Node, because installation replaces the "node" package's.
    const { PATH } = process.env;
    await must('installing packages', ['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'], 15, { PATH });
  }
  const { stdout, error } = spawnSync('node', ['--version'], { env, encoding: 'utf8' });
  if (error || Number(/^v(\d+)/.exec(stdout)?.[1]) < NODE_MAJOR) {
    throw new Failed(
      `MM924: node_modules/.bin/node is ${stdout?.trim() || 'missing'}, needed is ${NODE_MAJOR}; npm must be let run the install script of the package "node"`,
    );
  }
  await machine.emulator();
}

/**
 * Prepares the machine for the tests and returns each one's environment. If a tool cannot be installed, its tests are
 * left out and count as failed.
 */
async function prepare() {
  const ready = new Map([[undefined, {}]]);
  for (const needs of new Set(WANTED.flatMap((one) => one.needs ?? []))) {
    try {
      ready.set(needs, (await machine[needs]()) ?? {});
    } catch (error) {
      if (!(error instanceof Failed) || stopping) throw error;
      const leftOut = WANTED.filter((one) => one.needs === needs).map(({ name }) => name);
      process.stdout.write(`\n${error.message}\nLeft out, and counted as failed: ${leftOut.join(', ')}\n`);
    }
  }
  return ready;
}

async function test(ready) {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  const sum = { passed: 0, failed: 0 };
  const failures = [];
  const results = new Results(readJson(FLOORS));
  const again = [];
  for (const { name, run: command, minutes, needed, jest, with: more, needs } of WANTED) {
    say(name);
    const file = resultsOf(name);
    const forJest = ['--json', `--outputFile=${file}`, `--cacheDirectory=${path.join(LOCAL, 'jest')}`];
    const words = [...command.split(' '), ...(jest ? forJest : [])];
    // Synthesized apps and their assets take gigabytes.
    const temporary = mkdtempSync(path.join(tmpdir(), 'mailmatrix-test-'));
    const strict = { JSII_DEPRECATED: 'fail', NODE_OPTIONS: '--disable-warning=ExperimentalWarning' };
    const found = ready.get(needs);
    if (!found) say('left out');
    const code = found ? await run(words, minutes, { CI: '1', TMPDIR: temporary, ...strict, ...more, ...found }) : 1;
    rmSync(temporary, { recursive: true, force: true });
    const part = jest ? results.part(name, file) : { passed: 0, failed: 0, again: 0, problems: [] };
    const { passed, failed } = part;
    for (const problem of part.problems) process.stdout.write(`${problem}\n`);
    if (part.again > 0) again.push(`${part.again} of ${name}`);
    sum.passed += passed;
    sum.failed += code === 0 ? failed : Math.max(failed, 1);
    if (code !== 0 || failed > 0) failures.push(name);
    if (code !== 0 && needed) break;
  }
  if (again.length > 0) process.stdout.write(`\nRan a second time, and counted once: ${again.join(', ')}\n`);
  if (failures.length > 0) process.stdout.write(`\nfailed: ${failures.join(', ')}\n`);
  process.stdout.write(`${sum.passed} passed, ${sum.failed} failed\n`);
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

async function demo() {
  await must('bundling', ['projen', 'pre-compile'], 5, { CI: '1' });
  await must('compiling', ['projen', 'compile'], 5, { CI: '1' });
  say('demo');
  if (process.env.CI) return run(['tsx', 'local/demo.ts'], 15);
  // The demo runs until it is stopped, which counts as success.
  return run(['tsx', 'local/demo.ts'], 7 * 24 * 60).catch((error) => (stopping ? 0 : Promise.reject(error)));
}

/** Raises the minimum numbers to the counts of the last `npm test`. */
async function floors() {
  const results = new Results({});
  const ran = TESTS.filter(({ name, jest }) => jest && existsSync(resultsOf(name)));
  const before = readJson(FLOORS);
  const tests = Object.fromEntries(ran.map(({ name }) => [name, results.part(name, resultsOf(name)).tests]));
  writeFileSync(FLOORS, `${JSON.stringify({ ...before, ...raised(before, tests) }, undefined, 2)}\n`);
  return 0;
}

const GOALS = {
  install: { run: async () => 0 },
  demo: { run: demo },
  test: { run: test, before: prepare },
  floors: { run: floors },
};

function stop() {
  if (stopping) return;
  stopping = true;
  running?.stdin.end();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
// The shell between npm and this process does not forward signals.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && stop(), 250).unref();

const goal = GOALS[wantedGoal];
const unknown = wantedGoal === 'test' ? names.find((name) => TESTS.every((one) => one.name !== name)) : undefined;
if (!goal || unknown !== undefined) {
  const allowed = goal ? TESTS.map(({ name }) => name) : Object.keys(GOALS);
  process.stderr.write(`MM920: must be one of ${allowed.join(', ')}, got ${unknown ?? wantedGoal ?? 'nothing'}\n`);
  process.exit(2);
}
try {
  const ready = await goal.before?.();
  await install();
  process.exitCode = await goal.run(ready);
} catch (error) {
  process.stderr.write(`\n${error instanceof Failed ? error.message : error.stack}\n`);
  process.exitCode = stopping ? 130 : 1;
}
