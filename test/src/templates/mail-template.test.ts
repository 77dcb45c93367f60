import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AlertRoute,
  BulkMailer,
  type BulkMailerProps,
  MailAttachment,
  MailTemplate,
  Sender,
  Topic,
} from '../../../src';
import type { TemplatesDocument } from '../../../src/private/contract';
import { templatesOf } from '../../../src/private/templates/templates-document';

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
  const assets = fs.readdirSync(assembly).filter((name) => /^asset\..*\.json$/.test(name));
  const found = assets.map((name) => JSON.parse(fs.readFileSync(path.join(assembly, name), 'utf8')));
  return found.find(({ templates }) => templates);
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

describe('headers', () => {
  const mailer = (headers: Record<string, string>) =>
    documents({ templates: { welcome: MailTemplate.inline({ subject: 's', text: 't', headers }) } });

  test('are in the document, as written', () => {
    const { templates } = mailer({ 'X-Campaign-Owner': 'shop', precedence: 'bulk' });
    expect(templates.welcome!.headers).toEqual([
      { name: 'X-Campaign-Owner', value: 'shop' },
      { name: 'precedence', value: 'bulk' },
    ]);
  });

  test.each<[string, Record<string, string>, string]>([
    ['a header of SES', { Subject: 'x' }, 'must not name a header that SES or MailMatrix writes, got "Subject"'],
    ['a tag of SES', { 'X-SES-Message-Tags': 'a=b' }, 'got "X-SES-Message-Tags"'],
    ['the unsubscribe link', { 'list-unsubscribe': '<https://x.example>' }, 'got "list-unsubscribe"'],
    ['a name with a colon', { 'X-A:': 'x' }, 'printable ASCII characters without ":", got "X-A:"'],
    ['a name of 127 characters', { ['x'.repeat(127)]: 'x' }, 'must have names of 1 to 126'],
    ['one name twice', { 'X-A': 'x', 'x-a': 'y' }, 'must name each header once, got "x-a" again'],
    ['letters outside ASCII', { 'X-A': 'é' }, 'must have values of 1 to 995 printable ASCII characters'],
    ['a line break', { 'X-A': 'x\r\nBcc: all@example.com' }, 'must have values of 1 to 995'],
    ['a blank value', { 'X-A': ' ' }, 'got " " for "X-A"'],
    ['a value too long with its name', { 'X-A': 'x'.repeat(994) }, '996 with the name'],
    [
      'twelve of them',
      Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`X-${at}`, 'x'])),
      'must be at most 11, got 12',
    ],
  ])('%s fails synth', (_, headers, message) => {
    expect(() => mailer(headers)).toThrow('MM240: templates.welcome: headers ');
    expect(() => mailer(headers)).toThrow(message);
  });
});

