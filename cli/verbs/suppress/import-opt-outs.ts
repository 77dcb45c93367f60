import { foldAddress } from '../../../lambda-src/domain/address/address';
import { parseAddress } from '../../../lambda-src/domain/address/parse-address';
import { EVERY_TOPIC, optOut } from '../../../lambda-src/domain/consent/preferences';
import { partitionsOf } from '../../../lambda-src/domain/ledger/keys';
import type { Store } from '../../../lambda-src/domain/ledger/store';
import { findColumn } from '../../../lambda-src/domain/list/columns';
import { type ListOptions, readList } from '../../../lambda-src/domain/list/list';
import { type Learnt, type OpenBody, readingAgain } from '../../../lambda-src/domain/list/read-again';
import { trimCell } from '../../../lambda-src/domain/list/trim';

export interface Imported {
  readonly rows: number;
  /** The number of addresses that this file opted out. */
  optedOut: number;
  /** The number of addresses that were opted out before; their first opt-out stays as it is. */
  already: number;
  /** Line numbers with an invalid address or topic. */
  readonly invalid: readonly number[];
}

export interface ImportOptions {
  /** The topic of rows without one. */
  readonly topic: string;
  readonly emailColumn?: string;
  readonly now: number;
  readonly onRow?: (rows: number) => void;
}

/** The maximum number of concurrent writes. */
const UNDER_WAY = 25;
const TOPIC = /^[A-Za-z0-9_-]{1,64}$/;

/** Addresses are ASCII, so any single-byte encoding reads them. */
const WINDOWS = async (): Promise<Learnt> => ({ encoding: 'windows-1252' });

/** Opts out every address of a list. Importing a file twice changes nothing. */
export async function importOptOuts(open: OpenBody, options: ImportOptions, store: Store): Promise<Imported> {
  const { topic: fallback, emailColumn, now, onRow } = options;
  const at = new Date(now).toISOString();
  const counts = { optedOut: 0, already: 0 };
  const invalid: number[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  let rows = 0;
  const leave = async (address: string, topic: string) => {
    let isNew = false;
    for (const pk of partitionsOf(address)) {
      const update = optOut({ pk }, topic, { at, source: 'import' });
      // Stores the address, because a recipient without an email so far has no other record with it.
      const { applied } = await store.write({ ...update, set: { ...update.set, to: foldAddress(address) } });
      isNew ||= applied;
    }
    counts[isNew ? 'optedOut' : 'already'] += 1;
  };
  await readingAgain<ListOptions, void>(open, { emailColumn, judge: WINDOWS }, async (body, known) => {
    const list = await readList(body, known);
    const topics = findColumn(list.header, 'topic')?.index;
    rows = 0;
    invalid.length = 0;
    // A second reading meets the addresses that the first one opted out.
    counts.already = 0 - counts.optedOut;
    for await (const { line, cells, malformed } of list.rows) {
      rows += 1;
      onRow?.(rows);
      const parsed = malformed ? undefined : parseAddress(cells[list.header.email.index]!);
      const topic = (topics === undefined ? '' : trimCell(cells[topics] ?? '')) || fallback;
      if (!parsed || 'code' in parsed || (topic !== EVERY_TOPIC && !TOPIC.test(topic))) {
        invalid.push(line);
        continue;
      }
      while (underWay.size >= UNDER_WAY) await Promise.race(underWay);
      if (failure) break;
      const task: Promise<void> = leave(parsed.address, topic)
        .catch((error) => {
          failure ??= error;
        })
        .finally(() => underWay.delete(task));
      underWay.add(task);
    }
    await Promise.all(underWay);
  });
  if (failure) throw failure;
  return { rows, ...counts, invalid };
}
