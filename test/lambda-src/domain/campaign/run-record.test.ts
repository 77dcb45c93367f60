import {
  asRun,
  asRunRecord,
  beginSending,
  bury,
  conclude,
  enter,
  expiryOf,
  isRejected,
  isUnfinished,
  type RunRecord,
  type RunState,
  readRuns,
  runItem,
  runKey,
  stop,
} from '../../../../lambda-src/domain/campaign/run-record';
import type { Update } from '../../../../lambda-src/domain/ledger/store';
import { memoryStore } from '../../../support/memory-store';
import { runRecord, runRef } from '../../../support/run';

const KEY = runKey(runRef());
const STATES: readonly RunState[] = ['registered', 'sending', 'settled', 'rejected', 'dead'];

/** Writes to the record of a run in this state. */
async function writing(more: Partial<RunRecord>, ...updates: Update[]) {
  const store = memoryStore();
  store.items.set(`${KEY.pk}\n${KEY.sk}`, { ...runRecord(1), ...more } as never);
  const applied = [];
  for (const update of updates) applied.push((await store.write(update)).applied);
  return { applied, now: asRunRecord(store.get(KEY))! };
}

test.each(STATES)('a run that is %s may still send, or not', (state) => {
  const run = { ...runRecord(1), state };
  expect(isUnfinished(run)).toBe(state === 'registered' || state === 'sending');
  expect(isRejected(run)).toBe(state === 'rejected');
  // Register rejects a list before the run's report says so.
  const rejected = { ...run, rejectionCode: 'MM520' };
  expect(isUnfinished(rejected)).toBe(false);
  expect(isRejected(rejected)).toBe(true);
});

test('the first execution that writes a number has it, and a late repetition changes nothing', async () => {
  const store = memoryStore();
  expect(await store.write(enter(runRecord(1)))).toEqual({ applied: true });
  expect(await store.write(enter({ ...runRecord(1), execution: 'another' }))).toEqual({ applied: false });
  await store.write(beginSending(KEY, 4));
  expect(await store.write(enter(runRecord(1)))).toEqual({ applied: false });
  expect(asRunRecord(store.get(KEY))).toEqual({ ...runRecord(1), state: 'sending', sending: 4 });
});

describe('a run is stopped', () => {
  test.each(STATES)('unless it has ended: %s', async (state) => {
    const open = state === 'registered' || state === 'sending';
    const { applied, now } = await writing({ state }, stop(KEY, 'enough'));
    expect([applied, now.stopped]).toEqual([[open], open ? 'enough' : undefined]);
    expect(now.state).toBe(state);
  });

  test('for the first reason, which may be written again', async () => {
    const { applied, now } = await writing({}, stop(KEY, 'first'), stop(KEY, 'first'), stop(KEY, 'second'));
    expect([applied, now.stopped]).toEqual([[true, true, false], 'first']);
  });
});

describe('a run gets its turn', () => {
  test('once, with its sending number', async () => {
    const { applied, now } = await writing({}, beginSending(KEY, 4), beginSending(KEY, 4), beginSending(KEY, 5));
    expect(applied).toEqual([true, true, false]);
    expect(now).toMatchObject({ state: 'sending', sending: 4 });
  });

  test('not after it was stopped, but a stopped one that has it keeps it', async () => {
    expect((await writing({}, stop(KEY, 'enough'), beginSending(KEY, 4))).applied).toEqual([true, false]);
    const { applied } = await writing({}, beginSending(KEY, 4), stop(KEY, 'enough'), beginSending(KEY, 4));
    expect(applied).toEqual([true, true, true]);
  });

  test.each(['settled', 'rejected', 'dead'] as const)('not after it has ended: %s', async (state) => {
    expect((await writing({ state, sending: 4 }, beginSending(KEY, 4))).applied).toEqual([false]);
  });
});

test('a run’s end is written to a run that is there', async () => {
  const { applied, now } = await writing({ state: 'dead' }, conclude(KEY, 'settled'), conclude(KEY, 'settled'));
  expect([applied, now.state]).toEqual([[true, true], 'settled']);
  const store = memoryStore();
  expect(await store.write(conclude(KEY, 'rejected'))).toEqual({ applied: false });
});

test('a run is dead from the first time on that it was found to be', async () => {
  const { applied, now } = await writing({ state: 'sending' }, bury(KEY, 7), bury(KEY, 7), bury(KEY, 9));
  expect(applied).toEqual([true, true, false]);
  expect(now).toMatchObject({ state: 'dead', deadAt: 7 });
  for (const state of ['settled', 'rejected'] as const)
    expect((await writing({ state }, bury(KEY, 7))).applied).toEqual([false]);
});

test('a campaign’s runs are read in their order, without their other items and those of its drafts', async () => {
  const store = memoryStore();
  for (const run of [10, 2, 1]) await store.write(enter(runRecord(run)));
  const draft = { ...runRef(3), draft: true };
  const others = [runItem(runRef(4), 'brake'), runItem(runRef(4), 'quota'), runKey(draft)];
  for (const key of others) await store.write({ key, when: { absent: 'v' }, set: { v: 1 } });
  expect((await readRuns(runRef(), store)).map(({ run }) => run)).toEqual([1, 2, 10]);
});

test('a run’s reference has what its record says, and nothing of what it does not', () => {
  const { campaignDigest } = runRef();
  const { sending: _, ...ref } = runRef();
  const record = { ...runRecord(1), versionId: 'v1' };
  expect(asRun(record, campaignDigest)).toEqual({ ...ref, uploadedAt: '2026-11-25T01:00:00Z' });
  for (const name of ['sending', 'draft', 'resendInDoubt', 'targetCampaign', 'continues'])
    expect(asRun(record, campaignDigest)).not.toHaveProperty(name);
  const more = { sending: 4, draft: true, resending: true, targetCampaign: 'mailer/june', continues: '2026-11-01' };
  expect(asRun({ ...record, ...more }, campaignDigest)).toMatchObject({
    sending: 4,
    draft: true,
    resendInDoubt: true,
    targetCampaign: 'mailer/june',
    continues: '2026-11-01',
  });
});

test('what a run needs while it is under way expires after thirty days, in seconds', () => {
  expect(expiryOf(1_500)).toBe(1 + 30 * 86_400);
});
