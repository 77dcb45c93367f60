import { pauseCampaign, resumeCampaign } from '../../../../lambda-src/domain/campaign/control';
import { runKey, stop } from '../../../../lambda-src/domain/campaign/run-record';
import { TIMING } from '../../../../lambda-src/domain/rate/timing';
import { Permission } from '../../../../lambda-src/functions/send/permission';
import type { Settings } from '../../../../src/private/contract';
import { plannedRun, recipientFor, silent } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

const ANN = { who: 'ann', why: 'wrong date' };

async function setting(rounds = 0, rate: Settings['rate'] = { accountShare: 1 }) {
  const { store, ref, input } = await plannedRun([recipientFor(1)]);
  const clock = virtualClock();
  let reads = 0;
  const ledger = { takes: 0 };
  const counting = {
    ...store,
    read: async (keys: Parameters<typeof store.read>[0]) => {
      reads += 1;
      const found = await store.read(keys);
      clock.set(clock.now() + ledger.takes);
      return found;
    },
  };
  let ids = 0;
  const control = { store, clock, newId: () => `id-${++ids}` };
  const errors: unknown[][] = [];
  const log = { ...silent, error: (...line: unknown[]) => void errors.push(line) };
  return {
    clock,
    ledger,
    reads: () => reads,
    permission: new Permission({ ...input, rounds }, rate, { store: counting, clock, log }),
    errors,
    pause: () => pauseCampaign(ref.campaignDigest, ANN, control),
    resume: () => resumeCampaign(ref.campaignDigest, ANN, control),
    stop: (why: string) => store.write(stop(runKey(ref), why)),
    stopped: () => store.get(runKey(ref))?.stopped,
  };
}

test('what the ledger says is good for a while, and not a moment longer', async () => {
  const { permission, clock, reads, pause } = await setting();
  expect(await permission.given()).toBe(true);
  await pause();
  clock.set(clock.now() + TIMING.believed - 1);
  expect(await permission.given()).toBe(true);
  expect(reads()).toBe(1);
  clock.set(clock.now() + 1);
  expect(await permission.given()).toBe(false);
  expect(reads()).toBe(2);
});

test('the time that an answer took counts: it is as old as its question', async () => {
  const { permission, ledger, pause } = await setting();
  ledger.takes = TIMING.believed;
  expect(await permission.given()).toBe(true);
  await pause();
  expect(await permission.given()).toBe(false);
});

test('once it is in doubt it is asked for again', async () => {
  const { permission, pause } = await setting();
  expect(await permission.given()).toBe(true);
  await pause();
  permission.invalidateCache();
  expect(await permission.given()).toBe(false);
});

test('a pause says when to look again, a stop does not', async () => {
  const paused = await setting();
  await paused.pause();
  paused.clock.set(paused.clock.now() + 800_000);
  expect(await paused.permission.given()).toBe(false);
  expect(paused.permission.stop).toMatchObject({ kind: 'wait', reason: 'paused: wrong date' });
  expect(paused.permission.pausedSeconds).toBe(100);

  const stopped = await setting();
  await stopped.stop('cancelled: enough');
  expect(await stopped.permission.given()).toBe(false);
  expect(stopped.permission.stop).toEqual({ kind: 'stop', reason: 'cancelled: enough' });
  expect(stopped.permission.pausedSeconds).toBeUndefined();
});

test('after many rounds a pause is looked at by the hour', async () => {
  const { permission, clock, pause } = await setting(500);
  await pause();
  clock.set(clock.now() + 30 * 86_400_000);
  await permission.given();
  expect(permission.pausedSeconds).toBe(3_600);
});

test('outside its window a run asks nobody, and looks again when it opens', async () => {
  const window = { opens: 8 * 60, closes: 18 * 60, timeZone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6] };
  const { permission, clock, reads } = await setting(0, { accountShare: 1, window });
  clock.set(Date.parse('2026-11-25T18:00:00Z'));
  expect(await permission.given()).toBe(false);
  expect(permission.stop).toEqual({ kind: 'wait', reason: 'outside the sending window' });
  expect(permission.pausedSeconds).toBe(14 * 3_600);
  expect(reads()).toBe(0);
  clock.set(Date.parse('2026-11-26T08:00:00Z'));
  expect(await permission.given()).toBe(true);
});

describe('halt', () => {
  test('stops the run in the ledger, for its other workers', async () => {
    const { permission, stopped, errors } = await setting();
    await permission.halt({ kind: 'stop', reason: 'AccessDenied' });
    expect(permission.stop).toEqual({ kind: 'stop', reason: 'AccessDenied' });
    expect(stopped()).toBe('AccessDenied');
    expect(errors).toEqual([['stopped', { kind: 'stop', reason: 'AccessDenied' }]]);
  });

  test('for a while is this worker’s alone', async () => {
    const { permission, stopped } = await setting();
    await permission.halt({ kind: 'wait', reason: 'the quota is spent' });
    expect(permission.stop).toEqual({ kind: 'wait', reason: 'the quota is spent' });
    expect(stopped()).toBeUndefined();
  });

  test('keeps the first reason', async () => {
    const { permission, stopped } = await setting();
    await permission.halt({ kind: 'wait', reason: 'first' });
    await permission.halt({ kind: 'stop', reason: 'second' });
    expect(permission.stop).toMatchObject({ reason: 'first' });
    expect(stopped()).toBeUndefined();
  });
});
