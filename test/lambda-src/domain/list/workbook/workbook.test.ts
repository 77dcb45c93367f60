import { NOT_CALCULATED } from '../../../../../lambda-src/domain/list/workbook/not-calculated';
import { openWorkbook } from '../../../../../lambda-src/domain/list/workbook/workbook';
import { readCells, readRows } from '../../../../support/read-workbook';
import { sheet, workbook, workbookParts, zip } from '../../../../support/workbook';

const cell = (xml: string) => readCells(sheet(`<row r="1">${xml}</row>`, STYLED)).then(([row]) => row);
const STYLED = {
  strings: [
    'plain',
    ' spaced ',
    { xml: '<r><rPr><b/></rPr><t>Rich </t></r><r><t xml:space="preserve">text</t></r>' },
    { xml: '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>' },
    { xml: '<t>line_x000D_\nbreak_x005F_</t>' },
    '😀 & <b>',
  ],
  formats: ['yyyy-mm-dd', '0.00', '"Ms "@'],
};

test.each([
  ['a shared text', '<c t="s"><v>0</v></c>', 'plain'],
  ['spaces at its ends', '<c t="s"><v>1</v></c>', ' spaced '],
  ['the runs of a rich text', '<c t="s"><v>2</v></c>', 'Rich text'],
  ['a text without how it is pronounced', '<c t="s"><v>3</v></c>', '東京'],
  ['signs that XML cannot hold', '<c t="s"><v>4</v></c>', 'line\r\nbreak_'],
  ['an emoji and entities', '<c t="s"><v>5</v></c>', '😀 & <b>'],
  ['a text of its own', '<c t="inlineStr"><is><t>Ann</t></is></c>', 'Ann'],
  ['runs of its own', '<c t="inlineStr"><is><r><t>A</t></r><r><t>nn</t></r></is></c>', 'Ann'],
  ['CDATA', '<c t="inlineStr"><is><t><![CDATA[A<n>n]]></t></is></c>', 'A<n>n'],
  ['the text of a formula', '<c t="str"><f>A1&amp;B1</f><v>A_x0041_</v></c>', 'AA'],
  ['an empty text of a formula', '<c t="str"><f>""</f><v></v></c>', undefined],
  ['a number', '<c><v>1.50</v></c>', '1.5'],
  ['a number with an exponent', '<c t="n"><v>1E2</v></c>', '100'],
  ['a number of a formula', '<c><f>1+1</f><v>2</v></c>', '2'],
  ['true', '<c t="b"><v>1</v></c>', 'TRUE'],
  ['false', '<c t="b"><v>0</v></c>', 'FALSE'],
  ['an error', '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', '#DIV/0!'],
  ['a date', '<c s="1"><v>45658</v></c>', '2025-01-01'],
  ['a date of a Strict workbook', '<c s="1" t="d"><v>2025-01-01T00:00:00</v></c>', '2025-01-01'],
  ['a date without its time', '<c s="1" t="d"><v>2025-01-01</v></c>', '2025-01-01'],
  ['a formatted text', '<c s="3" t="inlineStr"><is><t>Lee</t></is></c>', 'Ms Lee'],
  ['a formula that nobody has calculated', '<c><f>A2</f></c>', NOT_CALCULATED],
  ['a formula with an empty value', '<c><f>A2</f><v></v></c>', NOT_CALCULATED],
  ['a part of a shared formula', '<c><f t="shared" si="0"/><v/></c>', NOT_CALCULATED],
  ['a cell with nothing but a style', '<c s="1"/>', undefined],
])('reads %s', async (_, xml, text) => {
  expect(await cell(xml)).toEqual(text === undefined ? [] : [text]);
});

test('a number that looks otherwise in other regions comes with its format', async () => {
  const [row] = await readRows(sheet('<row r="4"><c r="B4" s="2"><v>12.5</v></c></row>', STYLED));
  expect(row).toEqual({ line: 4, cells: ['', '12.5'], unshown: new Map([[1, '0.00']]), hidden: false });
});

test('cells and rows lie where they say, or behind the last', async () => {
  const rows = await readRows(
    sheet(
      '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="C5"><v>3</v></c><c><v>4</v></c><c r="A5"><v>5</v></c></row><row/><row r="9"/>',
    ),
  );
  expect(rows.map(({ line, cells }) => [line, cells])).toEqual([
    [1, ['1', '2']],
    [5, ['5', '', '3', '4']],
    [6, []],
    [9, []],
  ]);
});

test('what comes after the cells has no rows', async () => {
  const after = '<extLst><ext><x:row xmlns:x="x" r="1"><x:c><x:v>1</x:v></x:c></x:row></ext></extLst>';
  expect(await readCells(workbook([{ rows: [['a']], after }]))).toEqual([['a']]);
});

