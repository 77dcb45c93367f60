import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { BulkMailer, type BulkMailerProps, MailTemplate, Sender } from '../../src';
import type { TemplatesDocument } from '../../src/private/contract';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'templates-'));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const write = (files: Record<string, string>): string => {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return root;
};

const sender = Sender.existingDomain('example.com', { fromAddress: 'news@example.com' });

/** The asset that a mailer's templates become. */
const documents = (props: Omit<BulkMailerProps, 'sender'>): TemplatesDocument => {
  const app = new App({ outdir: path.join(root, 'cdk.out') });
  new BulkMailer(new Stack(app, 'Stack'), 'Mailer', { sender, ...props });
  const assembly = app.synth().directory;
  const [file] = fs.readdirSync(assembly).filter((name) => /^asset\..*\.json$/.test(name));
  return JSON.parse(fs.readFileSync(path.join(assembly, file!), 'utf8'));
};

test('folders with partials and languages become self-contained documents', () => {
  write({
    'templates/welcome/subject.txt': '\uFEFFWelcome\n',
    'templates/welcome/body.txt': 'Hello {{first name}}\n{{>foot}}',
    'templates/welcome/de/subject.txt': 'Willkommen\n',
    'templates/welcome/de/body.txt': 'Hallo {{first name}}\n{{>foot}}',
    'templates/_partials/foot.txt': 'Bye',
    'templates/_partials/de/foot.txt': 'Tschüs',
    'other/foot.txt': 'Other',
  });
  const { templates } = documents({
    templates: {
      welcome: MailTemplate.fromDirectory(`${root}/templates/welcome`, {
        defaults: { 'first name': 'friend' },
        locale: 'EN',
      }),
      other: MailTemplate.fromDirectory(`${root}/templates/welcome`, { partials: `${root}/other` }),
      inline: MailTemplate.inline({ subject: 's', text: '{{>foot}}', partials: `${root}/other` }),
    },
    defaultTemplate: 'welcome',
  });
  const common = { fromAddress: 'news@example.com', replyTo: [], topic: 'general' };
  const own = { ...common, defaults: { 'first name': 'friend' }, locale: 'en' };
  expect(templates).toEqual({
    welcome: { ...own, subject: 'Welcome', text: 'Hello {{first name}}\nBye' },
    'welcome/de': { ...own, subject: 'Willkommen', text: 'Hallo {{first name}}\nTschüs' },
    other: { ...common, subject: 'Welcome', text: 'Hello {{first name}}\nOther' },
    'other/de': { ...common, subject: 'Willkommen', text: 'Hallo {{first name}}\nOther' },
    inline: { ...common, subject: 's', text: 'Other' },
  });
});

test.each<[string, () => unknown, string | RegExp]>([
  [
    'an unknown partial, by the path tried',
    () =>
      MailTemplate.fromDirectory(
        write({ 'a/subject.txt': 's', 'a/body.txt': '\n{{>x}}', '_partials/y.txt': '' }).concat('/a'),
      ),
    /^MM208: \/.*\/a\/body\.txt, line 2: got \{\{>x\}\}, and there is no \/.*\/_partials\/x\.txt$/,
  ],
  [
    'a folder of partials that is none',
    () => MailTemplate.inline({ subject: 's', text: 't', partials: '/no/such' }),
    'MM201: partials: got "/no/such", and there is no directory /no/such',
  ],
  [
    'a partial of an inline template without them',
    () => MailTemplate.inline({ subject: 's', text: '{{>x}}' }),
    'MM208: MailTemplate.inline: text, line 1: got {{>x}}, and there are no partials: `partials` names no folder',
  ],
  [
    'a language that is none',
    () => MailTemplate.inline({ subject: 's', text: 't', locale: 'german' }),
    'MM111: locale: got "german", allowed is a language such as "de" or "pt-BR"',
  ],
])('%s fails synth', (_, make, message) => {
  expect(make).toThrow(message);
});
