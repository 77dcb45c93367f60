import { NumberFormat } from '../../../../../lambda-src/domain/list/workbook/number-format';

const shown = (code: string, value: number, date1904 = false) => new NumberFormat(164, code, date1904).number(value);

/** 1 January 2025. */
const DAY = 45_658;

test.each([
  ['General', 7, '7'],
  ['General', -1234.5, '-1234.5'],
  ['General', 0.1 + 0.2, '0.3'],
  ['General', 12_345_678_901, '12345678901'],
  ['@', 12, '12'],
  ['0', 436_641_234_567, '436641234567'],
  ['0', 12.5, '13'],
  ['0', -2.5, '-3'],
  ['00000', 456, '00456'],
  ['000\\-0000', 5_551_234, '555-1234'],
  ['0%', 0.15, '15%'],
  ['#,##0', 950, '950'],
  ['0 "€"', 50, '50 €'],
  ['0 €', 50, '50 €'],
  ['[$€-407] 0', 50, '€ 50'],
  ['[$CHF] 0', 50, 'CHF 50'],
  ['[Red]0', 5, '5'],
  ['0;(0)', -5, '(5)'],
  ['0;-0;"none";@', 0, 'none'],
  ['yyyy-mm-dd', DAY, '2025-01-01'],
  ['yyyy\\-mm\\-dd;@', DAY, '2025-01-01'],
  ['dd.mm.yyyy', DAY, '01.01.2025'],
  ['dd\\/mm\\/yy', DAY, '01/01/25'],
  ['yyyy-mm-dd h:mm:ss', DAY + 0.500_694_4, '2025-01-01 12:01:00'],
  ['[$-409]d mmmm yyyy', DAY, '1 January 2025'],
  ['[$-809]dddd, d mmm yyyy', DAY, 'Wednesday, 1 Jan 2025'],
  ['h:mm', 0.75, '18:00'],
  ['h:mm', 0.123_456_7, '2:57'],
  ['h:mm AM/PM', 0.75, '6:00 PM'],
  ['[h]:mm', 1.5, '36:00'],
])('%s shows %d as %s in every region', (code, value, text) => {
  expect(shown(code, value)).toEqual({ text });
});

test.each([
  ['0.00', 12.5, '12.5'],
  ['#,##0', 1950, '1950'],
  ['#,##0.00 "€"', 1950, '1950'],
  ['0.00%', 0.155, '0.155'],
  ['0,', 1950, '1950'],
  ['0.0E+0', 1950, '1950'],
  ['# ?/?', 0.5, '0.5'],
  ['* 0', 5, '5'],
  ['[<100]0;0.0', 5, '5'],
  ['0%', 0.285, '0.285'],
  ['0', 1e15, '1000000000000000'],
  ['General', 1 / 3, '0.333333333333333'],
  ['General', 436_641_234_567, '436641234567'],
  ['dd/mm/yyyy', DAY, '2025-01-01'],
  ['d mmmm yyyy', DAY, '2025-01-01'],
  ['[$-407]d. mmmm yyyy', DAY, '2025-01-01'],
  ['[$-F800]dddd, mmmm dd, yyyy', DAY, '2025-01-01'],
  ['ss.00', DAY + 0.5, '2025-01-01 12:00:00'],
  ['m/d h:mm', DAY + 0.5, '2025-01-01 12:00:00'],
  ['h:mm', 0.999_999, '00:00:00'],
  ['h:mm:ss', 0.123_456_7, '02:57:47'],
  ['yyyy-mm-dd', 60, '1900-02-28'],
  ['yyyy-mm-dd', -3, '-3'],
  ['yyyy-mm-dd', 1e9, '1000000000'],
  ['[$-107041E]d/m/yyyy', DAY, '2025-01-01'],
  ['yyyy"', DAY, `${DAY}`],
])('%s shows %d otherwise in other regions', (code, value, text) => {
  expect(shown(code, value)).toEqual({ text, format: code });
});

test('numbers of formats mean what the standard says', () => {
  const builtIn = (id: number, value: number) => new NumberFormat(id, undefined, false).number(value);
  expect(builtIn(0, 1.5)).toEqual({ text: '1.5' });
  expect(builtIn(1, 1.5)).toEqual({ text: '2' });
  expect(builtIn(9, 0.5)).toEqual({ text: '50%' });
  expect(builtIn(14, DAY)).toEqual({ text: '2025-01-01', format: 'm/d/yyyy' });
  expect(builtIn(20, 0.5)).toEqual({ text: '12:00' });
  expect(builtIn(31, DAY)).toEqual({ text: '2025-01-01', format: 'yyyy/m/d' });
  expect(builtIn(44, 5)).toEqual({ text: '5', format: '* #,##0.00' });
  expect(builtIn(49, 5)).toEqual({ text: '5' });
});

test('days are counted from 1904 where the workbook says so, and hours that passed are not', () => {
  expect(shown('yyyy-mm-dd', DAY - 1462, true)).toEqual({ text: '2025-01-01' });
  expect(shown('[h]:mm', 1.5, true)).toEqual({ text: '36:00' });
  expect(shown('dd/mm/yyyy', DAY - 1462, true)).toEqual({ text: '2025-01-01', format: 'dd/mm/yyyy' });
});

test('the first days of 1900 are not those of every spreadsheet', () => {
  expect(shown('yyyy-mm-dd', 61)).toEqual({ text: '1900-03-01' });
  expect(shown('dd/mm/yyyy', 1)).toEqual({ text: '1900-01-01', format: 'dd/mm/yyyy' });
  expect(shown('dd/mm/yyyy', 61)).toEqual({ text: '1900-03-01', format: 'dd/mm/yyyy' });
});

test('a format changes texts only by a section of its own', () => {
  const text = (code: string) => new NumberFormat(164, code, false).text('Ann');
  expect(text('@')).toBe('Ann');
  expect(text('0.00')).toBe('Ann');
  expect(text('0;-0;;@')).toBe('Ann');
  expect(text('"Ms "@')).toBe('Ms Ann');
  expect(text('0;-0;0;"Dr "@')).toBe('Dr Ann');
});
