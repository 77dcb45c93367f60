import type { Body } from '../../ports';
import { type DecodedText, decodeText } from '../decode-text';
import { chain } from '../unpack';
import { csvTable } from './csv-table';
import type { Table, TableOptions } from './table';

/** The rows of a list, and what its bytes are. */
export async function openTable(
  body: Body,
  options: TableOptions,
): Promise<{ readonly table: Table; readonly text: DecodedText }> {
  const text = decodeText(body, options);
  const { value: start } = await text.chunks.next();
  const chunks = chain(start ?? Buffer.alloc(0), text.chunks);
  if (!text.isWorkbook) return { table: await csvTable(chunks, options), text };
  // Most lists do without it and the libraries that it loads.
  const { sheetTable } = require('../workbook/sheet-table') as typeof import('../workbook/sheet-table');
  return { table: await sheetTable(chunks, options), text };
}
