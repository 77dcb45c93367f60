import { EVERY_TOPIC, optOut } from '../../../../../lambda-src/domain/consent/preferences';
import { STATE } from '../../../../../lambda-src/domain/ledger/record';
import { RATE_KEY } from '../../../../../lambda-src/domain/rate/rate';
import { TIMING } from '../../../../../lambda-src/domain/rate/timing';
import type { SendPorts } from '../../../../../lambda-src/functions/send/ports';
import { ACCOUNT, setting, THROTTLED } from './setting';

describe('who has opted out', () => {
  const LEFT = { at: '2026-11-24T00:00:00.000Z', source: 'one_click' } as const;

  test('gets no mail, takes no permit and leaves no record; the others get theirs', async () => {
    const { go, store, recipients, accepted, record } = await setting(3);
    await store.write(optOut(recipients[0], 'general', LEFT));
    await store.write(optOut(recipients[2], EVERY_TOPIC, LEFT));
    expect(await go()).toMatchObject({ done: true });
    expect(accepted.map(({ to }) => to)).toEqual(['p2@example.org']);
    expect(record(1)).toBeUndefined();
    expect(store.get(RATE_KEY)?.next).toBeGreaterThan(0);
    const alone = await setting(1);
    await alone.store.write(optOut(alone.recipients[0], 'general', LEFT));
    await alone.go();
    expect(alone.store.get(RATE_KEY)?.next).toBe(0);
  });

  test('of another topic gets this one', async () => {
    const { go, store, recipients, accepted } = await setting(1);
    await store.write(optOut(recipients[0], 'offers', LEFT));
    await go();
    expect(accepted).toHaveLength(1);
  });

  test('gets no mail that would leave more than ten seconds later, in mid-shard', async () => {
    const { go, store, recipients, accepted, clock, ports } = await setting(40);
    const begun = clock.now();
    const account = async () => ({ ...ACCOUNT, maxPerSecond: 1 });
    let leftAt = Number.POSITIVE_INFINITY;
    const send: SendPorts['ses']['send'] = async (mail) => {
      if (clock.now() - begun > 5_000 && leftAt > clock.now()) {
        leftAt = clock.now();
        for (const recipient of recipients) await store.write(optOut(recipient, 'general', LEFT));
      }
      return ports.ses.send(mail);
    };
    expect(await go({ ses: { ...ports.ses, account, send } })).toMatchObject({ done: true });
    expect(accepted.length).toBeGreaterThan(4);
    expect(accepted.length).toBeLessThan(18);
    for (const { at } of accepted) expect(at).toBeLessThanOrEqual(leftAt + TIMING.consent);
  });

  test('while their mail is throttled, gets none', async () => {
    const { go, store, recipients, accepted, clock, ports, record } = await setting(1);
    const send: SendPorts['ses']['send'] = async (mail) => {
      if ((record(1)?.attempt ?? 0) > 1) return ports.ses.send(mail);
      await store.write(optOut(recipients[0], 'general', LEFT));
      await clock.sleep(TIMING.reread);
      throw THROTTLED;
    };
    expect(await go({ ses: { ...ports.ses, send } })).toMatchObject({ done: false });
    expect(record(1)).toMatchObject({ state: STATE.open });
    expect(await go({ ses: { ...ports.ses, send } })).toMatchObject({ done: true });
    expect(accepted).toEqual([]);
  });

  test('a mail that was ready sooner than its permit leaves by what is true then', async () => {
    const { go, store, recipients, accepted, clock, ports } = await setting(1);
    // The worker stands still between its reading and its claim.
    let reads = 0;
    const stalling: SendPorts['store'] = {
      ...store,
      read: async (keys) => {
        const items = await store.read(keys);
        if (keys.some(({ sk }) => sk === 'preferences') && reads++ === 0) {
          await store.write(optOut(recipients[0], 'general', LEFT));
          clock.set(clock.now() + 60_000);
        }
        return items;
      },
    };
    await go({ ...ports, store: stalling });
    expect(reads).toBe(2);
    expect(accepted).toEqual([]);
  });

  test('reading preferences costs no requests at a usual rate: they come with the records', async () => {
    const { go, ports, store } = await setting(200);
    const asked: number[] = [];
    const read: SendPorts['store']['read'] = (keys) => {
      if (keys.some(({ sk }) => sk === 'preferences')) asked.push(keys.length);
      return store.read(keys);
    };
    await go({ ...ports, store: { ...store, read } });
    expect(asked).toEqual([100, 100, 100, 100]);
  });
});
