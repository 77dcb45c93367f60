import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { type ManifestEntry, manifestText } from '../../../../../lambda-src/domain/list/parts/manifest';
import type { ListRef } from '../../../../../src/private/contract';
import { type MemoryFiles, memoryFiles, type UploadOptions } from '../../../../support/memory-files';
import { memoryStore } from '../../../../support/memory-store';
import { type Given, planned as plannedList, settings, template, templates } from '../harness';

const MANIFEST = 'campaigns/may.manifest';
const PLAIN = templates({ welcome: template({ subject: 'Hello', text: 'Dear reader' }) });
const planned = (body: string, given: Given = {}) => plannedList(body, { templates: PLAIN, ...given });
const UNDER = 's3://bucket/parts/campaigns/may/';

/** Uploads parts of the list `may`, by their names. */
function put(files: MemoryFiles, parts: Record<string, string | Buffer>, options?: UploadOptions): ListRef[] {
  return Object.entries(parts).map(([name, body]) => files.upload(`parts/campaigns/may/${name}`, body, options));
}

const urls = (...names: string[]): string => JSON.stringify({ entries: names.map((name) => ({ url: UNDER + name })) });

/** Plans a list in parts by a manifest that pins them. */
async function plannedParts(parts: Record<string, string | Buffer>, given: Given = {}) {
  const files = memoryFiles();
  return planned(manifestText(put(files, parts)), { key: MANIFEST, ...given, files });
}

const THREE = {
  'a.csv.gz': gzipSync('email,name\nann@example.com,Ann\nbo@example.com,Bo\n'),
  'b.csv.gz': gzipSync('email,name\nANN@example.com,Ann again\ncy@example.com,Cy\nwrong@,Dee\n'),
  'c.csv': 'email;name\r\nbo@example.com;Bo\r\neve@example.com;Eve\r\n',
};

test('parts are one list: one run of shards, everybody once, lines by part', async () => {
  const { output, recipients, skipped, document, invalid } = await plannedParts(THREE, {
    settings: settings({ maxInvalidPercent: 50 }),
  });
  expect(output.decision).toBe('send');
  expect(recipients.map(({ to, row, part, line }) => [to, row, part, line])).toEqual([
    ['ann@example.com', 1, 1, 2],
    ['bo@example.com', 2, 1, 3],
    ['cy@example.com', 4, 2, 3],
    ['eve@example.com', 7, 3, 3],
  ]);
  expect(skipped.map(({ row, part, line, code }) => [row, part, line, code])).toEqual([
    [3, 2, 2, 'MM420'],
    [5, 2, 4, 'MM404'],
    [6, 3, 2, 'MM420'],
  ]);
  expect(document).toMatchObject({ rows: 7, recipients: 4, invalid: 1, duplicate: 2, delimiter: ',' });
  expect(document.parts).toEqual([
    { name: 'a.csv.gz', rows: 2 },
    { name: 'b.csv.gz', rows: 3 },
    { name: 'c.csv', rows: 2 },
  ]);
  const [header, row] = invalid!.replace('\uFEFF', '').split('\r\n');
  expect(header).toBe(
    'mailmatrix_campaign,mailmatrix_part,mailmatrix_line,mailmatrix_code,mailmatrix_reason,email,name',
  );
  expect(row).toMatch(/^mailer\/may,b\.csv\.gz,4,MM404,/);
});

test('Redshift’s manifest is one: what it says besides is left alone', async () => {
  const files = memoryFiles();
  const [first] = put(files, { '0000_part_00': 'email,name\nann@example.com,Ann\n', '0001_part_00': '' });
  const manifest = {
    entries: [
      { url: `${UNDER}0000_part_00`, meta: { content_length: first!.size, record_count: 1 } },
      { url: `${UNDER}0001_part_00`, mandatory: false, meta: { content_length: 0 } },
    ],
    schema: { elements: [{ name: 'email', type: { base: 'character varying' } }] },
    meta: { content_length: first!.size, record_count: 1 },
    author: { name: 'Amazon Redshift', version: '1.0' },
  };
  const { recipients, document } = await planned(JSON.stringify(manifest), { key: MANIFEST, files });
  expect(recipients.map(({ to }) => to)).toEqual(['ann@example.com']);
  expect(document.parts).toEqual([
    { name: '0000_part_00', rows: 1 },
    { name: '0001_part_00', rows: 0 },
  ]);
});

