import { RESERVED_COLUMNS } from '../../src/private/contract';
import type { Upload } from '../core/campaign';
import { campaignCell, campaignColumn, reservedColumn } from '../core/header';
import { type ListOptions, readList } from '../core/list';
import { type Files, ListDeniedError, ListGoneError } from '../core/ports';
import { Refused } from '../core/refusals';
import { trimCell } from '../core/trim';

/** Beyond these the list is Plan's to read, which has more time. */
const MAX_BLANK = 10_000;

/**
 * The campaign that a retry or rejected file says it belongs to, by the column we put there: its header and first row
 * are read. A list that is wrong is Plan's to refuse.
 */
export async function boundTo(
  { list }: Pick<Upload, 'list'>,
  files: Pick<Files, 'openList'>,
  options: ListOptions = {},
): Promise<string | undefined> {
  try {
    const { body } = await files.openList(list);
    try {
      const { header, rows } = await readList(body, { maxBlank: MAX_BLANK, ...options });
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
    } finally {
      body.destroy();
    }
  } catch (error) {
    if (error instanceof Refused || error instanceof ListGoneError || error instanceof ListDeniedError)
      return undefined;
    throw error;
  }
}