test('hidden rows say so', async () => {
  const rows = await readRows(sheet('<row/><row hidden="1"/><row hidden="true"/><row hidden="0"/><row ht="0"/>'));
  expect(rows.map(({ hidden }) => hidden)).toEqual([false, true, true, false, true]);
});

test('other writers prefix their tags, and Strict workbooks have other names of their own', async () => {
  const parts = workbookParts([{ rows: [['a']] }]);
  const strict = Object.fromEntries(
    Object.entries(parts).map(([name, xml]) => [
      name,
      String(xml)
        .replaceAll(
          'http://schemas.openxmlformats.org/officeDocument/2006/',
          'http://purl.oclc.org/ooxml/officeDocument/',
        )
        .replaceAll(
          'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
          'http://purl.oclc.org/ooxml/spreadsheetml/main',
        ),
    ]),
  );
  expect(await readCells(zip(strict))).toEqual([['a']]);
  const prefixed = String(parts['xl/worksheets/sheet1.xml'])
    .replace('xmlns=', 'xmlns:x=')
    .replace(/<(\/?)(?=[a-z])/g, '<$1x:');
  expect(await readCells(zip({ ...parts, 'xl/worksheets/sheet1.xml': prefixed }))).toEqual([['a']]);
});

test.each([
  ['UTF-16, little end first, with a byte order mark', (xml: string) => Buffer.from(`\ufeff${xml}`, 'utf16le')],
  ['UTF-16, little end first, without', (xml: string) => Buffer.from(xml, 'utf16le')],
  ['UTF-16, big end first', (xml: string) => Buffer.from(`\ufeff${xml}`, 'utf16le').swap16()],
  ['UTF-8 with a byte order mark', (xml: string) => Buffer.from(`\ufeff${xml}`)],
  ['what the part says', (xml: string) => Buffer.from(xml.replace('UTF-8', 'iso-8859-1'), 'latin1')],
])('parts may be in %s', async (_, encode) => {
  const parts = workbookParts([{ rows: [['Zoë']] }]);
  const xml = String(parts['xl/worksheets/sheet1.xml']);
  const saying = (encoded: string) => xml.replace('UTF-8', encoded);
  const bytes = encode(/16/.test(_) ? saying('UTF-16') : xml);
  expect(await readCells(zip({ ...parts, 'xl/worksheets/sheet1.xml': bytes }))).toEqual([['Zoë']]);
});

test('names of parts are the same in any case, and paths lead from where they stand', async () => {
  const parts = workbookParts([{ rows: [['a']] }]);
  const renamed = Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name.toUpperCase(), xml]));
  const dotted = String(parts['xl/_rels/workbook.xml.rels']).replace('worksheets/sheet1', '../xl/./worksheets/sheet1');
  expect(await readCells(zip(renamed))).toEqual([['a']]);
  expect(await readCells(zip({ ...parts, 'xl/_rels/workbook.xml.rels': dotted }))).toEqual([['a']]);
});

test.each([
  ['the file', '_rels/.rels', 'MM311'],
  ['the workbook', 'xl/_rels/workbook.xml.rels', 'MM307'],
])('without the relationships of %s it is no workbook, or one without sheets', async (_what, name, code) => {
  const { [name]: _, ...parts } = workbookParts([{ rows: [['a']] }]);
  await expect(readCells(zip(parts))).rejects.toMatchObject({ code });
});

describe('which sheet is the list', () => {
  const named = async (sheets: Parameters<typeof workbook>[0], wanted?: string) =>
    (await openWorkbook(workbook(sheets), { sheet: wanted })).name;
  const people = { name: 'People', rows: [['a']] };

  test.each([
    ['the only one', [people]],
    ['the only visible one', [{ name: 'Old', state: 'hidden', rows: [['b']] }, people]],
    ['the only one with a text', [{ name: 'Sheet2', rows: '<row r="3"><c r="A3" s="1"/></row>' }, people]],
  ])('%s', async (_, sheets) => {
    expect(await named(sheets)).toBe('People');
  });

  test('the one that is named, in any case, also if it is hidden', async () => {
    const sheets = [people, { name: 'Älteste', state: 'veryHidden', rows: [['b']] }];
    expect(await named(sheets, 'people')).toBe('People');
    expect(await named(sheets, 'ÄLTESTE')).toBe('Älteste');
  });

  test('several, or another than there are, are named', async () => {
    const sheets = [people, { name: 'Q2 & Q3'.replace('&', '&amp;'), rows: [['b']] }];
    await expect(named(sheets)).rejects.toMatchObject({
      code: 'MM354',
      says: expect.stringContaining('"People", "Q2 & Q3"'),
    });
    await expect(named(sheets, 'May')).rejects.toMatchObject({
      code: 'MM354',
      says: expect.stringContaining('no sheet "May"'),
    });
    await expect(named([{ rows: [] }, { rows: [] }])).rejects.toMatchObject({ code: 'MM307' });
  });
});