describe('attachments', () => {
  const attach = (name: string, bytes = 3, options = {}) => {
    fs.writeFileSync(path.join(root, name), Buffer.alloc(bytes, 65));
    return MailAttachment.fromFile(path.join(root, name), options);
  };
  const mailer = (attachments: MailAttachment[], maxAttachmentsSize?: Size) =>
    documents({
      templates: { welcome: MailTemplate.inline({ subject: 's', text: 't', attachments, maxAttachmentsSize }) },
    });

  test('are named in the document, and their bytes lie in an asset of their own', () => {
    const { templates } = mailer([
      attach('a.pdf'),
      attach('b.png', 2, { contentId: 'logo', fileName: 'logo.png', contentType: 'image/png' }),
    ]);
    const [one, two] = templates.welcome!.attachments!;
    expect(one).toEqual({ fileName: 'a.pdf', size: 3, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(two).toMatchObject({ fileName: 'logo.png', contentType: 'image/png', contentId: 'logo', size: 2 });
    const assembly = path.join(root, 'cdk.out');
    const contents = fs
      .readdirSync(assembly)
      .map((name) => path.join(assembly, name))
      .filter((file) => file.endsWith('.json'));
    const found = contents
      .map((file) => JSON.parse(fs.readFileSync(file, 'utf8')))
      .find((document) => document[one!.sha256]);
    expect(found).toEqual({ [one!.sha256]: 'QUFB', [two!.sha256]: 'QUE=' });
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'a missing file',
      () => MailAttachment.fromFile('no/such.pdf'),
      /^MM215: MailAttachment\.fromFile: got "no\/such\.pdf", and there is no file \//,
    ],
    ['a kind that SES refuses', () => attach('run.EXE'), /^MM215: .*fileName: got "run\.EXE", .* as "\.exe"/],
    ['no extension', () => attach('terms'), /^MM215: .*with an extension/],
    ['a long name', () => attach('a.pdf', 1, { fileName: `${'a'.repeat(252)}.pdf` }), /^MM215: .*1 to 255 characters/],
    ['a name with a line break', () => attach('a.pdf', 1, { fileName: 'a\n.pdf' }), /^MM215: /],
    ['a content id with a space', () => attach('a.png', 1, { contentId: 'my logo' }), /^MM215: .*contentId/],
    ['no media type', () => attach('a.pdf', 1, { contentType: 'pdf' }), /^MM215: .*contentType/],
    [
      'more than usual',
      () => mailer([attach('a.pdf', 4 * 2 ** 20), attach('b.pdf', 4 * 2 ** 20)]),
      /^MM215: templates\.welcome: attachments: got 8388608 bytes together, allowed are 7340032/,
    ],
    [
      'more than SES takes',
      () => mailer([attach('a.pdf')], Size.mebibytes(30)),
      /^MM104: templates\.welcome: maxAttachmentsSize/,
    ],
    [
      'too many',
      () => mailer(Array.from({ length: 491 }, () => attach('a.pdf'))),
      /^MM215: .*got 491, allowed are 490/,
    ],
  ])('%s fails synth', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('may be larger where the owner says so', () => {
    expect(mailer([attach('a.pdf', 20 * 2 ** 20)], Size.mebibytes(28)).templates.welcome!.attachments).toHaveLength(1);
  });
});

describe('texts in a bucket', () => {
  const fixture = (props: Partial<BulkMailerProps> = {}) => {
    const stack = new Stack(new App());
    const texts = s3.Bucket.fromBucketName(stack, 'Texts', 'texts');
    const templates = { welcome: MailTemplate.fromBucket(texts, 'mail/welcome/', { inlineCss: false }) };
    new BulkMailer(stack, 'Mailer', { sender, templates, ...props });
    return Template.fromStack(stack);
  };

  test('may be read by the plan function, and nothing else may be', () => {
    const template = fixture();
    const roles = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([, policy]) =>
      JSON.stringify(policy).includes(':s3:::texts'),
    );
    expect(roles.map(([id]) => id.replace(/DefaultPolicy.*/, ''))).toEqual(['MailerPipelinePlanRole']);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['s3:GetObject', 's3:GetObjectVersion'],
            Resource: ['mail/welcome/*', 'mail/_partials/*'].map((keys) => ({
              'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::texts/${keys}`]],
            })),
          }),
          Match.objectLike({
            Action: 's3:ListBucket',
            Condition: { StringLike: { 's3:prefix': ['mail/welcome/*', 'mail/_partials/*'] } },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ MAILMATRIX_TEMPLATE_BUCKETS: '["texts"]' }) },
    });
  });

  test('are named in the document by the bucket\u2019s place', () => {
    const texts = s3.Bucket.fromBucketName(new Stack(), 'Texts', 'texts');
    const { templates } = documents({
      templates: {
        a: MailTemplate.fromBucket(texts, 'a/'),
        b: MailTemplate.fromBucket(texts, 'x/b/', { partials: 'p/' }),
      },
    });
    expect(templates.a).toMatchObject({ subject: '', from: { bucket: 0, prefix: 'a/', partials: '_partials/' } });
    expect(templates.b!.from).toEqual({ bucket: 0, prefix: 'x/b/', partials: 'p/' });
  });

  test.each(['', 'welcome', '/welcome/', 'a//b/'])('the prefix %j fails synth', (prefix) => {
    const texts = s3.Bucket.fromBucketName(new Stack(), 'Texts', 'texts');
    expect(() => MailTemplate.fromBucket(texts, prefix)).toThrow(/^MM218: MailTemplate\.fromBucket: prefix: got/);
  });

  test('texts among lists fail synth', () => {
    const stack = new Stack();
    const bucket = s3.Bucket.fromBucketName(stack, 'Lists', 'lists');
    const templates = { welcome: MailTemplate.fromBucket(bucket, 'campaigns/texts/') };
    expect(() => new BulkMailer(stack, 'Mailer', { sender, bucket, templates })).toThrow(
      /^MM218: templates\.welcome: .*every object is a list/,
    );
  });
});

