import {
  LAYOUT,
  type RecipientOutcome,
  type RunRef,
  type ShardRef,
  type SkippedRow,
} from '../../../src/private/contract';
import { type Key, READ_AT_ONCE } from '../../domain/ledger/store';
import type { Files } from '../../domain/ports';
import { readLines, readLinesAtOnce } from '../../domain/run/jsonl';
import { outcomesKey, readShard } from '../../domain/run/shard';

/** A row of the list with its outcome; `cells` are the row's own, in the list's order. */
export type ReportRow =
  | (RecipientOutcome & { readonly cells: readonly string[]; readonly key: Key })
  | (SkippedRow & {
      readonly to?: undefined;
      readonly messageId?: undefined;
      readonly key?: undefined;
      readonly move?: undefined;
    });

/** Yields every row of a run's list in order and in batches: recipients with their outcomes, and skipped rows. */
export async function* reportRows(run: RunRef, shardList: string, files: Files): AsyncGenerator<ReportRow[]> {
  const rows: ReportRow[] = [];
  for await (const some of inOrder(recipientRows(run, shardList, files), skippedRows(run, files))) {
    for (const row of some) {
      rows.push(row);
      if (rows.length >= READ_AT_ONCE) yield rows.splice(0);
    }
  }
  if (rows.length > 0) yield rows;
}

/** Merges both inputs by row number. Yields all recipients between two skipped rows at once, as awaits cost time. */
async function* inOrder(
  recipients: AsyncIterable<readonly ReportRow[]>,
  skipped: AsyncIterator<ReportRow>,
): AsyncGenerator<readonly ReportRow[]> {
  let next = await skipped.next();
  for await (const some of recipients) {
    let from = 0;
    for (const [at, { row }] of some.entries()) {
      for (; !next.done && next.value.row < row; next = await skipped.next()) {
        yield [...some.slice(from, at), next.value];
        from = at;
      }
    }
    yield some.slice(from);
  }
  for (; !next.done; next = await skipped.next()) yield [next.value];
}

async function* skippedRows({ folder }: RunRef, files: Files): AsyncGenerator<SkippedRow> {
  const body = await files.open(`${folder}${LAYOUT.skipped}`);
  if (body) yield* readLines<SkippedRow>(body);
}

async function* recipientRows(run: RunRef, shardList: string, files: Files): AsyncGenerator<ReportRow[]> {
  const list = await files.open(shardList);
  if (!list) throw new Error(`MM508: ${shardList} is missing`);
  for await (const { shard, key } of readLines<ShardRef>(list)) {
    const body = await files.open(outcomesKey(run, shard));
    if (!body) throw new Error(`MM509: shard ${shard} was not settled; resume the campaign`);
    const outcomes: RecipientOutcome[] = [];
    for await (const lines of readLinesAtOnce<RecipientOutcome>(body)) outcomes.push(...lines);
    let at = 0;
    for await (const recipients of readShard(key, READ_AT_ONCE, files)) {
      yield recipients.map(({ row, cells, pk, sk }) => {
        const outcome = outcomes[at++];
        if (outcome?.row !== row) throw new Error(`MM510: shard ${shard} has no outcome for row ${row}`);
        return { ...outcome, cells, key: { pk, sk } };
      });
    }
  }
}
