import type { RunRef } from '../../src/private/contract';
import type { Files } from '../core/ports';
import { STATE } from '../core/record';
import type { Store } from '../core/store';
import { asTracked, type TrackedRecord } from '../core/tracking-facts';
import { type ReportRow, reportRows } from './rows';

/** A row with what the ledger knows of its mail, where SES took one. */
export type TrackedRow = ReportRow & { readonly mail?: TrackedRecord };

/** Ten million rows are a hundred thousand reads. */
const AHEAD = 10;

/**
 * The rows of a run, some at a time, with what is known by now. In the second report who was in doubt and has an event since is sent; the
 * first counts as it was settled, because it may be called twice at once and its files must agree.
 */
export async function* trackedRows(
  run: RunRef,
  shardList: string,
  { files, store, tracked }: { readonly files: Files; readonly store: Store; readonly tracked: boolean },
): AsyncGenerator<readonly TrackedRow[]> {
  const read = async (rows: readonly ReportRow[]): Promise<readonly TrackedRow[]> => {
    const asked = rows.filter(
      ({ outcome }) => outcome === 'sent' || outcome === 'already_sent' || outcome === 'in_doubt',
    );
    const found = asked.length > 0 ? await store.read(asked.map(({ key }) => key!)) : [];
    let next = 0;
    return rows.map((row) => (row === asked[next] ? known(row, asTracked(found[next++]), run, tracked) : row));
  };
  yield* ahead(reportRows(run, shardList, files), read);
}

function known(row: ReportRow, record: TrackedRecord | undefined, { run }: RunRef, tracked: boolean): TrackedRow {
  if (record?.state !== STATE.sent) return row;
  if (tracked && row.outcome === 'in_doubt' && record.run === run) {
    return { ...row, outcome: 'sent', reason: undefined, messageId: record.messageId, mail: record } as TrackedRow;
  }
  return record.messageId === row.messageId ? { ...row, mail: record } : row;
}

/** In order, so many of them begun before the first is asked for. */
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
