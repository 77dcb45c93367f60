import { LAYOUT, type PlanDocument, RESERVED_COLUMNS, type RunRef } from '../../../src/private/contract';
import { CsvFile } from '../../domain/list/csv-file';
import { entryOf } from '../../domain/outcomes';
import type { Files } from '../../domain/ports';
import { DELIVERY_COLUMNS, deliveryCells } from './delivery-status';
import type { TrackedRow } from './tracked-rows';

const COLUMNS = ['row', 'line', 'address', 'outcome', 'reason', 'message_id'];

/** Returns a row's cells of results.csv. If the list has several parts, the last cell names the row's part. */
function resultCells(row: TrackedRow, parts: PlanDocument['parts']): string[] {
  const { outcome, reason = '', messageId = '', to = '' } = row;
  const cells = [String(row.row), String(row.line), to, outcome, reason, messageId, ...deliveryCells(row)];
  return parts ? [...cells, parts[(row.part ?? 0) - 1]?.name ?? ''] : cells;
}

/** Writes the CSV files of a report. A file is created when its first row is added. */
export class ReportFiles {
  private readonly results: CsvFile;
  private readonly retry: CsvFile;
  private readonly inDoubt: CsvFile;

  constructor(
    files: Files,
    private readonly run: RunRef,
    private readonly plan: PlanDocument,
  ) {
    const { columns, delimiter, parts } = plan;
    const file = (name: string, header: readonly string[]) =>
      new CsvFile(files, `${run.folder}${name}`, header, delimiter);
    this.results = file(LAYOUT.results, [...COLUMNS, ...DELIVERY_COLUMNS, ...(parts ? ['part'] : [])]);
    const again = [...columns, RESERVED_COLUMNS.campaign];
    this.retry = file(LAYOUT.retry, again);
    this.inDoubt = file(LAYOUT.inDoubt, [...again, RESERVED_COLUMNS.claim]);
  }

  async add(rows: readonly TrackedRow[]): Promise<void> {
    const again = ({ cells }: TrackedRow) => [...cells, this.run.campaign];
    await this.results.add(rows.map((row) => resultCells(row, this.plan.parts)));
    const of = (file: 'retry' | 'inDoubt') => rows.filter(({ outcome }) => entryOf(outcome).file === file);
    await this.retry.add(of('retry').map(again));
    // The claim id limits a resend to this claim: a later uncertain claim is not resent.
    await this.inDoubt.add(of('inDoubt').map((row) => [...again(row), ('claim' in row && row.claim) || '']));
  }

  /** Closes the files and returns the keys of those with rows. */
  async end(): Promise<string[]> {
    const ended = [];
    for (const file of [this.results, this.retry, this.inDoubt]) if (await file.end()) ended.push(file.key);
    return ended;
  }
}
