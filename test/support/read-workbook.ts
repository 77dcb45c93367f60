import type { SheetRow } from '../../lambda-src/domain/list/workbook/sheet';
import { openWorkbook, type WorkbookOptions } from '../../lambda-src/domain/list/workbook/workbook';
import { collect } from './memory-files';

/** The rows of a workbook's list, blank ones too. */
export async function readRows(bytes: Buffer, options?: WorkbookOptions): Promise<readonly SheetRow[]> {
  return collect((await openWorkbook(bytes, options)).rows);
}

/** Their cells. */
export const readCells = async (bytes: Buffer, options?: WorkbookOptions): Promise<readonly (readonly string[])[]> =>
  (await readRows(bytes, options)).map(({ cells }) => cells);
