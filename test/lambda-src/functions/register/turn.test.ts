import { asCampaign, campaignKey } from '../../../../lambda-src/domain/campaign/campaign';
import { cancelCampaign, pauseCampaign, resumeCampaign } from '../../../../lambda-src/domain/campaign/control';
import { writeCounts } from '../../../../lambda-src/domain/campaign/counts';
import { asRunRecord, conclude, enter, runKey, stop } from '../../../../lambda-src/domain/campaign/run-record';
import type { Update } from '../../../../lambda-src/domain/ledger/store';
import { DEATH, LONGEST_QUEUE, queueSeconds, turn } from '../../../../lambda-src/functions/register/turn';
import { FORMAT, type PlanOutput, type RunRef, type TurnOutput } from '../../../../src/private/contract';
import { memoryStore } from '../../../support/memory-store';
import { runRecord, runRef, silent } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

const DIGEST = runRef().campaignDigest;
const ANN = { who: 'ann', why: 'so it is' };

/** Runs of one campaign that are registered and planned, none of which has begun to send. */
async function registered(...runs: number[]) {
  const store = memoryStore();
  const clock = virtualClock(Date.parse('2026-11-25T01:00:00Z'));
  const ended = new Set<string>();
  const notices: string[] = [];
  const { mailer, campaign } = runRef();
  const last = Math.max(...runs);
  for (const run of runs) await store.write(enter(runRecord(run)));
  await store.write({
    key: campaignKey(DIGEST),
    when: { absent: 'run' },
    set: { v: FORMAT, mailer, campaign, run: last },
  });
  const before = new Map<number, TurnOutput>();
  const ask = async (run: number, plan: Partial<PlanOutput> = {}, ports = {}) => {
    const { sending, ...ref } = runRef(run);
    const { since } = before.get(run) ?? {};
    const about = {
      v: FORMAT,
      execution: `arn:${run}`,
      run: ref as RunRef,
      plan: { recipients: 3, ...plan } as PlanOutput,
    } as const;
    const input = { ...about, turn: { since } };
    const executions = { hasEnded: async (execution: string) => ended.has(execution) };
    const publish = async (subject: string, text: string) => void notices.push(`${subject}\n${text}`);
    const output = await turn(input, { store, clock, log: silent, notices: { publish }, executions, ...ports });
    before.set(run, output);
    return output;
  };
  const recordOf = (run: number) => asRunRecord(store.get(runKey(runRef(run))))!;
  const campaignOf = () => asCampaign(store.get(campaignKey(DIGEST)))!;
  const later = (seconds: number) => clock.set(clock.now() + seconds * 1000);
  return { store, clock, ended, notices, ask, recordOf, campaignOf, later, ports: { store, clock, newId: () => 'id' } };
}

test('of the runs of a campaign one sends at a time, with numbers in the order in which they begin', async () => {
  const { ask, store, recordOf, campaignOf } = await registered(1, 2, 3);
  expect(await ask(2)).toMatchObject({ decision: 'taken', run: { run: 2, sending: 1 } });
  expect(recordOf(2)).toMatchObject({ state: 'sending', sending: 1 });
  expect(await ask(1)).toMatchObject({ decision: 'wait', waitSeconds: 10 });
  await store.write(conclude(runKey(runRef(2)), 'settled'));
  expect(await ask(3)).toMatchObject({ decision: 'taken', run: { run: 3, sending: 2 } });
  expect(await ask(1)).toMatchObject({ decision: 'wait' });
  expect(campaignOf()).toMatchObject({ turn: 3, sending: 2, begun: '2026-11-25T01:00:00.000Z' });
});

test('a run that was registered first continues the campaign that another began', async () => {
  const { ask, store } = await registered(1, 2);
  expect((await ask(2)).run?.continues).toBeUndefined();
  await store.write(conclude(runKey(runRef(2)), 'settled'));
  expect((await ask(1)).run?.continues).toBe('2026-11-25T01:00:00.000Z');
});

test('a run that waited while another sent says that it begins, and how the campaign stands by now', async () => {
  const { ask, store, notices } = await registered(1, 2);
  await ask(1);
  await ask(2, { recipients: 1200 });
  expect(notices).toEqual([]);
  await store.write(conclude(runKey(runRef(1)), 'settled'));
  await store.write(writeCounts({ ...runRef(1), sending: 1 }, { '>sent': 2100, '>in_doubt': 3 }));
  await ask(2, { recipients: 1200 });
  expect(notices).toEqual([
    [
      'MailMatrix: may goes on with run 2',
      'Run 2 of may has its turn and begins to send: up to 1,200 recipients of campaigns/may.csv.',
      'The campaign so far: about 2,103 recipients: sent 2,100, in doubt 3.',
      'Recipients who have the email of this campaign get no second one.',
    ].join('\n'),
  ]);
});

test('a call whose answer was lost has the same turn, and so has one that died between its two writes', async () => {
  const { ask, store } = await registered(1);
  const dies = async (update: Update) => {
    if (update.set.state === 'sending') throw new Error('dead');
    return store.write(update);
  };
  await expect(ask(1, {}, { store: { ...store, write: dies } })).rejects.toThrow('dead');
  const first = await ask(1);
  expect(first).toMatchObject({ decision: 'taken', run: { sending: 1 } });
  expect(await ask(1)).toEqual(first);
});

