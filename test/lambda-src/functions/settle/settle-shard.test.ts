import { optOut } from '../../../../lambda-src/domain/consent/preferences';
import {
  accepted,
  asRecord,
  claim,
  claimable,
  type RecipientRecord,
  STATE,
  type State,
} from '../../../../lambda-src/domain/ledger/record';
import { readLines } from '../../../../lambda-src/domain/run/jsonl';
import { settleShard } from '../../../../lambda-src/functions/settle/settle-shard';
import type { Recipient, RecipientOutcome, ShardInput } from '../../../../src/private/contract';
import { plannedRun, recipientFor, register, SETTINGS, silent } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

async function setting(
  states: (State | undefined)[],
  more: Partial<RecipientRecord> = {},
  settings = SETTINGS,
  of: Partial<Recipient> = {},
) {
  const recipients = states.map((_, at) => ({ ...recipientFor(at + 1), ...of }));
  const run = await plannedRun(recipients, 2, settings);
  const clock = virtualClock();
  for (const [at, state] of states.entries()) {
    const { pk, sk } = recipients[at];
    if (!state) continue;
    const record = {
      pk,
      sk,
      v: 1,
      state,
      claimId: 'c',
      run: 2,
      attempt: 1,
      deadline: clock.now() - 60_000,
      ...more,
    } as RecipientRecord;
    run.store.items.set(`${pk}\n${sk}`, { ...record, sending: more.sending ?? record.run } as never);
  }
  const ports = { files: run.files, store: run.store, clock, log: silent };
  return {
    ...run,
    clock,
    go: (more: Partial<ShardInput> = {}) => settleShard({ ...run.input, ...more }, ports),
    record: (row: number) => asRecord(run.store.get(recipients[row - 1])),
    outcomes: async () => {
      const body = await run.files.open(`${run.ref.folder}outcomes/00001.jsonl`);
      if (!body) return undefined;
      const lines: RecipientOutcome[] = [];
      for await (const line of readLines<RecipientOutcome>(body)) lines.push(line);
      return lines;
    },
  };
}

const outcomesOf = async (states: (State | undefined)[], more?: Partial<RecipientRecord>) => {
  const world = await setting(states, more);
  expect(await world.go()).toMatchObject({ done: true });
  return (await world.outcomes())?.map(({ outcome }) => outcome);
};

test('every recipient has one outcome, in the order of the list', async () => {
  const states = [STATE.sent, STATE.refused, STATE.inDoubt, STATE.open, undefined];
  expect(await outcomesOf(states)).toEqual(['sent', 'refused', 'in_doubt', 'not_attempted', 'not_attempted']);
});

test('what an earlier run did is not this run’s', async () => {
  const states = [STATE.sent, STATE.refused, STATE.inDoubt];
  expect(await outcomesOf(states, { run: 1 })).toEqual(['already_sent', 'not_attempted', 'in_doubt']);
});

test('a live claim is waited for, and no outcome is written before', async () => {
  const world = await setting([STATE.sent, STATE.claimed], { deadline: Date.parse('2026-11-25T01:00:10Z') });
  expect(await world.go()).toMatchObject({ done: false, waitSeconds: 30, rounds: 1 });
  expect(await world.outcomes()).toBeUndefined();
  expect(world.record(2)?.state).toBe(STATE.claimed);
  // At the very end of the grace it is not yet over.
  world.clock.set(Date.parse('2026-11-25T01:00:30Z'));
  expect(await world.go()).toMatchObject({ done: false, waitSeconds: 1 });
  world.clock.set(Date.parse('2026-11-25T01:00:31Z'));
  expect(await world.go()).toMatchObject({ done: true });
  expect((await world.outcomes())?.map(({ outcome }) => outcome)).toEqual(['sent', 'in_doubt']);
  expect(world.record(2)?.state).toBe(STATE.inDoubt);
});

test('a worker’s word that comes before Settle’s counts', async () => {
  const world = await setting([STATE.claimed]);
  const { store } = world;
  const write = store.write.bind(store);
  store.write = async (update) => {
    if (update.set.state === STATE.inDoubt) {
      const [item] = [...store.items.values()].filter(({ state }) => state === STATE.claimed);
      store.items.set(`${item.pk}\n${item.sk}`, { ...item, state: STATE.sent, messageId: 'm' });
    }
    return write(update);
  };
  await world.go();
  expect((await world.outcomes())?.[0]).toMatchObject({ outcome: 'sent', messageId: 'm' });
});

test('held, a doubt stays', async () => {
  const held = await setting([STATE.inDoubt]);
  await held.go();
  expect(held.record(1)?.state).toBe(STATE.inDoubt);
});

describe('with resending accepted', () => {
  const resend = { ...SETTINGS, inDoubt: 'resend' } as const;

  test('doubts are granted a resend, and the send worker is asked for once more', async () => {
    const world = await setting([STATE.inDoubt, STATE.claimed, STATE.sent], {}, resend);
    expect(await world.go()).toMatchObject({ done: false, resend: true, resent: true });
    expect(world.record(1)).toMatchObject({ state: STATE.inDoubt, grantSending: 2, grantClaim: 'c' });
    expect(world.record(2)).toMatchObject({ state: STATE.inDoubt, grantSending: 2, grantClaim: 'c' });
    expect([1, 2, 3].map((row) => claimable(world.record(row), 2))).toEqual([true, true, false]);
    expect(world.record(3)?.state).toBe(STATE.sent);
    expect(await world.outcomes()).toBeUndefined();
  });

  test('the send worker is asked for again when the answer to that was lost', async () => {
    const world = await setting([STATE.inDoubt], {}, resend);
    await world.go();
    expect(await world.go()).toMatchObject({ done: false, resend: true, resent: true });
    expect(await world.go({ resent: true })).toMatchObject({ done: true });
  });

  test('what is in doubt after that stays so, and what was sent says that it may be the second', async () => {
    const world = await setting([STATE.inDoubt, STATE.sent], { earlierDoubts: ['b'] }, resend);
    expect(await world.go()).toMatchObject({ done: true });
    expect((await world.outcomes())?.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['in_doubt', undefined],
      ['sent', 'an earlier attempt is in doubt'],
    ]);
  });
});

