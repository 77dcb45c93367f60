import { BUS_TYPES, type BusEvent, calls, publishRunEvent } from '../../../../lambda-src/domain/events/bus';

const event = (bytes: number): BusEvent => ({
  type: BUS_TYPES.outcomes,
  detail: { version: 1, campaign: 'c', text: 'x'.repeat(bytes) },
});

test('a call holds ten events at most, and a quarter of a megabyte', () => {
  expect(calls(Array.from({ length: 25 }, () => event(10))).map((call) => call.length)).toEqual([10, 10, 5]);
  const large = calls([event(100_000), event(100_000), event(100_000), event(10)]);
  expect(large.map((call) => call.length)).toEqual([2, 2]);
  for (const call of large) expect(Buffer.byteLength(JSON.stringify(call))).toBeLessThan(256 * 1024);
  expect(calls([])).toEqual([]);
});

test('no run fails because a bus does', async () => {
  const errors: string[] = [];
  const log = { info() {}, warn() {}, error: (message: string) => void errors.push(message) };
  const bus = { publish: async () => Promise.reject(new Error('gone')) };
  await publishRunEvent(event(1), { bus, log });
  expect(errors).toEqual([expect.stringMatching(/^MM609/)]);
});