test('a call that reads the campaign before another call takes the turn, and the run after it, has it as well', async () => {
  const { ask, store, recordOf } = await registered(1);
  const before = await store.read([campaignKey(DIGEST)]);
  const first = await ask(1);
  // DynamoDB reads the records of a batch one after another.
  let isTorn = true;
  const read: typeof store.read = async (keys) => {
    const items = await store.read(keys);
    if (!isTorn || keys.length < 2) return items;
    isTorn = false;
    return [before[0], ...items.slice(1)];
  };
  expect(await ask(1, {}, { store: { ...store, read } })).toEqual(first);
  expect([isTorn, recordOf(1).stopped]).toEqual([false, undefined]);
});

test('of two that ask at once one has the turn', async () => {
  const { ask, store } = await registered(1, 2);
  let raced = false;
  const write = async (update: Update) => {
    if (!raced) {
      raced = true;
      expect(await ask(2)).toMatchObject({ decision: 'taken', run: { sending: 1 } });
    }
    return store.write(update);
  };
  expect(await ask(1, {}, { store: { ...store, write } })).toMatchObject({ decision: 'wait' });
});

test('a run that ended without a report gives its turn up once none of its requests can be under way', async () => {
  const { ask, ended, recordOf, clock, later } = await registered(1, 2);
  await ask(1);
  expect(await ask(2)).toMatchObject({ decision: 'wait' });
  ended.add('arn:1');
  const now = clock.now();
  expect(await ask(2)).toMatchObject({ decision: 'wait', waitSeconds: DEATH / 1000 });
  expect(recordOf(1)).toMatchObject({ state: 'dead', deadAt: now });
  later(DEATH / 1000 - 1);
  expect(await ask(2)).toMatchObject({ decision: 'wait', waitSeconds: 1 });
  later(1.001);
  expect(await ask(2)).toMatchObject({ decision: 'taken', run: { sending: 2 } });
  expect(recordOf(1)).toMatchObject({ deadAt: now });
});

test('a run that has not begun to send blocks nobody: outside its window, or paused', async () => {
  const { ask, ports } = await registered(1, 2);
  // It is two at night in Berlin.
  const window = { opens: 540, closes: 1020, timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5] };
  expect(await ask(1, { window })).toMatchObject({ decision: 'wait', waitSeconds: 7 * 3600 });
  expect(await ask(2)).toMatchObject({ decision: 'taken' });

  const paused = await registered(1);
  await pauseCampaign(DIGEST, ANN, paused.ports);
  expect(await paused.ask(1)).toMatchObject({ decision: 'wait', waitSeconds: 10 });
  expect(paused.campaignOf().turn).toBeUndefined();
  await resumeCampaign(DIGEST, ANN, paused.ports);
  expect(await paused.ask(1)).toMatchObject({ decision: 'taken' });
  // One that has begun blocks until it is settled, also while it is paused.
  await pauseCampaign(DIGEST, ANN, ports);
  await resumeCampaign(DIGEST, ANN, ports);
  expect(await ask(1)).toMatchObject({ decision: 'wait' });
});

test('a run that was stopped is over, whoever has the turn', async () => {
  const { ask, store, ports, campaignOf } = await registered(1, 2, 3);
  await store.write(stop(runKey(runRef(1)), 'superseded by run 3'));
  expect(await ask(1)).toMatchObject({ decision: 'over' });
  await ask(2);
  await cancelCampaign(DIGEST, ANN, ports);
  expect(await ask(3)).toMatchObject({ decision: 'over' });
  expect(campaignOf()).toMatchObject({ turn: 2, sending: 1 });
});

test('a run that is stopped once it has its sending number is settled under it', async () => {
  const { ask, store } = await registered(1);
  await ask(1);
  await store.write(stop(runKey(runRef(1)), 'cancelled'));
  expect(await ask(1)).toMatchObject({ decision: 'taken', run: { sending: 1 } });
});

test('a run that is stopped before gets no sending number, however late its write arrives', async () => {
  const { ask, store, recordOf } = await registered(1);
  const late: Update[] = [];
  const write = async (update: Update) => {
    if (update.set.state !== 'sending') return store.write(update);
    late.push(update);
    await store.write(stop(runKey(runRef(1)), 'cancelled'));
    return { applied: false };
  };
  expect(await ask(1, {}, { store: { ...store, write } })).toMatchObject({ decision: 'over' });
  for (const update of late) await store.write(update);
  expect(recordOf(1).sending).toBeUndefined();
});

test('a late write of its turn takes nothing back of a run that has ended', async () => {
  const { ask, store, recordOf } = await registered(1);
  const writes: Update[] = [];
  const write = async (update: Update) => {
    writes.push(update);
    return store.write(update);
  };
  await ask(1, {}, { store: { ...store, write } });
  await store.write(conclude(runKey(runRef(1)), 'settled'));
  for (const update of writes) await store.write(update);
  expect(recordOf(1).state).toBe('settled');
});

test('after 90 days in the queue a run is over, and says why', async () => {
  const { ask, later, recordOf } = await registered(1, 2);
  await ask(1);
  await ask(2);
  later(LONGEST_QUEUE - 1);
  expect(await ask(2)).toMatchObject({ decision: 'wait' });
  later(1);
  expect(await ask(2)).toMatchObject({ decision: 'over' });
  expect(recordOf(2).stopped).toBe('it has waited 90 days for the campaign’s sending turn');
});

test('waits lengthen, and are short where the wait was', () => {
  expect([0, 80, 800, 86_400, 3 * 86_400, 60 * 86_400].map(queueSeconds)).toEqual([10, 10, 100, 600, 3600, 7200]);
});
