import { simpleParser } from 'mailparser';
import { type MailContext, mailFor, type RunTemplate } from '../../../../lambda-src/domain/sending/mail';
import { compileTemplate } from '../../../../lambda-src/domain/template/template';
import { TAGS, type TemplateDocument } from '../../../../src/private/contract';
import { recipientFor, runRef, TEMPLATES, urls } from '../../../support/run';

const WELCOME = TEMPLATES.templates.welcome!;
const CONTEXT: MailContext = { configurationSet: 'mm', consentUrls: urls };

function mailOf(document: Partial<TemplateDocument> = {}, context: Partial<MailContext> = {}, name = 'welcome') {
  const whole = { ...WELCOME, ...document };
  const template: RunTemplate = { name, document: whole, compiled: compileTemplate(whole) };
  return mailFor(recipientFor(1), template, runRef(), 'claim-1', { ...CONTEXT, ...context });
}

/** A header as a mail program reads it. */
const mailbox = async (header: string) => {
  const { from } = await simpleParser(`From: ${header}\r\nSubject: x\r\n\r\nx`);
  return from?.value.map(({ name, address }) => ({ name, address }));
};

test('an email knows its campaign and its template by the names that their owner gave them', () => {
  const words = '{{mail.campaign}} {{mail.template}}';
  const { subject, text, html } = mailOf({ subject: words, text: words, html: `<p>${words}</p>` }, {}, 'welcome/de');
  expect(subject).toBe('may welcome');
  expect(text).toContain('may welcome');
  expect(html).toContain('<p>may welcome</p>');
});

test.each([
  ['the row’s language', 'de', 'en', 'welcome/fr', '1.234,5'],
  ['else in that of the texts', undefined, 'en', 'welcome/de', '1.234,5'],
  ['else in the template’s own', undefined, 'de', 'welcome', '1.234,5'],
])('values are formatted in %s', (_what, row, own, name, text) => {
  const document = { ...WELCOME, text: '{{amount | number}}', html: undefined, topic: undefined, locale: own };
  const template: RunTemplate = { name, document, compiled: compileTemplate(document) };
  const recipient = { ...recipientFor(1), vars: { amount: '1234.5' }, ...(row === undefined ? {} : { locale: row }) };
  expect(mailFor(recipient, template, runRef(), 'claim-1', CONTEXT).text).toBe(text);
});

describe('From and Reply-To', () => {
  test.each([
    ['an address alone', 'news@example.com', '', 'news@example.com'],
    ['a name', 'News <news@example.com>', 'News', 'news@example.com'],
    ['a name with a comma', '"Ann, Ben" <news@example.com>', 'Ann, Ben', 'news@example.com'],
    [
      'a name with quotation marks',
      String.raw`"Ann \"the boss\" B." <news@example.com>`,
      'Ann "the boss" B.',
      'news@example.com',
    ],
    ['a name with a backslash', String.raw`"a\\b" <news@example.com>`, String.raw`a\b`, 'news@example.com'],
    ['umlauts alone', 'ÄÖÜ <news@example.com>', 'ÄÖÜ', 'news@example.com'],
    ['umlauts', 'Bücher & Größen <news@example.com>', 'Bücher & Größen', 'news@example.com'],
    ['quotation marks and umlauts', String.raw`"Ä \"Ö\" Ü" <news@example.com>`, 'Ä "Ö" Ü', 'news@example.com'],
    ['a domain with umlauts', 'News <news@bücher.example>', 'News', 'news@bücher.example'],
    ['such a domain alone', 'news@bücher.example', '', 'news@bücher.example'],
  ])('%s: ASCII, and read back as it was written', async (_what, written, name, address) => {
    const { from, replyTo } = mailOf({ fromAddress: written, replyTo: [written, 'b@example.com'] });
    expect(from).toMatch(/^[\x20-\x7e]+$/);
    expect(await mailbox(from)).toEqual([{ name, address }]);
    expect(replyTo).toEqual([from, 'b@example.com']);
  });

  test('a name that looks like an encoded word is read back as its characters', async () => {
    const name = '=?UTF-8?B?4oCuZ3Bq?=';
    const { from } = mailOf({ fromAddress: `"${name}" <news@example.com>` });
    expect(await mailbox(from)).toEqual([{ name, address: 'news@example.com' }]);
  });

  test('a row’s own name and Reply-To take the place of the template’s; the address stays', async () => {
    const compiled = compileTemplate(WELCOME);
    const document = { ...WELCOME, replyTo: ['service@example.com'] };
    const recipient = { ...recipientFor(1), fromName: 'Zoë, your advisor', replyTo: 'Zoë <zoe@bücher.example>' };
    const { from, replyTo } = mailFor(recipient, { name: 'welcome', document, compiled }, runRef(), 'c', CONTEXT);
    expect(await mailbox(from)).toEqual([{ name: 'Zoë, your advisor', address: 'news@example.com' }]);
    expect(await mailbox(replyTo[0]!)).toEqual([{ name: 'Zoë', address: 'zoe@bücher.example' }]);
  });

  test('a name in ASCII is quoted, so that people can read the raw header', () => {
    expect(mailOf({ fromAddress: 'Example News <news@example.com>' }).from).toBe('"Example News" <news@example.com>');
  });

  test('what is no mailbox stays as it is: SES says what is wrong with it', () => {
    expect(mailOf({ fromAddress: 'nobody' }).from).toBe('nobody');
  });
});

