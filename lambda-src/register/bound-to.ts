import { RESERVED_COLUMNS } from '../../src/private/contract';
import type { Upload } from '../core/campaign';
import { campaignCell, campaignColumn, reservedColumn } from '../core/header';
import { type ListOptions, readList } from '../core/list';
import { type Body, type Files, ListDeniedError, ListGoneError } from '../core/ports';
import { type Learnt, readingAgain } from '../core/read-again';
import { Refused } from '../core/refusals';
import { trimCell } from '../core/trim';

/** Beyond these the list is Plan's to read, which has more time. */
const MAX_BLANK = 10_000;

/** Our columns are ASCII, and what the rest of the list is, Plan finds out. */
const WINDOWS = async (): Promise<Learnt> => ({ encoding: 'windows-1252' });

/**
 * The campaign that a retry or rejected file says it belongs to, by the column we put there: its header and first row
 * are read. A list that is wrong is Plan's to refuse.
 */
export async function boundTo(
  { list }: Pick<Upload, 'list'>,
  files: Pick<Files, 'openList'>,
  options: ListOptions = {},
): Promise<string | undefined> {
  const open = async () => (await files.openList(list)).body;
  try {
    return await readingAgain(open, { maxBlank: MAX_BLANK, judge: WINDOWS, ...options }, campaignIn);
  } catch (error) {
    if (error instanceof Refused || error instanceof ListGoneError || error instanceof ListDeniedError)
      return undefined;
    throw error;
  }
}

async function campaignIn(body: Body, options: ListOptions): Promise<string | undefined> {
  const { header, rows } = await readList(body, options);
  const column = campaignColumn(header);
  if (!column) return undefined;
  const code = reservedColumn(header, RESERVED_COLUMNS.code)?.index;
  for await (const { cells, malformed } of rows) {
    // Cells of such a row stand under no name; but the first is the first.
    if (malformed && column.index > 0) continue;
    // A row that was rejected because it is another campaign's.
    if (code !== undefined && trimCell(cells[code] ?? '') === 'MM410') continue;
    return campaignCell(header, cells) || undefined;
  }
  return undefined;
}
