import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

interface Assembly {
  readonly types: { readonly [fqn: string]: { methods: { name: string }[] } };
}

/** The last release's surface; `npx projen baseline` renews it at the next. */
const baseline = () => JSON.parse(fs.readFileSync(path.join(__dirname, 'golden/surface.json'), 'utf8')) as Assembly;

/** What jsii-diff says of the present surface, compared with another that is laid out as a package. */
function diff(original: Assembly) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'mailmatrix-surface-'));
  fs.writeFileSync(path.join(directory, '.jsii'), JSON.stringify(original));
  fs.copyFileSync('package.json', path.join(directory, 'package.json'));
  fs.symlinkSync(path.resolve('node_modules'), path.join(directory, 'node_modules'));
  const { status, stdout, stderr } = spawnSync('jsii-diff', [directory, '.'], { encoding: 'utf8' });
  fs.rmSync(directory, { recursive: true });
  return { status, said: stdout + stderr };
}

test('nothing that the last release had is gone or narrower', () => {
  expect(diff(baseline())).toEqual({ status: 0, said: '' });
});

test('a method that is gone would be found', () => {
  const original = baseline();
  const { methods } = original.types['cdk-mailmatrix.BulkMailer'];
  methods.push({ ...methods[0], name: 'grantEverything' });
  const { status, said } = diff(original);
  expect(said).toContain('grantEverything');
  expect(status).not.toBe(0);
});
