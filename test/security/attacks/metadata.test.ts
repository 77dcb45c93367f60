import { encodedWords } from '../../../lambda-src/domain/address/encoded-word';
import { parseAddress } from '../../../lambda-src/domain/address/parse-address';
import { mailFor } from '../../../lambda-src/domain/sending/mail';
import { compileTemplate } from '../../../lambda-src/domain/template/template';
import { METADATA } from '../../../src/private/contract';
import { planned, settings, template, templates } from '../../lambda-src/functions/plan/harness';
import { recipientFor, runRef, urls } from '../../support/run';

const q = (text: string, charset = 'utf-8') =>
  `=?${charset}?q?${[...Buffer.from(text)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join('')}?=`;
const b = (text: string, charset = 'utf-8') => `=?${charset}?B?${Buffer.from(text).toString('base64')}?=`;

/** S3 gives a value outside ASCII back as RFC 2047 writes it; so may whoever sets it, with anything inside. */
const WORDS: [string, string][] = [
  ['a line break and a header', b('welcome\r\nBcc: eve@evil.example')],
  ['a line break, in Q', q('welcome\r\nBcc: eve@evil.example')],
  ['ANSI and direction marks', b('welcome\u001b[2J\u202e\u2028')],
  ['a template’s name', b('welcome')],
  ['a word in a word', b(q('welcome'))],
  ['many words', Array.from({ length: 40 }, () => b('welcome')).join(' ')],
  ['more than a word holds', b('w'.repeat(1_400))],
  ['no charset', '=??q?welcome?='],
  ['a charset that is none', q('welcome', 'constructor')],
  ['UTF-7', '=?utf-7?q?+AA0ACg-Bcc?='],
  ['no end', '=?utf-8?q?welcome'],
  ['broken base64', '=?utf-8?B?%%%?='],
];

/** What is told goes to alerts, terminals and pages. */
const told = ({ rejection }: { rejection?: { message: string } }) => {
  const { message } = rejection!;
  expect(message.length).toBeLessThan(1_000);
  expect(message).not.toMatch(/[\p{Cc}\u202e\u2028]|Bcc:|evil/u);
};

describe.each(WORDS)('an encoded word of %s', (_, word) => {
  test.each([METADATA.template, METADATA.sendAt])(
    'in %s stays the letters that it is, and the list is rejected',
    async (name) => {
      const { output, recipients, logged } = await planned('email,name\nann@example.com,Ann\n', {
        templates: templates({ welcome: template() }, 'welcome'),
        upload: { metadata: { [name]: word } },
      });
      expect(output.decision).toBe('rejected');
      expect(output.rejection?.code).toBe(name === METADATA.template ? 'MM322' : 'MM327');
      told(output);
      expect(recipients).toEqual([]);
      expect(logged).not.toContain('evil');
    },
  );

  test.each([METADATA.testTo, METADATA.testRows])('in %s has no test mail sent', async (name) => {
    const { output } = await planned('email,name\nann@example.com,Ann\n', {
      draft: true,
      settings: { ...settings(), reviewers: ['@example.com'] },
      upload: { metadata: { [METADATA.testTo]: 'ann@example.com', [name]: word } },
    });
    expect(output.rejection?.code).toBe(name === METADATA.testTo ? 'MM335' : 'MM336');
    told(output);
  });
});

/** A mail server that decodes it takes what is inside for the address, whatever domain it was allowed for. */
const SMUGGLED = [
  ['an address and an end', `${q('eve@evil.example>\0')}@example.com`],
  ['an address, in base64', `${b('eve@evil.example ')}@example.com`],
  ['another charset', '=?x?q?eve=40evil.example=3e=00?=foo@example.com'],
  ['UTF-7', '=?utf-7?q?+AGUAdgBlAEA-evil.example&ACA-?=@example.com'],
  ['a line break', `ann${q('\r\nRCPT TO:<eve@evil.example>')}@example.com`],
] as const;

test.each(SMUGGLED)('no mail goes to an address with an encoded word before the @: %s', async (_, cell) => {
  expect(parseAddress(cell)).toHaveProperty('code', 'MM404');
  const { output } = await planned('email,name\nann@example.com,Ann\n', {
    draft: true,
    settings: { ...settings(), reviewers: ['@example.com'] },
    upload: { metadata: { [METADATA.testTo]: cell } },
  });
  expect(output.rejection?.code).toBe('MM335');
});

test('an address with signs that an encoded word has, and that is none, gets its mail', () => {
  for (const one of ['a=b@example.com', 'what?@example.com', 'bounce+ann=example.org@example.com'])
    expect(parseAddress(one)).toEqual({ address: one });
});

test.each([
  ['a line break', 'Bücher\r\nBcc: eve@evil.example'],
  ['an encoded word', 'Bücher ?= =?utf-8?q?=0d=0aBcc:_eve?='],
  ['very many characters', 'ü'.repeat(900)],
])('a sender’s name with %s is words of 75 characters, and no header of its own', (_, name) => {
  const words = encodedWords(name).split(' ');
  for (const word of words) expect(word).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/=]{1,60}\?=$/);
  const document = { subject: 's', text: 't', fromAddress: `${name} <news@example.com>`, replyTo: [] };
  const { from } = mailFor(
    recipientFor(1),
    { name: 'welcome', document, compiled: compileTemplate(document) },
    runRef(),
    'claim',
    { configurationSet: 'mm', consentUrls: urls },
  );
  expect(from).not.toMatch(/\p{Cc}/u);
});
