import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from '../../../cli/verbs/check';
import { workbook } from '../../support/workbook';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
  for (const [name, subject] of [
    ['welcome', 'Hello {{name}}'],
    ['goodbye', 'Bye {{nickname}}'],
  ] as const) {
    mkdirSync(join(folder, 'templates', name), { recursive: true });
    writeFileSync(join(folder, 'templates', name, 'subject.txt'), subject);
    writeFileSync(join(folder, 'templates', name, 'body.txt'), 'Dear {{name}}');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function check(body: string | Buffer, ...args: string[]) {
  const file = join(folder, 'list.csv');
  writeFileSync(file, body);
  let out = '';
  let bar = '';
  const terminal = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (bar += text), isTTY: true },
  };
  const code = await run([file, ...args], terminal);
  return { code, out, bar, file };
}

const LIST = 'email,name\nann@example.com,Ann\nbroken@,Bo\nANN@example.com,Ann\n';

test('a good list ends with 0 and names the rows that are left out, without their cells', async () => {
  const { code, out } = await check(LIST, '--templates', join(folder, 'templates/welcome'));
  expect(code).toBe(0);
  expect(out).toContain('3 rows: 1 recipients, 1 invalid, 1 duplicate');
  expect(out).toContain('line 3: MM404');
  expect(out).toContain('line 4: MM420');
  expect(out).not.toMatch(/broken@|ANN@/);
});

test('a list that would be rejected ends with 1 and says why, as Plan does', async () => {
  const templates = ['--templates', join(folder, 'templates')];
  expect(await check(LIST, ...templates)).toMatchObject({ code: 1, out: expect.stringContaining('MM321') });
  expect(await check(LIST, ...templates, '--template', 'goodbye')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/MM323: .*"nickname"/),
  });
  expect(await check(LIST, ...templates, '--default-template', 'welcome')).toMatchObject({ code: 0 });
  expect(await check(Buffer.from('%PDF-1.7', 'latin1'))).toMatchObject({
    code: 1,
    out: expect.stringContaining('MM311'),
  });
});

test('--json says the same to programs', async () => {
  const { code, out, file } = await check(
    gzipSync(Buffer.from('E-Mail;Name\na@b.example;J\xfcrg\n', 'latin1')),
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    file,
    rows: 1,
    recipients: 1,
    invalid: 0,
    duplicate: 0,
    columns: ['E-Mail', 'Name'],
    delimiter: ';',
    invalidByCode: {},
    guess: { encoding: 'windows-1252', examples: ['Jürg'] },
    unknownTopLevels: { example: 1 },
    templates: false,
    skipped: [],
  });
});

test('--sheet and --hidden say what of a workbook is the list', async () => {
  const header = '<row r="1"><c t="s"><v>0</v></c></row>';
  const book = workbook(
    [
      { name: 'Members', rows: `${header}<row><c t="s"><v>1</v></c></row><row hidden="1"><c t="s"><v>2</v></c></row>` },
      { name: 'Archive', rows: `${header}<row><c t="s"><v>2</v></c></row>` },
    ],
    { strings: ['email', 'ann@example.com', 'bo@example.com'] },
  );
  expect(await check(book)).toMatchObject({ code: 1, out: expect.stringContaining('MM354') });
  expect(await check(book, '--sheet', 'Members')).toMatchObject({ code: 1, out: expect.stringContaining('MM355') });
  const recipients = async (...args: string[]) => JSON.parse((await check(book, '--json', ...args)).out).recipients;
  expect(await recipients('--sheet', 'members', '--hidden', 'include')).toBe(2);
  expect(await recipients('--sheet', 'Members', '--hidden', 'exclude')).toBe(1);
  expect((await check(book, '--sheet', 'Members', '--hidden', 'exclude')).out).toContain(
    '1 hidden rows were excluded.',
  );
  expect((await check(book, '--sheet', 'Archive')).out).toContain('The list is the sheet "Archive".');
  await expect(check(book, '--hidden', 'yes')).rejects.toThrow('MM701: --hidden must be include or exclude, got "yes"');
});

