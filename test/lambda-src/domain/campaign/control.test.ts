import { asCampaign, campaignKey } from '../../../../lambda-src/domain/campaign/campaign';
import {
  act,
  allowResend,
  cancelCampaign,
  controlKeys,
  isTorn,
  pauseAll,
  pauseCampaign,
  pauseSeconds,
  readActions,
  resumeAll,
  resumeCampaign,
  sendBlockOf,
} from '../../../../lambda-src/domain/campaign/control';
import { asObject, objectKey } from '../../../../lambda-src/domain/campaign/list-object';
import { conclude, enter, runKey, stop } from '../../../../lambda-src/domain/campaign/run-record';
import type { Update } from '../../../../lambda-src/domain/ledger/store';
import { changeRate, RATE_KEY } from '../../../../lambda-src/domain/rate/rate';
import { memoryStore } from '../../../support/memory-store';
import { register, runRecord, runRef } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

const DIGEST = runRef().campaignDigest;
const ANN = { who: 'arn:aws:iam::111122223333:user/ann', why: 'wrong date' };
const BEN = { who: 'arn:aws:iam::111122223333:user/ben', why: 'the date is right now' };

type Setting = Awaited<ReturnType<typeof setting>>;

async function setting(run = 1) {
  const store = memoryStore();
  await register(store, run);
  const clock = virtualClock();
  let ids = 0;
  const ports = { store, clock, newId: () => `id-${++ids}` };
  const held = async (of = run) => sendBlockOf(await store.read(controlKeys({ campaignDigest: DIGEST, run: of })));
  const actions = () =>
    [...store.items.values()]
      .filter(({ sk }) => sk.startsWith('action#'))
      .map(({ pk, what, who, why, when, run: of }) => ({ pk, what, who, why, when, of }));
  return { store, clock, ports, held, actions, record: () => asCampaign(store.get(campaignKey(DIGEST)))! };
}

test('a pause holds the campaign until a resume, and both say who, when and why', async () => {
  const { ports, held, actions, clock } = await setting(2);
  expect(await pauseCampaign(DIGEST, ANN, ports)).toBe('done');
  expect(await held()).toEqual({ kind: 'wait', reason: 'paused: wrong date', since: clock.now() });
  clock.set(clock.now() + 60_000);
  expect(await resumeCampaign(DIGEST, BEN, ports)).toBe('done');
  expect(await held()).toBeUndefined();
  const pk = `campaign#${DIGEST}`;
  expect(actions()).toEqual([
    { pk, what: 'pause', ...ANN, when: '2026-11-25T01:00:00.000Z', of: 2 },
    { pk, what: 'resume', ...BEN, when: '2026-11-25T01:01:00.000Z', of: 2 },
  ]);
});

test('a pause is of the campaign: the next upload waits, too', async () => {
  const { ports, held, store } = await setting(1);
  await pauseCampaign(DIGEST, ANN, ports);
  await register(store, 2);
  expect(await held(2)).toMatchObject({ kind: 'wait' });
});

test('what is so already is not done again, and what is not there is unknown', async () => {
  const { ports, actions, record } = await setting();
  expect(await resumeCampaign(DIGEST, ANN, ports)).toBe('already');
  await pauseCampaign(DIGEST, ANN, ports);
  expect(await pauseCampaign(DIGEST, BEN, ports)).toBe('already');
  expect(record()).toMatchObject({ paused: ANN.why, pausedBy: ANN.who });
  expect(actions()).toHaveLength(1);
  for (const act of [pauseCampaign, resumeCampaign, cancelCampaign])
    expect(await act('no-such-digest', ANN, ports)).toBe('unknown');
});

test('the newest actions are read, the last one first', async () => {
  const { ports, store, clock } = await setting();
  for (const change of [pauseCampaign, resumeCampaign, pauseCampaign]) {
    clock.set(clock.now() + 1_000);
    await change(DIGEST, ANN, ports);
  }
  const read = async (most: number) => (await readActions(campaignKey(DIGEST), most, store)).map(({ what }) => what);
  expect(await read(20)).toEqual(['pause', 'resume', 'pause']);
  expect(await read(2)).toEqual(['pause', 'resume']);
});

