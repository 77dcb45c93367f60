import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sesPort } from '../../../lambda-src/aws/ses';
import { RunAttachments, snapshotAttachments } from '../../../lambda-src/domain/run/attachments';
import { MailAttachment } from '../../../src';
import { FORMAT, LAYOUT } from '../../../src/private/contract';
import { attachmentDocuments } from '../../../src/private/templates/attachments-document';
import { memoryFiles } from '../../support/memory-files';
import { runRef } from '../../support/run';

const directory = mkdtempSync(join(tmpdir(), 'attachments-'));
const file = join(directory, 'terms.pdf');
writeFileSync(file, 'terms');
afterAll(() => rmSync(directory, { recursive: true }));

test.each([
  ['a path', '../../reports/mailer/may/snapshot.json'],
  ['an absolute path', '/etc/passwd.pdf'],
  ['a path of Windows', '..\\..\\terms.pdf'],
  ['a header', 'terms.pdf\r\nBcc: eve@evil.example'],
  ['a line break alone', 'terms\n.pdf'],
  ['a line break of Unicode', 'terms\u2028.pdf'],
  ['NUL', 'terms.exe\0.pdf'],
  ['a control character of the upper half', 'terms\u0085.pdf'],
  ['an extension turned round', 'invoice\u202efdp.exe.pdf'],
  ['an isolate', 'invoice\u2067fdp.pdf'],
  ['half a character', 'terms\ud800.pdf'],
  ['an extension that SES refuses', 'terms.exe'],
  ['the same, with a space that Windows leaves out', 'terms.exe '],
  ['the same, with dots', 'terms.exe. .'],
  ['no extension', 'terms'],
  ['dots alone', '..'],
  ['nothing', ''],
  ['256 characters', `${'x'.repeat(252)}.pdf`],
])('no file goes with a mail whose name is %s', (_, fileName) => {
  expect(() => MailAttachment.fromFile(file, { fileName })).toThrow(/^MM215: .*fileName/);
});

test.each([
  ['contentType', 'application/pdf\r\nBcc: eve@evil.example'],
  ['contentType', 'application/pdf; name="x.exe"'],
  ['contentId', 'logo>\r\nBcc: eve@evil.example'],
  ['contentId', '"><script>'],
])('nor one whose %s is %j', (prop, value) => {
  expect(() => MailAttachment.fromFile(file, { [prop]: value })).toThrow(/^MM215: /);
});

/** Names that a careless header would be broken by: SES gets them as they are, in JSON, and encodes them. */
const ODD = [
  'quo"ted.pdf',
  "quo'ted; filename=x.exe.pdf",
  '=?utf-8?q?x=0d=0a?=.pdf',
  'Bücher — 条款.pdf',
  `${'ü'.repeat(251)}.pdf`,
];

test('an odd name is what SES is told, to the letter, and no part of a key in the bucket', async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.setHeader('content-type', 'application/json');
    response.end('{"MessageId":"m"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SESV2: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
  const ses = sesPort();
  try {
    const all = ODD.map((fileName) => MailAttachment.fromFile(file, { fileName }));
    const attachments = attachmentDocuments('templates.welcome', all, undefined);
    const document = { subject: 's', text: 't', fromAddress: 'a@example.com', replyTo: [], attachments };
    const files = memoryFiles();
    const run = runRef();
    const content = Object.fromEntries(
      attachments.map(({ sha256 }, at) => [sha256, all[at]!._bytes.toString('base64')]),
    );
    const templates = { v: FORMAT, templates: { welcome: document }, identities: [] } as const;
    await snapshotAttachments(run.folder, templates, files, async () => content);
    const folder = `${run.folder}${LAYOUT.attachments}`;
    expect([...files.objects.keys()].map((key) => key.replace(folder, ''))).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
    const mail = {
      from: 'a@example.com',
      to: 'b@example.com',
      replyTo: [],
      subject: 's',
      text: 't',
      headers: [],
      tags: [],
      configurationSet: 'mailer',
    };
    await ses.send({ ...mail, attachments: await new RunAttachments(run, files).of(document) });
    const sent = JSON.parse(bodies[0]!).Content.Simple.Attachments as { FileName: string; RawContent: string }[];
    expect(sent.map(({ FileName }) => FileName)).toEqual(ODD);
    expect(sent.map(({ RawContent }) => Buffer.from(RawContent, 'base64').toString())).toEqual(ODD.map(() => 'terms'));
  } finally {
    ses.close();
    server.close();
    process.env = before;
  }
});

test.each(['constructor', '__proto__', '../../shards/00001.jsonl'])(
  'content that is named %s in place of a digest is not there',
  async (sha256) => {
    const attachments = [{ fileName: 'terms.pdf', size: 1, sha256 }];
    const document = { subject: 's', text: 't', fromAddress: 'a@example.com', replyTo: [], attachments };
    const templates = { v: FORMAT, templates: { welcome: document }, identities: [] } as const;
    const files = memoryFiles();
    await expect(snapshotAttachments(runRef().folder, templates, files, async () => ({}))).rejects.toThrow(/^MM620: /);
    expect(files.objects.size).toBe(0);
  },
);
