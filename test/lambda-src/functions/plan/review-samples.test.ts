import { METADATA } from '../../../../src/private/contract';
import { planned, settings, template, templates } from './harness';

const LIST = `email,name,kind\n${['a', 'b', 'c', 'd', 'e'].map((n, at) => `${n}@example.org,${n.toUpperCase()},${at === 3 ? 'late' : 'early'}`).join('\n')}\nbroken@,F,early\n`;
const TWO = templates({ early: template(), late: template() }, 'early');
const reviewed = {
  ...settings({ templateColumn: 'kind', draftsPrefix: 'drafts/', maxInvalidPercent: 50 }),
  reviewers: ['@example.com', 'ann@agency.example'],
};

const draft = (metadata: Record<string, string>) =>
  planned(LIST, { draft: true, key: 'drafts/may.csv', settings: reviewed, templates: TWO, upload: { metadata } });

async function tested(metadata: Record<string, string>) {
  const { output, files, run } = await draft(metadata);
  expect(output).toMatchObject({ decision: 'test' });
  const { to, recipients } = files.json<{ to: string; recipients: { row: number }[] }>(`${run.folder}test.json`);
  return { to, rows: recipients.map(({ row }) => row) };
}

test.each([
  ['the rows that are named, in their order', '5,2', [5, 2]],
  ['a sample of each template and then the first', 'sample:3', [1, 2, 4]],
  ['a sample of one', 'sample:1', [1]],
  ['three where nothing is said', '', [1, 2, 4]],
])('a test takes %s', async (_, rows, expected) => {
  const { to, rows: chosen } = await tested({ [METADATA.testTo]: ' Me@Example.COM ', [METADATA.testRows]: rows });
  expect(to).toBe('me@example.com');
  expect(chosen).toEqual(expected);
});

test('a reviewer who is named by address may be elsewhere', async () => {
  expect((await tested({ [METADATA.testTo]: 'Ann@agency.example' })).to).toBe('ann@agency.example');
});

test.each([
  'bob@agency.example',
  'me@notexample.com',
  'me@example.com.evil.example',
  '@example.com',
  'x@evil.example,me@example.com',
  '',
])('nobody else gets one: %j', async (to) => {
  const { output, logged } = await draft({ [METADATA.testTo]: to });
  expect(output).toMatchObject({ decision: 'rejected', rejection: { code: 'MM335' } });
  if (/evil|bob/.test(to)) expect(JSON.stringify(output) + logged).not.toContain(to);
});

test.each([
  ['0', 'MM336'],
  ['1,x', 'MM336'],
  ['sample:0', 'MM336'],
  ['sample:21', 'MM336'],
  [Array.from({ length: 21 }, (_, n) => n + 1).join(), 'MM336'],
  ['6', 'MM337'],
  ['1,99', 'MM337'],
])('rows that are none are refused: %s', async (rows, code) => {
  const { output } = await draft({ [METADATA.testTo]: 'me@example.com', [METADATA.testRows]: rows });
  expect(output).toMatchObject({ decision: 'rejected', rejection: { code } });
});

test('a list that is to be sent is no test, whatever its metadata say; samples are kept where somebody approves', async () => {
  const approval = { approvers: ['chief@example.com'], timeoutSeconds: 60 };
  const { output, files, run } = await planned(LIST, {
    settings: { ...reviewed, approval },
    templates: TWO,
    upload: { metadata: { [METADATA.testTo]: 'me@example.com' } },
  });
  expect(output.decision).toBe('send');
  expect(files.objects.has(`${run.folder}test.json`)).toBe(false);
  expect(files.json<{ row: number }[]>(`${run.folder}sample-rows.json`).map(({ row }) => row)).toEqual([1, 2, 4]);
});