test('the breaker pauses the run that it judged and no other', async () => {
  const { ports, held } = await setting(3);
  expect(await pauseCampaign(DIGEST, ANN, ports, { run: 2 })).toBe('superseded');
  expect(await held()).toBeUndefined();
  expect(await pauseCampaign(DIGEST, ANN, ports, { run: 3 })).toBe('done');
});

test('the breaker pauses only what nobody has resumed since it judged', async () => {
  const { ports } = await setting();
  for (const resumes of [0, 1]) {
    expect(await pauseCampaign(DIGEST, ANN, ports, { resumes: 1 - resumes })).toBe('superseded');
    expect(await pauseCampaign(DIGEST, ANN, ports, { resumes })).toBe('done');
    await resumeCampaign(DIGEST, BEN, ports);
  }
});

test.each([
  ['another run gets the turn', { run: 1 }, async ({ store }: Setting) => register(store, 2)],
  [
    'somebody pauses and resumes it',
    { resumes: 0 },
    async ({ ports }: Setting) => {
      await pauseCampaign(DIGEST, BEN, ports);
      await resumeCampaign(DIGEST, BEN, ports);
    },
  ],
])('a pause by the breaker is not written where meanwhile %s', async (_, guard, meanwhile) => {
  const world = await setting();
  const { store, ports, record } = world;
  let happened = false;
  const write: typeof store.write = async (update) => {
    if (update.set.paused === ANN.why && !happened) {
      happened = true;
      await meanwhile(world);
    }
    return store.write(update);
  };
  expect(await pauseCampaign(DIGEST, ANN, { ...ports, store: { ...store, write } }, guard)).toBe('superseded');
  expect(happened).toBe(true);
  expect(record().paused).toBeUndefined();
});

test('each resume of a campaign is counted, by a cancel as well', async () => {
  const { ports, record } = await setting();
  expect(record().resumes).toBeUndefined();
  for (const [change, resumes] of [
    [resumeCampaign, 1],
    [cancelCampaign, 2],
  ] as const) {
    await pauseCampaign(DIGEST, ANN, ports);
    await change(DIGEST, BEN, ports);
    expect(record().resumes).toBe(resumes);
  }
});

test('a cancel ends every run that has not ended, and the next one sends', async () => {
  const { ports, held, store } = await setting(1);
  await store.write(enter(runRecord(2)));
  await pauseCampaign(DIGEST, ANN, ports);
  expect(await cancelCampaign(DIGEST, BEN, ports)).toBe('done');
  const stopped = { kind: 'stop', reason: 'cancelled: the date is right now' };
  expect([await held(1), await held(2)]).toEqual([stopped, stopped]);
  expect(await cancelCampaign(DIGEST, BEN, ports)).toBe('already');
  await register(store, 3);
  expect(await held(3)).toBeUndefined();
  expect(await held(1)).toEqual(stopped);
});

test('a cancel is logged once, however many runs it stops', async () => {
  const { ports, store, actions, clock } = await setting(1);
  await store.write(enter(runRecord(2)));
  await cancelCampaign(DIGEST, BEN, ports);
  const when = new Date(clock.now()).toISOString();
  expect(actions()).toEqual([{ pk: `campaign#${DIGEST}`, what: 'cancel', ...BEN, when, of: 1 }]);
});

test('a cancel takes back the pause of a campaign whose runs have all ended', async () => {
  const { ports, store, record } = await setting(1);
  await store.write(conclude(runKey({ campaignDigest: DIGEST, run: 1 }), 'settled'));
  await pauseCampaign(DIGEST, ANN, ports);
  expect(await cancelCampaign(DIGEST, BEN, ports)).toBe('done');
  expect(record().paused).toBeUndefined();
});

test('a cancel leaves runs alone that have ended, and says that there is nothing to cancel', async () => {
  const { ports, store } = await setting(1);
  const key = runKey({ campaignDigest: DIGEST, run: 1 });
  await store.write(conclude(key, 'settled'));
  expect(await cancelCampaign(DIGEST, ANN, ports)).toBe('already');
  expect(store.get(key)?.stopped).toBeUndefined();
});

