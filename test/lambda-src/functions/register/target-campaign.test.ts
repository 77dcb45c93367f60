import { Readable } from 'node:stream';
import { manifestText } from '../../../../lambda-src/domain/list/parts/manifest';
import type { Files } from '../../../../lambda-src/domain/ports';
import { ListGoneError } from '../../../../lambda-src/domain/ports';
import { targetCampaign } from '../../../../lambda-src/functions/register/target-campaign';
import { memoryFiles } from '../../../support/memory-files';
import { sheet, workbook } from '../../../support/workbook';

const upload = { list: { bucket: 'b', key: 'k', etag: 'e', size: 1 }, sequencer: '1', eventTime: '' };
const files = (text: string | Error, metadata: Record<string, string> = {}) =>
  ({
    openList: async () => {
      if (text instanceof Error) throw text;
      return { body: Readable.from([Buffer.from(text)]), metadata };
    },
  }) as unknown as Files;

test.each([
  ['a retry file', 'email,mailmatrix_campaign\na@x.org,mailer/may\n', 'mailer/may'],
  ['one saved again by a spreadsheet', '\uFEFFemail;mailmatrix_campaign\r\na@x.org; mailer/may \r\n', 'mailer/may'],
  ['a rejected file whose first row is short', 'mailmatrix_campaign,email,name\nmailer/may,a@x.org\n', 'mailer/may'],
  [
    'one of the last version, which had our columns last',
    'email,name,mailmatrix_campaign,mailmatrix_line\na@x.org,mailer/may,2\nb@x.org,B,mailer/may,3\n',
    'mailer/may',
  ],
  [
    'one that begins with a row of another campaign',
    'mailmatrix_campaign,mailmatrix_code,email\nmailer/june,MM410,a@x.org\nmailer/may,MM404,b@\n',
    'mailer/may',
  ],
  ['any other list', 'email,campaign\na@x.org,mailer/may\n', undefined],
  ['a list with an empty cell there', 'email,mailmatrix_campaign\na@x.org,\n', undefined],
  ['what is no list at all', 'PK\u0003\u0004', undefined],
])('%s', async (_name, text, expected) => {
  expect(await targetCampaign(upload, files(text))).toBe(expected);
});

test('a workbook says it in the sheet that its metadata names', async () => {
  const ours = [
    ['email', 'mailmatrix_campaign'],
    ['a@x.org', 'mailer/may'],
  ];
  const bucket = memoryFiles('b');
  const bound = (list: Buffer, metadata?: Record<string, string>) =>
    targetCampaign({ list: bucket.upload('campaigns/x.xlsx', list, { metadata }) }, bucket);
  expect(await bound(sheet(ours))).toBe('mailer/may');
  const several = workbook([
    { name: 'Old', rows: [['email'], ['old@x.org']] },
    { name: 'May', rows: ours },
  ]);
  expect(await bound(several)).toBeUndefined();
  expect(await bound(several, { 'mailmatrix-sheet': 'May' })).toBe('mailer/may');
});

test('of a list in parts the first part says it, then the upload’s metadata', async () => {
  const bucket = memoryFiles('b');
  const parts = (body: string) => manifestText([bucket.upload('parts/campaigns/x/1.csv', body)]);
  const bound = (manifest: string, metadata?: Record<string, string>) =>
    targetCampaign({ list: bucket.upload('campaigns/x.manifest', manifest, { metadata }) }, bucket);
  const metadata = { 'mailmatrix-campaign': 'mailer/june' };
  expect(await bound(parts('email,mailmatrix_campaign\na@x.org,mailer/may\n'), metadata)).toBe('mailer/may');
  expect(await bound(parts('email\na@x.org\n'), metadata)).toBe('mailer/june');
  expect(await bound('{"entries":[]}', metadata)).toBe('mailer/june');
  expect(await bound('{"entries":[]}')).toBeUndefined();
});

test('a list that is gone is left to Plan; an outage is not taken for "not bound"', async () => {
  expect(await targetCampaign(upload, files(new ListGoneError()))).toBeUndefined();
  await expect(targetCampaign(upload, files(new Error('SlowDown')))).rejects.toThrow('SlowDown');
});

test('a further list says it by its metadata, unless a column of ours does', async () => {
  const metadata = { 'mailmatrix-campaign': 'mailer/Gr%C3%BC%C3%9Fe' };
  expect(await targetCampaign(upload, files('email\na@x.org\n', metadata))).toBe('mailer/Grüße');
  expect(await targetCampaign(upload, files('PK\u0003\u0004', metadata))).toBe('mailer/Grüße');
  expect(await targetCampaign(upload, files('email,mailmatrix_campaign\na@x.org,mailer/may\n', metadata))).toBe(
    'mailer/may',
  );
  expect(await targetCampaign(upload, files('email\n', { 'mailmatrix-campaign': '100 %' }))).toBe('100 %');
});
