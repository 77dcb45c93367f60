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
  grant,
  type RecipientRecord,
  restore,
  STATE,
  type State,
} from '../../../../lambda-src/domain/ledger/record';
import type { Item, Update } from '../../../../lambda-src/domain/ledger/store';
import { memoryStore } from '../../../support/memory-store';

const key = { pk: 'p', sk: 's' };
const mine: Claim = { claimId: 'mine', run: 2, sending: 2, row: 7, deadline: 1000, campaign: 'c', to: 'a@x.org' };
const record = (state: State, more: Partial<RecipientRecord> = {}): RecipientRecord => ({
  ...key,
  v: 1,
  state,
  claimId: 'theirs',
  run: 1,
  sending: more.run ?? 1,
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

  test('without what the attempt before it left', async () => {
    const open = record(STATE.open, { reason: 'SES was too slow' });
    expect((await writing(claim(key, open, mine), open)).now).toEqual({
      ...{ ...key, v: 1, state: STATE.claimed, attempt: 4 },
      ...mine,
    });
    const doubt = { reason: 'unclear', grantSending: 2, grantClaim: 'theirs', resendReason: 'the quota was spent' };
    const granted = record(STATE.inDoubt, doubt);
    expect((await writing(claim(key, granted, mine), granted)).now).toEqual({
      ...{ ...key, v: 1, state: STATE.claimed, attempt: 4, earlierDoubts: ['theirs'] },
      ...mine,
    });
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
    expect(claimable(found, mine.sending)).toBe(expected);
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

describe('a resend grant', () => {
  const doubt = record(STATE.inDoubt);
  const granted = record(STATE.inDoubt, { grantSending: 2, grantClaim: 'theirs' });

  test('is written on a doubt, for one run and one claim, and again to the same effect', async () => {
    const update = grant(key, doubt, 2, 'list');
    const { now, store } = await writing(update, doubt);
    expect(now).toEqual(granted);
    expect(await store.write(update)).toEqual({ applied: true });
    expect(store.get(key)).toEqual(granted);
  });

  test.each<[string, RecipientRecord]>([
    ['of another claim', record(STATE.inDoubt, { claimId: 'other' })],
    ['that got a longer deadline since it was read', record(STATE.inDoubt, { deadline: 3000 })],
    ['that is sent', record(STATE.sent)],
    ['that is claimed', record(STATE.claimed)],
    ['that is open', record(STATE.open)],
    ['that its run has reported', record(STATE.inDoubt, { closed: 2 })],
    ['that a later run has reported', record(STATE.inDoubt, { closed: 3 })],
    ['that a later run may resend', record(STATE.inDoubt, { grantSending: 3, grantClaim: 'theirs' })],
  ])('is not written on one %s', async (_, found) => {
    expect((await writing(grant(key, doubt, 2, 'list'), found)).applied).toBe(false);
  });

  test('takes the place of an earlier run’s', async () => {
    expect((await writing(grant(key, doubt, 3, 'list'), granted)).now?.grantSending).toBe(3);
  });

  test.each<[boolean, string, Partial<RecipientRecord>]>([
    [true, 'of its own run', { run: 2 }],
    [false, 'of an earlier run', { run: 1 }],
    [false, 'of a later run', { run: 3 }],
    [false, 'that was resent already', { run: 2, earlierDoubts: ['first'] }],
  ])('of a policy is written (%s) on a doubt %s', async (expected, _, more) => {
    const found = record(STATE.inDoubt, more);
    expect((await writing(grant(key, found, 2, 'policy'), found)).applied).toBe(expected);
  });

  test.each<[boolean, string, Partial<RecipientRecord>]>([
    [true, 'for its run', {}],
    [false, 'for another run', { grantSending: 3 }],
    [false, 'of another claim', { grantClaim: 'other' }],
    [false, 'which was closed to its run', { closed: 2 }],
    [false, 'which was closed to a later run', { closed: 3 }],
  ])('is a claim’s (%s) %s', async (expected, _, more) => {
    const found = { ...granted, ...more };
    expect(claimable(found, 2)).toBe(expected);
    const { applied, now } = await writing(claim(key, found, mine), found);
    expect(applied).toBe(expected);
    if (!expected) return;
    expect(now).toMatchObject({ state: 'claimed', claimId: 'mine', attempt: 4, earlierDoubts: ['theirs'] });
    expect([now?.grantSending, now?.grantClaim]).toEqual([undefined, undefined]);
  });

  test('is not a claim’s that read another doubt', async () => {
    const found = { ...granted, claimId: 'other', grantClaim: 'other' };
    expect((await writing(claim(key, granted, mine), found)).applied).toBe(false);
  });

  describe('whose claim was not accepted', () => {
    const before = record(STATE.inDoubt, {
      ...{ grantSending: 2, grantClaim: 'theirs', earlierDoubts: ['first'], reason: 'no answer' },
    });
    const ends = async (state: 'open' | 'refused', found: RecipientRecord) => {
      const { store } = await writing(claim(key, found, mine), found);
      const update = restore(key, mine, state, 'why', found);
      expect(await store.write(update)).toEqual({ applied: true });
      const now = asRecord(store.get(key));
      expect(await store.write(update)).toEqual({ applied: true });
      expect(asRecord(store.get(key))).toEqual(now);
      return { now, store, update };
    };

    test('leaves the doubt as it was; open gives the grant back', async () => {
      const { now } = await ends('open', before);
      expect(now).toEqual({ ...before, attempt: 4, resendReason: 'why' });
      expect(claimable(now, 2)).toBe(true);
    });

    test('refused does not, and the run may not claim it again', async () => {
      const { now } = await ends('refused', before);
      const { grantSending: _, grantClaim: __, ...doubt } = before;
      expect(now).toEqual({ ...doubt, attempt: 4, closed: 2, resendReason: 'why' });
      expect(claimable(now, 2)).toBe(false);
    });

    test('leaves no trace of its own claim on a first doubt', async () => {
      const { earlierDoubts: _, ...first } = before;
      expect((await ends('open', first as RecipientRecord)).now?.earlierDoubts).toBeUndefined();
    });

    test('does not say so late over what came after', async () => {
      const { update } = await ends('open', before);
      for (const now of [
        record(STATE.sent, { attempt: 4 }),
        record(STATE.claimed, { attempt: 5 }),
        { ...before, attempt: 5 },
        { ...before, attempt: 4, grantSending: 3 },
      ])
        expect(await writing(update, now)).toMatchObject({ applied: false, now });
    });
  });
});

describe('a record is closed to a run that reports it', () => {
  const of = { run: 2, sending: 2, row: 7, campaign: 'c', to: 'a@x.org' };
  const counted = { countedIn: 2, countedFrom: '', countedAs: 'not_attempted' };

  test('where there is none, by beginning it; again, to the same effect; and not over one that came meanwhile', async () => {
    const update = close(key, undefined, of, counted);
    const { now, store } = await writing(update);
    expect(now).toMatchObject({ state: 'open', attempt: 0, closed: 2, run: 2, ...counted });
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
    expect((await writing(close(key, found, of, counted), found)).now).toEqual({ ...found, closed: 2, ...counted });
    for (const now of [record(STATE.open, { attempt: 4 }), record(STATE.claimed), record(STATE.sent)])
      expect((await writing(close(key, found, of, counted), now)).applied).toBe(false);
  });

  test.each([
    [1, true],
    [2, true],
    [3, false],
  ])('and never opened again to a newer one: closed to %d before', async (closed, expected) => {
    const found = record(STATE.open, { closed });
    const { applied, now } = await writing(close(key, found, of, counted), found);
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
      expect(claimable(found, mine.sending)).toBe(expected);
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