test('the first reason why a run is stopped stands', async () => {
  const { ports, held, store } = await setting(1);
  await store.write(stop(runKey({ campaignDigest: DIGEST, run: 1 }), 'SES forbids it'));
  expect(await cancelCampaign(DIGEST, ANN, ports)).toBe('already');
  expect(await held()).toEqual({ kind: 'stop', reason: 'SES forbids it' });
});

test('a run that comes while a campaign is cancelled is cancelled as well', async () => {
  const { ports, store, held } = await setting(1);
  let raced = false;
  const write = async (update: Update) => {
    if (update.set.stopped && !raced) {
      raced = true;
      await store.write(enter(runRecord(2)));
    }
    return store.write(update);
  };
  expect(await cancelCampaign(DIGEST, ANN, { ...ports, store: { ...store, write } })).toBe('done');
  expect(await held(2)).toMatchObject({ kind: 'stop', reason: 'cancelled: wrong date' });
});

test('a run that had the turn and has it no more sends nothing', async () => {
  const { held, store } = await setting(1);
  await register(store, 2);
  expect(await held(1)).toEqual({ kind: 'stop', reason: 'run 2 has the campaign’s sending turn' });
  expect(await held(2)).toBeUndefined();
});

test('everything is paused by the rate record, of which permits can be reserved before and after', async () => {
  const { ports, held, actions, store } = await setting();
  expect(await resumeAll(BEN, ports)).toBe('already');
  expect(await pauseAll(ANN, ports)).toBe('done');
  expect(await held()).toMatchObject({ kind: 'wait', reason: 'everything is paused: wrong date' });
  const rate = { ...ports, clock: virtualClock(), random: Math.random };
  expect(await changeRate(rate, (record) => ({ record: { ...record, next: 5 } }))).toBeDefined();
  expect(await held()).toMatchObject({ kind: 'wait' });
  expect(await pauseAll(BEN, ports)).toBe('already');
  expect(await resumeAll(BEN, ports)).toBe('done');
  expect(await held()).toBeUndefined();
  expect(store.get(RATE_KEY)?.reservation).toBeDefined();
  expect(actions().map(({ pk, what }) => [pk, what])).toEqual([
    ['rate', 'pause'],
    ['rate', 'resume'],
  ]);
});

test('an attribute set by hand pauses', async () => {
  const { held, store, ports } = await setting();
  await store.write({ key: campaignKey(DIGEST), when: { absent: 'never' }, set: { paused: 'by hand' } });
  expect(await held()).toEqual({ kind: 'wait', reason: 'paused: by hand' });
  expect(await resumeCampaign(DIGEST, ANN, ports)).toBe('done');
  expect(await held()).toBeUndefined();
});

test('a short pause is looked at soon, a long one every ten minutes, and four weeks of it are within a history', () => {
  const begin = Date.parse('2026-11-25T01:00:00Z');
  const paused = { kind: 'wait', reason: 'paused', since: begin } as const;
  expect(pauseSeconds(paused, 0, begin)).toBe(10);
  expect(pauseSeconds(paused, 3, begin + 8 * 60_000)).toBe(60);
  expect(pauseSeconds(paused, 50, begin + 86_400_000)).toBe(600);
  expect(pauseSeconds(paused, 499, begin + 86_400_000)).toBe(600);
  expect(pauseSeconds(paused, 500, begin + 86_400_000)).toBe(3_600);
  // One that was set by hand has no time: each round counts as a minute.
  expect(pauseSeconds({ ...paused, since: undefined }, 8, begin)).toBe(60);

  for (const since of [begin, undefined]) {
    let now = begin;
    let rounds = 0;
    while (now < begin + 23 * 86_400_000) {
      now += 1000 * pauseSeconds({ ...paused, since }, rounds, now);
      rounds += 1;
    }
    expect(rounds).toBeLessThan(1000);
  }
});

