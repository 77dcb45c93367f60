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
  const worker = (more: Partial<typeof ports> = {}) => RefusalBreaker.of(ref, 20, { ...ports, ...more });
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
