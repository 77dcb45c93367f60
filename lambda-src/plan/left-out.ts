import { LAYOUT, RESERVED_COLUMNS, type RunRef, type SkippedRow } from '../../src/private/contract';
import { BYTE_ORDER_MARK, csvLine } from '../core/csv';
import { BufferedWriter, toLine } from '../core/jsonl';
import type { List, Row } from '../core/list';
import type { Files, Writer } from '../core/ports';
import { type LeftOut, ownCells } from './recipients';

/**
 * The rows that became no recipient: all of them for the report, and the invalid ones as a CSV file that can be
 * corrected and uploaded again, in the list's own delimiter.
 */
export class LeftOutRows {
  private readonly skipped: Writer;
  private rejected?: Writer;

  constructor(
    private readonly files: Files,
    private readonly run: RunRef,
    private readonly list: List,
  ) {
    this.skipped = new BufferedWriter(files.write(`${run.folder}${LAYOUT.skipped}`, 'application/jsonl'));
  }

  async add(row: Row, leftOut: LeftOut): Promise<void> {
    // A row of the wrong length has no columns; it stays whole.
    const cells = row.malformed ? row.cells : ownCells(this.list.header, row.cells);
    const skipped: SkippedRow = { row: row.row, line: row.line, ...leftOut, cells };
    await this.skipped.write(toLine(skipped));
    if (leftOut.outcome !== 'invalid') return;
    this.rejected ??= await this.openRejected();
    await this.rejected.write(this.csv([...cells, this.run.campaign, String(row.line), leftOut.code, leftOut.reason]));
  }

  async end(): Promise<void> {
    await this.skipped.end();
    await this.rejected?.end();
  }

  private async openRejected(): Promise<Writer> {
    const { campaign, line, code, reason } = RESERVED_COLUMNS;
    const writer = new BufferedWriter(
      this.files.write(`${this.run.folder}${LAYOUT.rejected}`, 'text/csv; charset=utf-8'),
    );
    const names = this.list.header.columns.map(({ name }) => name);
    await writer.write(`${BYTE_ORDER_MARK}${this.csv([...names, campaign, line, code, reason])}`);
    return writer;
  }

  private csv(cells: readonly string[]): string {
    return csvLine(cells, this.list.delimiter);
  }
}
