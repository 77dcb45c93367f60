import type { Header } from '../../domain/list/header';
import { trimCell } from '../../domain/list/trim';
import { NOT_CALCULATED } from '../../domain/list/workbook/not-calculated';

/** A text that its writer wanted every spreadsheet to leave as it is: `="00456"`. */
const TEXT_FORMULA = /^="((?:[^"]|"")*)"$/;

/** What a cell says. */
export function cellValue(cell: string): string {
  const text = trimCell(cell);
  if (!text.startsWith('="')) return text;
  const inside = TEXT_FORMULA.exec(text)?.[1];
  return inside === undefined ? text : trimCell(inside.replaceAll('""', '"'));
}

/** The values of a row by folded column name, and by the names of `aliases`. */
export function rowValues(
  { columns }: Pick<Header, 'columns'>,
  cells: readonly string[],
  aliases: readonly { readonly name: string; readonly index: number }[],
): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const { name, folded, index } of columns) if (name !== '') values[folded] = cellValue(cells[index] ?? '');
  for (const { name, index } of aliases) values[name] = cellValue(cells[index] ?? '');
  return values;
}

/** What spreadsheets show in place of a value, in the languages that they speak. */
export const SHEET_ERROR = new RegExp(
  `^(?:#(?:${[
    // Excel, Google Sheets and LibreOffice in English; the newer ones are the same in every language.
    ...['N/A', 'REF!', 'VALUE!', 'NAME\\?', 'DIV/0!', 'NUM!', 'NULL!', 'ERROR!', 'SPILL!', 'CALC!', 'FIELD!'],
    ...['BLOCKED!', 'CONNECT!', 'UNKNOWN!', 'BUSY!', 'PYTHON!', 'EXTERNAL!'],
    // German, French, Italian, Spanish, Portuguese, Dutch
    ...['NV', 'BEZUG!', 'WERT!', 'ZAHL!', 'ÜBERLAUF!', 'VALEUR!', 'NOM ?\\?', 'NOMBRE!', 'NUL!', 'RIF!', 'VALORE!'],
    ...['NOME\\?', 'N/D', '¡VALOR!', '¡REF!', '¿NOMBRE\\?', '¡DIV/0!', '¡NUM!', '¡NULO!', 'VALOR!', 'NÚM!', 'NULO!'],
    ...['WAARDE!', 'VERW!', 'NAAM\\?', 'DEEL/0!', 'GETAL!', 'LEEG!', 'N/B'],
    // Danish, Norwegian, Swedish, Finnish, Polish, Czech, Hungarian, Turkish, Russian
    ...['VÆRDI!', 'REFERENCE!', 'NAVN\\?', 'I/T', 'VERDI!', 'SAKNAS!', 'VÄRDEFEL!', 'REFERENS!', 'NAMN\\?', 'PUUTTUU!'],
    ...[
      'ARVO!',
      'VIITTAUS!',
      'NIMI\\?',
      'ARG!',
      'ADR!',
      'NAZWA\\?',
      'LICZBA!',
      'N/D!',
      'HODNOTA!',
      'ODKAZ!',
      'NÁZEV\\?',
    ],
    ...['ÉRTÉK!', 'HIV!', 'NÉV\\?', 'HIÁNYZIK', 'YOK', 'DEĞER!', 'BAŞV!', 'AD\\?', 'Н/Д', 'ЗНАЧ!', 'ССЫЛКА!', 'ИМЯ\\?'],
  ].join('|')})|Err:5\\d\\d)$`,
  'i',
);

/** The replacement character: the original letter is lost. */
export const LOST_LETTERS = /\uFFFD/;

/** A formula that was not calculated when its sheet was saved. */
export const UNCALCULATED = new RegExp(`^${NOT_CALCULATED}$`);
