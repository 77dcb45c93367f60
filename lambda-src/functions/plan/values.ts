import type { Header } from '../../domain/list/header';
import { trimCell } from '../../domain/list/trim';
import { NOT_CALCULATED } from '../../domain/list/workbook/not-calculated';

/** A formula that keeps spreadsheets from converting a text: `="00456"`. */
const TEXT_FORMULA = /^="((?:[^"]|"")*)"$/;

/** Returns the value of a cell: trimmed, and without the formula of `="00456"`. */
export function cellValue(cell: string): string {
  const text = trimCell(cell);
  if (!text.startsWith('="')) return text;
  const inside = TEXT_FORMULA.exec(text)?.[1];
  return inside === undefined ? text : trimCell(inside.replaceAll('""', '"'));
}

/** Returns the values of a row by folded column name, and by the names of `aliases`. */
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

/** Error values of spreadsheets, in several languages. */
export const SHEET_ERROR = new RegExp(
  `^(?:#(?:${[
    // English, in Excel, Google Sheets and LibreOffice. Newer error values are the same in every language.
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

/** The Unicode replacement character, where an earlier conversion lost a letter. */
export const LOST_LETTERS = /\uFFFD/;

/** A formula that was not calculated when its sheet was saved. */
export const UNCALCULATED = new RegExp(`^${NOT_CALCULATED}$`);
