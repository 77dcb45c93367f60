import fc from 'fast-check';
import { ListRejected } from '../../../lambda-src/domain/list/rejections';
import { MAX_UNPACKED } from '../../../lambda-src/domain/list/workbook/archive';
import { readRows } from '../../support/read-workbook';
import { sheet, workbook, workbookParts, zip } from '../../support/workbook';

const SHEET = 'xl/worksheets/sheet1.xml';
const STRINGS = 'xl/sharedStrings.xml';
const PARTS = workbookParts(
  [
    {
      rows: [
        ['email', 'name'],
        ['ann@example.org', 'Ann'],
      ],
    },
  ],
  { strings: ['a', 'b'] },
);
const GOOD = zip(PARTS);

/** The code of the rejection; whatever else is thrown fails the test. */
async function codeOf(bytes: Buffer): Promise<string | undefined> {
  try {
    await readRows(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof ListRejected) return error.code;
    throw error;
  }
}

const withSheet = (xml: string | Buffer) => zip({ ...PARTS, [SHEET]: xml });
const rows = (xml: string) => sheet(xml);

test('a good workbook is the measure', async () => {
  expect(await codeOf(GOOD)).toBeUndefined();
});

test.each([
  ['a row before the last one', 'MM350', rows('<row r="2"/><row r="1"/>')],
  ['a row twice', 'MM350', rows('<row r="2"/><row r="2"/>')],
  ['a row that no sheet has', 'MM350', rows('<row r="1048577"/>')],
  ['a row without a number', 'MM350', rows('<row r="x"/>')],
  ['a column that no sheet has', 'MM350', rows('<row><c r="XFE1"><v>1</v></c></row>')],
  ['a cell without a column', 'MM350', rows('<row><c r="12"><v>1</v></c></row>')],
  ['cells without end', 'MM350', rows(`<row>${'<c/>'.repeat(16_385)}</row>`)],
  ['a text that is not there', 'MM350', rows('<row><c t="s"><v>2</v></c></row>')],
  ['a text of no number', 'MM350', rows('<row><c t="s"><v>one</v></c></row>')],
  ['no number', 'MM350', rows('<row><c><v>one</v></c></row>')],
  ['no date', 'MM350', rows('<row><c t="d"><v>yesterday</v></c></row>')],
  ['XML that is cut off', 'MM350', withSheet('<worksheet><sheetData><row r="1">')],
  ['XML that is not closed rightly', 'MM350', withSheet('<worksheet><a></b></worksheet>')],
  ['an entity of its own', 'MM350', withSheet('<worksheet>&lol;</worksheet>')],
  ['a document type', 'MM350', withSheet('<!DOCTYPE lolz [<!ENTITY lol "lol">]><worksheet>&lol;</worksheet>')],
  ['an encoding that is none', 'MM350', withSheet('<?xml version="1.0" encoding="klingon"?><worksheet/>')],
  ['bytes that are no UTF-8', 'MM350', withSheet(Buffer.from('<worksheet>\xff</worksheet>', 'latin1'))],
  ['tags without end', 'MM350', withSheet('<a>'.repeat(100_000))],
  ['a tag without end', 'MM350', withSheet(`<a ${' b="c"'.repeat(400_000)}`)],
  ['a text without end', 'MM350', withSheet(`<worksheet>${'a'.repeat(1 << 22)}</worksheet>`)],
  [
    'a row of more than it may hold',
    'MM356',
    sheet(`<row>${'<c t="s"><v>0</v></c>'.repeat(20)}</row>`, { strings: ['a'.repeat(60_000)] }),
  ],
  ['a missing sheet', 'MM350', zip(Object.fromEntries(Object.entries(PARTS).filter(([name]) => name !== SHEET)))],
  ['missing texts', 'MM350', zip(Object.fromEntries(Object.entries(PARTS).filter(([name]) => name !== STRINGS)))],
  ['a part of another size than it says', 'MM350', zip(PARTS, { sizes: { [SHEET]: 100 } })],
  ['a part of another sum than it says', 'MM350', zip(PARTS, { sums: { [SHEET]: 1 } })],
  ['two parts of one name', 'MM350', zip({ ...PARTS, 'xl/Workbook.xml': 'x' })],
  ['an absolute path', 'MM350', zip({ ...PARTS, '/etc/passwd': 'x' })],
  [
    'parts without end',
    'MM356',
    zip({ ...PARTS, ...Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`a${at}`, ''])) }),
  ],
  ['sheets without end', 'MM356', workbook(Array.from({ length: 1001 }, (_, at) => ({ name: `s${at}`, rows: [] })))],
  [
    'macros',
    'MM352',
    workbook([{ rows: [['a']] }], { contentType: 'application/vnd.ms-excel.sheet.macroEnabled.main+xml' }),
  ],
  [
    'macros under another name',
    'MM352',
    workbook([{ rows: [['a']] }], {
      relationships:
        '<Relationship Id="m" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>',
    }),
  ],
  [
    'links to other workbooks',
    'MM353',
    workbook([{ rows: [['a']] }], {
      relationships:
        '<Relationship Id="e" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/>',
    }),
  ],
  [
    'a document',
    'MM311',
    workbook([{ rows: [['a']] }], {
      contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
    }),
  ],
  [
    'a value without end, with tags in it',
    'MM356',
    rows(`<row><c><v>${`${'1'.repeat(1 << 19)}<b/>`.repeat(3)}</v></c></row>`),
  ],
  [
    'a binary workbook',
    'MM311',
    workbook([{ rows: [['a']] }], { contentType: 'application/vnd.ms-excel.sheet.binary.macroEnabled.main' }),
  ],
  ['a ZIP file', 'MM311', zip({ 'people.csv': 'email\nann@example.org\n' })],
  [
    'an encrypted workbook',
    'MM351',
    Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
      Buffer.alloc(600),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]),
  ],
  ['an old workbook', 'MM311', Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.alloc(600)])],
])('%s is rejected with %s', async (_, code, bytes) => {
  expect(await codeOf(bytes)).toBe(code);
});

