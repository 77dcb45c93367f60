import { LAYOUT, type RecipientOutcome, type RunRef, type ShardRef, type SkippedRow } from '../../src/private/contract';
import { readLines } from '../core/jsonl';
import type { Files } from '../core/ports';
import { outcomesKey, readShard } from '../core/shard';
import type { Key } from '../core/store';

/** A row of the list and how it ended; `cells` are its own, in the list's order. */
export type ReportRow =
  | (RecipientOutcome & { readonly cells: readonly string[]; readonly key: Key })
  | (SkippedRow & { readonly to?: undefined; readonly messageId?: undefined; readonly key?: undefined });

/** Every row of a run's list in its order: recipients by their outcomes, and those that became none. */
export async function* reportRows(run: RunRef, shardList: string, files: Files): AsyncGenerator<ReportRow> {
  const skipped = skippedRows(run, files);
  let next = await skipped.next();
  for await (const recipient of recipientRows(run, shardList, files)) {
    for (; !next.done && next.value.row < recipient.row; next = await skipped.next()) yield next.value;
    yield recipient;
  }
  for (; !next.done; next = await skipped.next()) yield next.value;
}

async function* skippedRows({ folder }: RunRef, files: Files): AsyncGenerator<SkippedRow> {
  const body = await files.open(`${folder}${LAYOUT.skipped}`);
  if (body) yield* readLines<SkippedRow>(body);
}

async function* recipientRows(run: RunRef, shardList: string, files: Files): AsyncGenerator<ReportRow> {
  const list = await files.open(shardList);
  if (!list) throw new Error(`MM508: ${shardList} is missing`);
  for await (const { shard, key } of readLines<ShardRef>(list)) {
    const outcomes = await files.open(outcomesKey(run, shard));
    if (!outcomes) throw new Error(`MM509: shard ${shard} was not settled; resume the campaign`);
    const lines = readLines<RecipientOutcome>(outcomes);
    for await (const recipients of readShard(key, 100, files)) {
      for (const { row, cells, pk, sk } of recipients) {
        const { value, done } = await lines.next();
        if (done || value.row !== row) throw new Error(`MM510: shard ${shard} has no outcome for row ${row}`);
        yield { ...value, cells, key: { pk, sk } };
      }
    }
  }
}
