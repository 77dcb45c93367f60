import { planned, settings, template, templates } from './harness';

/** Faults in lists that broke well-known importers, each as its own file. */
const given = {
  settings: settings({ maxInvalidPercent: 100 }),
  templates: templates({ welcome: template({ subject: 'Hello', text: 'Hello' }) }),
};
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const ANN = [['ann@example.org', 'Ann']];

test.each<[string, string | Buffer, string[][]]>([
  ['a byte order mark before the address column', '\uFEFFemail,name\nann@example.org,Ann\n', ANN],
  ['semicolons, as Excel writes in most of Europe', 'name;email\nAnn;ann@example.org\n', ANN],
  [
    'letters of Windows-1252 that are the same in all encodings they could be',
    Buffer.from('email,name\nann@example.org,J\xfcrg B\xf6hm\n', 'latin1'),
    [['ann@example.org', 'Jürg Böhm']],
  ],
  ['UTF-16 with a byte order mark', utf16('\uFEFFemail\tname\r\nann@example.org\tAnn\r\n'), ANN],
  ['UTF-16 without one', utf16('email\tname\r\nann@example.org\tAnn\r\n'), ANN],
  ['a line break inside quotation marks', 'email,name\nann@example.org,"A\nB"\n', [['ann@example.org', 'A\nB']]],
  [
    'lines that CR alone ends',
    'email,name\rann@example.org,Ann\rbo@example.org,Bo\r',
    [...ANN, ['bo@example.org', 'Bo']],
  ],
  ['padded cells and names', '  email , "name"\n\u00a0ann@example.org\u200b ,\u2003Ann\uFEFF\n', ANN],
  [
    'empty columns, lines and lines of commas',
    'email,name,,\n\n,,,\nann@example.org,Ann,,\nann2@example.org,A,,,,\n\n',
    [...ANN, ['ann2@example.org', 'A']],
  ],
  ['a header and an address in capitals', 'E-MAIL,NAME\nANN@Example.ORG,Ann\n', [['ANN@Example.ORG', 'Ann']]],
  ['a name around the address', 'email,name\nAnn Lee <ann@example.org>,Ann\n', ANN],
  [
    'one person twice, with other data and in other capitals',
    'email,name\nann@example.org,Ann\nANN@example.org,Eve\n',
    ANN,
  ],
  ['a domain outside ASCII', 'email,name\nann@bücher.example,Ann\n', [['ann@bücher.example', 'Ann']]],
])('%s: everybody is there', async (_, list, people) => {
  const { output, recipients } = await planned(list, given);
  expect(output.decision).toBe('send');
  expect(recipients.map(({ to, vars }) => [to, vars.name])).toEqual(people);
});

test.each([
  ['the address column twice', 'email,EMAIL\nann@example.org,bo@example.org\n', 'MM304'],
  ['a comma that nobody quoted', 'email,name\nfine@example.org,F\nann@example.org,Lee, Ann\n', 'MM341'],
  ['no header', 'ann@example.org,Ann\nbo@example.org,Bo\n', 'MM303'],
  ['several addresses on a line', 'ann@example.org,bo@example.org\ncy@example.org,di@example.org\n', 'MM342'],
  ['a workbook called CSV', Buffer.from('PK\x03\x04\x14\x00', 'latin1'), 'MM350'],
  ['an old workbook called CSV', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'MM311'],
])('%s: refused', async (_, list, code) => {
  expect((await planned(list, given)).output.rejection?.code).toBe(code);
});

test.each([
  ['letters outside ASCII before the @', 'jürg@example.org,J', 'MM405'],
  ['two addresses', 'ann@example.org; bo@example.org,A', 'MM404'],
  ['quotation marks in the address', '"""ann""@example.org",A', 'MM404'],
  ['two dots', 'ann..lee@example.org,A', 'MM404'],
  ['a second header in the address', '"ann@example.org\nBcc: eve@example.org",A', 'MM404'],
  ['more than 320 characters', `${'a'.repeat(310)}@example.org,A`, 'MM406'],
  ['no address', ',Ann', 'MM403'],
])('%s: that row is left out, with its line', async (_, row, code) => {
  const { recipients, skipped } = await planned(`email,name\nfine@example.org,F\n${row}\n`, given);
  expect(recipients.map(({ to }) => to)).toEqual(['fine@example.org']);
  expect(skipped).toMatchObject([{ code, line: 3 }]);
});
