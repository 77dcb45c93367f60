import { campaignKey } from '../../../../lambda-src/domain/campaign/campaign';
import { pauseCampaign, resumeCampaign } from '../../../../lambda-src/domain/campaign/control';
import { runItem } from '../../../../lambda-src/domain/campaign/run-record';
import { Counters } from '../../../../lambda-src/domain/metrics';
import type { Log } from '../../../../lambda-src/domain/ports';
import { RefusalBreaker } from '../../../../lambda-src/functions/send/refusal-breaker';
import { memoryBus } from '../../../support/memory-bus';
import { plannedRun, recipientFor, register } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

const REFUSAL = 'MessageRejected: Address ann@example.org is on the suppression list';
const OWNER = { who: 'ann', why: 'wrong date' };

async function setting() {
  const { store, ref } = await plannedRun([recipientFor(1)]);
  const alerts: { subject: string; text: string; kind: string }[] = [];
  const counted: Record<string, number>[] = [];
  const lines: unknown[][] = [];
  const log = Object.fromEntries(
    ['info', 'warn', 'error'].map((level) => [level, (...line: unknown[]) => void lines.push([level, ...line])]),
  ) as unknown as Log;
  let ids = 0;
  const ports = {
    store,
    clock: virtualClock(),
    bus: memoryBus(),
    log,
    newId: () => `id-${++ids}`,
    metrics: new Counters((values) => void counted.push(Object.fromEntries(values))),
    notices: {
      publish: async (subject: string, text: string, { kind }: { kind: string }) =>
        void alerts.push({ subject, text, kind }),
    },
  };
  const worker = (more: Partial<typeof ports> = {}) => RefusalBreaker.of(ref, {}, { ...ports, ...more });
  return {
    ...ports,
    ports,
    ref,
    alerts,
    lines,
    worker,
    /** Answers of SES to a worker that begins now; all of them are refusals. */
    refuse: async (count = 12, more: Partial<typeof ports> = {}) => {
      const breaker = await worker(more);
      for (let at = 0; at < count; at += 1) await breaker.note(REFUSAL);
      await breaker.report(REFUSAL);
      return breaker;
    },
    resume: () => resumeCampaign(ref.campaignDigest, { who: 'ann', why: 'it is fine' }, ports),
    later: () => ports.clock.set(ports.clock.now() + 31_000),
    paused: () => store.get(campaignKey(ref.campaignDigest))?.paused,
    item: () => store.get(runItem(ref, 'brake')),
    pauses: () => {
      ports.metrics.flush();
      return counted.reduce((sum, { CampaignsPaused = 0 }) => sum + CampaignsPaused, 0);
    },
  };
}

const SNS_AWAY = { notices: { publish: async () => Promise.reject(new Error('SNS is away')) } };

test('a pause is one alert, one metric and one event, without an address in any of them', async () => {
  const { refuse, alerts, bus, pauses, item, lines, ref } = await setting();
  const breaker = await refuse();
  expect(breaker.tripped).toBe(true);
  expect(alerts.map(({ kind, subject }) => [kind, subject])).toEqual([['alert', 'MailMatrix: may paused itself']]);
  expect(alerts[0]!.text).toContain('The last refusal: MessageRejected: Address … is on the suppression list');
  expect(bus.events).toHaveLength(1);
  expect(pauses()).toBe(1);
  expect(lines[0]).toEqual([
    'error',
    'paused by its brake',
    {
      campaign: ref.campaignDigest,
      run: 1,
      why: expect.stringMatching(/^SES refused 1\d of 1\d messages/),
      done: 'done',
    },
  ]);
  expect(lines.filter(([level]) => level === 'warn')).toEqual([]);
  expect(JSON.stringify([alerts, bus.events, item(), lines])).not.toContain('ann@');
});

test('an alert that a worker could not give is given by the next one, with the same words', async () => {
  const { refuse, worker, alerts, bus, later, paused, pauses } = await setting();
  await refuse(12, SNS_AWAY);
  expect(paused()).toBeDefined();
  await worker();
  expect(alerts).toEqual([]);
  later();
  await worker();
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({ kind: 'alert', text: expect.stringMatching(/ \d+ of \d+ messages.*Address …/s) });
  expect(JSON.stringify(alerts)).not.toContain('ann@');
  expect(bus.events).toHaveLength(1);
  expect(pauses()).toBe(1);
  later();
  await worker();
  expect(alerts).toHaveLength(1);
});

