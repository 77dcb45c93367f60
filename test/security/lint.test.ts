import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CHECKOV } from './acknowledged';
import { kinds, make } from './mailers';

/** Their environment, as `npm test` makes it. */
const BIN = path.join(__dirname, '..', '..', '.local', 'checkers', 'bin');

let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mailmatrix-lint-'));
  for (const kind of kinds) {
    const file = path.join(folder, `${kind.replace(' ', '-')}.template.json`);
    fs.writeFileSync(file, JSON.stringify(make(kind).template.toJSON(), undefined, 1));
  }
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function check(command: string, args: string[]): string {
  const { stdout, stderr, error, signal, status } = spawnSync(path.join(BIN, command), args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    timeout: 200_000,
  });
  if (error ?? signal) throw new Error(`${command}: ${error?.message ?? signal}; ${stderr}`);
  if (status !== 0 && stdout.trim() === '') throw new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout;
}

test('cfn-lint finds nothing', () => {
  const templates = fs.readdirSync(folder);
  expect(templates).toHaveLength(kinds.length);
  // W3005: CDK names a dependency that a GetAtt implies; it does no harm, and is not ours.
  const found = check('cfn-lint', ['--ignore-checks', 'W3005', '--format', 'parseable', '--', ...templates]);
  expect(found.trim().split('\n').filter(Boolean)).toEqual([]);
});

test('checkov finds nothing that is not acknowledged', () => {
  const args = ['-d', '.', '--framework', 'cloudformation', '--compact', '--quiet', '--skip-download', '-o', 'json'];
  const { results, summary } = JSON.parse(check('checkov', args));
  expect(summary.parsing_errors).toBe(0);
  expect(summary.passed).toBeGreaterThan(200);
  const failed: string[] = results.failed_checks.map(
    ({ check_id, resource }: { check_id: string; resource: string }) => `${check_id} ${resource.split('.')[0]}`,
  );
  const known = CHECKOV.map(({ finding }) => finding);
  expect([...new Set(failed)].filter((finding) => !known.includes(finding))).toEqual([]);
  expect(known.filter((finding) => !failed.includes(finding))).toEqual([]);
});
