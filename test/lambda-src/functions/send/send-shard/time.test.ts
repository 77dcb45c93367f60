import { STATE } from '../../../../../lambda-src/domain/ledger/record';
import { TIMING } from '../../../../../lambda-src/domain/rate/timing';
import { ACCOUNT, setting, THROTTLED } from './setting';

/** A worker that has so many milliseconds left, in an account of so many mails a second. */
function near(left: number, maxPerSecond: number, { ports, clock }: Awaited<ReturnType<typeof setting>>) {
  const ends = clock.now() + left;
  const account = async () => ({ ...ACCOUNT, maxPerSecond });
  return { ends, more: { remaining: () => ends - clock.now(), ses: { ...ports.ses, account } } };
}

test('a claim that took longer than its permit is good for gets another permit before the request', async () => {
  const { go, store, clock, accepted } = await setting(20);
  let slow = 0;
  const write: typeof store.write = async (update) => {
    const written = await store.write(update);
    if (update.set.state === STATE.claimed && ++slow <= 10) await clock.sleep(2_000);
    return written;
  };
  await go({ store: { ...store, write } });
  expect(accepted).toHaveLength(20);
  const times = accepted.map(({ at }) => at).sort((a, b) => a - b);
  for (let at = 1; at < times.length; at += 1) expect(times[at] - times[at - 1]).toBeGreaterThan(5);
});

test('a claim whose answer came when its time was over sends nothing, and the worker comes again', async () => {
  const { go, store, clock, requests, record } = await setting(1);
  let slow = TIMING.sendWithin + 1;
  const write: typeof store.write = async (update) => {
    const written = await store.write(update);
    if (update.set.state === STATE.claimed && slow > 0) {
      clock.set(clock.now() + slow);
      slow = 0;
    }
    return written;
  };
  expect(await go({ store: { ...store, write } })).toMatchObject({ done: false });
  expect(requests).toEqual([]);
  expect(record(1)).toMatchObject({ state: STATE.open, reason: expect.stringContaining('too slow') });
  await go();
  expect(requests).toHaveLength(1);
});

test('a claim lasts for ten seconds after the preferences were read, whenever that was, and for its request', async () => {
  const { go, store, clock, record } = await setting(1);
  const begun = clock.now();
  const read: typeof store.read = async (keys) => {
    const items = await store.read(keys);
    if (keys.some(({ sk }) => sk === 'preferences')) clock.set(clock.now() + 4_000);
    return items;
  };
  await go({ store: { ...store, read } });
  expect(record(1)).toMatchObject({ state: STATE.sent, deadline: begun + TIMING.consent + TIMING.request });
});

test('near its end the worker stops and comes again, with nothing under way', async () => {
  const { go, requests } = await setting(3);
  expect(await go({ remaining: () => 30_000 })).toMatchObject({ done: false });
  expect(requests).toEqual([]);
});

test('whoever waited for a permit until the worker is near its end is not claimed, and the worker comes again', async () => {
  const worker = await setting(2);
  const { go, requests, record } = worker;
  // One in forty seconds: the first goes at once, the second waits past the time in which a request could end.
  expect(await go(near(70_000, 1 / 40, worker).more)).toMatchObject({ done: false, waitSeconds: 1 });
  expect(requests).toHaveLength(1);
  expect([record(1)?.state, record(2)?.state].sort()).toEqual([STATE.sent, undefined]);
});

test('nobody waits for a permit beyond the worker’s end: it comes again, and nothing is taken for its death', async () => {
  const worker = await setting(3);
  const { go, clock, requests, record } = worker;
  // Ten minutes between two mails, and a worker that has two.
  const { ends, more } = near(120_000, 1 / 600, worker);
  expect(await go(more)).toMatchObject({ done: false, waitSeconds: 1 });
  expect(clock.now()).toBeLessThanOrEqual(ends);
  expect(requests).toHaveLength(1);
  expect([1, 2, 3].map((row) => record(row)?.state)).toEqual([STATE.sent, undefined, undefined]);
});

test('what was throttled is not asked again when its next permit comes too near the worker’s end', async () => {
  const worker = await setting(1, () => THROTTLED);
  const { go, requests, record } = worker;
  expect(await go(near(75_000, 1 / 40, worker).more)).toMatchObject({ done: false });
  expect(requests).toHaveLength(1);
  expect(record(1)?.state).toBe(STATE.open);
});

test('a permit that is too old expires before the claim', async () => {
  const { go, ports, clock, accepted } = await setting(2);
  const stalled = {
    ...clock,
    sleep: async (milliseconds: number) => {
      await clock.sleep(milliseconds);
      // The worker is frozen once, right after its first wait.
      if (accepted.length === 0 && clock.now() < 1_795_568_401_000) clock.set(clock.now() + 5_000);
    },
  };
  await go({ ...ports, clock: stalled });
  const [first, second] = accepted.map(({ at }) => at).sort((a, b) => a - b);
  expect(second - first).toBeGreaterThanOrEqual(10);
});
