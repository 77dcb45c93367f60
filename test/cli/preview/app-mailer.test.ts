import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { mailerOfApp } from '../../../cli/preview/app-mailer';
import { Gallery } from '../../../cli/preview/gallery';
import { shownMail } from '../../../cli/preview/shown-mail';
import { run } from '../../../cli/verbs/check';
import type { BucketText } from '../../../lambda-src/domain/template/template-files';
import type { BucketTexts } from '../../../lambda-src/functions/plan/bucket-templates';
import { BulkMailer, MailAttachment, MailTemplate, Sender, Topic } from '../../../src';

const folder = mkdtempSync(join(tmpdir(), 'app-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const directory = join(folder, 'cdk.out');
const LIST = file('list.csv', 'Contact,First Name\nann@example.org,Ann\nbo@example.org,\n');
const BARE = file('bare.csv', 'Contact\nann@example.org\n');
const PNG = Buffer.from('a picture');

/** An app as it is: a mailer with all that a template may have, and another one. */
beforeAll(() => {
  const app = new App({ outdir: directory, analyticsReporting: false });
  const stack = new Stack(app, 'Mail');
  const sender = Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' });
  new BulkMailer(stack, 'Mailer', {
    sender,
    templates: {
      welcome: MailTemplate.inline({
        subject: 'Hello {{first_name}}',
        html: '<p>{{first_name}} <img src="cid:logo" alt=""></p>',
        fromAddress: 'hello@example.com',
        defaults: { 'first name': 'friend' },
        attachments: [
          MailAttachment.fromFile(file('terms.txt', 'terms'), { contentType: 'text/plain' }),
          MailAttachment.fromFile(file('logo.png', PNG.toString()), { contentType: 'image/png', contentId: 'logo' }),
        ],
      }),
      live: MailTemplate.fromBucket(s3.Bucket.fromBucketName(stack, 'Texts', 'texts'), 'mail/live/'),
      unknown: MailTemplate.fromBucket(new s3.Bucket(stack, 'Made'), 'mail/unknown/'),
    },
    defaultTemplate: 'welcome',
    intake: { emailColumn: 'Contact' },
  });
  new BulkMailer(stack, 'Other', {
    sender,
    templates: { other: MailTemplate.inline({ subject: 's', text: 't', topic: Topic.transactional() }) },
  });
  app.synth();
});
afterAll(() => rmSync(folder, { recursive: true }));

const TEXTS = new Map<string, BucketText>(
  Object.entries({ 'subject.txt': 'Live {{first_name}}', 'body.txt': '{{first_name}}' }).map(([path, text]) => [
    path,
    { text, version: 'v1', modifiedAt: '2026-11-26T00:00:00.000Z' },
  ]),
);
const reading: BucketTexts['read'] = async (_, prefix) => (prefix === 'mail/live/' ? TEXTS : new Map());

async function check(...args: string[]) {
  let out = '';
  const keep = {
    write(text: string) {
      out += text;
    },
  };
  const code = await run(args, { stdout: keep, stderr: { write: () => {} } });
  return { code, out };
}

// Nothing answers there; whoever asks S3 in a test hears so at once.
const before = { ...process.env };
beforeEach(() => {
  const nobody = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1', AWS_REGION: 'eu-west-1' };
  Object.assign(process.env, nobody, { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' });
});
afterEach(() => {
  process.env = { ...before };
});

const APP = ['--app', directory, '--mailer', 'Mail/Mailer'];

test('check takes the templates, their defaults and attachments, and the columns, as the app has them', async () => {
  const full = await check(LIST, ...APP);
  expect(full.out).toMatch(/would be sent\.\n2 rows: 2 recipients, 0 invalid/);
  expect(full.out).toContain('With every mail of welcome goes terms.txt (5 bytes), logo.png (9 bytes)');
  expect(full.code).toBe(0);
  // The column that the default stands for may be missing as well.
  expect((await check(BARE, ...APP)).out).toContain('1 rows: 1 recipients');
  const json = JSON.parse((await check(LIST, ...APP, '--json')).out);
  expect(json.attachments.welcome[0]).toEqual({ fileName: 'terms.txt', contentType: 'text/plain', size: 5 });
});

test('a flag comes before what the app says', async () => {
  const { code, out } = await check(LIST, ...APP, '--email-column', 'mail');
  expect([code, out]).toEqual([1, expect.stringContaining('MM301')]);
});

test('texts in a bucket are read from there, and judged as Plan does', async () => {
  const { templates } = await mailerOfApp(directory, 'Mail/Mailer', reading);
  expect(templates.templates.live).toMatchObject({
    subject: 'Live {{first_name}}',
    source: { at: 's3://texts/mail/live/' },
  });
  expect(templates.unusable).toMatchObject({ unknown: { code: 'MM216' } });
});

test('texts that cannot be reached are said so, and a list that needs them was not checked', async () => {
  const needs = await check(LIST, ...APP, '--template', 'live');
  expect(needs.out).toMatch(
    /could not be checked[\s\S]*s3:\/\/texts\/mail\/live\/ were not looked at: S3 cannot be asked/,
  );
  const later = await check(LIST, ...APP, '--template', 'unknown');
  expect(later.out).toContain('the name of the bucket is only known at deployment');
  expect([needs.code, later.code]).toEqual([2, 2]);
});

describe('the preview', () => {
  test('of a row that would be left out has the values that the template finds', async () => {
    const csv = file('skipped.csv', 'Contact,FirstName\nnobody,Ann\n');
    const found = await gallery({ csv });
    const shown = await shownMail(found, found.template('welcome'), 0, {});
    expect(shown.problems).toContainEqual(expect.objectContaining({ message: expect.stringContaining('left out') }));
    expect(shown.mail?.subject).toBe('Hello Ann');
  });

  const gallery = (options: object = {}) =>
    Gallery.of({ directory, app: true, mailer: 'Mail/Mailer', intake: {}, csv: LIST, ...options });

  test('shows a default where a cell is empty, and what goes with the mail', async () => {
    const found = await gallery();
    const welcome = found.template('welcome');
    const [ann, bo] = [await shownMail(found, welcome, 0, {}), await shownMail(found, welcome, 1, {})];
    expect([ann.mail?.subject, bo.mail?.subject]).toEqual(['Hello Ann', 'Hello friend']);
    expect(bo.values).toContainEqual({ name: 'first_name', value: 'friend', use: 'default' });
    expect(bo.mail?.from).toBe('hello@example.com');
    expect(bo.attachments.map(({ fileName, size }) => [fileName, size])).toEqual([
      ['terms.txt', 5],
      ['logo.png', 9],
    ]);
    expect(bo.mail?.html).toContain(`<img src="data:image/png;base64,${PNG.toString('base64')}"`);
    // As its topic and the mailer's consent have it.
    expect(bo.mail?.headers.map(({ name }) => name)).toContain('List-Unsubscribe');
    expect(await found.verdictOn(welcome)).toMatchObject({ recipients: 2 });
    expect((await found.verdictOn(welcome))?.rejection).toBeUndefined();
  });

  test('made-up people get the defaults of columns that no list has named', async () => {
    const found = await gallery({ csv: undefined });
    expect((await shownMail(found, found.template('welcome'), 0, {})).mail?.subject).toBe('Hello friend');
  });

  test('says of a template in a bucket why there is no mail', async () => {
    const found = await gallery();
    const { mail, problems } = await shownMail(found, found.template('live'), 0, {});
    expect(mail).toBeUndefined();
    expect(problems[0]).toMatchObject({ code: 'MM217', message: expect.stringContaining('were not looked at') });
  });
});

test.each([
  ['several', [], /^MM718: .*has 2 mailers; .*Mail\/Mailer, Mail\/Other/],
  ['none of that name', ['--mailer', 'Mail/Nobody'], /^MM718: .*has 0 mailers Mail\/Nobody/],
  ['templates besides', ['--mailer', 'Mail/Other', '--templates', 'x'], /^MM701: check: got --app and --templates/],
])('an app with %s is an error that names what there is', async (_, more, error) => {
  await expect(check(LIST, '--app', directory, ...more)).rejects.toThrow(error);
});

test('a folder that is none, or of no app', async () => {
  await expect(mailerOfApp(join(folder, 'none'))).rejects.toThrow(/^MM704/);
  await expect(mailerOfApp(folder)).rejects.toThrow(/^MM718: .*has 0 mailers; allowed is one, and it has: none/);
});

test('an email that Gmail would clip is said to be too long', async () => {
  const templates = join(folder, 'long');
  mkdirSync(templates);
  file('long/subject.txt', 'Long');
  file('long/body.html', `<p>${'word '.repeat(22_000)}</p>`);
  const found = await Gallery.of({ directory: templates, intake: {} });
  const { problems } = await shownMail(found, found.template('long'), 0, {});
  expect(problems).toContainEqual({ code: 'MM751', message: expect.stringMatching(/^The HTML has 1\d\d KB; Gmail/) });
});
