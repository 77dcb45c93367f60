import { blockedSending, blockedWords } from '../../../cli/shared/blocked';
import { block } from '../../../lambda-src/domain/rate/blocks';
import { changeRate, RATE_KEY } from '../../../lambda-src/domain/rate/rate';
import { memoryStore } from '../../support/memory-store';
import { virtualClock } from '../../support/virtual-clock';

test('status says what keeps everybody from sending, and until when', async () => {
  const store = memoryStore();
  const clock = virtualClock(Date.parse('2026-03-01T08:00:00Z'));
  const ports = { store, clock, newId: () => 'id', random: () => 0 };
  expect(blockedSending(store.get(RATE_KEY))).toEqual([]);
  await changeRate(ports, (record, now) => ({
    record: block(record, 'quota', { reason: 'the day’s sending quota is spent', tried: false }, now)!,
  }));
  const blocked = blockedSending(store.get(RATE_KEY));
  expect(blocked).toEqual([
    {
      kind: 'quota',
      since: '2026-03-01T08:00:00.000Z',
      until: '2026-03-01T08:01:00.000Z',
      reason: 'the day’s sending quota is spent',
    },
  ]);
  expect(blockedWords(blocked)).toEqual([
    'No campaign sends, since 2026-03-01T08:00:00.000Z: the day’s sending quota is spent. One message tries again 2026-03-01T08:01:00.000Z; sending goes on by itself.',
  ]);
});
