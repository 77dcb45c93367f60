import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../cli/estimate';

async function estimate(...args: string[]) {
  let out = '';
  const stdout = { write: (text: string) => (out += text) };
  const code = await run(args, { stdout, stderr: stdout });
  return { code, out };
}
const ACCOUNT = ['--per-second', '14', '--daily-quota', '50000'];

test('a list that fits is done in time', async () => {
  const { code, out } = await estimate('--recipients', '1400', ...ACCOUNT);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^1,400 recipients: up to 100 seconds, at 14 a second, 50,000 in 24 hours, 50,000 of them now\.$/m,
  );
  expect(out).toMatch(/SES a la carte, prices of us-east-1 of 2026-07-22:\n {2}SES: \$0\.14$/m);
  expect(out).not.toContain('ask AWS');
});

test('one that does not fit says what to ask for', async () => {
  const { code, out } = await estimate(
    '--recipients',
    '120000',
    '--json',
    '--within',
    '12',
    '--plan',
    'essentials',
    ...ACCOUNT,
  );
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    inTime: false,
    ask: { perSecond: 3, in24Hours: 120_000 },
    cost: { plan: 'ESSENTIALS', services: { SES: expect.closeTo(19.2) } },
  });
});

test('of a list the rows count that would be sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'estimate-'));
  const list = join(folder, 'people.csv');
  writeFileSync(list, 'email\na@example.com\nA@example.com\nnobody\nb@example.com\n');
  const { out } = await estimate(list, '--json', ...ACCOUNT);
  rmSync(folder, { recursive: true });
  expect(JSON.parse(out).recipients).toBe(2);
});

test.each([
  [['--recipients', '5'], /--per-second and --daily-quota/],
  [['--recipients', '0', ...ACCOUNT], /--recipients: got 0/],
  [['people.csv', '--recipients', '5', ...ACCOUNT], /one of them/],
  [['--recipients', '5', '--plan', 'GOLD', ...ACCOUNT], /--plan: got GOLD/],
  [['--recipients', '5', '--within', 'soon', ...ACCOUNT], /--within: got soon/],
])('%j is an error', async (args, message) => {
  await expect(estimate(...args)).rejects.toThrow(message);
});
