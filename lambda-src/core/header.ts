import { parse } from 'csv-parse/sync';
import { RESERVED_COLUMN_PREFIX, RESERVED_COLUMNS } from '../../src/private/contract';
import { foldName } from './names';
import { refused } from './refusals';
import { trimCell } from './trim';

export interface Column {
  /** As the list names it. */
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
  /** Ours: `mailmatrix_…`, which a retry or rejected file brings back. */
  readonly reserved: readonly Column[];
  readonly email: Column;
}

/** A column of ours; undefined where the list has none. */
export const reservedColumn = ({ reserved }: Header, name: string): Column | undefined =>
  reserved.find(({ folded }) => folded === name);

export const campaignColumn = (header: Header): Column | undefined => reservedColumn(header, RESERVED_COLUMNS.campaign);

/** The campaign that a row says it belongs to. */
export const campaignCell = (header: Header, cells: readonly string[]): string =>
  trimCell(cells[campaignColumn(header)!.index] ?? '');

const DELIMITERS = [',', ';', '\t', '|'];

/** Usual names of the column that holds the address, folded. */
const EMAIL_NAMES = new Set([
  'email',
  'e_mail',
  'mail',
  'email_address',
  'e_mail_address',
  'emailaddress',
  'mail_address',
]);

/** More are no list of people. */
const MAX_COLUMNS = 1000;

/** A line by which Excel is told the delimiter. */
const SEPARATOR_LINE = /^\uFEFF?sep=([,;\t|])(?=\r|\n)/i;

export interface Dialect {
  readonly delimiter: string;
  /** The list begins with a line that only names the delimiter. */
  readonly named: boolean;
}

/** The delimiter that makes the most of the header: an address column first, then the number of columns. */
export function findDialect(head: string, emailColumn?: string, delimiter?: string): Dialect {
  const named = SEPARATOR_LINE.exec(head)?.[1];
  if (named) return { delimiter: delimiter ?? named, named: true };
  if (delimiter !== undefined) return { delimiter, named: false };
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const cells = firstRecord(head, delimiter);
    // A line of other delimiters is as blank as an empty one.
    if (!cells.some((cell) => /[\p{L}\p{N}]/u.test(cell))) continue;
    const score = cells.length + (cells.some((cell) => isEmailName(foldName(cell), emailColumn)) ? 1e6 : 0);
    if (score > best.score) best = { delimiter, score };
  }
  return { delimiter: best.delimiter, named: false };
}

function firstRecord(head: string, delimiter: string): string[] {
  const options = { bom: true, trim: true, skip_records_with_empty_values: true, relax_column_count: true, to: 1 };
  try {
    return parse(head, { ...options, delimiter })[0] ?? [];
  } catch {
    // Not well-formed under this delimiter.
    return [];
  }
}

const isEmailName = (folded: string, wanted: string | undefined): boolean =>
  wanted === undefined ? EMAIL_NAMES.has(folded) : folded === foldName(wanted);

/** Reads the line that names the columns, or refuses the list. */
export function parseHeader(cells: readonly string[], emailColumn?: string): Header {
  const all = cells.map((cell, index): Column => ({ name: trimCell(cell), folded: foldName(cell), index }));
  while (all.at(-1)?.name === '') all.pop();
  if (all.length > MAX_COLUMNS) throw refused('MM325', MAX_COLUMNS);

  const isReserved = ({ folded }: Column) => folded.startsWith(RESERVED_COLUMN_PREFIX);
  const columns = all.filter((column) => !isReserved(column));
  const emails = columns.filter(({ folded }) => isEmailName(folded, emailColumn));
  if (emails.length === 0) {
    // Without a header the first line is somebody's data, which no message may repeat.
    if (all.some(({ name }) => name.includes('@'))) throw refused('MM303');
    throw refused(
      'MM301',
      columns.map(({ name }) => name),
      emailColumn,
    );
  }
  const unnamed = all.find(({ name }) => name === '');
  if (unnamed) throw refused('MM305', unnamed.index + 1);
  const seen = new Map<string, Column>();
  for (const column of all) {
    const first = seen.get(column.folded);
    if (first) throw refused('MM304', first.name, column.name);
    seen.set(column.folded, column);
  }
  if (emails.length > 1) {
    throw refused(
      'MM302',
      emails.map(({ name }) => name),
    );
  }
  return { width: all.length, columns, reserved: all.filter(isReserved), email: emails[0]! };
}
