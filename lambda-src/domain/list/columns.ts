import { RESERVED_COLUMN_PREFIX, RESERVED_COLUMNS } from '../../../src/private/contract';
import { foldName } from './fold-name';
import { rejectList } from './rejections';
import { trimCell } from './trim';

/** A column of a list. Templates, settings and opt-outs all look columns up in this module. */
export interface Column {
  /** Name in the list; may be empty. */
  readonly name: string;
  /** Folded name, by which templates and settings find it. */
  readonly folded: string;
  readonly index: number;
}

type Columns = { readonly columns: readonly Column[] };
type Reserved = { readonly reserved: readonly Column[] };

export const columnsOf = (cells: readonly string[]): Column[] =>
  cells.map((cell, index) => ({ name: trimCell(cell), folded: foldName(cell), index }));

/** Whether a name is reserved for columns written by this package. */
export const isReservedName = (name: string): boolean => foldName(name).startsWith(RESERVED_COLUMN_PREFIX);

/**
 * Returns the columns with this name or, if there are none, those that differ only in spaces and punctuation.
 * `FIRSTNAME` and `firstName` match `first name`.
 */
export function columnsNamed(columns: readonly Column[], wanted: string): readonly Column[] {
  const folded = foldName(wanted);
  const exact = columns.filter((column) => column.folded === folded && column.name !== '');
  return exact.length > 0 ? exact : columns.filter((column) => isLoosely(column, folded));
}

const isLoosely = (column: Column, folded: string): boolean => {
  const wanted = folded.replaceAll('_', '');
  return wanted !== '' && column.folded.replaceAll('_', '') === wanted;
};

/** Returns the column that a template or setting names. Rejects the list if two columns match. */
export function findColumn({ columns }: Columns, wanted: string): Column | undefined {
  const found = columnsNamed(columns, wanted);
  if (found.length > 1) throw rejectList('MM304', found[0]!.name, found[1]!.name);
  return found[0];
}

/** Returns columns that a template spells differently from the list. `name` is the template's spelling. */
export const aliasesOf = (
  header: Columns,
  names: readonly string[],
): { readonly name: string; readonly index: number }[] =>
  names.flatMap((name) => {
    const column = findColumn(header, name);
    return column && column.folded !== name ? [{ name, index: column.index }] : [];
  });

/** Returns a column written by this package, or undefined if the list does not have it. */
export const reservedColumn = ({ reserved }: Reserved, name: string): Column | undefined =>
  reserved.find(({ folded }) => folded === name);

export const campaignColumn = (header: Reserved): Column | undefined =>
  reservedColumn(header, RESERVED_COLUMNS.campaign);

/** Returns the column with the error code, in a file of invalid rows. */
export const codeColumn = (header: Reserved): Column | undefined => reservedColumn(header, RESERVED_COLUMNS.code);

/** Returns the campaign that a row names. */
export const campaignCell = (header: Reserved, cells: readonly string[]): string =>
  trimCell(cells[campaignColumn(header)!.index] ?? '');
