import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planned, settings, template, templates } from '../harness';

/** Workbooks of openpyxl, and of LibreOffice, which has calculated them; `make.py` beside them says what is in them. */
const open = (name: string) => readFileSync(join(__dirname, '../../../../fixtures/workbooks', `${name}.xlsx`));
const plan = (name: string, metadata: { readonly [name: string]: string } = {}, text = '{{name}}: {{value}}') =>
  planned(open(name), {
    templates: templates({ welcome: template({ text, defaults: { value: '-' } }) }),
    settings: settings({ maxInvalidPercent: 100 }),
    upload: { metadata },
  });
const to = ({ recipients }: Awaited<ReturnType<typeof plan>>) => recipients.map((one) => one.vars.name);

const SHOWN = {
  text: 'Zoë 😀 & <b>',
  'rich text': 'plain bold',
  lines: 'one\ntwo',
  spaces: 'a  b',
  zeros: '00456',
  integer: '1950',
  float: '12.5',
  long: '436641234567',
  padded: '00456',
  percent: '15%',
  currency: '€ 50',
  date: '2025-03-01',
  'german date': '01.03.2025',
  time: '18:30',
  moment: '2025-03-01 18:30:00',
  boolean: 'TRUE',
  formula: 'AB',
};

test.each(['openpyxl', 'libreoffice'])('the values of %s come as they are shown', async (writer) => {
  // The last rows hold what is shown in the way of a region, which no template prints here.
  const { recipients, skipped } = await plan(`${writer}-values`, {}, '{{name}}');
  const values = Object.fromEntries(recipients.map(({ vars }) => [vars.name, vars.value]));
  expect(skipped).toEqual([]);
  expect(values).toMatchObject(writer === 'openpyxl' ? { ...SHOWN, formula: '#GETTING_DATA' } : SHOWN);
});

test.each(['openpyxl', 'libreoffice'])(
  'a template that prints what %s shows in the way of a region rejects the list',
  async (writer) => {
    const { output, skipped } = await plan(`${writer}-values`);
    expect(output.rejection).toMatchObject({ code: 'MM357', message: expect.stringMatching(/^In row 20 .*"value"/) });
    expect(skipped.map(({ line, code }) => [line, code])).toEqual(
      writer === 'openpyxl'
        ? [
            [18, 'MM415'],
            [19, 'MM415'],
          ]
        : [[19, 'MM412']],
    );
  },
);

test.each(['openpyxl', 'libreoffice'])('days from 1904 on of %s are those that it shows', async (writer) => {
  expect((await plan(`${writer}-of_1904`)).recipients[0]!.vars.value).toBe('2025-03-01');
});

test.each(['openpyxl-hidden', 'openpyxl-filtered', 'libreoffice-hidden', 'libreoffice-filtered'])(
  'rows of %s that nobody sees reject it, until somebody says what they mean',
  async (name) => {
    expect((await plan(name)).output.rejection).toMatchObject({
      code: 'MM355',
      message: expect.stringMatching(/^Row 3 /),
    });
    expect(to(await plan(name, { 'mailmatrix-hidden': 'exclude' }))).toEqual(['Ann', 'Cy']);
    expect(to(await plan(name, { 'mailmatrix-hidden': 'include' }))).toEqual(['Ann', 'Bo', 'Cy']);
  },
);

test.each(['openpyxl', 'libreoffice'])(
  'a table of %s below a merged title is the list, beside a hidden sheet',
  async (writer) => {
    const table = await plan(`${writer}-table`);
    expect(to(table)).toEqual(['Ann', 'Bo', 'Cy']);
    expect(table.document.readAs).toEqual({ sheet: 'Members' });
    expect(to(await plan(`${writer}-table`, { 'mailmatrix-sheet': 'archive' }))).toEqual(['Old']);
  },
);

test('a workbook that was written as a stream has texts of its own', async () => {
  expect(to(await plan('openpyxl-stream'))).toEqual(['Ann', 'Bo', 'Cy']);
});

test('of several sheets one is named', async () => {
  const { output } = await plan('openpyxl-sheets');
  expect(output.rejection).toMatchObject({ code: 'MM354', message: expect.stringContaining('"Sheet", "May"') });
  expect(to(await plan('openpyxl-sheets', { 'mailmatrix-sheet': 'May' }))).toEqual(['Ann']);
});