test('--invalid writes the file that can be corrected', async () => {
  const rejected = join(folder, 'invalid.csv');
  await check(LIST, '--invalid', rejected);
  expect(readFileSync(rejected, 'utf8')).toMatch(
    /^\uFEFFmailmatrix_campaign,.*,email,name\r\n.*,3,MM404,.*,broken@,Bo/,
  );
});

test('a retry file says which campaign it continues; a row of another is invalid, and all are in another', async () => {
  const retry =
    'email,name,mailmatrix_campaign\na@x.example,A,mailer/may\nb@x.example,B,mailer/june\nc@x.example,C,mailer/may\n';
  const own = await check(retry);
  expect(own.out).toContain('It belongs to the campaign mailer/may and continues it');
  expect(own.out).toContain('3 rows: 2 recipients, 1 invalid, 0 duplicate\n');
  expect(own.out).toMatch(/ {2}line 3: MM410: /);
  const june = JSON.parse((await check(retry, '--json', '--campaign', 'mailer/june')).out);
  expect(june).toMatchObject({ targetCampaign: 'mailer/may', recipients: 1, invalidByCode: { MM410: 2 } });
  const other = await check(retry, '--campaign', 'mailer/july');
  expect(other.code).toBe(1);
  expect(other.out).toContain('MM317');
});

test('a large file shows how far it is, and a small one nothing', async () => {
  const { bar, out } = await check(`email,name\n${`ann@example.com,${'Ann '.repeat(10_000)}\n`.repeat(300)}`);
  expect(bar).toContain('100 %');
  expect(out).toContain('300 rows: 1 recipients');
  expect((await check(LIST)).bar).toBe('');
}, 30_000);

test.each([
  [[], /^MM701/],
  [['no-such-file.csv'], /^MM702.*ENOENT/],
  [['a.csv', 'a.csv'], /^MM701.*another file.*a\.csv twice/],
  [['may.manifest'], /^MM701.*manifest.*aws s3 cp/],
  [['a.csv', '--nonsense'], /^MM701/],
  [['a.csv', '--encoding', 'ebcdic'], /^MM701.*windows-1252.*"ebcdic"/],
  [['a.csv', '--max-invalid-percent', '101'], /^MM701/],
  [['a.csv', '--templates', 'no-such-folder'], /^MM704/],
])('what cannot be checked is an error: %j', async (args, says) => {
  const terminal = { stdout: { write() {} }, stderr: { write() {} } };
  await expect(run(args, terminal)).rejects.toThrow(says);
});

test('a folder or a pipe in place of a list is no list, and is not called an empty one', async () => {
  const terminal = { stdout: { write: () => 0 }, stderr: { write: () => 0 } };
  const pipe = join(folder, 'pipe.csv');
  execFileSync('mkfifo', [pipe]);
  for (const file of [folder, pipe]) {
    await expect(run([file, '--templates', join(folder, 'templates')], terminal)).rejects.toThrow(
      `MM702: ${file} cannot be read: it is no file`,
    );
  }
});

test('several files are parts of one list, checked as the mailer reads their manifest', async () => {
  const parts = {
    'part-1.csv.gz': gzipSync(LIST),
    'part-2.csv': 'email,name\nann@example.com,Ann\ncy@example.com,Cy\n',
  };
  const files = Object.entries(parts).map(([name, body]) => {
    writeFileSync(join(folder, name), body);
    return join(folder, name);
  });
  let out = '';
  const terminal = { stdout: { write: (text: string) => (out += text) }, stderr: { write() {} } };
  const rejected = join(folder, 'parts.csv');
  expect(await run([...files, '--invalid', rejected], terminal)).toBe(0);
  expect(out).toContain('(2 parts) would be sent.');
  expect(out).toContain(
    '5 rows: 2 recipients, 1 invalid, 2 duplicate\n  part-1.csv.gz: 3 rows\n  part-2.csv: 2 rows\n',
  );
  expect(out).toContain('  part-1.csv.gz, line 3: MM404: ');
  expect(out).toContain('  part-2.csv, line 2: MM420: ');
  expect(readFileSync(rejected, 'utf8')).toContain(',part-1.csv.gz,3,MM404,');

  writeFileSync(files[1]!, 'email,nick\ncy@example.com,Cy\n');
  out = '';
  expect(await run(files, terminal)).toBe(1);
  expect(out).toContain('MM364: In the part "part-2.csv": ');
});
