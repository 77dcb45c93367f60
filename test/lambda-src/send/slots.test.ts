import { Slots } from '../../../lambda-src/send/slots';
import { memoryStore } from '../../support/memory-store';
import { virtualClock } from '../../support/virtual-clock';

/** A ledger that takes its time. */
function setting(milliseconds: number, perSecond = 100) {
  const clock = virtualClock(1_000_000);
  const memory = memoryStore();
  let writes = 0;
  let ids = 0;
  const store: Pick<typeof memory, 'read' | 'write'> = {
    read: async (keys) => {
      const found = await memory.read(keys);
      await clock.sleep(milliseconds / 2);
      return found;
    },
    write: async (update) => {
      writes += 1;
      const written = await memory.write(update);
      await clock.sleep(milliseconds / 2);
      return written;
    },
  };
  const slots = () => new Slots(perSecond, { store, clock, newId: () => `id-${++ids}` });
  return { clock, slots, writes: () => writes };
}

const turns = async (slots: Slots, count: number, now: () => number): Promise<number[]> => {
  const times: number[] = [];
  await Promise.all(Array.from({ length: count }, () => slots.turn().then(() => times.push(now()))));
  return times;
};

const busiest = (times: readonly number[]): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));

test.each([0, 10, 100, 400, 900])(
  'a ledger that takes %d ms lets everybody have a turn, at no more than the rate',
  async (milliseconds) => {
    const { clock, slots, writes } = setting(milliseconds);
    const times = await turns(slots(), 300, clock.now);
    expect(times).toHaveLength(300);
    expect(busiest(times)).toBeLessThanOrEqual(101 + 25);
    // Some slots are forfeited before it is known how slow the ledger is, and not many.
    expect(writes()).toBeLessThan(30);
  },
);

test('workers that share a slow ledger share the rate, and all get on', async () => {
  const { clock, slots } = setting(50);
  const times = (await Promise.all([1, 2, 3].map(() => turns(slots(), 100, clock.now)))).flat();
  expect(times).toHaveLength(300);
  expect(busiest(times)).toBeLessThanOrEqual(101 + 25);
});

test('whoever waits is told when the ledger fails', async () => {
  const failing = { read: () => Promise.reject(new Error('down')), write: () => Promise.reject(new Error('down')) };
  const slots = new Slots(10, { store: failing, clock: virtualClock(), newId: () => 'id' });
  await expect(Promise.all([slots.turn(), slots.turn()])).rejects.toThrow('down');
});
