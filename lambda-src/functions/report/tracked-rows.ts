import type { RunRef } from '../../../src/private/contract';
import { asTracked, type TrackedRecord } from '../../domain/events/email-events';
import { STATE } from '../../domain/ledger/record';
import type { Store } from '../../domain/ledger/store';
import type { Files } from '../../domain/ports';
import { recount } from './recount';
import { type ReportRow, reportRows } from './rows';

/** A row with what the ledger knows of its mail, where SES took one. */
export type TrackedRow = ReportRow & { readonly mail?: TrackedRecord };

/** Ten million rows are a hundred thousand reads. */
const AHEAD = 10;

/**
 * The rows of a run in batches, with their events so far. In the second report a row in doubt with an event counts as
 * sent. The first report counts rows as settled: it may be called twice at once, and its files must agree.
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

/** In order, with this many begun before the first is awaited. */
async function* ahead<T, U>(items: AsyncIterable<T>, work: (item: T) => Promise<U>): AsyncGenerator<U> {
  const begun: Promise<U>[] = [];
  for await (const item of items) {
    const working = work(item);
    // It is awaited below, perhaps long after it failed.
    working.catch(() => {});
    begun.push(working);
    if (begun.length >= AHEAD) yield await begun.shift()!;
  }
  for (const working of begun) yield await working;
}
