import { RESERVED_COLUMNS } from '../../src/private/contract';
import type { Upload } from '../core/campaign';
import { type ListOptions, readList } from '../core/list';
import { type Files, ListDeniedError, ListGoneError } from '../core/ports';
import { Refused } from '../core/refusals';
import { trimCell } from '../core/trim';

/**
 * The campaign that a retry or rejected file says it belongs to, by the column we put there: its header and first row
 * are read. A list that is wrong is Plan's to refuse.
 */
export async function boundTo(upload: Upload, files: Files, options: ListOptions = {}): Promise<string | undefined> {
  try {
    const { body } = await files.openList(upload.list);
    try {
      const { header, rows } = await readList(body, options);
      const column = header.reserved.find(({ folded }) => folded === RESERVED_COLUMNS.campaign);
      if (!column) return undefined;
      for await (const { cells } of rows) return trimCell(cells[column.index] ?? '') || undefined;
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
