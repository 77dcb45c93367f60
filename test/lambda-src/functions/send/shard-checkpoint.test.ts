import type { Item } from '../../../../lambda-src/domain/ledger/store';
import { TIMING } from '../../../../lambda-src/domain/rate/timing';
import { checkpointPartition, ShardCheckpoint } from '../../../../lambda-src/functions/send/shard-checkpoint';
import { memoryStore } from '../../../support/memory-store';
import { runRef } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

const KEY = { pk: checkpointPartition(runRef()), sk: 'shard#00001' };
const REMAINING = 900_000;
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** The checkpoint of a shard, as its next worker finds it. */
async function setting(found?: Partial<Item>) {
  const store = memoryStore();
  if (found) store.items.set(`${KEY.pk}\n${KEY.sk}`, { ...KEY, v: 1, ...found } as Item);
  const clock = virtualClock();
  const checkpoint = await ShardCheckpoint.of(runRef(), 1, { store, clock, remaining: () => REMAINING });
  return { store, clock, checkpoint, item: () => store.get(KEY)! };
}

const sizes = ({ checkpoint }: Awaited<ReturnType<typeof setting>>, of: readonly number[]) =>
  checkpoint.groups(of).map(({ from, to, apart }) => `${of[from]}–${of[to - 1]}${apart ? ' apart' : ''}`);

test('the checkpoints of a run are in its own partition', () => {
  expect(KEY.pk).toBe(`shard#${runRef().campaignDigest}#1`);
});

describe('the groups in which rows are sent', () => {
  test('are one, if no worker died', async () => {
    expect(sizes(await setting(), rows(1, 50))).toEqual(['1–50']);
    expect(sizes(await setting({ passed: 10 }), rows(1, 50))).toEqual(['1–50']);
    expect((await setting()).checkpoint.groups([])).toEqual([]);
  });

  test('are tens, of the rows that a worker died over', async () => {
    expect(sizes(await setting({ first: 11, last: 35 }), rows(1, 50))).toEqual([
      '1–10',
      '11–20 apart',
      '21–30 apart',
      '31–35 apart',
      '36–50',
    ]);
  });

  test('are single rows, of at most ten that a worker died over', async () => {
    expect(sizes(await setting({ first: 2, last: 11 }), rows(1, 12))).toHaveLength(12);
    expect(sizes(await setting({ first: 2, last: 12 }), rows(1, 12))).toEqual(['1–1', '2–11 apart', '12–12 apart']);
  });

  test('are single rows where a second worker died, and tens in the rest of the first range', async () => {
    const found = { first: 11, last: 22, few: true, from: 1, to: 30 };
    expect(sizes(await setting(found), rows(1, 40))).toEqual([
      '1–10 apart',
      ...rows(11, 22).map((row) => `${row}–${row} apart`),
      '23–30 apart',
      '31–40',
    ]);
  });

  test('begin with the first row and end with the last one that the second worker died over', async () => {
    const found = { first: 8, last: 9, few: true, from: 1, to: 12 };
    expect(sizes(await setting(found), rows(1, 13))).toEqual([
      '1–7 apart',
      '8–8 apart',
      '9–9 apart',
      '10–12 apart',
      '13–13',
    ]);
  });

  test('follow the rows that are left, not their numbers', async () => {
    expect(sizes(await setting({ first: 1, last: 40 }), [2, 4, 6, 50, 52])).toEqual(['2–6 apart', '50–52']);
  });
});

describe('a poison row', () => {
  const died = { first: 7, last: 7, until: 0 };

  test('is the one that was alone when its worker died', async () => {
    const { checkpoint } = await setting({ ...died, alone: true });
    expect([6, 7, 8].map((row) => checkpoint.isPoison(row))).toEqual([false, true, false]);
    expect((await setting(died)).checkpoint.isPoison(7)).toBe(false);
    expect((await setting()).checkpoint.isPoison(7)).toBe(false);
  });

  test('is unsure until Lambda has ended its worker, and the grace after it', async () => {
    const until = virtualClock().now() + 60_000;
    const { checkpoint, clock } = await setting({ ...died, alone: true, until });
    expect(checkpoint.unsure).toBe(60_000 + TIMING.grace);
    clock.set(until + TIMING.grace + 1);
    expect(checkpoint.unsure).toBe(0);
    expect((await setting({ ...died, until })).checkpoint.unsure).toBe(0);
    expect((await setting()).checkpoint.unsure).toBe(0);
    expect((await setting({ first: 7, last: 7, alone: true })).checkpoint.unsure).toBe(0);
  });
});

describe('a worker', () => {
  test('writes which rows it sends, until when, and how far it is', async () => {
    const { checkpoint, item, clock } = await setting();
    await checkpoint.enter([5, 3, 9], false, 2);
    expect(item()).toEqual({
      ...KEY,
      v: 1,
      first: 3,
      last: 9,
      alone: false,
      until: clock.now() + REMAINING,
      passed: 2,
      expires: Math.floor(clock.now() / 1000) + 30 * 86_400,
    });
    await checkpoint.leave(4);
    expect(item()).toEqual({ ...KEY, v: 1, passed: 4, expires: item().expires });
  });

  test.each([
    ['the only row of its shard', undefined, [3], false, false],
    ['one row apart, with another in flight', { first: 1, last: 9 }, [3, 4], true, false],
    ['one row apart and alone', { first: 1, last: 9 }, [3], true, true],
  ])('accuses a row only if it is tried apart and alone: %s', async (_what, found, of, apart, alone) => {
    const { checkpoint, item } = await setting(found);
    await checkpoint.enter(of, apart, 0);
    expect(item().alone).toBe(alone);
  });

  test('keeps the range of the first death while it tries its rows apart, and not beyond', async () => {
    const { checkpoint, item } = await setting({ first: 11, last: 22, few: true, from: 1, to: 30 });
    await checkpoint.enter([11], true, 0);
    expect(item()).toMatchObject({ first: 11, last: 11, alone: true, few: true, from: 1, to: 30 });
    await checkpoint.enter([31, 40], false, 12);
    expect(item()).toMatchObject({ first: 31, last: 40, alone: false });
    for (const name of ['few', 'from', 'to']) expect(item()).not.toHaveProperty(name);
  });

  test('takes the rows of a first death for its range', async () => {
    const { checkpoint, item } = await setting({ first: 11, last: 35 });
    await checkpoint.enter([11, 20], true, 0);
    expect(item()).toMatchObject({ few: true, from: 11, to: 35 });
  });

  test('that finds a dead one’s rows clears them, also without sending any', async () => {
    const { checkpoint, item } = await setting({ first: 1, last: 9, alone: true, until: 5, few: true, from: 1, to: 9 });
    await checkpoint.leave(9);
    expect(Object.keys(item()).sort()).toEqual(['expires', 'passed', 'pk', 'sk', 'v']);
  });

  test('that sends none leaves the rows of another that began meanwhile', async () => {
    const { checkpoint, store, item, clock } = await setting();
    const other = await ShardCheckpoint.of(runRef(), 1, { store, clock, remaining: () => REMAINING });
    await other.enter([1, 2], false, 0);
    await checkpoint.leave(0);
    expect(item()).toMatchObject({ first: 1, last: 2, until: clock.now() + REMAINING });
  });
});
