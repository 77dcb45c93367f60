import type { BucketText } from '../../../../lambda-src/domain/template/template-files';
import { withBucketTemplates } from '../../../../lambda-src/functions/plan/bucket-templates';
import { buildTemplate } from '../../../../lambda-src/template-build/build-template';
import type { TemplatesDocument } from '../../../../src/private/contract';
import { planned, settings, template, templates } from './harness';

const from = { bucket: 1, prefix: 't/welcome/', partials: 't/_partials/' };
const deployed = templates({
  welcome: { ...template({ locale: 'en' }), subject: '', text: undefined, from },
  other: template(),
});

/** Objects of the bucket `texts` by key; a second write of one is another version. */
const withTexts = (objects: Record<string, string>, denied = false, documents: TemplatesDocument = deployed) =>
  withBucketTemplates(documents, {
    buckets: ['other', 'texts'],
    async read(bucket, prefix, wanted) {
      expect(bucket).toBe('texts');
      if (denied) return undefined;
      const found = new Map<string, BucketText>();
      for (const [at, [key, text]] of Object.entries(objects).entries()) {
        const path = key.slice(prefix.length);
        if (!key.startsWith(prefix) || !wanted(path)) continue;
        found.set(path, { text, version: `v${at}`, modifiedAt: `2026-11-2${at}T00:00:00.000Z` });
      }
      return found;
    },
    build: async () => buildTemplate,
  });

const TEXTS = {
  't/welcome/subject.txt': '\uFEFFHello {{name}}',
  't/welcome/body.html': '<p lang="en">{{>foot}}</p>',
  't/welcome/de/subject.txt': 'Hallo',
  't/welcome/de/body.txt': '{{>foot}}',
  't/_partials/foot.html': '<i>bye</i>',
  't/_partials/foot.txt': 'bye',
  't/welcome/notes.docx': 'x',
};

test('texts in a bucket become the documents that synth would have made, with their versions', async () => {
  const { templates: found } = await withTexts(TEXTS);
  const source = {
    at: 's3://texts/t/welcome/',
    modifiedAt: '2026-11-25T00:00:00.000Z',
    versions: {
      'subject.txt': 'v0',
      'body.html': 'v1',
      'de/subject.txt': 'v2',
      'de/body.txt': 'v3',
      '_partials/foot.html': 'v4',
      '_partials/foot.txt': 'v5',
    },
  };
  const common = { fromAddress: 'news@example.com', replyTo: [], locale: 'en', source };
  expect(found).toEqual({
    welcome: {
      ...common,
      subject: 'Hello {{name}}',
      html: '<p lang="en"><i>bye</i></p>{{mail.footer}}',
      htmlContexts: 'f',
      text: 'bye\n',
      textContexts: '',
    },
    'welcome/de': { ...common, subject: 'Hallo', text: 'bye' },
    other: template(),
  });
});

test('what the linter finds goes to the report of the run, unless it is acknowledged', async () => {
  const objects = { ...TEXTS, 't/welcome/body.html': '<p><img src="https://example.com/a.png" width="1"></p>' };
  const { templates: found } = await withTexts(objects);
  expect(found.welcome!.source!.warnings).toEqual([
    { code: 'MM263', message: expect.stringMatching(/^s3:\/\/texts\/t\/welcome\/body\.html, line 1: /) },
    { code: 'MM265', message: expect.any(String) },
  ]);
  const { welcome } = deployed.templates;
  const quiet = { ...deployed, templates: { welcome: { ...welcome!, acknowledgedWarnings: ['MM263', 'MM265'] } } };
  expect((await withTexts(objects, false, quiet)).templates.welcome!.source).not.toHaveProperty('warnings');
});

test('defaults for columns that no template prints are found once the texts are known', async () => {
  const { welcome } = deployed.templates;
  const documents = { ...deployed, templates: { welcome: { ...welcome!, defaults: { name: 'you', nmae: 'you' } } } };
  const { templates: found } = await withTexts(TEXTS, false, documents);
  expect(found.welcome!.source!.warnings).toEqual([
    { code: 'MM267', message: expect.stringContaining('defaults for "nmae", which no template prints') },
  ]);
});

