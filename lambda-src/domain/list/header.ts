import { RESERVED_COLUMN_PREFIX, RESERVED_COLUMNS } from '../../../src/private/contract';
import { holdsAddress } from './dialect';
import { emailRank, holdsAddresses } from './email-column';
import { foldName } from './fold-name';
import { rejectList } from './rejections';
import { trimCell } from './trim';

export interface Column {
  /** As the list names it; empty where it does not. */
  readonly name: string;
  /** As templates and settings find it. */
  readonly folded: string;
  readonly index: number;
}

export interface Header {
  /** Cells of a well-formed row; empty columns at the end do not count. */
  readonly width: number;
  /** Without our own. */
  readonly columns: readonly Column[];
  /** Ours: `mailmatrix_…`, which a retry or invalid-rows file brings back. */
  readonly reserved: readonly Column[];
  readonly email: Column;
  /** The address column was found by what is in it: its name does not say so. */
  readonly emailByContent: boolean;
}

/** A column of ours; undefined where the list has none. */
export const reservedColumn = ({ reserved }: Header, name: string): Column | undefined =>
  reserved.find(({ folded }) => folded === name);

export const campaignColumn = (header: Header): Column | undefined => reservedColumn(header, RESERVED_COLUMNS.campaign);

/** The campaign that a row says it belongs to. */
export const campaignCell = (header: Header, cells: readonly string[]): string =>
  trimCell(cells[campaignColumn(header)!.index] ?? '');

/**
 * The column that a template or a setting means. `FIRSTNAME` and `firstName` are `first name` where the list has only one of
 * them. Refuses a name that two columns share.
 */
export function findColumn({ columns }: Pick<Header, 'columns'>, wanted: string): Column | undefined {
  const folded = foldName(wanted);
  const exact = columns.filter((column) => column.folded === folded && column.name !== '');
  const found = exact.length > 0 ? exact : columns.filter((column) => isLoosely(column, folded));
  if (found.length > 1) throw rejectList('MM304', found[0]!.name, found[1]!.name);
  return found[0];
}

const isLoosely = (column: Column, folded: string): boolean => {
  const wanted = folded.replaceAll('_', '');
  return wanted !== '' && column.folded.replaceAll('_', '') === wanted;
};

/** More are no list of people. */
const MAX_COLUMNS = 1000;

export interface HeaderOptions {
  readonly emailColumn?: string;
  /** The first rows; without an address column's name, they show which it is. */
  readonly rows?: readonly (readonly string[])[];
  /** The line that looks like the header, where the first one does not. */
  readonly hint?: number;
}

/** The header of a list, or that of its first part, which every further part must have. */
export function headerOf(
  cells: readonly string[],
  { like, ...options }: HeaderOptions & { readonly like?: { readonly name: string; readonly header: Header } },
): Header {
  if (!like) return parseHeader(cells, options);
  const names = cells.map(trimCell);
  while (names.at(-1) === '') names.pop();
  const wanted = Array<string>(like.header.width).fill('');
  for (const { name, index } of [...like.header.columns, ...like.header.reserved]) wanted[index] = name;
  const most = Math.max(names.length, wanted.length);
  const at = Array.from({ length: most }, (_, i) => i).find((i) => names[i] !== wanted[i]);
  if (at === undefined) return like.header;
  if (holdsAddress(names)) throw rejectList('MM303');
  throw rejectList('MM364', at + 1, { here: names[at], there: wanted[at], first: like.name });
}

/** Reads the line that names the columns, or rejects the list. */
export function parseHeader(cells: readonly string[], options: HeaderOptions = {}): Header {
  const all = cells.map((cell, index): Column => ({ name: trimCell(cell), folded: foldName(cell), index }));
  while (all.at(-1)?.name === '') all.pop();
  if (all.length > MAX_COLUMNS) throw rejectList('MM325', MAX_COLUMNS);

  const isReserved = ({ folded }: Column) => folded.startsWith(RESERVED_COLUMN_PREFIX);
  const columns = all.filter((column) => !isReserved(column));
  const reserved = all.filter(isReserved);
  for (const { name, folded } of reserved) {
    const same = reserved.filter((column) => column.folded === folded);
    if (same.length > 1) throw rejectList('MM304', name, same[1]!.name);
  }
  return { width: all.length, columns, reserved, ...emailColumn(columns, options) };
}

function emailColumn(
  columns: readonly Column[],
  { emailColumn: wanted, rows = [], hint }: HeaderOptions,
): Pick<Header, 'email' | 'emailByContent'> {
  const names = columns.map(({ name }) => name);
  if (wanted !== undefined) {
    const email = findColumn({ columns }, wanted);
    if (email) return { email, emailByContent: false };
    if (hint === undefined && holdsAddress(names)) throw rejectList('MM303');
    throw rejectList('MM301', names, wanted, hint);
  }
  for (const rank of [1, 2, 3]) {
    const found = columns.filter(({ name }) => emailRank(name) === rank);
    if (found.length > 1) throw several(found);
    if (found.length === 1) return { email: found[0]!, emailByContent: false };
  }
  // Without a header the first line is somebody's data, which no message may repeat.
  if (holdsAddress(names))
    throw rejectList(names.filter((name) => name.includes('@')).length > 1 || names.some(isMany) ? 'MM342' : 'MM303');
  const found = columns.filter(({ name, index }) =>
    holdsAddresses(
      name,
      rows.map((row) => row[index] ?? ''),
    ),
  );
  if (found.length > 1) throw several(found);
  if (found.length === 0) throw rejectList('MM301', names, undefined, hint);
  return { email: found[0]!, emailByContent: true };
}

const isMany = (name: string): boolean => name.indexOf('@') !== name.lastIndexOf('@');

function several(found: readonly Column[]): Error {
  const [first, second] = found as [Column, Column];
  if (found.length === 2 && first.folded === second.folded) return rejectList('MM304', first.name, second.name);
  return rejectList(
    'MM302',
    found.map(({ name }) => name),
  );
}
