import { RATE_KEY, reserve } from '../../../lambda-src/core/rate';
import { memoryStore } from '../../support/memory-store';
import { virtualClock } from '../../support/virtual-clock';

function setting(store = memoryStore()) {
  const clock = virtualClock(1_000_000);
  let ids = 0;
  return { store, clock, newId: () => `id-${++ids}` };
}

test('slots follow one another at the rate, from now', async () => {
  const ports = setting();
  expect(await reserve(3, 10, ports)).toEqual([1_000_000, 1_000_100, 1_000_200]);
  expect(await reserve(2, 10, ports)).toEqual([1_000_300, 1_000_400]);
});

test('no more than a second ahead, however many are wanted', async () => {
  expect(await reserve(1000, 20, setting())).toHaveLength(20);
});

test('a full second makes the next ones wait until half of it is free', async () => {
  const ports = setting();
  await reserve(10, 10, ports);
  const [next, ...others] = await reserve(10, 10, ports);
  expect(next).toBe(1_001_000);
  expect(others).toHaveLength(4);
  expect(ports.clock.now()).toBe(1_000_500);
});

test('at less than one a second there is a slot too', async () => {
  const ports = setting();
  expect(await reserve(5, 0.5, ports)).toEqual([1_000_000]);
  expect(await reserve(5, 0.5, ports)).toEqual([1_002_000]);
});

test('slots that nobody took are not saved up for a burst', async () => {
  const ports = setting();
  await reserve(1, 10, ports);
  ports.clock.set(1_060_000);
  expect(await reserve(2, 10, ports)).toEqual([1_060_000, 1_060_100]);
});

test('many at once on one ledger never get one slot twice', async () => {
  const store = memoryStore();
  const ports = setting(store);
  const all = (await Promise.all(Array.from({ length: 20 }, () => reserve(3, 100, ports)))).flat();
  expect(new Set(all).size).toBe(all.length);
  const sorted = [...all].sort((a, b) => a - b);
  for (let at = 1; at < sorted.length; at += 1) expect(sorted[at] - sorted[at - 1]).toBeGreaterThanOrEqual(9.999);
  expect(store.get(RATE_KEY)).toMatchObject({ v: 1 });
});
