import type { Readable } from 'node:stream';
import { foldAddress, parseAddress } from '../../lambda-src/core/address';
import { partitionsOf } from '../../lambda-src/core/keys';
import { readList } from '../../lambda-src/core/list';
import { foldName } from '../../lambda-src/core/names';
import { EVERY_TOPIC, optOut } from '../../lambda-src/core/preferences';
import type { Store } from '../../lambda-src/core/store';
import { trimCell } from '../../lambda-src/core/trim';

export interface Imported {
  readonly rows: number;
  /** Left by this file. */
  optedOut: number;
  /** Had left before; their first word stands. */
  already: number;
  /** Lines of the file whose address or topic is none. */
  readonly invalid: readonly number[];
}

export interface ImportOptions {
  /** Where the file has no column `topic`, or its cell is empty. */
  readonly topic: string;
  readonly emailColumn?: string;
  readonly now: number;
  readonly onRow?: (rows: number) => void;
}

/** Writes under way at once. */
const UNDER_WAY = 25;
const TOPIC = /^[A-Za-z0-9_-]{1,64}$/;

/** Everybody on a list leaves: a file that is imported twice changes nothing more. */
export async function importOptOuts(body: Readable, options: ImportOptions, store: Store): Promise<Imported> {
  const { topic: fallback, emailColumn, now, onRow } = options;
  const list = await readList(body, { emailColumn });
  const topics = list.header.columns.find(({ folded }) => folded === foldName('topic'))?.index;
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
      // Whom no mail went to yet has no record that names them.
      const { applied } = await store.write({ ...update, set: { ...update.set, to: foldAddress(address) } });
      isNew ||= applied;
    }
    counts[isNew ? 'optedOut' : 'already'] += 1;
  };
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
  if (failure) throw failure;
  return { rows, ...counts, invalid };
}