describe('a recipient’s own link', () => {
  const footer = { '': 'Unsubscribe', de: 'Abmelden' };
  const consent = { footer, mailto: 'leave@example.com' } as NonNullable<MailContext['consent']>;
  const { unsubscribeUrl } = urls({ pks: [recipientFor(1).pk], topic: 'general' });

  test.each([
    ['welcome', 'Unsubscribe'],
    ['welcome/de', 'Abmelden'],
    ['welcome/fr', 'Unsubscribe'],
  ])('%s: the footer is in its language', (name, words) => {
    const { text, html } = mailOf({}, { consent }, name);
    expect(text).toContain(`\n\n${words}: https://leave.example.com/u/`);
    expect(html).toContain(`>${words}</a>`);
  });

  test('is in headers and footer, by one click and by email', () => {
    const { headers } = mailOf({}, { consent });
    expect(headers.slice(0, 2).map(({ name }) => name)).toEqual(['List-Unsubscribe', 'List-Unsubscribe-Post']);
    expect(headers[0]!.value).toContain('<https://leave.example.com/u/');
    expect(headers[0]!.value).toContain('<mailto:leave@example.com?');
    expect(mailOf({}, { consent: { ...consent, mailto: undefined } }).headers[0]!.value).not.toContain('mailto:');
  });

  test('is not in transactional email, which has neither footer nor headers', () => {
    const { headers, text, html } = mailOf({ topic: undefined }, { consent });
    expect(headers.map(({ name }) => name)).toEqual(['X-Auto-Response-Suppress']);
    expect(`${text}${html}`).not.toMatch(/Unsubscribe|https:/);
  });

  test('is a value of the template, and then no footer repeats it', () => {
    const { text } = mailOf({ text: 'Hello. Bye: {{mail.unsubscribeUrl}}' }, { consent });
    expect(text).toMatch(/^Hello\. Bye: https:\/\/leave\.example\.com\/u\/\S+$/);
    expect(text!.length).toBe('Hello. Bye: '.length + unsubscribeUrl.length);
  });
});

test('the tags are the key of the recipient’s record, the run and the claim', () => {
  const { pk, sk } = recipientFor(1);
  expect(mailOf().tags).toEqual([
    { name: TAGS.recipient, value: pk },
    { name: TAGS.campaign, value: sk },
    { name: TAGS.run, value: '1' },
    { name: TAGS.claim, value: 'claim-1' },
  ]);
});

test('bodies and attachments that a template does not have are not in the email', () => {
  const { html: _html, ...textOnly } = WELCOME;
  expect(mailOf({ html: undefined })).not.toHaveProperty('html');
  expect(mailOf({ ...textOnly, html: undefined }).text).toBe('Hello p1');
  expect(mailOf({ text: undefined })).not.toHaveProperty('text');
  expect(mailOf()).not.toHaveProperty('attachments');
  const compiled = compileTemplate(WELCOME);
  const attachments = [{ fileName: 'a.pdf' }] as unknown as RunTemplate['attachments'];
  const with_ = (more: Partial<RunTemplate>) =>
    mailFor(recipientFor(1), { name: 'welcome', document: WELCOME, compiled, ...more }, runRef(), 'c', CONTEXT);
  expect(with_({ attachments }).attachments).toBe(attachments);
  expect(with_({ attachments: [] })).not.toHaveProperty('attachments');
});

test('the recipient’s domain is in ASCII, and an address that has no such form stays as it is', () => {
  const to = (address: string) =>
    mailFor(
      { ...recipientFor(1), to: address },
      { name: 'welcome', document: WELCOME, compiled: compileTemplate(WELCOME) },
      runRef(),
      'c',
      CONTEXT,
    ).to;
  expect(to('ann@bücher.example')).toBe('ann@xn--bcher-kva.example');
  expect(to('nobody')).toBe('nobody');
});
