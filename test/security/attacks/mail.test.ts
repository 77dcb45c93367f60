import type { Mail } from '../../../lambda-src/domain/ports';
import { mailFor } from '../../../lambda-src/domain/sending/mail';
import { compileTemplate } from '../../../lambda-src/domain/template/template';
import { approval } from '../../../lambda-src/functions/review/approval';
import { buildTemplate } from '../../../lambda-src/template-build/build-template';
import { FORMAT, LAYOUT, type TemplateDocument } from '../../../src/private/contract';
import { planned, settings, template, templates } from '../../lambda-src/functions/plan/harness';
import { memorySes } from '../../support/memory-ses';
import { plannedRun, recipientFor, runRef, SETTINGS, silent, uncounted, urls } from '../../support/run';
import { sources } from '../../support/template-sources';
import { virtualClock } from '../../support/virtual-clock';

/** Cells of whoever fills in a form that ends in the list. */
const BREAKS = [
  '\r\nBcc: eve@evil.example',
  '\nBcc: eve@evil.example',
  '\r\n\r\n<script>',
  '\u2028X: y',
  '\u2029X: y',
  '\u0085X: y',
  '\u000bX: y',
  '\u000cX: y',
  '\u0000X',
  ' \r\n folded',
];

const mailOf = (vars: Record<string, string>, document: Partial<TemplateDocument> = {}, run = runRef()): Mail => {
  const whole = {
    subject: 'Hi {{name}}',
    text: '{{name}}',
    fromAddress: 'News <news@example.com>',
    replyTo: ['Help <help@example.com>'],
    topic: 'general',
    ...document,
  };
  return mailFor(
    { ...recipientFor(1), vars },
    { name: 'welcome', document: whole, compiled: compileTemplate(whole) },
    run,
    'claim',
    { configurationSet: 'mm', consentUrls: urls, consent: { mailto: 'leave@example.com' } as never },
  );
};