describe('somebody else writes between reading and writing', () => {
  /** Their write comes just before the first of ours to this key. */
  const raced = (world: Awaited<ReturnType<typeof setting>>, sk: string, theirs: () => Promise<unknown>) => {
    let done = false;
    const write = async (update: Update) => {
      if (update.key.sk === sk && !done) {
        done = true;
        await theirs();
      }
      return world.store.write(update);
    };
    return { ...world.ports, store: { ...world.store, write } };
  };

  test('a resume is decided anew by another’s pause, and both leave their actions', async () => {
    const world = await setting();
    await pauseCampaign(DIGEST, ANN, world.ports);
    const ports = raced(world, 'campaign', async () => {
      await resumeCampaign(DIGEST, ANN, world.ports);
      await pauseCampaign(DIGEST, BEN, world.ports);
    });
    expect(await resumeCampaign(DIGEST, ANN, ports)).toBe('done');
    expect(await world.held()).toBeUndefined();
    expect(world.actions().filter(({ what, who }) => what === 'resume' && who === ANN.who)).toHaveLength(3);
  });

  test('a resume after another’s resume comes to the same effect', async () => {
    const world = await setting();
    await pauseCampaign(DIGEST, ANN, world.ports);
    const ports = raced(world, 'campaign', () => resumeCampaign(DIGEST, BEN, world.ports));
    expect(await resumeCampaign(DIGEST, ANN, ports)).toBe('done');
    expect(await world.held()).toBeUndefined();
  });

  test('a pause after another’s pause leaves theirs', async () => {
    const world = await setting();
    const ports = raced(world, 'campaign', () => pauseCampaign(DIGEST, BEN, world.ports));
    expect(await pauseCampaign(DIGEST, ANN, ports)).toBe('already');
    expect(world.record()).toMatchObject({ paused: BEN.why, pausedBy: BEN.who });
  });

  test('a pause after another’s for the same reason leaves theirs', async () => {
    const world = await setting();
    const theirs = { who: BEN.who, why: ANN.why };
    const ports = raced(world, 'campaign', () => {
      world.clock.set(world.clock.now() + 1_000);
      return pauseCampaign(DIGEST, theirs, world.ports);
    });
    expect(await pauseCampaign(DIGEST, ANN, ports)).toBe('already');
    expect(world.record()).toMatchObject({ pausedBy: BEN.who, pausedAt: '2026-11-25T01:00:01.000Z' });
  });

  test('a cancel takes the pause back that it saw, and leaves one that came meanwhile', async () => {
    const world = await setting();
    await pauseCampaign(DIGEST, ANN, world.ports);
    const ports = raced(world, 'campaign', async () => {
      await resumeCampaign(DIGEST, ANN, world.ports);
      await pauseCampaign(DIGEST, BEN, world.ports);
    });
    expect(await cancelCampaign(DIGEST, ANN, ports)).toBe('done');
    expect(world.record()).toMatchObject({ paused: BEN.why });
    expect(await world.held()).toMatchObject({ kind: 'stop', reason: 'cancelled: wrong date' });
  });

  test('what is resent is decided once, whoever else writes the object meanwhile', async () => {
    const world = await setting();
    const key = objectKey({ campaignDigest: DIGEST }, 'campaigns/may.csv');
    const theirs = () => world.store.write({ key, when: { absent: 'run' }, set: { run: 4, sequencer: '0004' } });
    const ports = raced(world, key.sk, theirs);
    expect(await allowResend(DIGEST, 'campaigns/may.csv', ANN, ports)).toBe('done');
    expect(asObject(world.store.get(key))).toMatchObject({ run: 4, sequencer: '0004', resendInDoubt: true });
    expect(world.actions().map(({ what }) => what)).toEqual(['resend-in-doubt']);
  });
});

test('a write that is repeated because its answer was lost is done, and once', async () => {
  const { ports, store, record, actions } = await setting();
  const write = async (update: Update) => {
    await store.write(update);
    return store.write(update);
  };
  const twice = { ...ports, store: { ...store, write } };
  expect(await pauseCampaign(DIGEST, ANN, twice, { run: 1, resumes: 0 })).toBe('done');
  expect(record()).toMatchObject({ paused: ANN.why, pausedBy: ANN.who });
  expect(await resumeCampaign(DIGEST, BEN, twice)).toBe('done');
  expect(record()).toMatchObject({ resumes: 1 });
  expect(await allowResend(DIGEST, 'campaigns/may.csv', ANN, twice)).toBe('done');
  expect(await cancelCampaign(DIGEST, BEN, twice)).toBe('done');
  expect(actions().map(({ what }) => what)).toEqual(['pause', 'resume', 'resend-in-doubt', 'cancel']);
});

