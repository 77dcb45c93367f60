import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { ListOptions } from '../../../../lambda-src/domain/list/list';
import type { ListEncodingName } from '../../../../src/private/contract';
import { readWhole } from '../../../support/read-list';

const BOM = '\uFEFF';

function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

async function read(bytes: Buffer, options: ListOptions = {}, chunk = 1 << 16) {
  const { list, rows } = await readWhole(bytes, options, chunk);
  return { ...list.text, delimiter: list.delimiter, cells: rows.map(({ cells }) => cells) };
}

/** What Windows-1252 has where Latin-1 has control characters; five bytes mean nothing in it. */
const ABOVE_LATIN_1 = new Map(
  [...'€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ'].map((letter, at): [string, number] => [letter, 0x80 + at]),
);
ABOVE_LATIN_1.delete(' ');

const LIST = 'email;name\nann@example.com;Zoé\nbo@example.com;Jürgen – €\n';
const CELLS = [
  ['ann@example.com', 'Zoé'],
  ['bo@example.com', 'Jürgen – €'],
];
/** é, ü, the dash and the euro as Windows-1252 has them, and nearly every other encoding for which they are words. */
const WINDOWS = Buffer.from(LIST.replace('–', '\x96').replace('€', '\x80'), 'latin1');

test.each<[string, Buffer, ListEncodingName, boolean]>([
  ['UTF-8', Buffer.from(LIST), 'utf-8', false],
  ['UTF-8 with a byte order mark', Buffer.from(BOM + LIST), 'utf-8', false],
  ['UTF-16 LE', Buffer.from(LIST, 'utf16le'), 'utf-16le', false],
  ['UTF-16 LE with a byte order mark', Buffer.from(BOM + LIST, 'utf16le'), 'utf-16le', false],
  ['UTF-16 BE', bigEndian(LIST), 'utf-16be', false],
  ['UTF-16 BE with a byte order mark', bigEndian(BOM + LIST), 'utf-16be', false],
  ['Windows-1252', WINDOWS, 'windows-1252', true],
  ['UTF-8 in a GZIP file', gzipSync(LIST), 'utf-8', false],
  ['UTF-16 in a GZIP file', gzipSync(Buffer.from(LIST, 'utf16le')), 'utf-16le', false],
  [
    'a GZIP file of two members',
    Buffer.concat([gzipSync(LIST.slice(0, 20)), gzipSync(LIST.slice(20))]),
    'utf-8',
    false,
  ],
])('%s is read, wherever the chunks break', async (_, bytes, encoding, guessed) => {
  for (const chunk of [1, 2, 3, 7, 1 << 16]) {
    const found = await read(bytes, {}, chunk);
    expect(found).toMatchObject({ encoding, guessed, delimiter: ';', cells: CELLS });
  }
});

test('the owner may say the encoding; a byte order mark says it better', async () => {
  // These two bytes are a letter in UTF-8 and two in Windows-1252.
  const bytes = Buffer.from('email,name\na@b.c,\xc3\xbc\n', 'latin1');
  expect((await read(bytes)).cells).toEqual([['a@b.c', 'ü']]);
  // Said to be something else, every letter would come out garbled.
  await expect(read(bytes, { encoding: 'windows-1252' })).rejects.toMatchObject({ code: 'MM345' });
  expect(await read(WINDOWS, { encoding: 'windows-1252' })).toMatchObject({ guessed: false, cells: CELLS });
  expect(await read(Buffer.from(BOM + LIST), { encoding: 'windows-1252' })).toMatchObject({
    encoding: 'utf-8',
    cells: CELLS,
  });
  expect(await read(bigEndian(BOM + LIST), { encoding: 'utf-8' })).toMatchObject({
    encoding: 'utf-16be',
    cells: CELLS,
  });
  // And then nothing is guessed.
  await expect(read(WINDOWS, { encoding: 'utf-8' })).rejects.toMatchObject({ code: 'MM309' });
});

test.each<[string, ListEncodingName, string, RegExp]>([
  [
    'bytes that Shift_JIS does not have',
    'shift_jis',
    'email,name\na@b.c,A\nb@c.d,\x85\xff\n',
    /SHIFT_JIS: near line \d/,
  ],
  ['a letter of Shift_JIS that breaks off', 'shift_jis', 'email,name\na@b.c,\x93', /SHIFT_JIS: near line 2/],
  ['bytes that GB 18030 does not have', 'gb18030', 'email,name\na@b.c,\xff\xff\n', /GB18030: near line \d/],
  ['a byte that Windows-1252 does not have', 'windows-1252', 'email,name\na@b.c,\x81\n', /WINDOWS-1252: near line 2/],
])('%s reject the list, wherever the chunks break', async (_what, encoding, text, message) => {
  for (const chunk of [1, 3, 1 << 16])
    await expect(read(Buffer.from(text, 'latin1'), { encoding }, chunk)).rejects.toMatchObject({
      code: 'MM309',
      says: expect.stringMatching(message),
    });
});

test('the owner may say the delimiter', async () => {
  const found = await read(Buffer.from('email;a|b;c\nx@y.z;1|2;3\n'), { delimiter: '|', emailColumn: 'email;a' });
  expect(found.cells).toEqual([['x@y.z;1', '2;3']]);
});

