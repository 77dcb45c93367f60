import { gzipSync } from 'node:zlib';
import { readList } from '../../../lambda-src/domain/list/list';
import { rejectList } from '../../../lambda-src/domain/list/rejections';
import { targetCampaign } from '../../../lambda-src/functions/register/target-campaign';
import { planned, settings, template, templates } from '../../lambda-src/functions/plan/harness';
import { inChunks } from '../../support/memory-files';

/** Step Functions' limit for what a state gives. */
const PAYLOAD = 256 * 1024;
/** SNS takes as much. */
const NOTICE = PAYLOAD;

const big = 'x'.repeat(45_000);

test.each([
  ['no address column', `${Array.from({ length: 20 }, (_, at) => `${big}${at}`).join(',')}\n`, {}],
  ['two address columns', `email,mail,${big}\n`, {}],
  ['two columns of one name', `email,${big},${big}\n`, {}],
  [
    'a variable without a column',
    `email,${Array.from({ length: 20 }, (_, at) => `${big}${at}`).join(',')}\na@b.ch\n`,
    {},
  ],
  ['no key column', `email,name,${big}\n`, { recipientKeyColumn: 'key' }],
  [
    'many columns',
    `email,${Array.from({ length: 998 }, (_, at) => `column with a name ${at}`).join(',')}\na@b.ch\n`,
    {},
  ],
])(
  'names of columns as long as cells can be (%s) do not make a refusal that no state and no notice takes',
  async (_, csv, intake) => {
    const { output, logged } = await planned(csv, { settings: settings(intake) });
    expect(output.decision).toBe('rejected');
    expect(JSON.stringify(output).length).toBeLessThan(PAYLOAD / 10);
    expect(output.rejection!.message.length).toBeLessThan(NOTICE / 10);
    expect(logged).not.toContain('xxxx');
  },
);

test('an address as the name of a column is not told in a refusal', async () => {
  const { output } = await planned('email,ann@example.org,Bo <bo@example.org>\na@b.ch,1,2\n');
  expect(output.rejection?.code).toBe('MM323');
  expect(output.rejection!.message).not.toMatch(/@/);
});

test('line breaks, ANSI and direction marks in the name of a column write no line of their own in a refusal', async () => {
  const { output } = await planned('email,"x\n\u001b[2J\u202e\u2028Report: evil"\na@b.ch,1\n');
  expect(output.rejection!.message).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
});

test('what somebody writes into an upload’s metadata stays short in a refusal', () => {
  expect(rejectList('MM327', 'x'.repeat(100_000)).says.length).toBeLessThan(1000);
  expect(rejectList('MM322', 'x'.repeat(100_000), ['a']).says.length).toBeLessThan(1000);
});

const BLANK = '\n'.repeat(60_000);

test.each([
  ['before the header', Buffer.from(`${BLANK}email\na@b.ch\n`)],
  ['of which a bomb of a few kilobytes unpacks', gzipSync(Buffer.from(`email\n${BLANK}a@b.ch\n`))],
  ['of delimiters alone', Buffer.from(`email,name\n${',\n'.repeat(60_000)}a@b.ch,x\n`)],
])('blank lines without end, %s keep no function busy', async (_, bytes) => {
  const all = async () => {
    const { rows } = await readList(inChunks(bytes), { maxBlank: 50_000 });
    for await (const _row of rows);
  };
  await expect(all()).rejects.toMatchObject({ code: 'MM339' });
});

test('Register does not read through a list of blank lines to find out whose it is', async () => {
  const list = { bucket: 'b', key: 'k', etag: 'e', size: 1 };
  const openList = async () => ({ body: inChunks(Buffer.from(`mailmatrix_campaign,email\n${BLANK}`)), metadata: {} });
  expect(await targetCampaign({ list }, { openList, find: async () => undefined })).toBeUndefined();
});

test.each([
  ['a row', `email,name\na@b.ch,"${'x'.repeat(2 << 20)}`, 'MM313'],
  ['a cell', `email,name\na@b.ch,${'x'.repeat(60_000)}\n`, 'MM326'],
  ['a header', `email,${'x'.repeat(2 << 20)}\n`, 'MM313'],
  ['a name in the header', `email,${'x'.repeat(60_000)}\na@b.ch,1\n`, 'MM326'],
  ['a number of columns', `email${',x'.repeat(100_000)}\n`, 'MM325'],
  ['a row without an end, packed', gzipSync(Buffer.from(`email,name\n${'x'.repeat(2 << 20)}`)), 'MM313'],
])('%s that is too large rejects the list', async (_, csv, code) => {
  const { output } = await planned(csv);
  expect(output.rejection?.code).toBe(code);
});

test('a bomb that unpacks to more than intake.maxSize is refused, though what was uploaded is small', async () => {
  const bomb = gzipSync(Buffer.from(`email,name\n${'a@b.ch,x\n'.repeat(100_000)}`));
  expect(bomb.length).toBeLessThan(100_000);
  const { output } = await planned(bomb, { settings: settings({ maxBytes: 200_000 }), key: 'campaigns/may.csv.gz' });
  expect(output.rejection?.code).toBe('MM320');
});

test('a template whose column is repeated does not take the plan down with a cell of the largest size', async () => {
  const { output } = await planned(`email,name\na@b.ch,${'&'.repeat(50_000)}\n`, {
    templates: templates({ welcome: template({ subject: 'Hello', html: '<p>{{name}}</p>'.repeat(20) }) }),
    draft: true,
  });
  expect(output.decision).toBe('draft');
});
