import { columnsOf } from '../../../../lambda-src/domain/list/columns';
import { cellValue, LOST_LETTERS, rowValues, SHEET_ERROR } from '../../../../lambda-src/functions/plan/values';

test.each([
  [' Ann ', 'Ann'],
  ['="00456"', '00456'],
  [' ="a ""b"" c" ', 'a "b" c'],
  ['=" 7 "', '7'],
  ['="a"b"', '="a"b"'],
  ['="a', '="a'],
  ['=A1', '=A1'],
  ['', ''],
])('the cell %j is %j', (cell, value) => {
  expect(cellValue(cell)).toBe(value);
});

test('a row has a value for each named column, under its folded name and a template’s own', () => {
  const columns = columnsOf(['First Name', '', ' ', '__proto__', 'City']);
  const values = rowValues({ columns }, [' Ann ', 'x', 'y', 'z'], [{ name: 'firstName', index: 0 }]);
  expect(Object.entries(values)).toEqual([
    ['first_name', 'Ann'],
    ['_proto_', 'z'],
    ['city', ''],
    ['firstName', 'Ann'],
  ]);
  expect(Object.getPrototypeOf(values)).toBeNull();
});

test.each(['#N/A', '#ref!', '#DIV/0!', '#ÜBERLAUF!', '#NOM ?', '#¡VALOR!', '#ССЫЛКА!', 'Err:502'])(
  '%s is an error',
  (text) => {
    expect(SHEET_ERROR.test(text)).toBe(true);
  },
);

test.each(['#1', 'N/A', '#N/A!', 'a #N/A', 'Err:402', 'Err:5021', '#'])('%s is no error of a sheet', (text) => {
  expect(SHEET_ERROR.test(text)).toBe(false);
});

test('letters that were lost are found', () => {
  expect(LOST_LETTERS.test('J\uFFFDrg')).toBe(true);
  expect(LOST_LETTERS.test('Jürg')).toBe(false);
});
