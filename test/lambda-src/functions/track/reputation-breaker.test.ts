import { pauseCampaign, resumeCampaign } from '../../../../lambda-src/domain/campaign/control';
import { campaignDigest } from '../../../../lambda-src/domain/ledger/keys';
import { CAMPAIGN } from '../../../support/run';
import { AT, world } from './harness';

const rows = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

test('a campaign that bounces too much pauses within the batch that says so, with one alert that tells how to go on', async () => {
  const { batch, claimed, campaign, told, errors, bus } = await world({ breakerMinimum: 100 });
  for (const row of rows(1, 20)) await claimed(row);
  await batch(rows(1, 5).map((row) => [row, 'hard-bounce'] as const));
  expect(campaign().paused).toBeUndefined();
  await batch(rows(6, 5).map((row) => [row, 'hard-bounce'] as const));
  expect(campaign().paused).toMatch(/^10 of 10 messages bounced; allowed are 5 % of at least 100/);
  expect(campaign().pausedBy).toBe('circuit breaker');
  expect(errors()).toEqual(['MM608']);
  // What was under way comes in, and is no news.
  await batch(rows(11, 10).map((row) => [row, 'hard-bounce'] as const));
  expect(told).toHaveLength(1);
  expect(told[0].kind).toBe('alert');
  expect(told[0].subject).toBe('MailMatrix: may was paused');
  expect(told[0].text).toContain('cdk-mailmatrix resume may');
  expect(told[0].text).not.toContain('@');
  expect(bus.events.filter(({ type }) => type === 'Campaign Paused')).toEqual([
    {
      type: 'Campaign Paused',
      detail: {
        version: 1,
        campaign: CAMPAIGN,
        run: 1,
        why: expect.stringMatching(/^10 of 10/),
        by: 'circuit breaker',
        at: '2026-11-25T01:10:00.000Z',
      },
    },
  ]);
});

test('once its owner has it go on it is judged anew', async () => {
  const setting = await world({ breakerMinimum: 100 });
  const { batch, claimed, campaign, told } = setting;
  for (const row of rows(1, 40)) await claimed(row);
  await batch(rows(1, 20).map((row) => [row, 'hard-bounce'] as const));
  setting.clock.set(AT + 60_000);
  await resumeCampaign(campaignDigest(CAMPAIGN), { who: 'owner', why: 'it is an old list' }, setting);
  await batch(rows(21, 5).map((row) => [row, 'hard-bounce'] as const));
  expect(campaign().paused).toBeUndefined();
  await batch([[26, 'hard-bounce']]);
  expect(campaign().paused).toMatch(/^6 of 6 messages bounced/);
  expect(told).toHaveLength(2);
});

test('a campaign that was resumed while it was judged is judged again by its next bounce', async () => {
  const setting = await world({ breakerMinimum: 100 });
  const { batch, claimed, campaign, store, told } = setting;
  for (const row of rows(1, 11)) await claimed(row);
  const owner = { who: 'owner', why: 'a look at it' };
  const { write } = store;
  let raced = false;
  store.write = async (update) => {
    if (update.set.pausedBy === 'circuit breaker' && !raced) {
      raced = true;
      await pauseCampaign(campaignDigest(CAMPAIGN), owner, setting);
      await resumeCampaign(campaignDigest(CAMPAIGN), owner, setting);
    }
    return write(update);
  };
  await batch(rows(1, 10).map((row) => [row, 'hard-bounce'] as const));
  expect(raced).toBe(true);
  expect(campaign().paused).toBeUndefined();
  await batch([[11, 'hard-bounce']]);
  expect(campaign().paused).toMatch(/^11 of 11 messages bounced/);
  expect(told).toHaveLength(1);
});

test('a batch that brings neither bounce nor complaint judges nobody', async () => {
  const { batch, claimed, store } = await world();
  for (const row of [1, 2]) await claimed(row);
  const judged: string[] = [];
  const { read } = store;
  store.read = async (keys) => {
    judged.push(...keys.filter(({ sk }) => sk === 'breaker').map(({ pk }) => pk));
    return read(keys);
  };
  await batch([
    [1, 'delivery'],
    [1, 'soft-bounce'],
    [3, 'hard-bounce'],
  ]);
  expect(judged).toEqual([]);
  await batch([
    [1, 'complaint'],
    [2, 'hard-bounce'],
  ]);
  expect(judged).toEqual([`breaker#${campaignDigest(CAMPAIGN)}`]);
});

test('SES’s own suppression is nothing that it holds against a sender', async () => {
  const { batch, claimed, campaign } = await world({ breakerMinimum: 1 });
  await claimed(1);
  await batch([[1, 'suppressed']]);
  expect(campaign().paused).toBeUndefined();
});

test('a pause that could not be told of is told of when the events come again', async () => {
  const setting = await world({ breakerMinimum: 1 });
  const { batch, claimed, told, campaign, notices } = setting;
  await claimed(1);
  const { publish } = notices;
  notices.publish = async () => {
    throw new Error('SNS is away');
  };
  await expect(batch([[1, 'complaint']])).rejects.toThrow('SNS');
  expect(campaign().paused).toBeDefined();
  notices.publish = publish;
  await batch([[1, 'complaint']], 2);
  expect(told).toHaveLength(1);
  await batch([[1, 'complaint']], 3);
  expect(told).toHaveLength(1);
});
