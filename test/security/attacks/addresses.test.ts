import { asciiAddress, foldAddress } from '../../../lambda-src/domain/address/address';
import { parseAddress } from '../../../lambda-src/domain/address/parse-address';
import { planned, settings } from '../../lambda-src/functions/plan/harness';

/** Cells by which somebody would have a mail go to another, to two, or twice to one. */
test.each([
  ['a comment before', '(bo@example.com)ann@example.com'],
  ['a comment behind', 'ann@example.com(bo@example.com)'],
  ['a comment within the domain', 'ann@(bo)example.com'],
  ['two in one cell by a tab', 'ann@example.com\tbo@example.com'],
  ['two by a line break', 'ann@example.com\r\nbo@example.com'],
  ['two by a vertical tab', 'ann@example.com\u000bbo@example.com'],
  ['two by NUL', 'ann@example.com\0bo@example.com'],
  ['two by a full-width comma', 'ann@example.com，bo@example.com'],
  ['a group', 'friends: ann@example.com, bo@example.com;'],
  ['a source route', '@evil.example:ann@example.com'],
  ['a quoted local part with an @', '"ann@example.com"@evil.example'],
  ['a quoted local part with a line break', '"ann\r\nBcc: bo@example.com"@example.com'],
  ['a quoted pair', 'ann\\@example.com@evil.example'],
  ['angle brackets twice', '<<ann@example.com>>'],
  ['a display name that is an address', 'bo@example.com <ann@example.com>, x'],
  ['a quoted display name that is another address', '"bo@example.com" <ann@example.com>'],
  ['a mailto with a Bcc', 'ann@example.com?bcc=bo@example.com'],
  ['a mailto with a subject', 'mailto:ann@example.com?subject=hi'],
  ['a mailto of another', 'ann@example.com<mailto:bo@example.com>'],
  ['a domain that ends in a line of text', 'ann@example.net\nwork'],
  ['a full-width @', 'ann＠example.com'],
  ['a full-width @ in the domain', 'ann@evil.example＠example.com'],
  ['a small @', 'ann﹫example.com'],
  ['a full-width slash', 'ann@example.com／@evil.example'],
  ['a direction mark within', 'ann\u202e@example.com'],
  ['a direction mark in the domain', 'ann@exa\u202emple.com'],
  ['an encoded word', '=?utf-8?q?ann=40example.com?='],
  ['an encoded word before the @', '=?utf-8?q?x?=@exa mple.com'],
  ['a number as a host', 'ann@2130706433'],
  ['full-width digits as a host', 'ann@１２７.０.０.１'],
  ['IPv6', 'ann@[IPv6:::1]'],
  ['no top-level domain', 'root@localhost'],
  ['percent-encoding in the domain', 'ann@%65xample.com'],
  ['an underscore domain', 'ann@_dmarc.example.com'],
  ['321 characters', `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(61)}.com`],
  ['a local part of 65', `${'a'.repeat(65)}@example.com`],
  ['a label of 64', `ann@${'a'.repeat(64)}.com`],
  ['a million characters', `${'a@'.repeat(500_000)}example.com`],
  ['half a character', 'ann\ud800@example.com'],
  ['__proto__', '__proto__'],
])('no mail goes to %s', (_, cell) => {
  expect(parseAddress(cell)).toHaveProperty('code');
});

test.each([
  ['upper case', 'ANN@EXAMPLE.COM'],
  ['a display name', 'Bo <ann@example.com>'],
  ['a link', 'mailto:ann@example.com'],
  ['a zero-width space within', 'an\u200bn@example.com'],
  ['itself as its name', '"ann@example.com" <ann@example.com>'],
  ['full-width letters in the domain', 'ann@ｅｘａｍｐｌｅ.com'],
  ['an ideographic full stop', 'ann@example。com'],
  ['a soft hyphen in the domain', 'ann@exam\u00adple.com'],
  ['a zero-width joiner at the end', 'ann@example.com\u200d'],
  ['a byte order mark', '\ufeffann@example.com'],
  ['a bidi isolate around', '\u2068ann@example.com\u2069'],
  ['mathematical letters in the domain', 'ann@𝐞𝐱𝐚𝐦𝐩𝐥𝐞.com'],
])('who is written with %s is not mailed a second time', (_, cell) => {
  const parsed = parseAddress(cell);
  if ('code' in parsed) return;
  expect(foldAddress(parsed.address)).toBe('ann@example.com');
  expect(asciiAddress(parsed.address)?.toLowerCase()).toBe('ann@example.com');
});

test('letters of another script that look alike are another domain, and are shown as such to SES', () => {
  const parsed = parseAddress('ann@ex\u0430mple.com');
  expect(parsed).toHaveProperty('address');
  const { address } = parsed as { address: string };
  expect(asciiAddress(address)).toMatch(/^ann@xn--/);
  expect(foldAddress(address)).not.toBe('ann@example.com');
});

test('in a list, each such row is invalid by itself and no mail goes to what was smuggled', async () => {
  const { recipients, document } = await planned(
    [
      'email,name',
      '"ann@example.com, bo@example.com",x',
      '"ann@example.com\nBcc: bo@example.com",x',
      'cy@example.com,x',
    ].join('\n'),
    { settings: settings({ maxInvalidPercent: 100 }) },
  );
  expect(document.invalid).toBe(2);
  expect(recipients.map(({ to }) => to)).toEqual(['cy@example.com']);
});
