import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { sheet, workbook } from '../support/workbook';
import { campaigns, connection, counts, listen, mailsOf, recipients, summary } from './support/deployed';

const HEADER = 'E-Mail;First Name;City;Note\r\n';
const row = (name: string, first: string) => `${name}@lists.example;${first};Zürich;x\r\n`;

test('what Excel saves as "Unicode Text", with semicolons, is sent', async () => {
  const list = Buffer.from(`\uFEFF${HEADER}${row('wide.ann', 'Zoë')}${row('wide.bo', '名前')}`, 'utf16le');
  const { result, mails } = await mailsOf(() => campaigns.run('wide.TXT', list));
  expect(recipients(mails)).toEqual(['wide.ann@lists.example', 'wide.bo@lists.example']);
  expect(JSON.stringify(mails)).toContain('Zoë');
  expect((await summary(result)).counts).toEqual(counts({ sent: 2 }));
});

test('a packed list is sent, and packed nonsense is refused', async () => {
  const { mails } = await mailsOf(() => campaigns.run('packed.csv.gz', gzipSync(HEADER + row('packed.ann', 'Ann'))));
  expect(recipients(mails)).toEqual(['packed.ann@lists.example']);

  const notices = await listen('lists-refused');
  const refused = await mailsOf(() => campaigns.run('book.XLSX', Buffer.from('PK\x03\x04nonsense', 'latin1')));
  expect(refused.mails).toEqual([]);
  expect((await summary(refused.result)).status).toBe('rejected');
  expect(await notices.next((text) => text.includes('book'))).toContain('MM350');
});

test('the sheet of a workbook is sent once, and its invalid-rows file as a workbook continues it', async () => {
  const header = ['E-Mail', 'First Name', 'City', 'Note'];
  const person = (name: string, first: string) => [`${name}@lists.example`, first, 'Zürich', 'x'];
  const book = workbook([
    { name: 'Old', rows: [header, person('book.old', 'Old')] },
    { name: 'Members', rows: [header, person('book.ann', 'Zoë'), person('BOOK.ann', 'Ann'), person('book@@bo', 'Bo')] },
  ]);
  const { result, mails } = await mailsOf(async () =>
    campaigns.ended(await campaigns.upload('book.xlsx', book, undefined, { 'mailmatrix-sheet': 'members' })),
  );
  expect(recipients(mails)).toEqual(['book.ann@lists.example']);
  expect(JSON.stringify(mails)).toContain('Zoë');
  const report = await summary(result);
  expect(report).toMatchObject({
    campaign: expect.stringMatching(/\/book$/),
    counts: counts({ sent: 1, invalid: 1, duplicate: 1 }),
    readAs: { sheet: 'Members' },
  });

  const invalid = await campaigns.report(result, 'invalid.csv');
  const rows = invalid.trimEnd().split('\r\n');
  expect(rows[1]).toMatch(/,4,MM404,/);
  const corrected = rows.map((row) => row.replace('\uFEFF', '').replace('@@', '.').split(','));
  const again = await mailsOf(() => campaigns.run('corrected.xlsx', sheet(corrected)));
  expect(recipients(again.mails)).toEqual(['book.bo@lists.example']);
  expect((await summary(again.result)).campaign).toBe(report.campaign);
});

test('parts of a list are one run: nothing starts before the manifest, and everybody is mailed once', async () => {
  const part = (number: number, rows: string) =>
    campaigns.put(`parts/campaigns/parts/${number}.csv.gz`, gzipSync(HEADER + rows));
  const { result, mails } = await mailsOf(async () => {
    const before = await campaigns.executions();
    await part(1, row('parts.ann', 'Ann') + row('parts.bo', 'Bo'));
    await part(2, row('PARTS.ann', 'Ann') + row('parts.cy', 'Cy') + row('parts@@wrong', 'Di'));
    await part(3, row('parts.cy', 'Cy') + row('parts.eve', 'Eve'));
    // The bucket's events take less.
    await sleep(3000);
    expect(await campaigns.executions()).toEqual(before);
    const entries = [1, 2, 3].map((number) => ({
      url: `s3://${connection.bucket}/parts/campaigns/parts/${number}.csv.gz`,
      mandatory: true,
    }));
    return campaigns.run('parts.manifest', JSON.stringify({ entries }));
  });
  expect(recipients(mails)).toEqual(['ann', 'bo', 'cy', 'eve'].map((name) => `parts.${name}@lists.example`));
  expect(await summary(result)).toMatchObject({
    campaign: expect.stringMatching(/\/parts$/),
    counts: counts({ sent: 4, duplicate: 2, invalid: 1 }),
  });
  expect(await campaigns.report(result, 'invalid.csv')).toContain(';2.csv.gz;4;MM404;');
});

test('the invalid-rows file, corrected and dropped in again, reaches those it names and nobody twice', async () => {
  const broken = row('fix.bo', 'Bo').replace('@', '@@');
  const { result } = await mailsOf(() => campaigns.run('fix.csv', HEADER + row('fix.ann', 'Ann') + broken));
  expect((await summary(result)).counts).toEqual(counts({ sent: 1, invalid: 1 }));

  const corrected = (await campaigns.report(result, 'invalid.csv')).replace('@@', '@');
  const again = await mailsOf(() => campaigns.run('corrected.csv', corrected));
  expect(recipients(again.mails)).toEqual(['fix.bo@lists.example']);
  expect((await summary(again.result)).campaign).toBe((await summary(result)).campaign);
});

test('a draft is checked and shown, and sends nothing', async () => {
  const { result, mails } = await mailsOf(() => campaigns.draft('look.csv', HEADER + row('look.ann', 'Ann')));
  expect(mails).toEqual([]);
  expect(await summary(result)).toMatchObject({ status: 'draft', rows: 1, planned: { recipients: 1 } });
  expect(await campaigns.report(result, 'samples/1.txt')).toContain('To: look.ann@lists.example\nSubject: ');
});
