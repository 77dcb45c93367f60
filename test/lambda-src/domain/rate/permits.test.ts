import { type PermitPorts, Permits } from '../../../../lambda-src/domain/rate/permits';
import type { Owner } from '../../../../lambda-src/domain/rate/rate-record';
import { sendResultOf } from '../../../../lambda-src/domain/sending/send-result';
import { random } from '../../../../local/random';
import { PRODUCTION } from '../../../support/memory-ses';
import { memoryStore } from '../../../support/memory-store';
import { silent } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

/** A ledger that takes its time. */
function setting(
  milliseconds: number,
  maxPerSecond: number | ((now: number) => number) = 100,
  ends = Number.POSITIVE_INFINITY,
) {
  const clock = virtualClock(1_000_000);
  const memory = memoryStore();
  const writes: number[] = [];
  let ids = 0;
  const next = random(1);
  const some = () => milliseconds * (0.25 + 0.5 * next());
  const ports: PermitPorts = {
    store: {
      ...memory,
      read: async (keys) => {
        const found = await memory.read(keys);
        await clock.sleep(some());
        return found;
      },
      write: async (update) => {
        writes.push(clock.now());
        const written = await memory.write(update);
        await clock.sleep(some());
        return written;
      },
    },
    clock,
    newId: () => `id-${++ids}`,
    ses: {
      resultOf: sendResultOf,
      account: async () => ({
        ...PRODUCTION,
        maxPerSecond: typeof maxPerSecond === 'number' ? maxPerSecond : maxPerSecond(clock.now()),
      }),
    },
    log: silent,
    random: next,
    remaining: () => ends - clock.now(),
  };
  const permits = (owner: Partial<Owner> = {}) =>
    Permits.of({ campaign: 'c1', mailer: 'm1', accountShare: 1, ...owner }, ports);
  /** When turns began: of so many workers, each with so many messages under way, until a time. */
  const running = async (seconds: number, workers: number, owner: Partial<Owner> = {}, underWay = 100) => {
    const times: number[] = [];
    const until = 1_000_000 + seconds * 1000;
    const work = async () => {
      const mine = await permits(owner);
      const one = async () => {
        for (;;) {
          const turn = await mine.acquire();
          if (!turn || clock.now() >= until) return;
          times.push(clock.now());
          // What a request takes.
          await clock.sleep(80);
        }
      };
      await Promise.all(Array.from({ length: underWay }, one));
    };
    await Promise.all(Array.from({ length: workers }, work));
    return times;
  };
  return { clock, permits: permits, running, writes };
}

const turns = async (permits: Permits, count: number, now: () => number): Promise<number[]> => {
  const times: number[] = [];
  await Promise.all(Array.from({ length: count }, () => permits.acquire().then(() => times.push(now()))));
  return times;
};

