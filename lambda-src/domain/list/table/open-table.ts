import type { Body } from '../../ports';
import { type DecodedText, decodeText } from '../decode-text';
import { chain } from '../unpack';
import { csvTable } from './csv-table';
import type { Table, TableOptions } from './table';

/** Opens a list's rows and its decoded text. */
export async function openTable(
  body: Body,
  options: TableOptions,
): Promise<{ readonly table: Table; readonly text: DecodedText }> {
  const text = decodeText(body, options);
  const { value: start } = await text.chunks.next();
  const chunks = chain(start ?? Buffer.alloc(0), text.chunks);
  if (!text.isWorkbook) return { table: await csvTable(chunks, options), text };
  // Loaded only for workbooks, because most lists do not need it.
  const { sheetTable } = require('../workbook/sheet-table') as typeof import('../workbook/sheet-table');
  return { table: await sheetTable(chunks, options), text };
}
