import { LAYOUT, RESERVED_COLUMNS, type RunRef, type SkippedRow } from '../../../src/private/contract';
import { campaignCell } from '../../domain/list/columns';
import { CsvFile } from '../../domain/list/csv-file';
import type { Row } from '../../domain/list/list';
import type { JoinedList } from '../../domain/list/parts/read-parts';
import type { Files, Writer } from '../../domain/ports';
import { BufferedWriter, toLine } from '../../domain/run/jsonl';
import { ownCells, type Skipped, unalignedCells } from './recipients';

/**
 * Writes the skipped rows: all of them for the report, and the invalid ones as a CSV file to correct and upload again,
 * with the list's own delimiter. MailMatrix's columns come first, so that they match their header however many cells a
 * row has.
 */
export class SkippedRows {
  private readonly skipped: Writer;
  private readonly invalid: CsvFile;

  constructor(
    files: Files,
    private readonly run: RunRef,
    private readonly list: JoinedList,
  ) {
    this.skipped = new BufferedWriter(files.write(`${run.folder}${LAYOUT.skipped}`, 'application/jsonl'));
    const { campaign, part, line, code, reason } = RESERVED_COLUMNS;
    const names = list.header.columns.map(({ name }) => name);
    const header = [campaign, ...(list.parts ? [part] : []), line, code, reason, ...names];
    this.invalid = new CsvFile(files, `${run.folder}${LAYOUT.invalid}`, header, list.delimiter);
  }

  async add(row: Row, cause: Skipped): Promise<void> {
    const cells = row.malformed ? unalignedCells(this.list.header, row.cells) : ownCells(this.list.header, row.cells);
    const { line, part } = row;
    const skipped: SkippedRow = { row: row.row, line, part, ...cause, cells };
    await this.skipped.write(toLine(skipped));
    if (cause.outcome !== 'invalid') return;
    // For MM410, keep the campaign that the row names: uploading the file again must not move the row to this campaign.
    const campaign =
      cause.code === 'MM410'
        ? campaignCell(this.list.header, row.cells)
        : (this.run.targetCampaign ?? this.run.campaign);
    const name = part === undefined ? [] : [this.list.parts![part - 1]!.name];
    await this.invalid.add([[campaign, ...name, String(line), cause.code, cause.reason, ...cells]]);
  }

  async abandon(): Promise<void> {
    await this.skipped.abandon();
    await this.invalid.abandon();
  }

  async end(): Promise<void> {
    await this.skipped.end();
    await this.invalid.end();
  }
}
