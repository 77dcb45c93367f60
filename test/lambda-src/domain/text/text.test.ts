import { execFileSync } from 'node:child_process';
import { formatDuration } from '../../../../lambda-src/domain/text/duration';
import {
  escapeControlCharacters,
  escapeControlCharactersInLines,
  shellWord,
} from '../../../../lambda-src/domain/text/escape-control-characters';
import { formatCount } from '../../../../lambda-src/domain/text/format-count';
import { ascii, redactForNotice } from '../../../../lambda-src/domain/text/notice-text';
import { redactEmailAddresses } from '../../../../lambda-src/domain/text/redact-email-addresses';

const ASCII = Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at));

describe('a name in a command that people copy', () => {
  test.each(['may', '2026/may', 'Mai-März.v2', '日本_1', 'a@b:c,d+e=f%g', '_', '.x'])('%s stays as it is', (name) => {
    expect(shellWord(name)).toBe(name);
  });

  test.each(['', '-may', "it's", 'a b', '$(x)', '`x`', 'a;b', '&', '*', '~', '!', '#a', '"'])(
    '%j is quoted',
    (name) => {
      expect(shellWord(name)).toBe(`'${name.replaceAll("'", `'\\''`)}'`);
    },
  );

  test('is one word of the shell with any character at its beginning, inside and at its end', () => {
    const names = ASCII.flatMap((one) => [`${one}may`, `ma${one}y`, `may${one}`, one]);
    const words = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${names.map(shellWord).join(' ')}`], {
      encoding: 'utf8',
    });
    expect(words.split('\n')).toEqual([...names, '']);
    // What looks like an option is quoted, so that people see it.
    expect(names.filter((name) => name.startsWith('-')).every((name) => shellWord(name).startsWith("'"))).toBe(true);
  });
});

describe('characters that nobody sees', () => {
  const hidden = [
    '\n',
    '\r',
    '\t',
    '\0',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u061c',
    '\u200e',
    '\u200f',
  ];

  test.each([...hidden, '\u202a', '\u202e', '\u2066', '\u2069'])('%j is shown by its code', (one) => {
    const code = `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
    expect(escapeControlCharacters(`a${one}b${one}`)).toBe(`a${code}b${code}`);
    expect(escapeControlCharactersInLines(`a${one}b`)).toBe('\n\t'.includes(one) ? `a${one}b` : `a${code}b`);
  });

  test.each(['a b', 'é', '😀', '\u200d', '\u202f', '\u2010', '\u2065'])('%j stays as it is', (text) => {
    expect(escapeControlCharacters(text)).toBe(text);
    expect(escapeControlCharactersInLines(text)).toBe(text);
  });
});

test.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [119, '119 seconds'],
  [120, '2 minutes'],
  [150, '3 minutes'],
  [7_199, '120 minutes'],
  [7_200, '2 hours'],
  [172_799, '48 hours'],
  [172_800, '2 days'],
  [0.4, '0 seconds'],
  [1.4, '1 second'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('counts have commas between thousands', () => {
  expect([0, 999, 1_000, 250_000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '250,000', '1,234,567']);
});

describe('text for a notice', () => {
  test('as a subject is ASCII and as long as SNS takes', () => {
    expect(ascii('Größe: may\n\t~ ')).toBe('Gr??e: may??~ ');
    expect(ascii('x'.repeat(101))).toHaveLength(100);
  });

  test.each([
    ['Address ann@example.org is suppressed', 'Address … is suppressed'],
    ['<ann@example.org>: no', '<…>: no'],
    ['to:ann@example.org,bo@example.org;(cy@x)', 'to:…,…;(…)'],
    ['ann%40example.org and ANN＠example.org', '… and …'],
    ['"ann@x"[bo@x]{cy@x}', '"…"[…]{…}'],
    ['no address', 'no address'],
  ])('%s: no address', (text, redacted) => {
    expect(redactEmailAddresses(text)).toBe(redacted);
    expect(redactForNotice(text)).toBe(redacted);
  });

  test('is one line of at most 300 characters', () => {
    expect(redactForNotice('a\nb')).toBe('a\\u000ab');
    expect(redactForNotice('x '.repeat(200))).toHaveLength(300);
  });
});