test.each<[string, Record<string, string>, string | RegExp]>([
  [
    'another name',
    { 'b.csv': 'email,nick\nb@example.com,B\n' },
    /part "b\.csv": Its column 2 is "nick"; in "a\.csv" it is "name"/,
  ],
  ['a column more', { 'b.csv': 'email,name,x\nb@example.com,B,1\n' }, /column 3 is "x"; in "a\.csv" it is not there/],
  ['a column less', { 'b.csv': 'email\nb@example.com\n' }, /column 2 is not there; in "a\.csv" it is "name"/],
  ['another order', { 'b.csv': 'name,email\nB,b@example.com\n' }, /column 1 is "name"; in "a\.csv" it is "email"/],
])('all parts must have one header: %s', async (_, more, says) => {
  const { output, shards } = await plannedParts({ 'a.csv': 'email,name\na@example.com,A\n', ...more });
  expect(output).toMatchObject({
    decision: 'rejected',
    rejection: { code: 'MM364', message: expect.stringMatching(says) },
  });
  expect(shards).toEqual([]);
});

test.each([
  ['a part without a header', 'b@example.com,B\nc@example.com,C\n', 'MM303', 'b@example.com'],
  ['a broken part', '"email,name\n', 'MM312', undefined],
  ['a row that is too long in a part', 'email,name\nb@example.com,B,1\n', 'MM341', undefined],
  ['a part that is no CSV', '{"email":"b@example.com"}', 'MM311', 'b@example.com'],
])('%s: the message says in which part', async (_, body, code, never) => {
  const { output } = await plannedParts({ 'x/a.csv': 'email,name\na@example.com,A\n', 'x/b.csv': body });
  expect(output.rejection).toMatchObject({ code, message: expect.stringMatching(/^In the part "b\.csv": /) });
  if (never) expect(output.rejection!.message).not.toContain(never);
});

test('each part is read as it was written: encoding, quotation marks, delimiter, short rows', async () => {
  const { recipients, document } = await plannedParts({
    'a.csv': 'email,name\nann@example.com,Ann "Annie" Lee\n',
    'b.csv': Buffer.from('\uFEFFemail\tname\nbo@example.com\tBjörn\n', 'utf16le'),
    'c.csv': 'email,name\ncy@example.com,"Cy"\n',
  });
  expect(recipients.map(({ vars }) => vars.name)).toEqual(['Ann "Annie" Lee', 'Björn', 'Cy']);
  expect(document.readAs).toEqual({ quotes: 'relaxed' });
});

test.each([
  ['gone', ({ files, refs }: Changed) => files.remove(refs[1]!), 'MM362'],
  ['replaced', ({ files }: Changed) => put(files, { 'b.csv': 'email\nmallory@example.com\n' }), 'MM363'],
])('a part that is %s rejects the list, and nobody is planned', async (_, change, code) => {
  const files = memoryFiles();
  const refs = put(files, { 'a.csv': 'email\nann@example.com\n', 'b.csv': 'email\nbo@example.com\n' });
  const manifest = manifestText(refs);
  change({ files, refs });
  const { output, shards } = await planned(manifest, { key: MANIFEST, files });
  expect(output.rejection).toMatchObject({ code, message: expect.stringContaining('"b.csv"') });
  expect([output.shards, shards]).toEqual([0, []]);
});

interface Changed {
  readonly files: MemoryFiles;
  readonly refs: readonly ListRef[];
}

test('what nothing pins must be older than the manifest, and as long as it says', async () => {
  const files = memoryFiles();
  const uploadedAt = '2026-05-01T08:00:00Z';
  put(files, { 'a.csv': 'email\nann@example.com\n' }, { modifiedAt: Date.parse(uploadedAt) });
  const of = (manifest: string) => planned(manifest, { key: MANIFEST, files, run: { uploadedAt } });
  expect((await of(urls('a.csv'))).output.decision).toBe('send');

  const long = { entries: [{ url: `${UNDER}a.csv`, meta: { content_length: 99 } }] };
  files.objects.clear();
  expect((await of(JSON.stringify(long))).output.rejection?.code).toBe('MM363');

  put(files, { 'a.csv': 'email\nann@example.com\n' }, { modifiedAt: Date.parse(uploadedAt) + 1000 });
  files.objects.clear();
  expect((await of(urls('a.csv'))).output.rejection?.code).toBe('MM363');
});