function busiest(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < sorted.length; to += 1) {
    while (sorted[from]! <= sorted[to]! - 1000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/** A second, after the first and before the last. */
const perSecond = (times: readonly number[], seconds: number): number =>
  times.filter((at) => at >= 1_001_000 && at < 1_000_000 + seconds * 1000).length / (seconds - 1);

test.each([0, 10, 100, 400, 900])(
  'a ledger that takes %d ms lets everybody have a turn, at no more than the rate',
  async (milliseconds) => {
    const { clock, permits, writes } = setting(milliseconds);
    const times = await turns(await permits(), 300, clock.now);
    expect(times).toHaveLength(300);
    expect(busiest(times)).toBeLessThanOrEqual(101 + 25);
    // Some permits expire before it is known how slow the ledger is, and not many.
    expect(writes.length).toBeLessThan(40);
  },
);

test.each([
  [14, 2],
  [200, 3],
  [1000, 11],
])('at %d a second, %d workers use all of it and no more', async (rate, workers) => {
  const { running, writes } = setting(20, rate);
  const times = await running(6, workers);
  expect(perSecond(times, 6)).toBeGreaterThan(0.985 * rate);
  expect(busiest(times)).toBeLessThanOrEqual(1.01 * rate + 2);
  // Not one reservation a message.
  expect(perSecond(writes, 6)).toBeLessThan(rate / (rate > 100 ? 8 : 2));
});

test.each([14, 200, 1000])('at %d a second, a large campaign leaves two small ones their share', async (rate) => {
  const { running } = setting(20, rate);
  const [large, ...small] = await Promise.all([
    running(8, 6, { campaign: 'large' }),
    running(8, 2, { campaign: 'small' }),
    running(8, 2, { campaign: 'other', mailer: 'm2' }),
  ]);
  const all = [large, ...small].flat();
  expect(busiest(all)).toBeLessThanOrEqual(1.01 * rate + 2);
  expect(perSecond(all, 8)).toBeGreaterThan(0.98 * rate);
  for (const times of small) expect(perSecond(times, 8)).toBeGreaterThan(0.27 * rate);
});

test('what a campaign does not use of its share is the others’, and all of it once it has ended', async () => {
  const { running } = setting(20, 200);
  const [large, slow] = await Promise.all([
    running(8, 3, { campaign: 'large' }),
    running(4, 1, { campaign: 'slow' }, 1),
  ]);
  expect(slow.length).toBeLessThan(60);
  const both = [...large, ...slow];
  expect(busiest(both)).toBeLessThanOrEqual(202);
  expect(perSecond(both, 8)).toBeGreaterThan(0.985 * 200);
});

test('mailers on one ledger share the account; a bound is its own mailer’s alone', async () => {
  const { running } = setting(20, 200);
  const [free, bounded] = await Promise.all([
    running(8, 3, { campaign: 'a', mailer: 'free' }),
    running(8, 1, { campaign: 'b', mailer: 'bounded', maxPerSecond: 20 }),
  ]);
  expect(busiest([...free, ...bounded])).toBeLessThanOrEqual(202);
  expect(busiest(bounded)).toBeLessThanOrEqual(20 + 5 + 1);
  expect(perSecond(bounded, 8)).toBeGreaterThan(0.95 * 20);
  expect(perSecond([...free, ...bounded], 8)).toBeGreaterThan(0.98 * 200);
});

test('one who is throttled eases the rate of all', async () => {
  const { clock, permits } = setting(10, 100);
  const [one, other] = [await permits(), await permits({ campaign: 'c2' })];
  const throttle = { kind: 'retry', reason: 'r', throttled: true } as const;
  await one.answered((await one.acquire())!, throttle);
  await one.answered((await one.acquire())!, throttle);
  await turns(other, 10, clock.now);
  const times = await turns(other, 20, clock.now);
  expect((times.at(-1)! - times[0]!) / 19).toBeGreaterThan(10.9);
});

test('a permit that was missed is another’s no more, and another permit is taken', async () => {
  const { clock, permits } = setting(0);
  const mine = await permits();
  const turn = (await mine.acquire())!;
  expect(mine.isGood(turn)).toBe(true);
  clock.set(clock.now() + 251);
  expect(mine.isGood(turn)).toBe(false);
  expect((await mine.acquire(turn))!.at).toBeGreaterThan(turn.at + 250);
});

test('whoever waits is told when the ledger fails', async () => {
  const { permits } = setting(0, 10);
  const failing = await permits();
  const broken = failing as unknown as { ports: { store: unknown } };
  broken.ports.store = { read: () => Promise.reject(new Error('down')) };
  await expect(Promise.all([failing.acquire(), failing.acquire()])).rejects.toThrow('down');
});

test('a turn that would come after the worker’s last chance is given up in time, by a mailer’s bound as by the account’s', async () => {
  for (const [account, owner] of [
    [1 / 600, {}],
    [100, { maxPerSecond: 0.01 }],
  ] as const) {
    const { clock, permits } = setting(10, account, 1_000_000 + 60_000);
    const mine = await permits(owner);
    const turns = await Promise.all([1, 2, 3].map(() => mine.acquire()));
    expect(turns.filter((turn) => turn !== undefined)).toHaveLength(1);
    expect(mine.blocked).toBeUndefined();
    expect(clock.now()).toBeLessThanOrEqual(1_000_000 + 60_000);
  }
});

test.each([1, 3])(
  'a spent quota is tried by one of %d workers, with one request, and the others wait for what it says',
  async (workers) => {
    const { clock, permits } = setting(10);
    const spent = { kind: 'wait', reason: 'Daily message quota exceeded.' } as const;
    const first = await permits();
    const asked = await first.acquire();
    await first.answered(asked!, spent);
    expect(first.blocked).toMatchObject({ kind: 'quota' });
    // Nobody asks while it is blocked.
    expect(await first.acquire()).toBeUndefined();
    expect((await permits()).blocked).toMatchObject({ kind: 'quota' });

    clock.set(clock.now() + 61_000);
    const all = await Promise.all(Array.from({ length: workers }, () => permits()));
    const got: { readonly at: number; readonly probe: boolean; readonly of: Permits }[] = [];
    const pending = all.flatMap((of) =>
      [1, 2, 3].map(async () => {
        const permit = await of.acquire();
        if (!permit) return;
        got.push({ ...permit, of });
        // What a request takes; nobody else may send meanwhile.
        await clock.sleep(2_000);
        const underWay = got.filter(({ probe }) => probe);
        expect(underWay).toHaveLength(1);
        await of.answered(permit, spent);
        of.release(permit);
      }),
    );
    await Promise.all(pending);
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ probe: true });
    expect(got[0]!.of.blocked).toMatchObject({ kind: 'quota' });
  },
);

test('once the one who tries is let through, everybody sends', async () => {
  const { clock, permits } = setting(10);
  const first = await permits();
  await first.answered((await first.acquire())!, { kind: 'wait', reason: 'Daily message quota exceeded.' });
  clock.set(clock.now() + 61_000);
  const again = await permits();
  const permit = (await again.acquire())!;
  expect(permit.probe).toBe(true);
  await again.answered(permit, { kind: 'accepted', messageId: 'm' });
  again.release(permit);
  const next = await Promise.all([again.acquire(), again.acquire(), again.acquire()]);
  expect(next.map((one) => one?.probe)).toEqual([false, false, false]);
});

test('a rate that SES raised is used ten seconds later', async () => {
  const raised = 1_003_000;
  const { running } = setting(10, (now) => (now < raised ? 10 : 40));
  const times = await running(20, 2);
  const between = (from: number, to: number) => times.filter((at) => at >= from && at < to).length;
  expect(between(1_000_000, raised)).toBeLessThanOrEqual(35);
  // Whoever reserves asks once its word is ten seconds old; permits that were reserved before are used first.
  expect(between(raised + 12_000, raised + 16_000)).toBeGreaterThan(140);
});