test('an entry that is encrypted is rejected', async () => {
  const bytes = Buffer.from(GOOD);
  for (const signature of ['PK\x03\x04', 'PK\x01\x02']) {
    for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 1)) {
      bytes[at + (signature === 'PK\x03\x04' ? 6 : 8)]! |= 1;
    }
  }
  expect(await codeOf(bytes)).toBe('MM351');
});

test.each([
  ['says so', MAX_UNPACKED + 1, 'MM356'],
  ['says less', 1000, 'MM350'],
])('a small file that unpacks to a lot and %s is rejected before it does', async (_, size, code) => {
  const bomb = zip({ ...PARTS, [SHEET]: Buffer.alloc(30 << 20, '<row/>') }, { sizes: { [SHEET]: size } });
  expect(bomb.length).toBeLessThan(1 << 20);
  const begun = process.cpuUsage();
  expect(await codeOf(bomb)).toBe(code);
  const { user, system } = process.cpuUsage(begun);
  expect((user + system) / 1e6).toBeLessThan(1);
});

test('a sheet that is looked into and then read counts once', async () => {
  const sheets = ['Members', 'Empty'].map((name) => ({ name, rows: name === 'Empty' ? [] : [['a']] }));
  const large = { sizes: { [SHEET]: MAX_UNPACKED * 0.6 } };
  // Its size is a lie, which shows when it is read to its end, and not before.
  expect(await codeOf(zip(workbookParts(sheets), large))).toBe('MM350');
});

test('texts of more than memory is meant for are rejected', async () => {
  const texts = `<sst>${`<si><t>${'€'.repeat(1 << 19)}</t></si>`.repeat(86)}</sst>`;
  expect(await codeOf(zip({ ...PARTS, [STRINGS]: texts }))).toBe('MM356');
}, 30_000);

test('a workbook that is cut off anywhere is rejected', async () => {
  for (let size = 4; size < GOOD.length; size += 7) expect(await codeOf(GOOD.subarray(0, size))).toBe('MM350');
});

test('whatever the bytes, a workbook is read or rejected', async () => {
  const change = fc.record({ at: fc.nat(GOOD.length - 1), byte: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      const bytes = Buffer.from(GOOD);
      for (const { at, byte } of changes) bytes[at] = byte;
      await codeOf(bytes);
    }),
    { numRuns: 500 },
  );
}, 60_000);

test('whatever a part says, a workbook is read or rejected', async () => {
  const names = Object.keys(PARTS);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(names.length - 1),
      fc.nat(1 << 16),
      fc.string({ unit: 'binary' }),
      async (part, place, text) => {
        const name = names[part]!;
        const xml = String(PARTS[name]);
        const at = place % xml.length;
        await codeOf(zip({ ...PARTS, [name]: xml.slice(0, at) + text + xml.slice(at + text.length) }));
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);