test.each([
  ['its owner was alerted', {}],
  ['the worker died before it alerted anybody', SNS_AWAY],
])('a pause that was resumed is not made again by a later worker, where %s', async (_, more) => {
  const { refuse, worker, resume, later, paused, item } = await setting();
  await refuse(12, more);
  await resume();
  later();
  const breaker = await worker();
  expect(paused()).toBeUndefined();
  expect(breaker.tripped).toBe(false);
  expect(item()?.why).toBeUndefined();
});

test('several workers alert once, though each meets refusals that were under way', async () => {
  const { refuse, alerts, later, pauses, ...world } = await setting();
  const [one, two, three] = [await world.worker(), await world.worker(), await world.worker()];
  const all = [one, two, three].map(async (breaker) => {
    for (let at = 0; at < 30; at += 1) await breaker.note(REFUSAL);
    await breaker.report();
  });
  await Promise.all(all);
  later();
  await refuse();
  expect(alerts).toHaveLength(1);
  expect(pauses()).toBe(1);
});

test('refusals from before a resume are not held against the run after it', async () => {
  const { refuse, worker, resume, paused } = await setting();
  const old = await worker();
  await refuse();
  await refuse(10);
  await resume();
  await refuse(1);
  expect(paused()).toBeUndefined();
  for (let at = 0; at < 10; at += 1) await old.note(REFUSAL);
  expect(paused()).toBeUndefined();
});

test('a worker that goes on over a resume counts again after it', async () => {
  const { refuse, worker, resume, paused } = await setting();
  const old = await worker();
  await refuse();
  await resume();
  for (let at = 0; at < 40 && !paused(); at += 1) await old.note(REFUSAL);
  expect(paused()).toBeDefined();
});

test('a second pause after a resume is a second alert', async () => {
  const { refuse, resume, later, alerts, paused } = await setting();
  await refuse();
  await resume();
  later();
  await refuse();
  expect(paused()).toBeDefined();
  expect(alerts).toHaveLength(2);
});

test('a worker of an older run neither pauses the newer one nor says that it did', async () => {
  const { refuse, store, alerts, bus, paused, pauses, lines } = await setting();
  await register(store, 2);
  await refuse();
  expect(lines).toEqual([]);
  expect(paused()).toBeUndefined();
  expect(alerts).toEqual([]);
  expect(bus.events).toEqual([]);
  expect(pauses()).toBe(0);
});

test('a campaign that its owner paused did not pause itself', async () => {
  const { refuse, ports, ref, alerts, paused, pauses } = await setting();
  await pauseCampaign(ref.campaignDigest, OWNER, ports);
  await refuse();
  expect(paused()).toBe(OWNER.why);
  expect(alerts).toEqual([]);
  expect(pauses()).toBe(0);
});

test('of a campaign whose record is gone nothing is paused, alerted or lost', async () => {
  const { refuse, store, ref, alerts, pauses, lines } = await setting();
  const { pk, sk } = campaignKey(ref.campaignDigest);
  store.items.delete(`${pk}\n${sk}`);
  await refuse();
  expect(alerts).toEqual([]);
  expect(pauses()).toBe(0);
  expect(lines.filter(([level]) => level === 'warn')).toEqual([]);
});

describe('a pause that one worker decides on', () => {
  const isBrake = (sk: string) => sk.startsWith('brake#');

  test('is made and alerted by the next, if it died before it paused the campaign', async () => {
    const { refuse, worker, store, ref, later, paused, alerts, pauses } = await setting();
    const { sk } = campaignKey(ref.campaignDigest);
    const write: typeof store.write = (update) =>
      update.key.sk === sk ? Promise.reject(new Error('killed')) : store.write(update);
    await refuse(12, { store: { ...store, write } });
    expect(paused()).toBeUndefined();
    later();
    expect((await worker()).tripped).toBe(true);
    expect(paused()).toMatch(/^SES refused/);
    expect([alerts.length, pauses()]).toEqual([1, 1]);
  });

  test('is not decided again by another while it is under way', async () => {
    const { refuse, item, store, ref, clock } = await setting();
    const { pk, sk } = runItem(ref, 'brake');
    const trip = { why: 'theirs', last: 'their refusal', trippedAt: clock.now() };
    store.items.set(`${pk}\n${sk}`, { pk, sk, v: 1, stamp: 'x', tried: 0, refused: 0, ...trip });
    await refuse(11);
    expect(item()).toMatchObject(trip);
  });

  test('is settled once: what another settled stays settled, and a newer one stays open', async () => {
    const { refuse, store, ref, item, notices, lines, resume, later } = await setting();
    const { pk, sk } = runItem(ref, 'brake');
    const { publish } = notices;
    let meanwhile: object = {};
    notices.publish = async (...of) => {
      const { why: _why, ...settled } = item()!;
      store.items.set(`${pk}\n${sk}`, { ...settled, ...meanwhile, pk, sk });
      return publish(...of);
    };
    await refuse();
    expect(item()).toMatchObject({ notified: expect.any(String) });
    await resume();
    later();
    meanwhile = { why: 'a newer one' };
    await refuse();
    expect(item()).toMatchObject({ why: 'a newer one' });
    expect(lines.filter(([level]) => level === 'warn')).toEqual([]);
  });

  test('is one more write, and answers that decide nothing are one alone', async () => {
    const { worker, store, refuse } = await setting();
    let writes = 0;
    const write: typeof store.write = (update) => {
      if (isBrake(update.key.sk)) writes += 1;
      return store.write(update);
    };
    const breaker = await worker({ store: { ...store, write } });
    for (let at = 0; at < 10; at += 1) await breaker.note();
    expect(writes).toBe(1);
    // Four reports of three refusals each, and the alert.
    await refuse(12, { store: { ...store, write } });
    expect(writes).toBe(1 + 4 + 1);
  });
});

