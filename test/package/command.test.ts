import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expectGolden } from './golden';

/** The bundled command, as who installs the package has it. Its verbs and flags stand in scripts of those who use it. */
const command = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['assets/cli/index.js', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

const list = command('--help');
const verbs = [...list.stdout.matchAll(/^ {2}([a-z][a-z-]*) {2,}\S/gm)].map(([, verb]) => verb!);

test('verbs, flags and exit codes are as they were', () => {
  expect(list.status).toBe(0);
  expect(verbs).toContain('check');
  const help = Object.fromEntries(verbs.map((verb) => [`${verb}.txt`, command(verb, '--help').stdout]));
  expectGolden('command', { 'verbs.txt': list.stdout, ...help });
});

test.each(verbs)('%s says how it is called, its exit codes and an example', (verb) => {
  const { status, stdout } = command(verb, '--help');
  expect(status).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Usage: cdk-mailmatrix ${verb}\\b`));
  expect(stdout).toContain('Exit code: 0 ');
  expect(stdout).toMatch(new RegExp(`^ {2}(npx )?cdk-mailmatrix ${verb} `, 'm'));
  expect(command('help', verb).stdout).toBe(stdout);
});

test.each(verbs)('%s ends with 2 at an option that it does not know', (verb) => {
  const { status, stdout, stderr } = command(verb, '--no-such-option');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^MM701: /);
});

test('no verb, and one that is not there, end with 2 and name those that are', () => {
  expect(command()).toMatchObject({ status: 2, stdout: '', stderr: list.stdout });
  const { status, stderr } = command('sned');
  expect(status).toBe(2);
  expect(stderr).toContain('MM705: there is no verb "sned"');
});

test('who reads no further changes no exit code', async () => {
  const child = spawn(process.execPath, ['assets/cli/index.js', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  expect([code, errors]).toEqual([0, '']);
});

test('a preview whose port is taken ends with 2', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const templates = 'examples/quickstart/typescript/templates';
  const { status, stderr } = command('preview', templates, '--port', String(port));
  taken.close();
  expect(status).toBe(2);
  expect(stderr).toContain(`MM750: --port: got ${port}, which cannot be listened on: EADDRINUSE`);
});
