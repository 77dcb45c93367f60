import {
  accepted,
  asRecord,
  type Claim,
  claim,
  claimable,
  close,
  end,
  expire,
  extend,
  type RecipientRecord,
  reopen,
  STATE,
  type State,
} from '../../../lambda-src/core/record';
import type { Item, Update } from '../../../lambda-src/core/store';
import { memoryStore } from '../../support/memory-store';

const key = { pk: 'p', sk: 's' };
const mine: Claim = { claimId: 'mine', run: 2, row: 7, deadline: 1000, campaign: 'c', to: 'a@x.org' };
const record = (state: State, more: Partial<RecipientRecord> = {}): RecipientRecord => ({
  ...key,
  v: 1,
  state,
  claimId: 'theirs',
  run: 1,
  row: 7,
  attempt: 3,
  deadline: 500,
  campaign: 'c',
  to: 'a@x.org',
  ...more,
});

async function writing(update: Update, found?: RecipientRecord) {
  const store = memoryStore();
  if (found) store.items.set('p\ns', found as unknown as Item);
  const { applied } = await store.write(update);
  return { applied, now: asRecord(store.get(key)), store };
}

describe('a claim is written', () => {
  test('where there is no record', async () => {
    const { applied, now } = await writing(claim(key, undefined, mine));
    expect(applied).toBe(true);
    expect(now).toMatchObject({ state: 'claimed', claimId: 'mine', attempt: 1, run: 2, deadline: 1000 });
  });

  test.each<[string, RecipientRecord, boolean]>([
    ['over an open record', record(STATE.open), true],
    ['over one refused by an earlier run', record(STATE.refused), true],
    ['not over one refused by the same run', record(STATE.refused, { run: 2 }), false],
    ['not over another claim', record(STATE.claimed), false],
    ['not over a claim whose deadline is long past', record(STATE.claimed, { deadline: 0 }), false],
    ['not over one that is sent', record(STATE.sent), false],
    ['not over one in doubt', record(STATE.inDoubt), false],
  ])('%s', async (_name, found, expected) => {
    expect(claimable(found, mine.run)).toBe(expected);
    const { applied, now } = await writing(claim(key, found, mine), found);
    expect(applied).toBe(expected);
    expect(now?.claimId).toBe(expected ? 'mine' : 'theirs');
    if (expected) expect(now?.attempt).toBe(4);
  });

  test('not where another attempt came between reading and writing', async () => {
    const { applied } = await writing(claim(key, record(STATE.open, { attempt: 2 }), mine), record(STATE.open));
    expect(applied).toBe(false);
  });

  test('not where there was no record when it was read', async () => {
    const { applied } = await writing(claim(key, undefined, mine), record(STATE.open));
    expect(applied).toBe(false);
  });

  test('a second time by the same claim, whose acknowledgement was lost, and to the same effect', async () => {
    const update = claim(key, record(STATE.open), mine);
    const { store, now } = await writing(update, record(STATE.open));
    expect(await store.write(update)).toEqual({ applied: true });
    expect(store.get(key)).toEqual(now);
  });
});

const STATES: State[] = [STATE.claimed, STATE.sent, STATE.refused, STATE.open, STATE.inDoubt];

describe.each(['refused', 'open', 'in_doubt'] as const)('%s is written', (to) => {
  test.each(STATES)('by the holder while it is claimed; found %s', async (state) => {
    const { applied } = await writing(end(key, 'mine', to, 'why'), record(state, { claimId: 'mine' }));
    // Its own word a second time is the same word.
    expect(applied).toBe(state === STATE.claimed || state === to);
  });

  test.each(STATES)('never over another claim; found %s', async (state) => {
    const { applied, now } = await writing(end(key, 'mine', to, 'why'), record(state));
    expect(applied).toBe(false);
    expect(now).toEqual(record(state));
  });
});

describe('sent is written', () => {
  test.each(STATES.filter((s) => s !== STATE.sent))('from any state: %s', async (state) => {
    const { applied, now } = await writing(accepted(key, 'id-1'), record(state, { reason: 'x' }));
    expect(applied).toBe(true);
    expect(now).toMatchObject({ state: 'sent', messageId: 'id-1' });
    expect(now?.reason).toBeUndefined();
  });

  test('again with its own message, and not with another', async () => {
    const sent = record(STATE.sent, { messageId: 'id-1' });
    expect((await writing(accepted(key, 'id-1'), sent)).applied).toBe(true);
    expect((await writing(accepted(key, 'id-2'), sent)).now?.messageId).toBe('id-1');
  });
});

test('a deadline is moved on by the holder alone', async () => {
  expect((await writing(extend(key, 'mine', 2000), record(STATE.claimed, { claimId: 'mine' }))).now?.deadline).toBe(
    2000,
  );
  expect((await writing(extend(key, 'mine', 2000), record(STATE.claimed))).applied).toBe(false);
  expect((await writing(extend(key, 'mine', 2000), record(STATE.open, { claimId: 'mine' }))).applied).toBe(false);
});

