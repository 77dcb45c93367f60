import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { NODE_FLOOR } from '../../src/private/contract/node-floor';

const ROOT = path.resolve(__dirname, '..', '..');
const LIST = path.join(ROOT, 'examples', 'quickstart', 'typescript', 'people.csv');
const readJson = (file: string) => JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8'));
const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'floor-'));
afterAll(() => fs.rmSync(outdir, { recursive: true }));

function runOn(node: 'node-at-floor' | 'node-below', ...args: string[]) {
  const program = path.join(__dirname, 'node_modules', node, 'bin', 'node');
  const env = { ...process.env, CDK_OUTDIR: outdir, JSII_DEPRECATED: 'fail' };
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, env, encoding: 'utf8' });
  if (error) throw error;
  return { status, stdout, stderr };
}
const COMMAND = 'assets/cli/index.js';
const APP = 'test/floor/app.cjs';

test('package.json asks for exactly the version that is tested here', () => {
  expect(readJson('package.json').engines).toEqual({ node: `>= ${NODE_FLOOR}` });
  expect(runOn('node-at-floor', '--version').stdout).toBe(`v${NODE_FLOOR}\n`);
});

test('every page that names a lowest Node.js names this one', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'docs/operations.md'].concat(
    ['go', 'java', 'python'].map((language) => `examples/quickstart/${language}/README.md`),
  );
  for (const page of pages) {
    const named = fs.readFileSync(path.join(ROOT, page), 'utf8').match(/\bNode(?:\.js)? [\d.]+(?= or later)/g) ?? [];
    expect([page, named.map((text) => text.split(' ')[1])]).toEqual([
      page,
      named.map(() => NODE_FLOOR.replace(/\.0$/, '')),
    ]);
    expect([page, named.length]).not.toEqual([page, 0]);
  }
});

test('at the floor an app synthesises, and the command checks a list against it', () => {
  const synth = runOn('node-at-floor', APP);
  expect([synth.status, synth.stderr]).toEqual([0, '']);
  const args = ['check', LIST, '--app', outdir];
  expect(runOn('node-at-floor', COMMAND, ...args)).toMatchObject({ status: 0, stderr: '' });
});

test('below it the command says in one line what it needs', () => {
  expect(runOn('node-below', COMMAND, 'check', LIST)).toEqual({
    status: 2,
    stdout: '',
    stderr: `MM720: cdk-mailmatrix needs Node.js ${NODE_FLOOR} or later, got 20.11.1. Install a newer Node.js: https://nodejs.org\n`,
  });
});

test('below it synth says what it needs', () => {
  const { status, stderr } = runOn('node-below', APP);
  expect(status).toBe(1);
  expect(stderr.match(/^Error: .*$/gm)).toEqual([
    `Error: MM160: Node.js must be ${NODE_FLOOR} or later, got 20.11.1. Install a newer Node.js: https://nodejs.org`,
  ]);
});
