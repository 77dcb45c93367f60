import fc from 'fast-check';
import { readCells } from '../../../../support/read-workbook';
import { type TestCell, workbook } from '../../../../support/workbook';

/** What XML holds: all signs but half of a pair. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('_x0041_', ' a\r\nb\t', '=1+1'),
);
const cell = fc.oneof(text, fc.integer({ min: -1e10, max: 1e10 }));
const table = fc.array(fc.array(cell, { maxLength: 6 }), { minLength: 1, maxLength: 8 });

const withoutEnd = (cells: readonly string[]): readonly string[] => {
  const used = [...cells];
  while (used.at(-1) === '') used.pop();
  return used;
};

test('what a sheet is written with comes back, as texts of its own or shared ones', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), async (rows, shared) => {
      const strings = rows.flat().map(String);
      let next = 0;
      const cells = rows.map((row) =>
        row.map((value): TestCell => {
          const at = next++;
          return shared && typeof value === 'string' && value !== '' ? { xml: `<c t="s"><v>${at}</v></c>` } : value;
        }),
      );
      // A cell without a place is behind the last: where a text is empty, there is no cell to be behind.
      const placed = shared ? cells.map((row) => row.map((value) => (value === '' ? { xml: '<c/>' } : value))) : cells;
      const read = await readCells(workbook([{ rows: placed }], { strings: shared ? strings : [] }));
      expect(read).toEqual(rows.map((row) => withoutEnd(row.map(String))));
    }),
    // A shared text may begin with a tag's first sign.
    { numRuns: 150, examples: [[[['<b>'], ['< \u0338']], true]] },
  );
}, 60_000);
