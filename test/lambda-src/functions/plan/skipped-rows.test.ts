import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readList } from '../../../../lambda-src/domain/list/list';
import type { RunRef } from '../../../../src/private/contract';
import { collect, inChunks } from '../../../support/memory-files';
import { planned, settings, template, templates } from './harness';

const forgiving = { settings: settings({ maxInvalidPercent: 100 }) };
/** Every column is used, so that a short row lacks one. */
const thorough = { ...forgiving, templates: templates({ welcome: template({ text: '{{name}} of {{town}}' }) }) };

test('the invalid-rows file holds the invalid rows as they were, and why', async () => {
  const { invalid } = await planned(
    'Name;E-Mail;Town\nAnn;ann@example.com;Bern\n"B ""o""; Lee";bo@;" Bern\n"\nCy;cy@example.com\nAnn;ann@example.com;Bern\n',
    thorough,
  );
  expect(invalid).toBe(
    [
      '\uFEFFmailmatrix_campaign;mailmatrix_line;mailmatrix_code;mailmatrix_reason;Name;E-Mail;Town',
      'mailer/may;3;MM404;the address is not valid;"B ""o""; Lee";bo@;" Bern\n"',
      'mailer/may;5;MM401;the row has fewer cells than the list has columns;Cy;cy@example.com',
      '',
    ].join('\r\n'),
  );
});

test('corrected, it is a list of the same campaign', async () => {
  const { invalid, recipients } = await planned(
    'email,name,town\nann@example.com,Ann,Bern\nbo@,Bo,Bern\ncy@example.com,Cy\n',
    thorough,
  );
  const corrected = invalid!
    .replace('bo@,', 'bo@example.com,')
    .replace('cy@example.com,Cy\r', 'cy@example.com,Cy,Chur\r');
  const again = await planned(corrected, thorough);
  expect(again.document).toMatchObject({
    decision: 'send',
    rows: 2,
    recipients: 2,
    columns: ['email', 'name', 'town'],
  });
  expect(again.recipients.map(({ vars, cells }) => [vars, cells])).toEqual([
    [{ email: 'bo@example.com', name: 'Bo', town: 'Bern' }, ['bo@example.com', 'Bo', 'Bern']],
    [{ email: 'cy@example.com', name: 'Cy', town: 'Chur' }, ['cy@example.com', 'Cy', 'Chur']],
  ]);
  expect(again.recipients[0]?.sk).toBe(recipients[0]?.sk);
});

test('uncorrected, its rows stay invalid', async () => {
  const { invalid } = await planned('email,name,town\na@example.com,A,x\nbo@,Bo,x\nc@example.com,C\n', thorough);
  const again = await planned(invalid!, thorough);
  expect(again.document).toMatchObject({ recipients: 0, invalidByCode: { MM404: 1, MM401: 1 } });
});

test('a row of another campaign keeps that, and so stays out when the file is dropped in as it is', async () => {
  const retry = 'email,name,mailmatrix_campaign\na@example.com,A,mailer/may\nb@example.com,B,mailer/june\n';
  const { invalid } = await planned(retry, forgiving);
  expect(invalid).toContain('\r\nmailer/june,3,MM410,the row belongs to another campaign,b@example.com,B\r\n');
  expect((await planned(invalid!, forgiving)).document).toMatchObject({ recipients: 0, invalidByCode: { MM410: 1 } });
});

test('a draft of a retry file holds its rows to the campaign that Register found', async () => {
  const rows = ['a@example.com,A,mailer/june', 'b@example.com,B,mailer/may', 'c@,C,mailer/june'];
  const given = { ...forgiving, draft: true, run: { targetCampaign: 'mailer/june' } };
  const { document, invalid } = await planned(`email,name,mailmatrix_campaign\n${rows.join('\n')}\n`, given);
  expect(document).toMatchObject({ recipients: 1, invalidByCode: { MM410: 1, MM404: 1 } });
  expect(invalid).toContain('mailer/may,3,MM410');
  expect(invalid).toContain('mailer/june,4,MM404');
});

test('a list that may be resent names the claims in doubt, any other list does not', async () => {
  const list =
    'email,name,mailmatrix_campaign,mailmatrix_claim\na@example.com,A,mailer/may, one \nb@example.com,B,mailer/may,\n';
  const doubts = async (run: Partial<RunRef>) => (await planned(list, { run })).recipients.map(({ doubt }) => doubt);
  expect(await doubts({ resendInDoubt: true })).toEqual(['one', undefined]);
  expect(await doubts({})).toEqual([undefined, undefined]);
});

test('a row of another campaign is not sent in this one', async () => {
  const { recipients, skipped } = await planned(
    'email,name,MailMatrix_Campaign\na@example.com,A,mailer/may\nb@example.com,B,mailer/june\nc@example.com,C,\n',
  );
  expect(recipients.map(({ to, vars, cells }) => [to, vars, cells])).toEqual([
    ['a@example.com', { email: 'a@example.com', name: 'A' }, ['a@example.com', 'A']],
  ]);
  expect(skipped.map(({ row, code, cells }) => [row, code, cells])).toEqual([
    [2, 'MM410', ['b@example.com', 'B']],
    [3, 'MM410', ['c@example.com', 'C']],
  ]);
});

test('whatever the cells hold comes back from the invalid-rows file', async () => {
  const part = fc.constantFrom(
    '"',
    ',',
    ';',
    '\n',
    '\r',
    '\r\n',
    '\t',
    '|',
    ' ',
    '\u00a0',
    'x',
    '名',
    '=1+1',
    "'",
    '-',
    '😀',
  );
  const cell = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(',', ';', '\t', '|'),
      async (rows, delimiter) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const lines = rows.map(([a, b]) => [`bad${a}`, b].map(quote).join(delimiter));
        const csv = [`email${delimiter}name`, `ok@example.com${delimiter}ok`, ...lines].join('\r\n');
        const { invalid } = await planned(csv, forgiving);
        const raw: string[][] = parse(invalid!, {
          delimiter,
          bom: true,
          from: 2,
          record_delimiter: ['\r\n', '\n', '\r'],
        });
        expect(raw.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
        const read = await collect((await readList(inChunks(Buffer.from(invalid!)))).rows);
        expect(read.map(({ cells }) => cells.slice(-2))).toEqual(rows.map(([a, b]) => [`bad${a}`, b]));
      },
    ),
  );
});
