import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { Summary as FullSummary } from '../../lambda-src/functions/report/summary';
import { Campaigns, type EndedRun } from '../../local/campaigns';
import { deploy } from '../../local/deploy';
import { CREDENTIALS, localEnvironment, REGION } from '../../local/environment';
import { type InboxMail, rawMail, readInbox } from '../../local/inbox';
import { ROOT } from '../../local/root';
import { waitFor } from '../../local/wait';
import type { Connection } from '../../src/private/contract';
import { addresses, counts, ses, summaryOf } from './support/deployed';

const s3 = new S3Client({
  endpoint: addresses.emulator,
  region: REGION,
  credentials: CREDENTIALS,
  forcePathStyle: true,
});
let campaigns: Campaigns;
let texts: string;

beforeAll(async () => {
  const emulator = { url: addresses.emulator, environment: localEnvironment(addresses.emulator), stop: async () => {} };
  const { Templates } = await deploy(emulator, path.join(ROOT, 'test/e2e/apps/templates'), addresses.folder);
  const [, connection] = Object.entries(Templates!).find(([id]) => id.includes('Connection'))!;
  campaigns = new Campaigns(JSON.parse(connection) as Connection, addresses.emulator);
  texts = Templates!.TextsBucket!;
});
afterEach(() => ses.account({ maxPerSecond: 200 }));
afterAll(() => {
  campaigns.close();
  s3.destroy();
});

/** What Python's parser reads in an email, beside the parser of this test. */
interface PythonMail {
  readonly subject: string;
  readonly html: string | null;
  readonly text: string | null;
  readonly files: readonly string[];
  readonly defects: readonly string[];
  readonly headers: { readonly [name: string]: string };
}

const PYTHON = `import email, email.policy, json, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
def body(kind):
    part = mail.get_body((kind,))
    return part and part.get_content()
print(json.dumps({
    'subject': mail['subject'], 'html': body('html'), 'text': body('plain'),
    'files': [part.get_filename() for part in mail.walk() if part.get_filename()],
    'headers': {name.lower(): str(value) for name, value in mail.items()},
    'defects': [repr(defect) for part in mail.walk() for defect in part.defects],
}))`;

/** Two parsers read the same email. Line ends, and those at the end of a body, are the parsers' own. */
function expectSameInPython(raw: Buffer, { subject, html, text, attachments }: ParsedMail): PythonMail['headers'] {
  const found = JSON.parse(execFileSync('python3', ['-c', PYTHON], { input: raw, encoding: 'utf8' })) as PythonMail;
  const lines = (body: string | false | null | undefined) => (body || '').replace(/\r\n/g, '\n').trimEnd();
  expect(found.defects).toEqual([]);
  expect([found.subject, lines(found.html), lines(found.text)]).toEqual([subject, lines(html), lines(text)]);
  expect([...found.files].sort()).toEqual(attachments.map(({ filename }) => filename).sort());
  return found.headers;
}

type ReceivedMail = ParsedMail & {
  readonly files: InboxMail['attachments'];
  /** Headers as Python's parser reads them, by their names in lower case. */
  readonly python: PythonMail['headers'];
};

/** The inbox's own messages of a run, by who got them, as a mail program reads them. */
async function mailsOf(doing: () => Promise<EndedRun>): Promise<{ run: EndedRun; mails: Map<string, ReceivedMail> }> {
  const before = (await readInbox(addresses.inbox)).length;
  const run = await doing();
  const mails = new Map<string, ReceivedMail>();
  for (const mail of (await readInbox(addresses.inbox)).slice(before)) {
    const raw = await rawMail(addresses.inbox, mail);
    const parsed = await simpleParser(raw, { skipImageLinks: true });
    const python = expectSameInPython(raw, parsed);
    mails.set(mail.destination.to[0]!, { ...parsed, python, files: mail.attachments });
  }
  return { run, mails };
}

const put = (file: string, text: string) =>
  s3.send(new PutObjectCommand({ Bucket: texts, Key: `mail/live/${file}`, Body: text }));
const summary = async (run: EndedRun) => (await summaryOf(campaigns, run)) as unknown as FullSummary;

