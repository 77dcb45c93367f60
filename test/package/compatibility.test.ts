import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** The last release's surface; `npx projen baseline` renews it at the next. */
const BASELINE = path.join(__dirname, 'golden', 'baseline');

function diff(updated: string) {
  const { status, stdout, stderr } = spawnSync('jsii-diff', [BASELINE, updated], { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

test('nothing that the last release had is gone or narrower', () => {
  expect(diff('.')).toEqual({ status: 0, said: '' });
});

test('a method that is gone is found', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'mailmatrix-surface-'));
  const assembly = JSON.parse(fs.readFileSync('.jsii', 'utf8')) as {
    types: Record<string, { methods: { name: string }[] }>;
  };
  const mailer = assembly.types['cdk-mailmatrix.BulkMailer'];
  mailer.methods = mailer.methods.filter(({ name }) => name !== 'grantUpload');
  fs.writeFileSync(path.join(directory, '.jsii'), JSON.stringify(assembly));
  fs.copyFileSync('package.json', path.join(directory, 'package.json'));
  fs.symlinkSync(path.resolve('node_modules'), path.join(directory, 'node_modules'));
  const { status, said } = diff(directory);
  fs.rmSync(directory, { recursive: true });
  expect(said).toContain('grantUpload');
  expect(status).not.toBe(0);
});
