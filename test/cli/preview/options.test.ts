import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templatesInBucket } from '../../../cli/preview/bucket-folder';
import { Gallery, type GalleryOptions } from '../../../cli/preview/gallery';
import { templateOptions } from '../../../cli/preview/options';
import { shownMail } from '../../../cli/preview/shown-mail';

const folder = mkdtempSync(join(tmpdir(), 'preview-options-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const directory = join(folder, 'welcome');
beforeAll(() => {
  mkdirSync(join(directory, 'de'), { recursive: true });
  file('welcome/subject.txt', 'Hello {{first name}}');
  file('welcome/body.html', '<html lang="en"><body><p>{{city}} <img src="cid:logo" alt=""></p></body></html>');
  file('welcome/de/subject.txt', 'Hallo {{first name}}');
  file('welcome/de/body.html', '<p lang="de">{{city}}</p>');
});
afterAll(() => rmSync(folder, { recursive: true }));

const mailOf = async (name: string, options: Partial<GalleryOptions> = {}, longest = false) => {
  const gallery = await Gallery.of({ directory, intake: {}, ...options });
  return shownMail(gallery, gallery.template(name), 0, {}, longest);
};
const LIST =
  'email,first name,city\nann@example.org,,Bern\nbroken@,Maximiliane,Zürich-Oerlikon\nbo@example.org,Bo,Genf\n';

test('without an app the email is that of a mailer without props: topic, footer and headers', async () => {
  const { mail } = await mailOf('welcome');
  expect(mail!.html).toMatch(/<a href="[^"]+">Unsubscribe<\/a><\/p><\/body>/);
  expect(mail!.headers.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['List-Unsubscribe', 'List-Unsubscribe-Post']),
  );
  expect((await mailOf('welcome/de')).mail!.html).toContain('>Abmelden</a>');
});

test('defaults and attachments come from options', async () => {
  const csv = file('people.csv', LIST);
  const template = templateOptions(['First Name=friend'], [`logo=${file('logo.png', 'picture')}`, csv]);
  const shown = await mailOf('welcome', { csv, template });
  expect(shown.mail!.subject).toBe('Hello friend');
  expect(shown.values).toContainEqual({ name: 'first_name', value: 'friend', use: 'default' });
  expect(shown.mail!.html).toContain(`src="data:image/png;base64,${Buffer.from('picture').toString('base64')}"`);
  expect(shown.attachments.map(({ fileName }) => fileName)).toEqual(['logo.png', 'people.csv']);
});

test('the longest value of each column of the rows that would be sent, in one email', async () => {
  const csv = file('people.csv', LIST.replace('ann@example.org,,', 'ann@example.org,Annabel,'));
  const { mail } = await mailOf('welcome', { csv }, true);
  expect(mail!.subject).toBe('Hello Annabel');
  expect(mail!.html).toContain('<p>Genf');
});

test('the linter’s warnings stand beside the email', async () => {
  expect((await mailOf('welcome')).warnings.map(({ code }) => code)).toEqual(['MM264']);
});

test('a list that is not there ends the preview at once', async () => {
  await expect(mailOf('welcome', { csv: join(folder, 'nobody.csv') })).rejects.toThrow(
    /^MM702: .*nobody\.csv cannot be read: ENOENT$/,
  );
});

test('options that are not as they must be', () => {
  expect(() => templateOptions(['friend'], [])).toThrow(/^MM701: --default must be such as/);
  expect(() => templateOptions([], [join(folder, 'none.pdf')])).toThrow(/^MM702: /);
});

test('texts in a bucket, without an app', async () => {
  const read = async (bucket: string, prefix: string) => {
    expect(bucket).toBe('texts');
    const texts = { 'subject.txt': 'Live', 'body.html': '<p>x</p>' };
    const found = prefix === 'mail/live/' ? Object.entries(texts) : [];
    return new Map(
      found.map(([path, text]) => [path, { text, version: 'v1', modifiedAt: '2026-11-26T00:00:00.000Z' }]),
    );
  };
  const [found, ...more] = await templatesInBucket('s3://texts/mail/live/', read);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ name: 'live', document: { subject: 'Live', topic: 'general' }, problems: [] });
  expect(found!.warnings.map(({ code }) => code)).toEqual(['MM265']);
  await expect(templatesInBucket('s3://texts', read)).rejects.toThrow(/^MM701: .*s3:\/\/bucket\/mail\/welcome\//);
});
