import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { fitsLine, subjectData } from '../../../../lambda-src/domain/sending/subject';

const read = async (data: string) => (await simpleParser(`Subject: ${data}\r\n\r\nx`)).subject;

test('a subject that looks like an encoded word arrives as its characters', async () => {
  const subject = 'News for =?UTF-8?B?4oCuZ3Bq?= and =?iso-8859-1?q?others?=';
  expect(subjectData(subject)).toMatch(/^[\x20-\x7e]+$/);
  expect(await read(subjectData(subject))).toBe(subject);
});

test('any other subject is left to SES', () => {
  expect(subjectData('Größe = ?')).toBe('Größe = ?');
});

test('a subject with an equals and a question mark is read back, whatever is around them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), async (before, after) => {
      const subject = `a${before}=?${after}z`.replace(/\p{Cc}/gu, '');
      expect(await read(subjectData(subject))).toBe(subject);
    }),
  );
});

test.each([
  ['a'.repeat(989), true],
  ['a'.repeat(990), false],
  ['é'.repeat(494), true],
  ['é'.repeat(495), false],
  [`=?${'a'.repeat(700)}`, false],
])('with its name it has at most 998 octets, as it is written: case %#', (subject, fits) => {
  expect(fitsLine(subject)).toBe(fits);
});