test('an older run, which resends, leaves a doubt that a newer one has reported', async () => {
  const world = await setting([STATE.inDoubt]);
  await world.go();
  expect(world.record(1)).toMatchObject({ state: STATE.inDoubt, closed: 2 });

  const older = await setting([STATE.inDoubt], { closed: 3 }, { ...SETTINGS, inDoubt: 'resend' });
  expect(await older.go()).toMatchObject({ done: true, resend: false });
  expect(older.record(1)?.state).toBe(STATE.inDoubt);
});

test('no policy resends a doubt before its claim’s deadline and the grace', async () => {
  const deadline = Date.parse('2026-11-25T01:00:00Z');
  const world = await setting([STATE.inDoubt], { deadline }, { ...SETTINGS, inDoubt: 'resend' });
  // What was only waited for is not done: it is granted after.
  expect(await world.go()).toMatchObject({ done: false, resend: false, resent: false, waitSeconds: 20 });
  expect(world.record(1)?.state).toBe(STATE.inDoubt);
  // At the very end of the grace it is not yet over.
  world.clock.set(deadline + 20_000);
  expect(await world.go()).toMatchObject({ resend: false, waitSeconds: 1 });
});

test('what was said of a shard stays said, whoever comes later', async () => {
  const world = await setting([STATE.inDoubt]);
  await world.go();
  await world.store.write(accepted(recipientFor(1), 'm'));
  expect(await world.go()).toMatchObject({ done: true });
  expect((await world.outcomes())?.map(({ outcome }) => outcome)).toEqual(['in_doubt']);
});

test('a list of doubts is resent once the deadline and the grace are past', async () => {
  const deadline = Date.parse('2026-11-25T01:00:00Z');
  const world = await setting([STATE.inDoubt, STATE.sent], { deadline, run: 1 }, SETTINGS, { doubt: 'c' });
  const run = { ...world.ref, resendInDoubt: true };
  expect(await world.go({ run })).toMatchObject({ done: false, resend: false, waitSeconds: 20 });
  expect(world.record(1)?.grantSending).toBeUndefined();
  world.clock.set(deadline + 20_001);
  expect(await world.go({ run })).toMatchObject({ done: false, resend: true, resent: true });
  expect(world.record(1)).toMatchObject({ state: STATE.inDoubt, grantSending: 2, grantClaim: 'c' });
  expect(world.record(2)?.state).toBe(STATE.sent);
});

test('a reason is this run’s own', async () => {
  const states = [STATE.open];
  const before = await setting(states, { run: 1, reason: 'quota of yesterday' });
  await before.go();
  expect((await before.outcomes())?.[0].reason).toBe('the send worker did not come to it');
  const now = await setting(states, { run: 2, reason: 'quota of today' });
  await now.go();
  expect((await now.outcomes())?.[0].reason).toBe('quota of today');
});

test('why somebody was not tried is what holds the run', async () => {
  const world = await setting([undefined]);
  await register(world.store, 3);
  await world.go();
  expect((await world.outcomes())?.[0].reason).toBe('run 3 has the campaign’s sending turn');
});

test('who is reported as not attempted is not mailed by a worker of this run that still lives', async () => {
  const world = await setting([STATE.open, undefined, STATE.refused], { run: 1 });
  const claimed = { claimId: 'late', row: 1, deadline: world.clock.now() + 40_000, campaign: 'c', to: 'a@x.org' };
  // As it read them before Settle came.
  const read = [1, 2, 3].map((row) => ({ key: recipientFor(row), found: world.record(row) }));
  expect(await world.go()).toMatchObject({ done: true });
  expect((await world.outcomes())?.map(({ outcome }) => outcome)).toEqual(Array(3).fill('not_attempted'));
  for (const [at, { key, found }] of read.entries()) {
    expect(claimable(world.record(at + 1), 2)).toBe(false);
    expect(await world.store.write(claim(key, found, { ...claimed, run: 2, sending: 2 }))).toMatchObject({
      applied: false,
    });
    // The next run may.
    const now = world.record(at + 1);
    expect(claimable(now, 3)).toBe(true);
    expect(await world.store.write(claim(key, now, { ...claimed, run: 3, sending: 3 }))).toMatchObject({
      applied: true,
    });
  }
});

test('who opted out is suppressed where nothing else is known of them, and no worker of this run can mail them any more', async () => {
  const states = [undefined, STATE.open, STATE.sent, STATE.refused, STATE.inDoubt, undefined];
  const world = await setting(states);
  for (const row of [1, 2, 3, 4, 5]) {
    await world.store.write(optOut(recipientFor(row), 'general', { at: '2026-11-24T00:00:00.000Z', source: 'page' }));
  }
  await world.go();
  const outcomes = await world.outcomes();
  expect(outcomes?.map(({ outcome }) => outcome)).toEqual([
    'suppressed',
    'suppressed',
    'sent',
    'refused',
    'in_doubt',
    'not_attempted',
  ]);
  expect(outcomes?.[0].reason).toBe('opted out on the preferences page');
  expect([1, 2].map((row) => claimable(world.record(row), 2))).toEqual([false, false]);
  // They may come back, and a later run may mail them.
  expect([1, 2].map((row) => claimable(world.record(row), 3))).toEqual([true, true]);
});
