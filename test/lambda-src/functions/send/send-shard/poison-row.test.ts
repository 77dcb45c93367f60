import { runItem } from '../../../../../lambda-src/domain/campaign/run-record';
import { STATE } from '../../../../../lambda-src/domain/ledger/record';
import type { Item } from '../../../../../lambda-src/domain/ledger/store';
import type { SendPorts } from '../../../../../lambda-src/functions/send/ports';
import { urls } from '../../../../support/run';
import { setting, THROTTLED } from './setting';

describe('a row that kills its worker', () => {
  /** As a worker leaves it that died over these rows. */
  const diedOver = ({ store, ref }: Awaited<ReturnType<typeof setting>>, first: number, last: number, more = {}) => {
    const key = { pk: `shard#${ref.campaignDigest}#1`, sk: 'shard#00001' };
    store.items.set(`${key.pk}\n${key.sk}`, { ...key, v: 1, first, last, ...more });
    return () => store.get(key);
  };

  test('is found by trying the rows of the dead worker one by one', async () => {
    const world = await setting(5);
    const checkpoint = diedOver(world, 1, 5);
    const entered: unknown[] = [];
    const { write } = world.store;
    world.store.write = async (update) => {
      if (update.key.sk === 'shard#00001' && update.set.first) entered.push(update.set.first);
      return write(update);
    };
    expect(await world.go()).toMatchObject({ done: true });
    expect(entered).toEqual([1, 2, 3, 4, 5]);
    expect(world.accepted).toHaveLength(5);
    expect(checkpoint()?.first).toBeUndefined();
  });

  test('is refused when it killed a second one, and the others get their mail', async () => {
    const world = await setting(5);
    diedOver(world, 3, 3, { alone: true, until: 0 });
    expect(await world.go()).toMatchObject({ done: true });
    expect(world.record(3)).toMatchObject({ state: STATE.refused, reason: expect.stringContaining('crashed') });
    expect(world.accepted.map(({ to }) => to)).not.toContain('p3@example.org');
    expect(world.accepted).toHaveLength(4);
  });

  test('is not accused when the first that died had no other row to mail', async () => {
    const world = await setting(1);
    diedOver(world, 1, 1, { alone: false, until: 0 });
    expect(await world.go()).toMatchObject({ done: true });
    expect(world.record(1)?.state).toBe(STATE.sent);
  });

  test.each([
    [1, 'a shard of one row'],
    [2, 'a shard of two, of which one is sent'],
  ])('is not accused by one death, in which it was the only row under way: %d, %s', async (rows) => {
    const world = await setting(rows);
    if (rows > 1) world.put(world.recipients[0]!, { state: STATE.sent, messageId: 'm-0' } as never);
    // The worker dies over it.
    const never = new Promise<never>(() => {});
    let dead = false;
    const consentUrls: SendPorts['consentUrls'] = (link) => {
      dead = true;
      return urls(link);
    };
    const write: SendPorts['store']['write'] = (update) => (dead ? never : world.store.write(update));
    void world.go({ consentUrls, store: { ...world.store, write } });
    for (let turns = 0; turns < 200 && !dead; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(dead).toBe(true);
    world.clock.set(world.clock.now() + 3_600_000);
    expect(await world.go()).toMatchObject({ done: true });
    expect(world.record(rows)?.state).toBe(STATE.sent);
  });

  test('is not accused while its worker may be alive: the shard waits until Lambda has ended it', async () => {
    const world = await setting(2);
    const checkpoint = diedOver(world, 1, 1, { alone: true, until: world.ports.clock.now() + 60_000 });
    expect(await world.go()).toMatchObject({ done: false, waitSeconds: 80 });
    expect(checkpoint()).toMatchObject({ first: 1, last: 1 });
    expect(world.accepted).toEqual([]);
  });

  test('is not refused over a mail that was sent', async () => {
    const world = await setting(1);
    await world.go();
    diedOver(world, 1, 1, { alone: true, until: 0 });
    await world.go();
    expect(world.record(1)?.state).toBe(STATE.sent);
  });

  /** What the checkpoint says, and who is under way, at each request. */
  const watched = (world: Awaited<ReturnType<typeof setting>>, checkpoint: () => Item | undefined) => {
    const seen: { row: number; first: number; last: number; alone: boolean; underWay: number }[] = [];
    let underWay = 0;
    const send: SendPorts['ses']['send'] = async (mail) => {
      const { first, last, alone }: Partial<Item> = checkpoint() ?? {};
      underWay += 1;
      const row = Number(/\d+/.exec(mail.to)![0]);
      seen.push({ row, first: Number(first), last: Number(last), alone: alone === true, underWay });
      await world.clock.sleep(60);
      underWay -= 1;
      return { messageId: `m-${row}` };
    };
    return { seen, ports: { ses: { ...world.ports.ses, send } } };
  };
  const breakerOff = ({ store, ref }: Awaited<ReturnType<typeof setting>>) => {
    const key = runItem(ref, 'brake');
    store.items.set(`${key.pk}\n${key.sk}`, { ...key, v: 1, passed: true });
  };

  test('is in the checkpoint for as long as it is under way', async () => {
    const world = await setting(180);
    breakerOff(world);
    const { seen, ports } = watched(world, diedOver(world, 999, 999));
    expect(await world.go(ports)).toMatchObject({ done: true });
    expect(seen).toHaveLength(180);
    expect(seen.filter(({ row, first, last }) => row < first || row > last)).toEqual([]);
  });

  test('is not taken for another: whoever is tried alone is alone', async () => {
    const world = await setting(120);
    breakerOff(world);
    const { seen, ports } = watched(world, diedOver(world, 51, 60));
    expect(await world.go(ports)).toMatchObject({ done: true });
    expect(seen).toHaveLength(120);
    const alone = seen.filter((one) => one.alone);
    expect(alone).toHaveLength(10);
    expect(alone.filter(({ row, first, last, underWay }) => row !== first || row !== last || underWay > 1)).toEqual([]);
  });

  test('is looked for by tens first: a hundred rows are not one by one what one worker’s death costs', async () => {
    const world = await setting(150);
    breakerOff(world);
    const { seen, ports } = watched(world, diedOver(world, 31, 130));
    expect(await world.go(ports)).toMatchObject({ done: true });
    expect(seen).toHaveLength(150);
    const few = seen.filter(({ row }) => row >= 31 && row <= 130);
    expect(few.filter(({ row, first, last }) => row < first || row > last || last - first >= 10)).toEqual([]);
    expect(new Set(few.map(({ first }) => first)).size).toBe(10);
    expect(Math.max(...few.map(({ underWay }) => underWay))).toBeGreaterThan(1);
  });

  test('is found among the ten that a second worker died over, and so is another of the first hundred', async () => {
    const world = await setting(120);
    breakerOff(world);
    const checkpoint = diedOver(world, 1, 100);
    const killers = [37, 82];
    const never = new Promise<never>(() => {});
    /** Whether the worker dies, with whatever it is at. */
    const dies = () =>
      new Promise<boolean>((ended, failed) => {
        let dead = false;
        const consentUrls: SendPorts['consentUrls'] = (link) => {
          if (killers.some((row) => link.pks.includes(world.recipients[row - 1]!.pk))) {
            dead = true;
            ended(true);
          }
          return urls(link);
        };
        const write: SendPorts['store']['write'] = (update) => (dead ? never : world.store.write(update));
        const store = { ...world.store, write };
        world.go({ consentUrls, store }).then(() => ended(false), failed);
      });
    let deaths = 0;
    while (await dies()) {
      deaths += 1;
      world.clock.set(world.clock.now() + 3_600_000);
    }
    expect(deaths).toBe(4);
    const refused = world.recipients.map((_, at) => at + 1).filter((row) => world.record(row)?.state === STATE.refused);
    expect(refused).toEqual(killers);
    expect(checkpoint()?.first).toBeUndefined();
  });

  test('is not a worker that ended well, or failed and said so', async () => {
    const world = await setting(3);
    const checkpoint = diedOver(world, 9, 9);
    await world.go({ ses: { ...world.ports.ses, send: async () => Promise.reject(THROTTLED) } });
    expect(checkpoint()?.first).toBeUndefined();
  });
});