test('a part that is replaced while its list is read is not mixed with it', async () => {
  const files = memoryFiles();
  const refs = put(files, { 'a.csv': 'email\nann@example.com\n', 'b.csv': 'email\nbo@example.com\n' });
  const { openList } = files;
  const racing = {
    ...files,
    async openList(list: ListRef) {
      if (list.key === refs[0]!.key) {
        files.remove(refs[1]!);
        put(files, { 'b.csv': 'email\nmallory@example.com\n' });
      }
      return openList(list);
    },
  };
  const { output, recipients } = await planned(manifestText(refs), { key: MANIFEST, files: racing });
  expect(output.rejection?.code).toBe('MM362');
  expect(recipients).toEqual([]);
});

test.each([
  'reports/mailer/april/0001-20260501T080000Z/results.csv',
  'campaigns/april.csv',
  'parts/campaigns/april/a.csv',
  'parts/campaigns/may',
  'parts/campaigns/may/',
  'parts/drafts/may/a.csv',
])('an uploader has nothing read that is not of this list: %s', async (key) => {
  const files = memoryFiles();
  files.upload(key, 'email\nann@example.com\n');
  const manifest = JSON.stringify({ entries: [{ url: `s3://bucket/${key}` }] });
  const { output } = await planned(manifest, { key: MANIFEST, files });
  expect(output.rejection).toMatchObject({ code: 'MM361', message: expect.stringContaining(UNDER) });
});

test('nor of another bucket', async () => {
  const manifest = JSON.stringify({ entries: [{ url: 's3://other/parts/campaigns/may/a.csv' }] });
  expect((await planned(manifest, { key: MANIFEST })).output.rejection?.code).toBe('MM361');
});

test.each<[string, string]>([
  ['', 'not JSON'],
  ['email\nann@example.com\n', 'not JSON'],
  ['[]', 'no object'],
  ['null', 'no object'],
  ['{}', 'no entries'],
  ['{"__proto__":{"entries":[{"url":"x"}]}}', 'no entries'],
  ['{"entries":[]}', 'no entries'],
  ['{"entries":{"url":"x"}}', 'no entries'],
  [`{"entries":[{"url":"${UNDER}a.csv"},{"key":"b.csv"}]}`, 'entry 2'],
  ['{"entries":[{"url":7}]}', 'entry 1'],
  [`{"entries":[{"url":"${UNDER}a.csv","meta":{"content_length":"9"}}]}`, 'entry 1'],
  [urls('a.csv', 'b.csv', 'a.csv'), 'entries 1 and 3 are the same part'],
  [urls(...Array.from({ length: 1001 }, (_, at) => `${at}.csv`)), '1001 entries'],
  [' '.repeat((1 << 21) + 1), 'bytes'],
])('a manifest that is none: %#', async (manifest, says) => {
  const { output } = await planned(manifest, { key: MANIFEST });
  expect(output.rejection).toMatchObject({ code: 'MM360', message: expect.stringContaining(says) });
});

test('its limits are those of a list: bytes, also unpacked, and rows', async () => {
  const parts = {
    'a.csv.gz': gzipSync(`email\n${'a@example.com\n'.repeat(50)}`),
    'b.csv.gz': gzipSync(`email\n${'b@example.com\n'.repeat(50)}`),
  };
  const of = async (intake: Parameters<typeof settings>[0]) =>
    (await plannedParts(parts, { settings: settings(intake) })).output.rejection?.code;
  expect(await of({ maxBytes: 1000 })).toBe('MM320');
  expect(await of({ maxBytes: 60 })).toBe('MM315');
  expect(await of({ maxRows: 60 })).toBe('MM314');
  expect(await of({ maxBytes: 1500 })).toBeUndefined();
});

test('the upload’s metadata are the manifest’s', async () => {
  const files = memoryFiles();
  put(
    files,
    { 'a.csv': 'mail,other\nann@example.com,bo@example.com\n' },
    { metadata: { 'mailmatrix-email-column': 'mail' } },
  );
  const upload = { metadata: { 'mailmatrix-email-column': 'other' } };
  const { recipients } = await planned(urls('a.csv'), { key: MANIFEST, files, upload });
  expect(recipients.map(({ to }) => to)).toEqual(['bo@example.com']);
});

