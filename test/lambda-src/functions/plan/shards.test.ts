import { DEFAULT_LIMITS, Shards } from '../../../../lambda-src/functions/plan/shards';
import type { Recipient } from '../../../../src/private/contract';
import { memoryFiles } from '../../../support/memory-files';
import { recipientFor, runRef } from '../../../support/run';
import { FOLDER, planned } from './harness';

const LIMITS = { recipients: 10, characters: 4_000 };

/** Rows of each shard, as they lie in the bucket, and the sizes of the files. */
async function dealt(recipients: readonly Recipient[], limits = LIMITS, files = memoryFiles()) {
  const shards = new Shards(files, runRef(), limits);
  for (const recipient of recipients) await shards.add(recipient);
  await shards.end();
  const bodies = await Promise.all(shards.refs.map(async ({ key }) => (await files.text(key))!));
  return {
    refs: shards.refs,
    sizes: bodies.map((body) => body.length),
    rows: bodies.map((body) =>
      body
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => (JSON.parse(line) as Recipient).row),
    ),
    heads: bodies.map((body) => JSON.parse(body.split('\n', 1)[0]!)),
  };
}

const people = (count: number, characters = 0): Recipient[] =>
  Array.from({ length: count }, (_, at) => ({ ...recipientFor(at + 1), cells: ['x'.repeat(characters)] }));

test('every shard but the last is full, and the list keeps its order', async () => {
  const { rows, refs, heads } = await dealt(people(35));
  expect(rows.map(({ length }) => length)).toEqual([10, 10, 10, 5]);
  expect(rows.flat()).toEqual(people(35).map(({ row }) => row));
  expect(refs.map(({ shard, rows: count }) => [shard, count])).toEqual([
    [1, 10],
    [2, 10],
    [3, 10],
    [4, 5],
  ]);
  expect(heads).toEqual([1, 2, 3, 4].map((shard) => ({ v: 1, campaign: 'mailer/may', run: 1, shard })));
});

test('a list that fills its shards exactly has no empty one after them', async () => {
  expect((await dealt(people(20))).rows.map(({ length }) => length)).toEqual([10, 10]);
  expect((await dealt([])).refs).toEqual([]);
});

test('large rows close a shard at its limit, and the next one takes as many', async () => {
  const large = people(20, 1_000);
  const one = JSON.stringify(large[0]).length;
  const each = Math.ceil(LIMITS.characters / one);
  const { rows, sizes } = await dealt(large);
  expect(each).toBeLessThan(LIMITS.recipients);
  expect(rows.slice(0, -1).every(({ length }) => length === each)).toBe(true);
  expect(rows.flat()).toHaveLength(20);
  // No more than the limit and the row that reached it.
  expect(Math.max(...sizes)).toBeLessThan(LIMITS.characters + 2 * one);
});

test('rows that reach the limit exactly close their shard', async () => {
  const rows = people(4, 100);
  const characters = rows.slice(0, 2).reduce((sum, row) => sum + JSON.stringify(row).length + 1, 0);
  expect((await dealt(rows, { recipients: 10, characters })).rows.map(({ length }) => length)).toEqual([2, 2]);
});

test('small rows after a shard of large ones fill the next shard', async () => {
  const { rows } = await dealt([...people(3, 1_500), ...people(20)]);
  expect(rows.map(({ length }) => length)).toEqual([3, 10, 10]);
});

test('at most four shards are on their way at a time, and a failed one fails the plan', async () => {
  const files = memoryFiles();
  let underWay = 0;
  let most = 0;
  const { put } = files;
  const slow = {
    ...files,
    put: async (...args: Parameters<typeof put>) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((done) => setImmediate(done));
      underWay -= 1;
      return put(...args);
    },
  } as typeof files;
  const { rows } = await dealt(people(95), LIMITS, slow);
  expect(rows.flat()).toHaveLength(95);
  expect(most).toBe(4);

  let failed = 0;
  const failing = { ...files, put: () => Promise.reject(new Error(`lost ${++failed}`)) } as unknown as typeof files;
  await expect(dealt(people(15), LIMITS, failing)).rejects.toThrow('lost 1');
  // Also where more come than may be on their way.
  await expect(dealt(people(95), LIMITS, failing)).rejects.toThrow('lost');
});

test('given up, it waits for what is on its way', async () => {
  let written = false;
  const put = async () => {
    await new Promise((done) => setImmediate(done));
    written = true;
  };
  const shards = new Shards({ ...memoryFiles(), put } as never, runRef(), { ...LIMITS, recipients: 1 });
  await shards.add(recipientFor(1));
  await shards.abandon();
  expect(written).toBe(true);
});

describe('a run of a version that stored no limits', () => {
  test('has shards of up to 1,000 recipients', async () => {
    const csv = `email,name\n${people(1_001)
      .map(({ to }) => `${to},A\n`)
      .join('')}`;
    const { files, run } = await planned(csv);
    const { shards: _, ...snapshot } = files.json<object & { shards: unknown }>(`${FOLDER}snapshot.json`);
    files.objects.set(`${FOLDER}snapshot.json`, JSON.stringify(snapshot));
    files.objects.delete(`${FOLDER}plan.json`);
    const again = await planned(csv, { files, list: run.list, shardSize: 2 });
    expect(again.shards.map(({ rows }) => rows)).toEqual([1_000, 1]);
  });

  test('has shards of up to 8 MiB', async () => {
    const { rows } = await dealt(people(10, 1_000_000), DEFAULT_LIMITS);
    expect(rows.map(({ length }) => length)).toEqual([9, 1]);
  });
});
