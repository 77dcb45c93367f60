import type { Store } from '../../../../lambda-src/domain/ledger/store';
import { addLive, readLive } from '../../../../lambda-src/functions/track/live-counts';
import { random } from '../../../../local/random';
import { memoryStore } from '../../../support/memory-store';

test('trackers that add at once lose nothing of each other, and a write that is repeated adds nothing', async () => {
  const memory = memoryStore();
  const store: Store = {
    ...memory,
    read: async (keys) => {
      await new Promise((resolve) => setImmediate(resolve));
      return memory.read(keys);
    },
    // As the SDK does when the answer was lost.
    write: async (update) => {
      await memory.write(update);
      return memory.write(update);
    },
  };
  let ids = 0;
  const ports = { store, newId: () => `id-${++ids}`, random: random(3) };
  await Promise.all(
    Array.from({ length: 200 }, (_, at) => addLive('c', { delivered: 2, ...(at % 4 ? {} : { bounced: 1 }) }, ports)),
  );
  expect(await readLive('c', store)).toEqual({ delivered: 400, bounced: 50 });
});