test('a list is known by the content of its parts, in any order; one part is known as the list that it is', async () => {
  const store = memoryStore();
  const content = (parts: Record<string, string | Buffer>) => plannedParts(parts, { store });
  await content({ 'a.csv': 'email\na@example.com\n', 'b.csv': 'email\nb@example.com\n' });
  const contents = () => new Set([...store.items.values()].map(({ pk }) => pk));
  await content({ '2.csv.gz': gzipSync('email\nb@example.com\n'), '3.csv': '', '4.csv': 'email\na@example.com\n' });
  expect(contents().size).toBe(1);
  await content({ 'a.csv': 'email\na@example.com\n' });
  expect(contents().size).toBe(2);
  await planned('email\na@example.com\n', { store });
  expect(contents().size).toBe(2);
});

test('a list that says no in its last part is heard in its first', async () => {
  const { recipients, skipped } = await plannedParts(
    {
      'a.csv': 'email,status\nann@example.com,yes\nbo@example.com,yes\n',
      'b.csv': 'email,status\nann@example.com,no\n',
    },
    {
      settings: settings({ optOut: { column: 'status', values: ['no'] } }),
      templates: templates({ news: template({ subject: 'Hello', text: 'Dear reader', topic: 'news' }) }),
    },
  );
  expect(recipients.map(({ to }) => to)).toEqual(['bo@example.com']);
  expect(skipped.map(({ part, line, outcome }) => [part, line, outcome])).toEqual([
    [1, 2, 'suppressed'],
    [2, 2, 'suppressed'],
  ]);
});

test('manifests are written as they are read', () => {
  const entries = JSON.parse(
    manifestText([{ bucket: 'b', key: 'parts/campaigns/may/a b.csv', etag: '"e"', size: 3, versionId: 'v' }]),
  ).entries as ManifestEntry[];
  expect(entries).toEqual([
    {
      url: 's3://b/parts/campaigns/may/a b.csv',
      mandatory: true,
      meta: { content_length: 3 },
      versionId: 'v',
      eTag: 'e',
    },
  ]);
});

test('however a list is cut into parts, and whatever each is written in, the same people are mailed', async () => {
  const row = fc.tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom('Ann', 'Zoë', '名', 'Lee, Ann', '19" rack', ''),
  );
  const way = fc.constantFrom<(text: string) => string | Buffer>(
    (text) => text,
    (text) => `\uFEFF${text}`,
    (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
    (text) => gzipSync(text),
  );
  const part = fc.record({ rows: fc.array(row, { maxLength: 5 }), delimiter: fc.constantFrom(',', ';', '\t'), way });
  const textOf = (rows: readonly (readonly [number, string])[], delimiter: string) =>
    stringify([['email', 'name'], ...rows.map(([number, name]) => [`p${number}@example.com`, name])], { delimiter });
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
      const whole = await planned(
        textOf(
          parts.flatMap(({ rows }) => rows),
          ',',
        ),
      );
      const bodies = parts.map(({ rows, delimiter, way }, at) => [`${at}.csv`, way(textOf(rows, delimiter))] as const);
      const cut = await plannedParts(Object.fromEntries(bodies));
      const people = ({ recipients }: typeof whole) => recipients.map(({ row, to, vars }) => [row, to, vars.name]);
      expect(people(cut)).toEqual(people(whole));
      expect(cut.output.rejection?.code).toBe(whole.output.rejection?.code);
      const count = parts.map(({ rows }) => rows.length);
      expect(cut.document.parts?.map(({ rows }) => rows)).toEqual(count);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('no manifest makes Plan throw anything but a named rejection', async () => {
  const url = fc.oneof(fc.constantFrom(`${UNDER}a.csv`, `${UNDER}../a.csv`, UNDER, 's3://', ''), fc.string());
  const entry = fc.oneof(
    fc.record({ url, versionId: fc.constantFrom(undefined, 'v', 1), eTag: fc.string() }),
    fc.json(),
  );
  const manifest = fc.oneof(
    fc.json(),
    fc.string(),
    fc.record({ entries: fc.array(entry) }).map((one) => JSON.stringify(one)),
  );
  await fc.assert(
    fc.asyncProperty(manifest, async (body) => {
      const files = memoryFiles();
      put(files, { 'a.csv': 'email\nann@example.com\n' });
      const { output } = await planned(body, { key: MANIFEST, files });
      if (output.decision === 'rejected') expect(output.rejection?.code).toMatch(/^MM36[0-3]$/);
      else expect(output.decision).toBe('send');
    }),
    { numRuns: 500 },
  );
}, 60_000);
