import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** What is published, unpacked beside its peers: no source, no development dependency, no network, no Docker. */
let directory: string;

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'mailmatrix-offline-'));
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory];
  const [{ filename }] = JSON.parse(
    execFileSync('npm', pack, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as { filename: string }[];
  const modules = path.join(directory, 'node_modules');
  fs.mkdirSync(path.join(modules, 'cdk-mailmatrix'), { recursive: true });
  execFileSync('tar', ['-xzf', filename, '--strip-components=1', '-C', path.join(modules, 'cdk-mailmatrix')], {
    cwd: directory,
  });
  // The peers, and what aws-cdk-lib depends on.
  for (const peer of ['aws-cdk-lib', 'constructs', '@aws-cdk']) {
    fs.symlinkSync(path.resolve('node_modules', peer), path.join(modules, peer));
  }
});

afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

function node(code: string) {
  const preload = ['--preserve-symlinks', '--require', path.join(__dirname, 'no-way-out.cjs')];
  return spawnSync(process.execPath, [...preload, '-e', code], {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: '', HOME: directory, CDK_OUTDIR: path.join(directory, 'cdk.out') },
  });
}

test('synth needs neither network nor another program', () => {
  const { status, stderr } = node(`
    const { App, Stack } = require('aws-cdk-lib');
    const { AlertRoute, BulkMailer, MailTemplate, Sender } = require('cdk-mailmatrix');
    const app = new App();
    const stack = new Stack(app, 'Mail', {});
    new BulkMailer(stack, 'Mailer', {
      sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
      templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello {{name}}' }) },
      alerts: [AlertRoute.email('ops@example.com')],
    });
    app.synth();`);
  expect(stderr).not.toMatch(/BLOCKED|Error/);
  expect(status).toBe(0);
  const assets = fs.readdirSync(path.join(directory, 'cdk.out')).filter((name) => name.startsWith('asset.'));
  // Five handlers and the templates, which are a file.
  expect(assets.length).toBeGreaterThanOrEqual(6);
});

test.each([
  ['the network', "require('node:http').get('http://127.0.0.1:9/').on('error', () => {})"],
  ['another program', "require('node:child_process').execFileSync('docker', ['version'])"],
])('this test would see %s', (_what, code) => {
  const { status, stderr } = node(`try { ${code} } catch (error) { console.error(error.message) }`);
  expect(stderr).toMatch(/BLOCKED/);
  expect(status).toBe(86);
});