test('a first letter outside ASCII may come a million rows late', async () => {
  const rows = 'ann@example.com;x\n'.repeat(100_000);
  const bytes = Buffer.from(`email;name\n${rows}bo@example.com;J\xfcrgen\n`, 'latin1');
  const found = await read(bytes);
  expect(found).toMatchObject({ encoding: 'windows-1252', guessed: true });
  expect(found.cells.at(-1)).toEqual(['bo@example.com', 'Jürgen']);
});

test('what unpacks to more than the list may have is refused before it fills the memory', async () => {
  const bomb = gzipSync(Buffer.from(`email\n${'a@b.c\n'.repeat(2_000_000)}`));
  expect(bomb.length).toBeLessThan(1 << 17);
  await expect(read(bomb, { maxBytes: 1 << 20 })).rejects.toMatchObject({ code: 'MM320' });
  await expect(read(gzipSync(LIST), { maxBytes: Buffer.byteLength(LIST) })).resolves.toMatchObject({ cells: CELLS });
});

test('Windows-1252 comes back equal, wherever the chunks break', async () => {
  const written = (text: string) => Buffer.from([...text].map((char) => ABOVE_LATIN_1.get(char) ?? char.charCodeAt(0)));
  const part = fc.oneof(
    fc.constantFrom('"', ',', ';', '|', '\t', '\n', '\r\n', '\r', 'a', "'", '=', 'é', 'ß', 'ÿ', '\u00a0'),
    // Each would be one letter in UTF-8; the first letter of the list has decided by then.
    fc.constantFrom('Ã¼', 'Â€', 'â‚¬'),
    fc.constantFrom(...ABOVE_LATIN_1.keys()),
  );
  const cell = fc.array(part, { maxLength: 8 }).map((parts) => `x${parts.join('')}x`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async (people, delimiter, end, packed, chunk) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const rows = [['Zoë', 'x'], ...people].map(([a, b]) => ['a@b.example', a!, b!]);
        const lines = rows.map((cells) => cells.map(quote).join(delimiter));
        const bytes = written(`${[['email', 'a', 'b'].join(delimiter), ...lines].join(end)}${end}`);
        const found = await read(packed ? gzipSync(bytes) : bytes, { encoding: 'windows-1252' }, chunk);
        expect(found).toMatchObject({ encoding: 'windows-1252', guessed: false, delimiter });
        expect(found.cells).toEqual(rows);
      },
    ),
    { numRuns: 300 },
  );
});

test.each<[string, BufferEncoding, number[]]>([
  ['UTF-8', 'utf8', [0xff]],
  ['UTF-16LE', 'utf16le', [0x00, 0xd8, 0x0a, 0x00]],
])('the line of a byte that is no %s is right wherever the chunks break', async (_, encoding, wrong) => {
  const good = Buffer.from('\uFEFFemail,name\r\na@b.c,名😀é\ra@b.c,Zoë\na@b.c,', encoding);
  const bytes = Buffer.concat([good, Buffer.from(wrong), Buffer.from(',x\n'.repeat(10), encoding)]);
  for (let chunk = 1; chunk <= bytes.length; chunk++) {
    const says = expect.stringContaining('line 4 ');
    await expect(read(bytes, {}, chunk)).rejects.toMatchObject({ code: 'MM309', says });
  }
});

test('what is written by RFC 4180 comes back equal, in every encoding and delimiter, wherever the chunks break', async () => {
  const anyText = fc.array(fc.constantFrom('"', ',', ';', '|', '\t', '\n', '\r\n', 'a', 'é', 'ß', "'", '=', '-'), {
    maxLength: 8,
  });
  const cell = anyText.map((parts) => `x${parts.join('')}x`);
  const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 });
  const ways: Record<string, (text: string) => Buffer> = {
    utf8: (text) => Buffer.from(text),
    utf8Bom: (text) => Buffer.from(BOM + text),
    utf16le: (text) => Buffer.from(text, 'utf16le'),
    utf16leBom: (text) => Buffer.from(BOM + text, 'utf16le'),
    utf16be: bigEndian,
    utf16beBom: (text) => bigEndian(BOM + text),
    windows1252: (text) => Buffer.from(text, 'latin1'),
    gzip: (text) => gzipSync(text),
  };
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom(...Object.keys(ways)),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async (people, delimiter, end, way, sep, chunk) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const lines = people.map(([a, b]) => ['a@b.example', a, b].map(quote).join(delimiter));
        const text = [...(sep ? [`sep=${delimiter}`] : []), ['email', 'a', 'b'].join(delimiter), ...lines, ''].join(
          end,
        );
        // Owners who know say so: some pairs of letters in Windows-1252 are one in UTF-8.
        const encoding = way === 'windows1252' ? 'windows-1252' : undefined;
        const found = await read(ways[way]!(text), { encoding }, chunk);
        expect(found.cells).toEqual(people.map(([a, b]) => ['a@b.example', a, b]));
      },
    ),
    { numRuns: 300 },
  );
});