test('a late repetition of an earlier write does not move the deadline back', async () => {
  const extended = record(STATE.claimed, { claimId: 'mine', run: 2, deadline: 3000 });
  expect((await writing(extend(key, 'mine', 2000), extended)).now?.deadline).toBe(3000);
  expect((await writing(claim(key, undefined, mine), extended)).now?.deadline).toBe(3000);
});

test('Settle takes a claim for lost only as it read it', async () => {
  const found = record(STATE.claimed);
  expect((await writing(expire(found, 'theirs', 500), found)).now?.state).toBe(STATE.inDoubt);
  expect((await writing(expire(found, 'theirs', 400), found)).applied).toBe(false);
  expect((await writing(expire(found, 'other', 500), found)).applied).toBe(false);
});

test('the policy reopens a doubt and leaves a note of it', async () => {
  const found = record(STATE.inDoubt);
  const { now, store } = await writing(reopen(found, 'theirs', 500, 9), found);
  expect(now).toMatchObject({ state: 'open', earlierDoubt: true });
  // Its acknowledgement was lost.
  expect(await store.write(reopen(found, 'theirs', 500, 9))).toEqual({ applied: true });
  expect((await writing(reopen(found, 'other', 500, 9), found)).applied).toBe(false);
  expect((await writing(reopen(found, 'theirs', 500, 9), record(STATE.sent))).applied).toBe(false);
  expect((await writing(reopen(found, 'theirs', 500, 9), record(STATE.open))).applied).toBe(false);
});

test('the policy reopens no doubt that its run, or a newer one, has reported', async () => {
  const reported = record(STATE.inDoubt, { closed: 4 });
  expect((await writing(reopen(reported, 'theirs', 500, 3), reported)).applied).toBe(false);
  expect((await writing(reopen(reported, 'theirs', 500, 4), reported)).applied).toBe(false);
  expect((await writing(reopen(reported, 'theirs', 500, 5), reported)).applied).toBe(true);
});

test('the policy does not reopen a claim that got a longer deadline since it was read', async () => {
  const extended = record(STATE.inDoubt, { deadline: 3000 });
  expect((await writing(reopen(extended, 'theirs', 500, 9), extended)).applied).toBe(false);
});

describe('a record is closed to a run that reports it', () => {
  const of = { run: 2, row: 7, campaign: 'c', to: 'a@x.org' };

  test('where there is none, by beginning it; again, to the same effect; and not over one that came meanwhile', async () => {
    const update = close(key, undefined, of);
    const { now, store } = await writing(update);
    expect(now).toMatchObject({ state: 'open', attempt: 0, closed: 2, run: 2 });
    expect(await store.write(update)).toEqual({ applied: true });
    expect(store.get(key)).toEqual(now);
    for (const found of [
      record(STATE.claimed, { attempt: 1, run: 2 }),
      record(STATE.sent, { attempt: 0, run: 2, closed: 2 }),
      record(STATE.open, { attempt: 1, run: 2, closed: 2 }),
      record(STATE.open, { attempt: 0, run: 3, closed: 2 }),
      record(STATE.open, { attempt: 0, run: 2, closed: 3 }),
    ])
      expect(await writing(update, found)).toMatchObject({ applied: false, now: found });
  });

  test('as it was read: not once another attempt or word has come', async () => {
    const found = record(STATE.open);
    expect((await writing(close(key, found, of), found)).now).toEqual({ ...found, closed: 2 });
    for (const now of [record(STATE.open, { attempt: 4 }), record(STATE.claimed), record(STATE.sent)])
      expect((await writing(close(key, found, of), now)).applied).toBe(false);
  });

  test.each([
    [1, true],
    [2, true],
    [3, false],
  ])('and never opened again to a newer one: closed to %d before', async (closed, expected) => {
    const found = record(STATE.open, { closed });
    const { applied, now } = await writing(close(key, found, of), found);
    expect(applied).toBe(expected);
    expect(now?.closed).toBe(Math.max(closed, 2));
  });

  test.each([
    [1, true],
    [2, false],
    [3, false],
  ])('which may claim it no more: closed to %d, for run 2', async (closed, expected) => {
    for (const state of [STATE.open, STATE.refused]) {
      const found = record(state, { closed });
      expect(claimable(found, mine.run)).toBe(expected);
      expect((await writing(claim(key, found, mine), found)).applied).toBe(expected);
    }
  });
});

test('a claim that was closed meanwhile is not written, though it was read before', async () => {
  const found = record(STATE.open);
  expect((await writing(claim(key, found, mine), { ...found, closed: 2 })).applied).toBe(false);
});

test('a claim of its own that has come to its end is not taken up again', async () => {
  for (const state of [STATE.sent, STATE.inDoubt, STATE.refused, STATE.open]) {
    const ended = record(state, { claimId: 'mine', run: 2, deadline: 1000, attempt: 4 });
    expect((await writing(claim(key, record(STATE.open), mine), ended)).applied).toBe(false);
  }
  const another = record(STATE.claimed, { deadline: 1000, attempt: 4 });
  expect((await writing(claim(key, record(STATE.open), mine), another)).applied).toBe(false);
});