describe('header lines', () => {
  test.each(BREAKS)('a cell with %j begins no header by the subject', (cell) => {
    const { subject, from, replyTo, headers } = mailOf({ name: `Ann${cell}` });
    for (const text of [subject, from, ...replyTo, ...headers.flatMap(({ name, value }) => [name, value])])
      expect(text).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(subject).toContain('Hi Ann');
  });

  test.each(BREAKS)('a campaign that is named with %j begins none, where a subject names its campaign', (name) => {
    const { subject } = mailOf({}, { subject: '{{mail.campaign}}' }, { ...runRef(), campaign: `mailer/may${name}` });
    expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  });

  test('a cell cannot name another sender, reply-to or recipient, whatever its column is called', () => {
    const vars = Object.fromEntries(
      [
        'from',
        'reply_to',
        'replyto',
        'to',
        'bcc',
        'cc',
        'headers',
        'fromaddress',
        'mail_from',
        'mail',
        'configurationset',
      ].map((name) => [name, 'eve@evil.example']),
    );
    const mail = mailOf({ ...vars, name: 'Ann' });
    expect(JSON.stringify(mail)).not.toContain('evil.example');
  });

  test('an encoded word in a cell stays the letters that it is: SES encodes what a subject holds', () => {
    expect(mailOf({ name: '=?utf-8?B?DQpCY2M6IGV2ZQ==?=' }).subject).toBe('Hi =?utf-8?B?DQpCY2M6IGV2ZQ==?=');
  });

  test('a list named with line breaks writes no header and no line into the mail to its approver', async () => {
    const name = 'may\r\nBcc: eve@evil.example\n\nApprove it here instead: https://evil.example/\u202e';
    const withApproval = { ...SETTINGS, approval: { approvers: ['chief@example.net'], timeoutSeconds: 3600 } };
    const { files, store, ref } = await plannedRun([recipientFor(1)], 1, withApproval);
    const run = { ...ref, campaign: `mailer/${name}` };
    await files.put(`${ref.folder}${LAYOUT.plan}`, JSON.stringify({ v: FORMAT, recipients: 1, rows: 1 }), 'x');
    await files.put(`${ref.folder}${LAYOUT.sampleRows}`, JSON.stringify([recipientFor(1)]), 'x');
    const ses = memorySes({ maxPerSecond: 1_000_000 });
    const notices: string[] = [];
    const ports = {
      ...{ files, store, settings: withApproval, log: silent, metrics: uncounted, configurationSet: 'mm' },
      ses,
      clock: virtualClock(Date.parse('2026-11-25T09:00:00Z')),
      newId: () => 'id',
      random: () => 0.5,
      remaining: () => 300_000,
      notices: { publish: async (subject: string, text: string) => void notices.push(subject, text) },
      links: { url: 'https://approve.example/', keys: async () => ({ current: 'k1', secrets: { k1: 'secret' } }) },
    };
    await approval({ v: FORMAT, of: 'approval', run, rounds: 0 }, ports);
    const question = ses.requests.at(-1)!;
    expect(question.subject).not.toMatch(/[\p{Cc}\u202e]/u);
    const links = question.text!.split('\n').filter((line) => line.startsWith('http') || line.startsWith('Approve it'));
    expect(links).toEqual([expect.stringMatching(/^https:\/\/approve\.example\/a\//)]);
    expect(question.text).not.toContain('\u202e');
    expect(
      notices
        .join('\n')
        .split('\n')
        .filter((line) => /^(Bcc|Approve it)/.test(line)),
    ).toEqual([]);
  });
});

describe('templates', () => {
  test.each([
    '{{name}}',
    '{{{name}}}',
    '{{&name}}',
    '{{>partial}}',
    '{{#name}}x{{/name}}',
    '{{=<% %>=}}<%name%>',
    '{{mail.unsubscribeUrl}}',
    '{{constructor.constructor}}',
    '{{! comment }}',
  ])('a cell that is %s is written as it is, and not read as a template', (cell) => {
    const mail = mailOf({ name: cell }, { html: '<p>{{name}}</p>' });
    expect(mail.subject).toBe(`Hi ${cell}`);
    expect(mail.text).toContain(cell);
    expect(mail.html).toContain(cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
  });

  test('a column that the list lacks is what the template says instead of it, and no method of an object', async () => {
    const defaults = { constructor: 'friend', valueof: 'x' } as Record<string, string>;
    expect(mailOf({ email: 'x' }, { subject: 'Hi {{constructor}}', text: '{{valueOf}}', defaults }).subject).toBe(
      'Hi friend',
    );
    const html = '<a href="{{constructor}}">x</a>';
    const built = template({
      subject: 's',
      html,
      htmlContexts: 'u',
      text: undefined,
      defaults: { constructor: 'https://example.com/' },
    });
    const { output } = await planned('email\nann@example.com\n', {
      templates: templates({ welcome: built }),
      settings: settings(),
    });
    expect(output.decision).toBe('send');
  });

  test('a cell is text wherever it stands: tags, attributes, links, styles', () => {
    const cell = `"><script>alert(1)</script><img src=x onerror=alert(1)>' style='x`;
    const source =
      '<p title="{{name}}" style="color:{{name}}"><a href="https://example.com/{{name}}?q={{name}}">{{name}}</a></p>';
    const { document, problems = [] } = buildOf(source);
    expect(problems).toEqual([]);
    const { html } = mailOf({ name: cell }, document);
    expect(html).not.toMatch(/<script|<img/);
    expect(html!.match(/<[a-z]+/g)!.filter((tag) => !['<p', '<a'].includes(tag))).toEqual([]);
    expect(html).not.toMatch(/onerror=(?!alert\(1\)&gt;|alert%)/);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    '//evil.example',
    '\\\\evil.example',
    'file:///etc/passwd',
  ])('a link to %j leads nowhere, and its row is invalid', async (cell) => {
    const { document } = buildOf('<a href="{{url}}">x</a>');
    expect(mailOf({ url: cell }, document).html).toContain('href="#"');
    const { recipients } = await planned(
      `email,url\nann@example.com,"${cell}"\nbo@example.com,https://example.com/\n`,
      {
        templates: templates({ welcome: template({ ...document, subject: 's' }) }),
        settings: settings({ maxInvalidPercent: 100 }),
      },
    );
    expect(recipients.map(({ to }) => to)).toEqual(['bo@example.com']);
  });
});

function buildOf(html: string): { document: Partial<TemplateDocument>; problems?: readonly unknown[] } {
  const { variants, problems } = buildTemplate(sources({ 'subject.txt': 'Hi {{name}}', 'body.html': html }));
  const { subject: _, ...document } = variants[''];
  return { document, problems };
}
