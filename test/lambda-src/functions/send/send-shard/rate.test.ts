import { STATE } from '../../../../../lambda-src/domain/ledger/record';
import { TIMING } from '../../../../../lambda-src/domain/rate/timing';
import { SAYS } from '../../../../../local/ses/answers';
import { thrownFor } from '../../../../support/ses-answer';
import { setting, THROTTLED } from './setting';

test('the rate is kept, by all who share the ledger', async () => {
  const { go, accepted } = await setting(300);
  await Promise.all([go(), go(), go()]);
  const times = accepted.map(({ at }) => at).sort((a, b) => a - b);
  const busiest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
  expect(busiest).toBeLessThanOrEqual(101);
  expect(accepted).toHaveLength(300);
});

test('a throttled message is tried again under the same claim, with a later deadline', async () => {
  const { go, requests, accepted, record, clock } = await setting(1, (_mail, request) =>
    request < 3 ? THROTTLED : undefined,
  );
  const begun = clock.now();
  await go();
  expect(requests).toHaveLength(3);
  expect(accepted).toHaveLength(1);
  expect(record(1)).toMatchObject({ state: STATE.sent, attempt: 1 });
  expect(record(1)?.deadline).toBeGreaterThan(begun + TIMING.sendWithin + TIMING.request);
});

test('a message that stays throttled is tried five times more and given back, and the worker comes again', async () => {
  const { go, accepted, requests, record } = await setting(1, () => THROTTLED);
  expect(await go()).toMatchObject({ done: false });
  expect(accepted).toEqual([]);
  expect(requests).toHaveLength(6);
  expect(record(1)).toMatchObject({ state: STATE.open, reason: expect.stringContaining('Maximum sending rate') });
});

test('what is throttled is not tried again once its worker knows of a stop', async () => {
  const denied = thrownFor(SAYS.forbidden());
  const { go, requests, record } = await setting(2, (_, request) => (request === 1 ? THROTTLED : denied));
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toHaveLength(2);
  expect([record(1)?.state, record(2)?.state]).toEqual([STATE.open, STATE.open]);
});
