import type { RunRef } from '../../../src/private/contract';
import { asTracked, type TrackedRecord } from '../../domain/events/email-events';
import { STATE } from '../../domain/ledger/record';
import type { Store } from '../../domain/ledger/store';
import type { Files } from '../../domain/ports';
import { recount } from './recount';
import { type ReportRow, reportRows } from './rows';

/** A row with the ledger's record of its email, if SES accepted one. */
export type TrackedRow = ReportRow & { readonly mail?: TrackedRecord };

/** The number of ledger reads in flight: ten million rows take a hundred thousand reads. */
const AHEAD = 10;

/**
 * Yields the rows of a run in batches, with their events so far. In the second report, an uncertain row with an event
 * counts as sent. The first report counts rows as settled: two concurrent calls must write the same files.
 */
export async function* trackedRows(
  run: RunRef,
  shardList: string,
  { files, store, tracked }: { readonly files: Files; readonly store: Store; readonly tracked: boolean },
): AsyncGenerator<readonly TrackedRow[]> {
  const known = async (row: ReportRow, record: TrackedRecord | undefined): Promise<TrackedRow> => {
    if (!record || !row.key) return row;
    const move = await recount(row, record, run, store);
    if (record.state !== STATE.sent) return { ...row, move };
    if (!tracked || row.outcome !== 'in_doubt')
      return { ...row, move, ...(record.messageId === row.messageId ? { mail: record } : {}) };
    const outcome = record.run === run.run ? 'sent' : 'already_sent';
    return { ...row, move, outcome, reason: undefined, claim: undefined, messageId: record.messageId, mail: record };
  };
  const read = async (rows: readonly ReportRow[]): Promise<readonly TrackedRow[]> => {
    const asked = rows.filter(
      ({ outcome }) => outcome === 'sent' || outcome === 'already_sent' || outcome === 'in_doubt',
    );
    const found = asked.length > 0 ? await store.read(asked.map(({ key }) => key!)) : [];
    const records = new Map(asked.map((row, at) => [row, asTracked(found[at])]));
    return Promise.all(rows.map((row) => known(row, records.get(row))));
  };
  yield* ahead(reportRows(run, shardList, files), read);
}

/** Runs `work` on every item and yields the results in order, with up to `AHEAD` items in flight. */
async function* ahead<T, U>(items: AsyncIterable<T>, work: (item: T) => Promise<U>): AsyncGenerator<U> {
  const begun: Promise<U>[] = [];
  for await (const item of items) {
    const working = work(item);
    // Prevents an unhandled rejection: the promise is awaited below, perhaps long after it rejects.
    working.catch(() => {});
    begun.push(working);
    if (begun.length >= AHEAD) yield await begun.shift()!;
  }
  for (const working of begun) yield await working;
}
