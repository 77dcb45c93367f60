import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ListRejected, rejectList } from '../../../../lambda-src/domain/list/rejections';
import { readWhole } from '../../../support/read-list';
import { zip } from '../../../support/workbook';
import { planned } from '../../functions/plan/harness';

const KINDS = join(__dirname, '../../../fixtures/kinds');
const file = (name: string) => readFileSync(join(KINDS, name));

const rejectionOf = async (bytes: Buffer, options = {}): Promise<ListRejected> => {
  const read = readWhole(bytes, options);
  await expect(read).rejects.toBeInstanceOf(rejectList('MM307').constructor);
  return read.then(
    () => Promise.reject(new Error('it is a list')),
    (error) => error,
  );
};

const CARDS = 'BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lee;Ann;;;\r\nEMAIL;TYPE=INTERNET:ann@example.org\r\nEND:VCARD\r\n';
const RTF =
  '{\\rtf1\\ansi\\ansicpg1252\\cocoartf2709\n{\\fonttbl\\f0\\fswiss Helvetica;}\n\\f0 email,name\\\nann@example.org,Ann}';

/** What it is, and how a CSV file is made of it. */
test.each<[string, Buffer, RegExp, RegExp]>([
  ['JSON', Buffer.from('[\n  {"email": "ann@example.org"}\n]'), /is JSON and/, /mlr --ijson --ocsv/],
  ['a JSON object', Buffer.from('\uFEFF{ "people": [] }'), /is JSON and/, /mlr --ijson /],
  [
    'JSON lines',
    Buffer.from('{"email":"ann@example.org"}\n{"email":"bo@example.org"}\n'),
    /JSON lines/,
    /mlr --ijsonl/,
  ],
  ['a vCard', Buffer.from(CARDS), /vCard/, /Google Contacts/],
  ['a vCard in UTF-16', Buffer.from(`\uFEFF${CARDS}`, 'utf16le'), /vCard/, /Google Contacts/],
  ['HTML that calls itself .xls', file('people-html.xls'), /HTML/, /under the name \.xls.*CSV UTF-8/],
  ['a table of HTML', Buffer.from('<table><tr><td>email</td></tr></table>'), /HTML/, /CSV UTF-8/],
  ['XML that calls itself .xls', file('people-xml.xls'), /XML/, /under the name \.xls.*CSV UTF-8/],
  ['RTF', Buffer.from(RTF), /RTF/, /Make Plain Text/],
  ['Zstandard', file('people.csv.zst'), /Zstandard/, /Unpack it/],
  ['bzip2', file('people.csv.bz2'), /bzip2/, /Unpack it/],
  ['xz', file('people.csv.xz'), /xz/, /Unpack it/],
  ['Parquet', file('people.parquet'), /Parquet/, /duckdb/],
  ['Parquet in GZIP', gzipSync(file('people.parquet')), /Parquet/, /duckdb/],
  ['an OpenDocument workbook', file('people.ods'), /OpenDocument/, /LibreOffice/],
  ['an old workbook', file('people.xls'), /old Excel workbook/, /CSV UTF-8/],
  ['Numbers', zip({ 'Index/Document.iwa': 'x', 'Index/Tables/DataList.iwa': 'y' }), /Numbers/, /Export To, CSV/],
])('%s is no list: the message says what it is and what to do', async (_, bytes, kind, todo) => {
  const { code, says } = await rejectionOf(bytes);
  expect([code, says]).toEqual(['MM311', expect.stringMatching(kind)]);
  expect(says).toMatch(todo);
});

test.each(['ORCID', 'PAR1', 'BZhorn', 'Rar!', '{name}', '[id]', 'dn', '<id'])(
  'a list whose first column is %s is one',
  async (name) => {
    const { rows } = await readWhole(Buffer.from(`${name},email\n1,ann@example.org\n`));
    expect(rows.map(({ cells }) => cells)).toEqual([['1', 'ann@example.org']]);
  },
);

/** What the message says to put there. */
const quoted = (says: string, after: string): string => JSON.parse(/"(?:[^"\\]|\\.)*"/.exec(says.split(after)[1]!)![0]);

test.each([
  ['the address first', 'ann@example.org,Ann\nbo@example.org,Bo\n', {}],
  ['the address last', 'Ann,ann@example.org\nBo,bo@example.org\n', {}],
  ['semicolons', 'Ann;Lee;ann@example.org;Bern\nBo;Ray;bo@example.org;Rom\n', { delimiter: ';' }],
  ['tabs', 'Ann\tann@example.org\nBo\tbo@example.org\n', { delimiter: '\t' }],
  ['a handle beside it', '@ann,ann@example.org\n@bo,bo@example.org\n', {}],
  ['one column', 'ann@example.org\nbo@example.org\n', {}],
  ['names and addresses in one', 'Ann <ann@example.org>\nBo <bo@example.org>\n', {}],
  ['a column by name', 'Ann,ann@example.org\nBo,bo@example.org\n', { emailColumn: 'Kontakt' }],
])('MM303: the line that it says to put there makes the list good: %s', async (_, body, options) => {
  const { code, says } = await rejectionOf(Buffer.from(body), options);
  expect(code).toBe('MM303');
  const header = quoted(says, 'such as ');
  const { list, rows } = await readWhole(Buffer.from(`${header}\n${body}`), options);
  const found = rows.map(({ cells }) => cells[list.header.email.index]);
  expect(found).toEqual([expect.stringContaining('ann@'), expect.stringContaining('bo@')]);
});

test.each([
  ['two exact names', 'Email,E-mail\na@x.org,b@x.org\n', 'E-mail', 'for example to '],
  ['two qualified names', 'Work Email,Home Email\na@x.org,b@x.org\n', 'Work Email', 'that does to '],
  ['two columns of addresses', 'kontakt,chef\na@x.org,b@x.org\n', 'kontakt', 'that does to '],
])('MM302: renaming as it says makes the list good: %s', async (_, body, rename, after) => {
  const { code, says } = await rejectionOf(Buffer.from(body));
  expect(code).toBe('MM302');
  const { list } = await readWhole(Buffer.from(body.replace(rename, quoted(says, after))));
  expect(list.header.email.index).toBe(0);
});

test('MM401: a spreadsheet fills short rows up, and the list is good', async () => {
  const people = Array.from({ length: 40 }, (_, at) => `p${at}@example.org,P,Bern`);
  const short = ['email,name,city', ...people, 'ann@example.org,Ann'].join('\n');
  expect((await planned(short)).skipped.map(({ code }) => code)).toEqual(['MM401']);
  expect((await planned(`${short},`)).skipped).toEqual([]);
});

test('a message names what its reader has to know, in quotation marks', () => {
  expect(rejectList('MM335', ['ann@example.com', '@example.org']).says).toContain(
    'Allowed are "ann@example.com", "@example.org";',
  );
  const many = Array.from({ length: 32 }, (_, at) => `c${at}`);
  const named = rejectList('MM323', 'welcome', ['first name', 'x'.repeat(101)], many).says;
  expect(named).toContain(`"first name", "${'x'.repeat(100)}…"`);
  expect(named).toMatch(/"c0", "c1", .*"c29", and 2 more/);
  expect(named).not.toContain('"c30"');
  // A column may be named by an address, or by what a terminal takes for a command.
  const hidden = rejectList('MM323', 'welcome', ['ann@example.com', '\u001b[2J'], []).says;
  for (const text of ['ann@', '\u001b']) expect(hidden).not.toContain(text);
});