test('every row its template and language, with layout, preheader, attachments and links that lead where they should', async () => {
  const list = [
    'email,first name,city,template,language,shop url,favourite,vip',
    'ann@example.org,Ann <3,"Paris, Texas",,en-GB,,,',
    'ben@example.org,,Oslo,,fr,,,',
    'cem@example.org,Cem,Bern,welcome,de-CH,,,',
    'dan@example.org,Dan,,newsletter,,https://shop.example.com/a b,tea & cake,yes',
    'eve@example.org,Eve,,newsletter,,javascript:alert(1),tea,',
    'fay@example.org,Fay,,newsletter,,https://shop.example.com,,',
    'gus@example.org,Gus,,nonsense,,,,',
  ].join('\n');
  const { run, mails } = await mailsOf(() => campaigns.run('everything.csv', `${list}\n`));
  const { status, counts: found, unknownLocales } = await summary(run);
  expect({ status, found }).toEqual({ status: 'completed', found: counts({ sent: 4, invalid: 3 }) });
  expect(unknownLocales).toEqual({ fr: 1 });
  const rejected = await campaigns.report(run, 'invalid.csv');
  for (const code of ['MM411', 'MM408', 'MM407']) expect(rejected).toContain(code);

  const ann = mails.get('ann@example.org')!;
  expect([ann.subject, ann.from!.text, ann.replyTo!.text]).toEqual([
    'Welcome, Ann <3',
    '"Grüße" <hello@example.com>',
    'answers@example.com',
  ]);
  const html = ann.html as string;
  expect(html).toContain('<p style="color: #336699;" class="lead">Hello Ann &lt;3 in Paris, Texas</p>');
  expect(html).toContain('.lead { color: #000000!important }');
  expect(html).toMatch(/<body><div style="display:none;[^>]*>Three things for Ann &lt;3&#847;/);
  expect(html).toContain('href="https://example.com/search?q=Paris%2C%20Texas&amp;lang=en"');
  expect(html).toContain('See you soon.');
  // The line by which to leave comes behind it.
  const [own] = ann.text!.split('\nUnsubscribe: https://');
  expect(own).toBe(
    'Example\n\nHello Ann <3 in Paris, Texas\n\nLook around <https://example.com/search?q=Paris%2C%20Texas&lang=en>\n\nSee you soon.\n',
  );
  const files = ann.files!.map((file) => ({ ...file, content: Buffer.from(file.content, 'base64') }));
  expect(files.map((file) => [file.filename, file.contentType, file.contentDisposition, file.contentId])).toEqual([
    ['Terms & Conditions.txt', 'text/plain', 'ATTACHMENT', undefined],
    ['logo.png', 'image/png', 'INLINE', 'logo'],
  ]);
  const app = path.join(ROOT, 'test/e2e/apps/templates');
  expect(files.map(({ content }) => content)).toEqual([
    readFileSync(`${app}/terms.txt`),
    readFileSync(`${app}/logo.png`),
  ]);

  expect(mails.get('ben@example.org')!.subject).toBe('Welcome, friend');
  const cem = mails.get('cem@example.org')!;
  expect(cem.subject).toBe('Willkommen, Cem');
  expect(cem.text).toContain('Bis bald.');
  expect(cem.files).toHaveLength(2);
  const dan = mails.get('dan@example.org')!;
  expect(dan.html).toContain('href="https://shop.example.com/a%20b?q=tea%20%26%20cake"');
  expect((dan.html as string).match(/<!--\[if mso/g)!.length).toBeGreaterThan(5);
  expect(dan.files).toEqual([]);
});

test('filters, headers, and a From name and Reply-To of the row, as two parsers read them', async () => {
  const looksEncoded = '=?UTF-8?B?4oCuZ3Bq?=';
  const list = [
    'email,template,language,note,amount,due,items,vip,greeting,advisor,answers to',
    `ann@example.org,invoice,de-AT,${looksEncoded},"1.234,50",2026-12-01,1,no,,"Zoë, advisor",Zoë <zoe@example.net>`,
    'ben@example.org,invoice,en,Order,1234.5,2026-12-01,2,yes,Dear Ben,,',
    `cem@example.org,invoice,en,${'x'.repeat(1500)},1,2026-12-01,2,yes,,,`,
    'dan@example.org,invoice,en,Order,"1,234",2026-12-01,2,yes,,,',
    'eve@example.org,invoice,en,Order,1,2026-12-01,2,yes,,,nobody',
  ].join('\n');
  const { run, mails } = await mailsOf(() => campaigns.run('invoices.csv', `${list}\n`));
  expect((await summary(run)).counts).toEqual(counts({ sent: 2, invalid: 3 }));
  const rejected = await campaigns.report(run, 'invalid.csv');
  for (const code of ['MM434', 'MM435', 'MM433']) expect(rejected).toContain(code);

  const ann = mails.get('ann@example.org')!;
  const { python } = ann;
  const spaced = (text = '') => text.replace(/[\u00a0\u202f]/g, ' ');
  expect(spaced(ann.subject)).toBe(`${looksEncoded}: € 1.234,50`);
  expect(ann.from!.value).toEqual([{ name: 'Zoë, advisor', address: 'news@example.com' }]);
  expect(python.from).toBe('"Zoë, advisor" <news@example.com>');
  expect(ann.replyTo!.value).toEqual([{ name: 'Zoë', address: 'zoe@example.net' }]);
  const headers = {
    'list-id': '<invoices.example.com>',
    'x-auto-response-suppress': 'OOF, AutoReply',
    'x-shop-team': 'spring',
    precedence: 'bulk',
  };
  expect(python).toMatchObject(headers);
  for (const [name, value] of Object.entries(headers)) {
    expect(ann.headerLines.find(({ key }) => key === name)!.line.replace(/^[^:]+: */, '')).toBe(value);
  }
  expect(ann.html).toContain('<p>1 item</p><p>Hello</p>');
  expect(ann.html).toMatch(/<div style="display:none;[^"]*">Due 1\. Dezember 2026(&#847;|\u034f)/);
  expect(ann.text!.split('\n\nUnsubscribe')[0]).toBe('1 item\n\nHello\n\nshop@example.com');

  const ben = mails.get('ben@example.org')!;
  expect([ben.subject, ben.from!.text, ben.replyTo]).toEqual([
    'Order: €1,234.50',
    '"Example News" <news@example.com>',
    undefined,
  ]);
  expect(ben.html).toContain('<p>2 items, VIP</p><p>Dear Ben</p>');
});

test('a run keeps the texts it began with while a copywriter changes them, and the report names their versions', async () => {
  await put('subject.txt', 'First, {{name}}');
  await put('body.html', '<p>Hello {{name}}</p>');
  const people = Array.from({ length: 30 }, (_, at) => `p${at}@example.org,P${at},live`);
  const list = `email,name,template\n${people.join('\n')}\n`;
  await ses.account({ maxPerSecond: 5 });
  const { run, mails } = await mailsOf(async () => {
    const before = (await ses.count()).accepted;
    const arn = await campaigns.upload('first.csv', list);
    await waitFor('the first mail', 60, async () => ((await ses.count()).accepted > before ? true : undefined));
    await put('subject.txt', 'Second, {{name}}');
    // The change came while most were still to be mailed.
    expect((await ses.count()).accepted - before).toBeLessThan(30);
    return campaigns.ended(arn);
  });
  expect(mails.size).toBe(30);
  expect(new Set([...mails.values()].map(({ subject }) => subject!.split(',')[0]))).toEqual(new Set(['First']));
  await ses.account({ maxPerSecond: 200 });
  const next = await mailsOf(() => campaigns.run('second.csv', 'email,name,template\na@example.org,Ann,live\n'));
  expect([...next.mails.values()].map(({ subject }) => subject)).toEqual(['Second, Ann']);
  const [first, second] = [
    (await summary(run)).templateSources!.live!,
    (await summary(next.run)).templateSources!.live!,
  ];
  expect(first.at).toBe(`s3://${texts}/mail/live/`);
  expect(Object.keys(first.versions).sort()).toEqual(['body.html', 'subject.txt']);
  expect(first.versions['body.html']).toBe(second.versions['body.html']);
  expect(first.versions['subject.txt']).not.toBe(second.versions['subject.txt']);
});

test('texts that synth would have refused reject the list, with file and line, and nobody is mailed', async () => {
  await put('body.html', '<p>Hello</p>\n{{#name}}');
  const { run, mails } = await mailsOf(() =>
    campaigns.run('broken.csv', 'email,name,template\nb@example.org,Bob,live\n'),
  );
  const { status, rejection } = await summary(run);
  expect({ status, ...rejection }).toEqual({
    status: 'rejected',
    code: 'MM205',
    message: `s3://${texts}/mail/live/body.html, line 2: Unclosed section "name"`,
  });
  expect(mails.size).toBe(0);
});
