import { ofRun } from '../../../lambda-src/aws/payload';
import { runFolder } from '../../../lambda-src/domain/campaign/campaign';
import { campaignDigest } from '../../../lambda-src/domain/ledger/keys';
import { shardKey } from '../../../lambda-src/domain/run/shard';
import { ENV, FORMAT, LAYOUT, type RunRef } from '../../../src/private/contract';
import { runRef, SETTINGS } from '../../support/run';

/** The functions' own way in, of the mailer of this bucket. */
const BUCKET = 'lists';
const seen: unknown[] = [];
const handler = ofRun(async (input: { readonly v: number }) => void seen.push(input));
beforeEach(() => {
  process.env[ENV.bucket] = BUCKET;
  process.env[ENV.settings] = JSON.stringify(SETTINGS);
  seen.length = 0;
});
afterAll(() => {
  delete process.env[ENV.bucket];
  delete process.env[ENV.settings];
});

const OWN = runRef();
/** As Register would make it of another campaign, bucket or run. */
const other = (more: Partial<RunRef>): RunRef => {
  const run = { ...OWN, ...more };
  return {
    ...run,
    campaignDigest: campaignDigest(run.campaign),
    folder: runFolder(run.campaign, run.run, run.startedAt),
  };
};
const shard = (more: object = {}) => ({ v: FORMAT, shard: 1, key: shardKey(OWN, 1), rows: 1, ...more });
const plan = (more: object = {}) => ({
  ...{ v: FORMAT, decision: 'send', shards: 1, workers: 1, shardList: `${OWN.folder}${LAYOUT.shardList}` },
  ...more,
});

test.each([
  ['Plan', { run: OWN }],
  ['Plan, of a draft', { draft: other({ campaign: 'mailer/!draft/may' }) }],
  ['Send', { run: OWN, shard: shard(), rounds: 0 }],
  ['Settle', { run: OWN, shard: shard(), rounds: 3, resent: true }],
  ['Report', { run: OWN, plan: plan(), decision: 'run' }],
  ['Report, of a rejected list', { run: OWN, rejection: { code: 'MM1', message: 'm' }, decision: 'rejected' }],
  ['Review', { of: 'approval', run: OWN, rounds: 0 }],
  ['a campaign that is named long', { run: other({ campaign: `mailer/${'é'.repeat(505)}` }) }],
])('what the state machine hands to %s is taken', async (_, payload) => {
  await handler({ v: FORMAT, ...payload });
  expect(seen).toEqual([{ v: FORMAT, ...payload }]);
});

const OTHERS = other({ mailer: 'others', campaign: 'others/may', list: { ...OWN.list, bucket: 'others' } });

test.each<[string, object]>([
  ['no run', {}],
  ['a run that is nothing', { run: null }],
  ['a run that is a text', { run: 'mailer/may' }],
  ['a run that is an array', { run: Array.from({ length: 100_000 }, () => OWN) }],
  ['a run by prototype', JSON.parse(`{"__proto__":{"run":${JSON.stringify(OWN)}}}`)],
  [
    'a run named as a method',
    { run: { ...OWN, campaign: 'constructor', campaignDigest: campaignDigest('constructor') } },
  ],
  ['another mailer’s campaign, whole', { run: OTHERS }],
  ['another mailer’s campaign in our bucket', { run: other({ mailer: 'others', campaign: 'others/may' }) }],
  ['another mailer’s campaign under our name', { run: other({ campaign: 'others/may' }) }],
  ['our campaign under another mailer’s name', { run: other({ mailer: 'others' }) }],
  ['another bucket’s list', { run: { ...OWN, list: OTHERS.list } }],
  ['a bucket that begins alike', { run: other({ list: { ...OWN.list, bucket: 'lists2' } }) }],
  ['a mailer that begins alike', { run: other({ mailer: 'mailer2', campaign: 'mailer2/may' }) }],
  ['another campaign’s digest', { run: { ...OWN, campaignDigest: OTHERS.campaignDigest } }],
  ['another campaign’s folder', { run: { ...OWN, folder: other({ campaign: 'mailer/june' }).folder } }],
  ['another run’s folder', { run: { ...OWN, folder: other({ run: 2 }).folder } }],
  ['a folder above', { run: { ...OWN, folder: `${OWN.folder}../../june/` } }],
  ['no folder', { run: { ...OWN, folder: '' } }],
  ['the lists’ folder', { run: { ...OWN, folder: 'campaigns/' } }],
  ['a run that is no number', { run: { ...OWN, run: '1' } }],
  ['a run beyond all', { run: other({ run: Number.MAX_VALUE }) }],
  ['a run before the first', { run: other({ run: 0 }) }],
  ['a sending number that is no number', { run: { ...OWN, sending: '1' } }],
  ['a sending number before the first', { run: { ...OWN, sending: 0 } }],
  ['a list without a key', { run: { ...OWN, list: { bucket: BUCKET } } }],
  ['a list that is an array', { run: { ...OWN, list: [OWN.list] } }],
  ['another campaign’s shard', { run: OWN, shard: shard({ key: shardKey(other({ campaign: 'mailer/june' }), 1) }) }],
  ['another shard’s file', { run: OWN, shard: shard({ key: shardKey(OWN, 2) }) }],
  ['a list as a shard', { run: OWN, shard: shard({ key: OWN.list.key }) }],
  ['a shard above', { run: OWN, shard: shard({ shard: '../../../x' }) }],
  ['a shard that is nothing', { run: OWN, shard: null }],
  ['shards in a heap', { run: OWN, shard: Array.from({ length: 100_000 }, () => shard()) }],
  ['another run’s plan', { run: OWN, plan: plan({ shardList: `${other({ run: 2 }).folder}${LAYOUT.shardList}` }) }],
  ['a plan that is a text', { run: OWN, plan: 'send' }],
  ['rounds without end', { run: OWN, shard: shard(), rounds: Number.NEGATIVE_INFINITY }],
  ['rounds as a text', { run: OWN, shard: shard(), rounds: '0' }],
  ['another mailer’s draft', { draft: OTHERS, run: OWN }],
])('a payload by hand with %s gets nowhere', async (_, payload) => {
  const named = expect.objectContaining({ message: expect.stringMatching(/^MM519: /) });
  await expect(handler(Object.assign(payload, { v: FORMAT }) as { v: number })).rejects.toEqual(named);
  expect(seen).toEqual([]);
});

test('what is told of a forged payload quotes nothing of it', async () => {
  const run = { ...OWN, campaign: `ann@example.org\n${'x'.repeat(100_000)}` };
  const { message } = (await handler({ v: FORMAT, run } as never).catch((error: Error) => error as Error)) as Error;
  expect(message.length).toBeLessThan(200);
  expect(message).not.toMatch(/ann|\n/);
});