test('of a template’s folder only the texts in it and in its languages’ folders are read', async () => {
  const more = {
    't/welcome/de/old/subject.txt': 'Alt',
    't/welcome/de/notes.docx': 'x',
    't/_partials/mail/deep/foot.html': 'x',
    't/welcome-back/subject.txt': 'x',
  };
  expect(await withTexts({ ...TEXTS, ...more })).toEqual(await withTexts(TEXTS));
});

const rejectionOf = async (objects: Record<string, string>, denied = false) => {
  const ports = { templates: async () => withTexts(objects, denied) };
  const named = (name: string) => ({ ports, upload: { metadata: { 'mailmatrix-template': name } } });
  const list = 'email,name\na@example.com,A\n';
  // Nobody else's mail is held up.
  expect((await planned(list, named('other'))).output.decision).toBe('send');
  const { output, document, files } = await planned(list, named('welcome'));
  expect(output.decision).toBe('rejected');
  expect(files.objects.has(`${document.shardList}`)).toBe(false);
  return `${output.rejection!.code}: ${output.rejection!.message}`;
};

test.each<[string, Record<string, string>, RegExp]>([
  ['nothing there', {}, /^MM216: There are no texts of a template under s3:\/\/texts\/t\/welcome\//],
  [
    'a mistake',
    { ...TEXTS, 't/welcome/body.html': 'a\n{{#b}}' },
    /^MM205: s3:\/\/texts\/t\/welcome\/body\.html, line 2: Unclosed section "b"$/,
  ],
  [
    'a mistake in a partial',
    { ...TEXTS, 't/_partials/foot.txt': '{{mail.x}}' },
    /^MM206: s3:\/\/texts\/t\/_partials\/foot\.txt, line 1: got \{\{mail\.x\}\}/,
  ],
  [
    'an address that leads nowhere',
    { ...TEXTS, 't/welcome/body.html': '<html lang="en">\n<img src="cid:logo" alt="">' },
    /^MM260: s3:\/\/texts\/t\/welcome\/body\.html, line 2: got src="cid:logo"/,
  ],
  ['no subject', { 't/welcome/body.txt': 'x' }, /^MM202: s3:\/\/texts\/t\/welcome\/: subject\.txt is missing/],
  [
    'no partials',
    { 't/welcome/subject.txt': 's', 't/welcome/body.txt': '{{>x}}' },
    /there are no texts under s3:\/\/texts\/t\/_partials\/$/,
  ],
])('%s rejects the list before anybody is mailed', async (_, objects, says) => {
  expect(await rejectionOf(objects)).toMatch(says);
});

test('in a template column too, in whatever language', async () => {
  const ports = { templates: async () => withTexts({}) };
  const given = { ports, settings: settings({ templateColumn: 't', localeColumn: 'l' }) };
  const { output } = await planned('email,name,t,l\na@example.com,A,other,de\nb@example.com,B,welcome,de\n', given);
  expect(output.rejection?.code).toBe('MM216');
});

test('so does a bucket that may not be read', async () => {
  expect(await rejectionOf(TEXTS, true)).toMatch(/^MM217: .* s3:\/\/texts\/t\/welcome\/ cannot be read/);
});

test('a run keeps the texts it was planned with, and its plan names their versions', async () => {
  let texts: Record<string, string> = TEXTS;
  const given = {
    ports: { templates: async () => withTexts(texts) },
    upload: { metadata: { 'mailmatrix-template': 'welcome' } },
  };
  const first = await planned('email,name\na@example.com,A\n', given);
  expect(first.document.templateSources).toEqual({ welcome: expect.objectContaining({ at: 's3://texts/t/welcome/' }) });
  texts = { ...TEXTS, 't/welcome/subject.txt': 'Changed' };
  const again = await planned('email,name\na@example.com,A\n', { ...given, files: first.files });
  const snapshot = again.files.json<{ templates: { templates: Record<string, { subject: string }> } }>(
    `${again.run.folder}snapshot.json`,
  );
  expect(snapshot.templates.templates.welcome!.subject).toBe('Hello {{name}}');
});
