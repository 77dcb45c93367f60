import { RESERVED_COLUMN_PREFIX, RESERVED_COLUMNS } from '../../../src/private/contract';
import { foldName } from './fold-name';
import { rejectList } from './rejections';
import { trimCell } from './trim';

/** The one look-up of columns: for templates, settings, opt-outs and the columns that this package writes. */
export interface Column {
  /** As the list names it; empty where it does not. */
  readonly name: string;
  /** As templates and settings find it. */
  readonly folded: string;
  readonly index: number;
}

type Columns = { readonly columns: readonly Column[] };
type Reserved = { readonly reserved: readonly Column[] };

export const columnsOf = (cells: readonly string[]): Column[] =>
  cells.map((cell, index) => ({ name: trimCell(cell), folded: foldName(cell), index }));

/** Whether a name is one that only this package gives to columns. */
export const isReservedName = (name: string): boolean => foldName(name).startsWith(RESERVED_COLUMN_PREFIX);

/**
 * The columns that a name means: those of that name, else those that differ from it only in spaces and punctuation.
 * `FIRSTNAME` and `firstName` are `first name`.
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

/** The column that a template or a setting means. Rejects the list where two columns share the name. */
export function findColumn({ columns }: Columns, wanted: string): Column | undefined {
  const found = columnsNamed(columns, wanted);
  if (found.length > 1) throw rejectList('MM304', found[0]!.name, found[1]!.name);
  return found[0];
}

/** Columns that a template knows by another spelling than the list's: `name` is the template's. */
export const aliasesOf = (
  header: Columns,
  names: readonly string[],
): { readonly name: string; readonly index: number }[] =>
  names.flatMap((name) => {
    const column = findColumn(header, name);
    return column && column.folded !== name ? [{ name, index: column.index }] : [];
  });

/** A column that this package wrote; undefined where the list has none. */
export const reservedColumn = ({ reserved }: Reserved, name: string): Column | undefined =>
  reserved.find(({ folded }) => folded === name);

export const campaignColumn = (header: Reserved): Column | undefined =>
  reservedColumn(header, RESERVED_COLUMNS.campaign);

/** In a file of invalid rows: why the row is invalid. */
export const codeColumn = (header: Reserved): Column | undefined => reservedColumn(header, RESERVED_COLUMNS.code);

/** The campaign that a row says it belongs to. */
export const campaignCell = (header: Reserved, cells: readonly string[]): string =>
  trimCell(cells[campaignColumn(header)!.index] ?? '');