test('a resend is allowed for one list of a campaign that is there', async () => {
  const { ports, store, actions } = await setting(2);
  expect(await allowResend('no-such-digest', 'campaigns/may.csv', ANN, ports)).toBe('unknown');
  expect(actions()).toEqual([]);
  expect(await allowResend(DIGEST, 'campaigns/may.csv', ANN, ports)).toBe('done');
  const object = (list: string) => asObject(store.get(objectKey({ campaignDigest: DIGEST }, list)));
  expect(object('campaigns/may.csv')).toMatchObject({ listKey: 'campaigns/may.csv', resendInDoubt: true });
  expect(object('campaigns/june.csv')).toBeUndefined();
  expect(actions()).toMatchObject([{ what: 'resend-in-doubt', ...ANN, of: 2 }]);
});

test('a run is held by its own end as by anything that stops it', async () => {
  const { held, store, record } = await setting(1);
  const key = runKey({ campaignDigest: DIGEST, run: 1 });
  const found = store.get(key)!;
  for (const [state, reason] of [
    ['dead', 'its execution ended'],
    ['settled', 'it has ended'],
    ['rejected', 'it has ended'],
  ] as const) {
    store.items.set(`${key.pk}\n${key.sk}`, { ...found, state });
    expect(await held()).toEqual({ kind: 'stop', reason });
    store.items.set(`${key.pk}\n${key.sk}`, { ...found, state, stopped: 'SES forbids it' });
    expect(await held()).toEqual({ kind: 'stop', reason: 'SES forbids it' });
  }
  // One that has not begun to send may wait for its turn while another has it.
  const { sending: _sending, ...waiting } = found;
  store.items.set(`${key.pk}\n${key.sk}`, { ...waiting, state: 'registered' } as typeof found);
  store.items.set(`${record().pk}\n${record().sk}`, { ...record(), turn: 2 } as unknown as typeof found);
  expect(await held()).toBeUndefined();
  const gone = { kind: 'stop', reason: 'the campaign’s record is gone' };
  store.items.delete(`${key.pk}\n${key.sk}`);
  expect(await held()).toEqual(gone);
  store.items.set(`${key.pk}\n${key.sk}`, found);
  const { pk, sk } = record();
  store.items.delete(`${pk}\n${sk}`);
  expect(await held()).toEqual(gone);
});

test('a run whose records were read on both sides of its first turn is not stopped', async () => {
  const { held, store, record } = await setting(1);
  const { pk, sk } = record();
  const { turn: _turn, sending: _sending, ...before } = record();
  store.items.set(`${pk}\n${sk}`, before as never);
  expect(await held()).toBeUndefined();
});

test.each([
  ['the campaign’s record is older than the run’s', 1, 2, true],
  ['both are of the same turn', 2, 2, false],
  ['another run has had a later turn', 3, 2, false],
  ['no run has had a turn', undefined, undefined, false],
  ['the run has had none', 1, undefined, false],
  ['the campaign’s record knows of none', undefined, 1, true],
])('records are torn or not: %s', (_what, ofCampaign, ofRun, torn) => {
  expect(isTorn({ sending: ofCampaign } as never, { sending: ofRun } as never)).toBe(torn);
});

test('a record that is gone is torn from the run’s, and a run that is gone from nothing', () => {
  expect(isTorn(undefined, { sending: 1 } as never)).toBe(true);
  expect(isTorn({ sending: 1 } as never, undefined)).toBe(false);
});

test('an action that is written again is one action, and none overwrites another', async () => {
  const { store, actions } = await setting();
  const key = campaignKey(DIGEST);
  const said = { ...ANN, when: '2026-11-25T01:00:00.000Z', id: 'a' };
  for (let times = 0; times < 2; times += 1) expect((await store.write(act(key, 'retry', said))).applied).toBe(true);
  expect((await store.write(act(key, 'send', said))).applied).toBe(false);
  expect(actions().map(({ what }) => what)).toEqual(['retry']);
});
