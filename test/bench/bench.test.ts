/** The benches, small: that each still runs and fills the table that docs/performance.md has of it. How fast is not asked here. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');
const cells = (line: string): string[] =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
const tableLines = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map(cells);
const DOCUMENTED = tableLines(readFileSync(join(ROOT, 'docs/performance.md'), 'utf8')).map((line) => line.join());

/** The rows of its table, by its documented columns. */
async function bench(script: string, ...args: string[]): Promise<{ readonly [column: string]: string }[]> {
  const command = ['--import', 'tsx', join(ROOT, 'bench', script), ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT });
  const [head, under, ...rows] = tableLines(stdout);
  expect(DOCUMENTED).toContain(head!.join());
  expect(under!.every((cell) => /^-+$/.test(cell))).toBe(true);
  return rows.map((row) => {
    expect(row).toHaveLength(head!.length);
    return Object.fromEntries(head!.map((column, at) => [column, row[at]!]));
  });
}

const WHOLE = /^\d[\d,]*$/;
const POSITIVE = /^(?!0$)\d[\d,]*$/;
const PERCENT = /^\d+\.\d+ %$/;

test('Plan over lists', async () => {
  const rows = await bench('lists.ts', '3000', '2000x25', '2000x5.xlsx');
  expect(rows.map((row) => [row.rows, row.columns])).toEqual([
    ['3,000', '5'],
    ['2,000', '25'],
    ['2,000', '5 (.xlsx)'],
  ]);
  for (const row of rows) {
    expect(row).toEqual({
      rows: row.rows,
      columns: row.columns,
      MB: expect.stringMatching(WHOLE),
      'Plan, rows/s': expect.stringMatching(POSITIVE),
      // It reads no workbook.
      'csv-parse alone, rows/s': row.columns!.endsWith('(.xlsx)') ? '' : expect.stringMatching(POSITIVE),
      'Plan, CPU seconds': expect.stringMatching(/^\d+\.\d$/),
      'on Lambda, about s': expect.stringMatching(WHOLE),
      'Plan, peak MiB': expect.stringMatching(POSITIVE),
      'csv-parse, peak MiB': row.columns!.endsWith('(.xlsx)') ? '' : expect.stringMatching(POSITIVE),
    });
  }
});

test('Report over a tracked run', async () => {
  expect(await bench('report.ts', '3000')).toEqual([
    {
      rows: '3,000',
      'Report, rows/s': expect.stringMatching(POSITIVE),
      'Report, CPU seconds': expect.stringMatching(WHOLE),
      'on Lambda, about s': expect.stringMatching(WHOLE),
      'peak MiB': expect.stringMatching(POSITIVE),
    },
  ]);
});

test('what an email costs, beside the loops that one would write', async () => {
  const sizes = ['--mails', '60', '--rows', '2000', '--events', '30', '--rates', '100', '--runs', '1'];
  const rows = await bench('cost.ts', ...sizes);
  const measured = rows.map((row) => [row.what, row['measured over']]);
  expect(measured).toEqual([
    ['Send, at 100 a second', '60 emails'],
    ['Track', '30 events'],
    ['bare SDK loop with Mustache', '60 emails'],
    ['nodemailer’s SES transport', '60 emails'],
    ['boto3 and Jinja2', '60 emails'],
    ['Plan', '2,000 rows'],
    ['csv-parse alone', '2,000 rows'],
    ['Settle', '2,000 rows'],
    ['Report', '2,000 rows'],
    ['Report, after the tracking period', '2,000 rows'],
  ]);
  for (const row of rows) {
    expect(row['CPU ms per 1,000']).toMatch(POSITIVE);
    expect(row['peak MiB']).toMatch(POSITIVE);
    expect(row['start-up, CPU ms']).toMatch(POSITIVE);
    const alone = row.what === 'csv-parse alone';
    expect(row['requests per 1,000']).toMatch(alone ? /^$/ : POSITIVE);
    expect(row['MB per 1,000']).toMatch(alone ? /^$/ : /^\d+\.\d\d$/);
    // One request an email, and what each promise costs beside it.
    if (row['measured over'] === '60 emails') {
      const requests = Number(row['requests per 1,000']!.replace(',', ''));
      if (row.what!.startsWith('Send')) expect(requests).toBeGreaterThan(3000);
      else expect(requests).toBe(1000);
    }
  }
});

test('the send rate', async () => {
  const rows = await bench('rate.ts', '--rates', '14', '--seconds', '2', '--warm-up', '1', '--print');
  const row = (what: string, workers: string, more: object = {}) => ({
    'allowed/s': '14',
    what,
    workers,
    used: expect.stringMatching(PERCENT),
    'busiest second': expect.stringMatching(POSITIVE),
    throttled: expect.stringMatching(PERCENT),
    lost: expect.stringMatching(WHOLE),
    twice: expect.stringMatching(WHOLE),
    'in doubt': expect.stringMatching(WHOLE),
    'a campaign’s share': '',
    load: expect.stringMatching(/^\d+\.\d$/),
    ...more,
  });
  // However slow the machine is.
  const promised = { lost: '0', twice: '0' };
  expect(rows).toEqual([
    row('MailMatrix, one campaign', '2', promised),
    row('MailMatrix, 3 campaigns', '6', {
      ...promised,
      // Empty on a machine so slow that one campaign ends before another begins.
      'a campaign’s share': expect.stringMatching(/^(\d+–\d+ %)?$/),
    }),
    row('SDK loop, default retries', '1'),
    row('SDK loop, adaptive retries', '1'),
  ]);
});