describe('the answers of a run', () => {
  const accept = async (breaker: RefusalBreaker, count: number) => {
    for (let at = 0; at < count; at += 1) await breaker.note();
  };

  test('are written by tens until fifty were accepted, then by fifties', async () => {
    const { worker, item, ref, clock, paused } = await setting();
    const breaker = await worker();
    await accept(breaker, 9);
    expect(item()).toBeUndefined();
    await accept(breaker, 1);
    const expires = Math.floor(clock.now() / 1000) + 30 * 86_400;
    const of = { ...runItem(ref, 'brake'), v: 1, stamp: expect.any(String), refused: 0, expires };
    expect(item()).toEqual({ ...of, tried: 10 });
    expect(breaker.passed).toBe(false);
    await accept(breaker, 40);
    expect(item()).toEqual({ ...of, tried: 0, passed: true });
    expect(breaker.passed).toBe(true);
    await accept(breaker, 49);
    expect(item()).toMatchObject({ tried: 0 });
    await breaker.report();
    expect(item()).toMatchObject({ tried: 49, refused: 0, passed: true });
    expect([paused(), breaker.tripped]).toEqual([undefined, false]);
    expect((await worker()).passed).toBe(true);
  });

  test('are none of a worker without answers', async () => {
    const { worker, item } = await setting();
    await (await worker()).report();
    expect(item()).toBeUndefined();
  });

  test('add up over workers that write at once', async () => {
    const { worker, item } = await setting();
    const workers = await Promise.all([1, 2, 3, 4, 5].map(() => worker()));
    for (const one of workers) await accept(one, 9);
    await Promise.all(workers.map((one) => one.report()));
    expect(item()).toMatchObject({ tried: 45, refused: 0 });
  });

  test('are added once, if a write is repeated because its answer was lost', async () => {
    const { worker, item, store, resume, refuse } = await setting();
    const write: typeof store.write = async (update) => {
      await store.write(update);
      return store.write(update);
    };
    const breaker = await worker({ store: { ...store, write } });
    await accept(breaker, 10);
    expect(item()).toMatchObject({ tried: 10 });
    await refuse();
    await resume();
    await accept(await worker({ store: { ...store, write } }), 10);
    expect(item()).toMatchObject({ tried: 10, refused: 0, resumes: 1 });
  });

  test('are written one report at a time; those that come meanwhile are in the next', async () => {
    const { worker, item, store } = await setting();
    let underWay = 0;
    let most = 0;
    const write: typeof store.write = async (update) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((done) => setImmediate(done));
      underWay -= 1;
      return store.write(update);
    };
    const breaker = await worker({ store: { ...store, write } });
    await Promise.all(Array.from({ length: 30 }, () => breaker.note()));
    await breaker.report();
    expect(most).toBe(1);
    expect(item()).toMatchObject({ tried: 30 });
  });

  test('that could not be written are missing, and sending goes on', async () => {
    const { worker, store, lines, item } = await setting();
    const write = () => Promise.reject(new Error('the ledger is away'));
    await accept(await worker({ store: { ...store, write } }), 10);
    expect(lines).toEqual([['warn', 'refusals were not counted', { run: 1, reason: 'the ledger is away' }]]);
    expect(item()).toBeUndefined();
  });
});