describe('what is allowed and seldom meant is a warning', () => {
  const warnings = (props: Partial<BulkMailerProps>) => {
    const stack = new Stack(new App());
    const welcome = MailTemplate.inline({ subject: 's', text: 't', topic: Topic.transactional() });
    const alerts = [AlertRoute.email('ops@example.com')];
    new BulkMailer(stack, 'Mailer', { sender, templates: { welcome }, alerts, ...props });
    return Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data))
      .filter((text) => text.includes('cdk-mailmatrix:'));
  };
  const mail = (html: string) =>
    MailTemplate.inline({ subject: 's', html: `<html lang="en">${html}`, topic: Topic.transactional() });

  test('several templates and no default', () => {
    const templates = { a: mail('a'), b: mail('b') };
    expect(warnings({ templates })).toEqual([
      expect.stringMatching(/^Of 2 templates none is the default.*cdk-mailmatrix:noDefaultTemplate\]$/),
    ]);
    expect(warnings({ templates, defaultTemplate: 'a' })).toEqual([]);
    expect(warnings({})).toEqual([]);
  });

  test('no way to leave, where no line at the end has it', () => {
    const templates = (html: string) => ({
      a: MailTemplate.inline({ subject: 's', html: `<html lang="en">${html}` }),
    });
    const consent = { footer: false };
    expect(warnings({ templates: templates('x'), consent })).toEqual([
      expect.stringMatching(/^The template a has no link to unsubscribe.*noUnsubscribeLink-a\]$/),
    ]);
    expect(warnings({ templates: templates('<a href="{{ mail.unsubscribeurl }}">x</a>'), consent })).toEqual([]);
    expect(warnings({ templates: templates('x') })).toEqual([]);
  });

  test('HTML that Gmail cuts', () => {
    expect(warnings({ templates: { a: mail('x'.repeat(105_000)) } })).toEqual([
      expect.stringMatching(/^MM266: .*got 103 KB.*\[ack: cdk-mailmatrix:MM266\]$/),
    ]);
  });

  test('what the linter finds, with the code as the id', () => {
    const html = '<html lang="en"><img src="https://example.com/a.png" width="1"><a href="#">x</a>';
    const template = (acknowledgedWarnings?: string[]) => ({
      a: MailTemplate.inline({ subject: 's', html, topic: Topic.transactional(), acknowledgedWarnings }),
    });
    expect(warnings({ templates: template() })).toEqual([
      expect.stringMatching(/^MM261: MailTemplate\.inline: html, line 1: .*\[ack: cdk-mailmatrix:MM261\]$/),
      expect.stringMatching(/^MM263: .*\[ack: cdk-mailmatrix:MM263\]$/),
    ]);
    expect(warnings({ templates: template(['MM261', 'MM263']) })).toEqual([]);
  });

  test('a default for a column that no template prints', () => {
    const defaults = { Name: 'friend', 'first name': 'you' };
    const a = MailTemplate.inline({ subject: '{{name}}', text: 't', topic: Topic.transactional(), defaults });
    const b = MailTemplate.inline({ subject: '{{first name}}', text: 't', topic: Topic.transactional() });
    expect(warnings({ templates: { a } })).toEqual([
      expect.stringMatching(/^MM267: The template a has defaults for "first name", which no template prints/),
    ]);
    expect(warnings({ templates: { a, b }, defaultTemplate: 'a' })).toEqual([]);
  });
});

test('only warnings can be acknowledged', () => {
  const acknowledged = (code: string) => () =>
    MailTemplate.inline({ subject: 's', text: 't', acknowledgedWarnings: [code] });
  expect(acknowledged('MM260')).toThrow(/^MM271: acknowledgedWarnings must be of MM261, .*, got "MM260"$/);
  expect(acknowledged('MM263')).not.toThrow();
});

test('a default that is not allowed where the template prints it fails synth', () => {
  const built = (defaults: Record<string, string>) => () =>
    MailTemplate.inline({
      subject: '{{shop}}',
      html: '<html lang="en"><a href="{{shop}}" style="color:{{brand}}">x</a>{{#vip}}<a href="{{gift}}">y</a>{{/vip}}',
      defaults,
    });
  expect(built({ shop: 'our shop' })).toThrow(
    /^MM270: MailTemplate\.inline: the default of "shop" must be an http, https or mailto address.*got "our shop"$/,
  );
  expect(built({ Gift: 'none' })).toThrow(/^MM270: .*"Gift"/);
  expect(built({ brand: 'red; display: none' })).toThrow(/^MM270: .*"brand" must be a CSS value/);
  expect(built({ shop: 'https://example.com/', brand: 'rgb(1 2 3)', gift: '' })).not.toThrow();
});

test('the links of the mailer are left out of click tracking, where it is on', () => {
  const html = '<html lang="en"><a href="{{mail.unsubscribeUrl}}">leave</a> <a href="https://example.com">shop</a>';
  const deployed = (clicks: boolean) => {
    const stack = new Stack(new App());
    const bucket = s3.Bucket.fromBucketName(stack, 'Texts', 'texts');
    const templates = { a: MailTemplate.inline({ subject: 's', html }), b: MailTemplate.fromBucket(bucket, 'mail/b/') };
    const { document } = templatesOf({ sender, templates, defaultTemplate: 'a', tracking: { clicks } });
    return [document.templates.a!.html, document.templates.b!.from!.clicks];
  };
  expect(deployed(true)).toEqual([
    expect.stringContaining('<a ses:no-track href="{{mail.unsubscribeUrl}}">leave</a> <a href="https://example.com">'),
    true,
  ]);
  expect(deployed(false)).toEqual([expect.not.stringContaining('ses:no-track'), undefined]);
});
