import { sheet, type TestCell, workbook } from '../../../../support/workbook';
import { planned, settings, template, templates } from '../harness';

const HEADER = ['email', 'name', 'price'];
const ANN = ['ann@example.org', 'Ann', 'free'];
const names = ({ recipients }: Awaited<ReturnType<typeof planned>>) => recipients.map(({ vars }) => vars.name);
const pricing = templates({ welcome: template({ text: 'Dear {{name}}, {{price}}' }) });

test('a workbook is planned as its sheet, and lines are rows of it', async () => {
  const { document, recipients, skipped } = await planned(
    workbook([{ name: 'People', rows: [HEADER, ANN, [], ['nobody', 'No', 'x'], ['zoe@example.org', 'Zoë']] }]),
    { key: 'campaigns/may.xlsx' },
  );
  expect(document).toMatchObject({ decision: 'send', recipients: 2, invalid: 1, readAs: { sheet: 'People' } });
  expect(recipients.map(({ line, to, vars }) => [line, to, vars.name])).toEqual([
    [2, 'ann@example.org', 'Ann'],
    [5, 'zoe@example.org', 'Zoë'],
  ]);
  expect(skipped).toMatchObject([{ line: 4, code: 'MM404' }]);
});

test('a title above the header is skipped, and a line that looks like the header is named', async () => {
  const titled = (address: string) => sheet([['Our people'], [], HEADER, [address, 'Ann', 'x']]);
  expect(names(await planned(titled('ann@example.org')))).toEqual(['Ann']);
  const { output } = await planned(titled('ann'));
  expect(output.rejection).toMatchObject({ code: 'MM301', message: expect.stringContaining('Line 3 looks like') });
});

test('cells that the sheet leaves off are empty, and what stands beyond the header rejects the list', async () => {
  const { recipients } = await planned(sheet([HEADER, ANN, ['bo@example.org', 'Bo']]));
  expect(recipients[1]!.cells).toEqual(['bo@example.org', 'Bo', '']);
  const { output } = await planned(sheet([HEADER, [...ANN, '', 'note']]));
  expect(output.rejection?.code).toBe('MM341');
});

describe('hidden rows', () => {
  const hiding = (more = '') =>
    sheet(
      `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row><row hidden="1"><c t="s"><v>4</v></c><c t="s"><v>5</v></c></row>${more}`,
      { strings: ['email', 'name', 'ann@example.org', 'Ann', 'bo@example.org', 'Bo'] },
    );

  test('reject the list where nobody says what they mean', async () => {
    const { output } = await planned(hiding());
    expect(output.rejection).toMatchObject({ code: 'MM355', message: expect.stringContaining('Row 3 ') });
  });

  test.each([
    ['include', ['Ann', 'Bo']],
    ['exclude', ['Ann']],
  ])('are taken as the metadata says: %s', async (hidden, expected) => {
    expect(names(await planned(hiding(), { upload: { metadata: { 'mailmatrix-hidden': hidden } } }))).toEqual(expected);
  });

  test('reject the list where the metadata says something else', async () => {
    const { output } = await planned(hiding(), { upload: { metadata: { 'mailmatrix-hidden': 'yes' } } });
    expect(output.rejection?.code).toBe('MM358');
  });

  test('without a text do not count', async () => {
    const blank = sheet([HEADER, ANN, [{ xml: '</row><row r="4" hidden="1"><c r="A4"/></row><row r="5">' }]]);
    expect(names(await planned(blank))).toEqual(['Ann']);
  });
});

test('the sheet is the one that the metadata names, percent-encoded', async () => {
  const sheets = [
    { name: 'Old', rows: [HEADER, ['old@example.org', 'Old']] },
    { name: 'Empfänger', rows: [HEADER, ANN] },
  ];
  expect((await planned(workbook(sheets))).output.rejection?.code).toBe('MM354');
  const metadata = { 'mailmatrix-sheet': 'Empf%C3%A4nger' };
  expect(names(await planned(workbook(sheets), { upload: { metadata } }))).toEqual(['Ann']);
});

describe('a number that spreadsheets show in the way of their region', () => {
  const priced = (price: TestCell) =>
    sheet([HEADER, ['ann@example.org', 'Ann', price]], { formats: ['0.00', 'dd/mm/yyyy', '00000'] });
  const [decimal, date] = ['<c r="C2" s="1"><v>12.5</v></c>', '<c r="C2" s="2"><v>45658</v></c>'].map((xml) => ({
    xml,
  }));

  test('rejects the list where the template prints it', async () => {
    const { output } = await planned(priced(decimal!), { templates: pricing });
    expect(output.rejection).toMatchObject({
      code: 'MM357',
      message: expect.stringMatching(/row 2 .*"price".*"0\.00"/),
    });
    expect((await planned(priced(date!), { templates: pricing })).output.rejection?.code).toBe('MM357');
  });

  test('is nobody’s concern where the template does not', async () => {
    expect((await planned(priced(decimal!))).recipients[0]!.vars.price).toBe('12.5');
    expect((await planned(priced(date!))).recipients[0]!.vars.price).toBe('2025-01-01');
  });

  test('is printed where its format looks the same everywhere', async () => {
    const { recipients } = await planned(priced({ xml: '<c r="C2" s="3"><v>456</v></c>' }), { templates: pricing });
    expect(recipients[0]!.vars.price).toBe('00456');
  });
});

test('a formula without a value makes its row invalid where the template prints it', async () => {
  const rows = (column: 'B' | 'C') =>
    sheet([
      HEADER,
      ANN,
      ['bo@example.org', ...(column === 'C' ? ['Bo'] : []), { xml: `<c r="${column}3"><f>A1</f><v/></c>` }],
    ]);
  const { skipped } = await planned(rows('B'));
  expect(skipped).toMatchObject([{ line: 3, code: 'MM415', reason: expect.stringContaining('"name"') }]);
  expect((await planned(rows('C'))).document.recipients).toBe(2);
});

test('an error of the sheet and lost letters are those of any list', async () => {
  const { skipped } = await planned(
    sheet([HEADER, ANN, ['bo@example.org', { xml: '<c r="B3" t="e"><v>#N/A</v></c>' }]]),
  );
  expect(skipped).toMatchObject([{ code: 'MM412' }]);
});

test('rows of a text file that were opened as one cell reject the list', async () => {
  const cell = 'Bo\ncy@example.org,Cy,x\ndi@example.org,Di,x';
  const { output } = await planned(sheet([HEADER, ANN, ['bo@example.org', cell, 'x']]));
  expect(output.rejection?.code).toBe('MM343');
  expect(
    names(
      await planned(sheet([HEADER, ANN, ['bo@example.org', cell, 'x']]), {
        settings: settings({ acceptRowsInCells: true }),
      }),
    ),
  ).toHaveLength(2);
});
