import { onAll, recordAction } from '../../../cli/shared/act';
import { campaignKey } from '../../../lambda-src/domain/campaign/campaign';
import { pauseAll, pauseCampaign, resumeAll } from '../../../lambda-src/domain/campaign/control';
import { campaignDigest } from '../../../lambda-src/domain/ledger/keys';
import { memoryBus } from '../../support/memory-bus';
import { memoryStore } from '../../support/memory-store';

function terminal() {
  const written = { out: '', error: '' };
  const stream = (name: 'out' | 'error') => ({
    write(text: string) {
      written[name] += text;
    },
  });
  return { written, streams: { stdout: stream('out'), stderr: stream('error') } as never };
}

const operatorOn = (bus = memoryBus()) => ({
  bus,
  control: { store: memoryStore(), clock: { now: () => Date.parse('2026-11-26T02:00:00Z') }, newId: () => 'id' },
  action: async (why = '') => ({ who: 'arn:aws:iam::1:user/ann', why }),
});

test('a pause of everything and its end are told on the owner’s bus, once each', async () => {
  const operator = operatorOn();
  const { streams, written } = terminal();
  for (const [what, change] of [
    ['pause', pauseAll],
    ['pause', pauseAll],
    ['resume', resumeAll],
    ['resume', resumeAll],
  ] as const) {
    expect(await onAll(what, change, { why: 'a wrong price' }, operator, streams)).toBe(0);
  }
  const detail = { version: 1, why: 'a wrong price', by: 'arn:aws:iam::1:user/ann', at: '2026-11-26T02:00:00.000Z' };
  expect(operator.bus.events).toEqual([
    { type: 'All Campaigns Paused', detail },
    { type: 'All Campaigns Resumed', detail },
  ]);
  expect(written.out.match(/\(as before\)/g)).toHaveLength(2);
});

test('everything is paused where the bus is gone, and whoever did it is told that', async () => {
  const gone = { events: [], publish: async () => Promise.reject(new Error('no such bus')) };
  const operator = operatorOn(gone);
  const { streams, written } = terminal();
  expect(await onAll('pause', pauseAll, {}, operator, streams)).toBe(0);
  expect(written.error).toMatch(/^MM609: .*no such bus/);
  expect(operator.control.store.items.size).toBeGreaterThan(0);
});

test('who sent a list and why is on the record before the list is uploaded, and before what is done to its run', async () => {
  let now = Date.parse('2026-11-26T02:00:00Z');
  const store = memoryStore();
  const control = { store, clock: { now: () => now }, newId: () => 'id' };
  const campaign = 'mailer/spring';
  await recordAction('send', { who: 'ann', why: 'it is spring' }, { campaign, list: 'campaigns/spring.csv' }, control);
  now += 1_000;
  const key = campaignKey(campaignDigest(campaign));
  await store.write({ key, when: { absent: 'run' }, set: { run: 1 } });
  await pauseCampaign(campaignDigest(campaign), { who: 'bob', why: 'wrong date' }, control);
  const actions = await store.query(key.pk, 'action#');
  expect(actions.map(({ what, who, why, list, when }) => [what, who, why, list, when])).toEqual([
    ['send', 'ann', 'it is spring', 'campaigns/spring.csv', '2026-11-26T02:00:00.000Z'],
    ['pause', 'bob', 'wrong date', undefined, '2026-11-26T02:00:01.000Z'],
  ]);
});
