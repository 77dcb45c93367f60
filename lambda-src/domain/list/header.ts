import { parseAddress } from '../address/parse-address';
import { type Column, columnsOf, findColumn, isReservedName } from './columns';
import { holdsAddress } from './dialect';
import { emailRank, holdsAddresses } from './email-column';
import { rejectList } from './rejections';
import { trimCell } from './trim';

export interface Header {
  /** Number of cells in a well-formed row, without empty columns at the end. */
  readonly width: number;
  /** The list's own columns. */
  readonly columns: readonly Column[];
  /** Columns written by this package, named `mailmatrix_…`, which a retry or invalid-rows file contains. */
  readonly reserved: readonly Column[];
  readonly email: Column;
  /** Whether the address column was found by its content instead of its name. */
  readonly emailByContent: boolean;
}

/** A list of recipients does not have more columns. */
const MAX_COLUMNS = 1000;

export interface HeaderOptions {
  readonly emailColumn?: string;
  /** The first rows. They show which column holds addresses if no name does. */
  readonly rows?: readonly (readonly string[])[];
  /** The line that looks like the header, if the first line does not. */
  readonly hint?: number;
  readonly delimiter?: string;
}

/** Parses a list's header. Every further part of a list must have the header of the first. */
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
  if (holdsAddress(names)) throw noHeader(names, options.delimiter);
  throw rejectList('MM364', at + 1, { here: names[at], there: wanted[at], first: like.name });
}

/** Parses the line that names the columns, or rejects the list. */
export function parseHeader(cells: readonly string[], options: HeaderOptions = {}): Header {
  const all = columnsOf(cells);
  while (all.at(-1)?.name === '') all.pop();
  if (all.length > MAX_COLUMNS) throw rejectList('MM325', MAX_COLUMNS);

  const columns = all.filter(({ name }) => !isReservedName(name));
  const reserved = all.filter(({ name }) => isReservedName(name));
  for (const { name, folded } of reserved) {
    const same = reserved.filter((column) => column.folded === folded);
    if (same.length > 1) throw rejectList('MM304', name, same[1]!.name);
  }
  return { width: all.length, columns, reserved, ...emailColumn(columns, options) };
}

function emailColumn(
  columns: readonly Column[],
  { emailColumn: wanted, rows = [], hint, delimiter }: HeaderOptions,
): Pick<Header, 'email' | 'emailByContent'> {
  const names = columns.map(({ name }) => name);
  if (wanted !== undefined) {
    const email = findColumn({ columns }, wanted);
    if (email) return { email, emailByContent: false };
    if (hint === undefined && holdsAddress(names)) throw noHeader(names, delimiter, wanted);
    throw rejectList('MM301', names, wanted, hint);
  }
  for (const rank of [1, 2, 3]) {
    const found = columns.filter(({ name }) => emailRank(name) === rank);
    if (found.length > 1) throw several(found, rank);
    if (found.length === 1) return { email: found[0]!, emailByContent: false };
  }
  // Without a header, the first line is personal data, which no error may repeat.
  if (holdsAddress(names)) throw noHeader(names, delimiter);
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

/** Rejects a first line that is personal data, and suggests a header to put before it. */
function noHeader(cells: readonly string[], delimiter = ',', name = 'email'): Error {
  const addresses = cells.flatMap((cell, at) => ('address' in parseAddress(cell) ? [at] : []));
  if (addresses.length > 1 || cells.some(isMany)) return rejectList('MM342');
  const email = addresses[0] ?? cells.findIndex((cell) => cell.includes('@'));
  return rejectList('MM303', cells.map((_, at) => (at === email ? name : `column${at + 1}`)).join(delimiter));
}

function several(found: readonly Column[], rank?: number): Error {
  const [first, second] = found as [Column, Column];
  if (found.length === 2 && first.folded === second.folded) return rejectList('MM304', first.name, second.name);
  return rejectList(
    'MM302',
    found.map(({ name }) => name),
    rank === 1,
  );
}
