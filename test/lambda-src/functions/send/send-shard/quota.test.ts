import { cancelCampaign } from '../../../../../lambda-src/domain/campaign/control';
import { STATE } from '../../../../../lambda-src/domain/ledger/record';
import { waitedSeconds } from '../../../../../lambda-src/domain/rate/block-wait';
import { SAYS } from '../../../../../local/ses/answers';
import { thrownFor } from '../../../../support/ses-answer';
import { ACCOUNT, setting } from './setting';

const QUOTA = thrownFor(SAYS.quotaSpent());

test('a spent quota is waited for, by one message at a time, and nobody is lost', async () => {
  let spent = true;
  const { go, clock, input, accepted, requests, record } = await setting(3, () => (spent ? QUOTA : undefined));
  expect(await go()).toMatchObject({ done: false, waitSeconds: 63 });
  expect(record(1)?.state).toBe(STATE.open);
  const tried = requests.length;
  // Another child that comes meanwhile asks nobody.
  expect(await go()).toMatchObject({ done: false });
  expect(requests).toHaveLength(tried);

  clock.set(clock.now() + 61_000);
  const again = await Promise.all([1, 2, 3].map(() => go({}, { ...input, rounds: 1 })));
  expect(requests).toHaveLength(tried + 1);
  expect(Math.max(...again.map(({ waitSeconds }) => waitSeconds))).toBe(123);

  spent = false;
  clock.set(clock.now() + 121_000);
  expect(await go({}, { ...input, rounds: 2 })).toMatchObject({ done: true });
  expect(accepted).toHaveLength(3);
});

test('an outage: unclear answers block the ledger, one message tries at a time, and all others are sent after it', async () => {
  let out = true;
  const { go, clock, input, ref, store, accepted, requests, record, notices } = await setting(200, () =>
    out ? thrownFor(SAYS.unavailable()) : undefined,
  );
  let progress = await go();
  // Eleven answers are known, ten were under way, as the brake has it at first; then some tries.
  expect(requests.length).toBeLessThan(11 + 10 + 8);
  let rounds = 1;
  const begun = clock.now();
  while (clock.now() < begun + 3_600_000) {
    expect(progress.done).toBe(false);
    clock.set(clock.now() + 1_000 * progress.waitSeconds);
    progress = await go({}, { ...input, rounds: rounds++ });
  }
  expect(requests.length).toBeLessThan(11 + 10 + 10 + 8);
  expect(notices.filter((text) => text.includes('no clear answers'))).toHaveLength(1);
  const doubts = requests.length;
  out = false;
  while (!progress.done) {
    clock.set(clock.now() + 1_000 * progress.waitSeconds);
    progress = await go({}, { ...input, rounds: rounds++ });
  }
  expect(accepted).toHaveLength(200 - doubts);
  expect(new Set(requests.map(({ to }) => to)).size).toBe(200);
  expect(
    Array.from({ length: 200 }, (_, at) => record(at + 1)?.state).filter((state) => state === 'in_doubt'),
  ).toHaveLength(doubts);
  expect((await waitedSeconds(ref, clock.now(), store)).unclear).toBeGreaterThan(3_500);
});

test('the quota’s wait is the run’s, however many shards wait, and a cancelled run does not wait on', async () => {
  let spent = true;
  const { go, clock, input, ref, store, requests } = await setting(3, () => (spent ? QUOTA : undefined));
  const begun = clock.now();
  await Promise.all([go(), go()]);
  expect((await waitedSeconds(ref, begun + 30_000, store)).quota).toBeCloseTo(30, -1);
  clock.set(begun + 65_000);
  spent = false;
  await go({}, { ...input, rounds: 1 });
  expect(requests.length).toBeGreaterThan(3);
  expect(await waitedSeconds(ref, begun + 500_000, store)).toEqual({ quota: 65 });

  const other = await setting(3, () => QUOTA);
  await other.go();
  await cancelCampaign(other.ref.campaignDigest, { who: 'ann', why: 'enough' }, other.ports);
  expect(await other.go({}, { ...other.input, rounds: 1 })).toMatchObject({ done: true });
});

test('a shard without an email to send does not end the run’s wait', async () => {
  const { go, clock, input, ref, store, put, recipients, requests } = await setting(3, () => QUOTA);
  const begun = clock.now();
  await go();
  const tried = requests.length;
  for (const recipient of recipients) put(recipient, { state: STATE.sent });
  clock.set(begun + 65_000);
  expect(await go({}, { ...input, rounds: 1 })).toMatchObject({ done: true });
  expect(requests).toHaveLength(tried);
  expect(await waitedSeconds(ref, begun + 100_000, store)).toEqual({ quota: 100 });
});

test('what GetAccount says of a spent quota costs no message', async () => {
  const { go, ports, requests } = await setting(3);
  const ses = { ...ports.ses, account: async () => ({ ...ACCOUNT, max24Hours: 200, sentLast24Hours: 200 }) };
  expect(await go({ ses })).toMatchObject({ done: false, waitSeconds: 63 });
  expect(requests).toEqual([]);
});

test('SES is asked about the account seldom, however many workers there are', async () => {
  const { go, ports, clock, accepted } = await setting(3000);
  const asked: number[] = [];
  const ses = {
    ...ports.ses,
    account: async () => {
      asked.push(clock.now());
      return ACCOUNT;
    },
  };
  await Promise.all([go({ ses }), go({ ses }), go({ ses }), go({ ses })]);
  expect(accepted).toHaveLength(3000);
  const seconds = (accepted.at(-1)!.at - accepted[0].at) / 1000;
  expect(asked.length).toBeLessThanOrEqual(1 + Math.ceil(seconds / 10));
}, 30_000);
