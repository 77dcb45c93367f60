import { TIMING } from '../../lambda-src/domain/rate/timing';
import { random } from '../../local/random';
import { type Ended, type RatedCampaign, type Request, rated } from './rates';
import { deployed } from './world/deployed';

const mailer = deployed();
const MINUTE = 60_000;

const total = (campaigns: readonly RatedCampaign[]): number =>
  campaigns.reduce((sum, { recipients }) => sum + recipients, 0);

const within = (requests: readonly Request[], from: number, to: number, campaign?: number): number =>
  requests.filter((one) => one.at >= from && one.at < to && (campaign === undefined || one.campaign === campaign))
    .length;

/** Share of the allowance from a second after the first request until nineteen of twenty are out. */
function used({ requests }: Ended, perSecond: number): number {
  const from = requests[0]!.at + 1000;
  const to = requests[Math.floor(0.95 * requests.length)]!.at;
  return within(requests, from, to) / ((perSecond * (to - from)) / 1000);
}

test.each([14, 200, 1000])(
  'nothing goes wrong at %d a second: all of it is used, and campaigns share it',
  async (rate) => {
    const recipients = Math.min(5 * rate, 2000);
    const campaigns = [{ recipients: 3 * recipients }, { recipients }, { recipients, mailer: 'other' }];
    const shardSize = Math.ceil(recipients / 4);
    const ended = await rated({ seed: rate, perSecond: rate, campaigns, shardSize }, mailer);
    expect(ended.wrong).toBeUndefined();
    expect(ended.accepted).toBe(total(campaigns));
    // Ten seconds, of one seed: over several it is 98 to 100 %.
    expect(used(ended, rate)).toBeGreaterThan(0.97);
    const firsts = campaigns.map((_, at) => ended.requests.find(({ campaign }) => campaign === at)!.at);
    const [, b, c] = campaigns.map((_, at) => ended.requests.filter(({ campaign }) => campaign === at).at(-1)!.at);
    const [from, to] = [Math.max(...firsts) + 1000, 0.9 * Math.min(b!, c!)];
    for (const campaign of [1, 2]) {
      expect(within(ended.requests, from, to, campaign) / within(ended.requests, from, to)).toBeGreaterThan(0.26);
    }
    // Plan of each, and one in ten seconds.
    expect(ended.asked).toBeLessThanOrEqual(3 + 2 + ended.requests.at(-1)!.at / 10_000);
  },
);

test('a small campaign that comes later is not held up by a large one', async () => {
  const campaigns = [{ recipients: 2000 }, { recipients: 40, at: 5_000 }];
  const { wrong, requests } = await rated({ seed: 3, perSecond: 50, campaigns, shardSize: 500 }, mailer);
  expect(wrong).toBeUndefined();
  const small = requests.filter(({ campaign }) => campaign === 1).map(({ at }) => at);
  expect(small).toHaveLength(40);
  // At half of the rate; its first ten are watched by the brake.
  expect(small.at(-1)! - small[0]!).toBeLessThan(1.5 * (40 / 25) * 1000);
  expect(small[0]! - 5_000).toBeLessThan(2_000);
});

test('a mailer’s own bound is kept beside another, and costs the other nothing', async () => {
  const campaigns = [
    { recipients: 1500, mailer: 'free' },
    { recipients: 150, mailer: 'bounded', maxPerSecond: 10 },
  ];
  const ended = await rated({ seed: 5, perSecond: 100, campaigns, shardSize: 400 }, mailer);
  expect(ended.wrong).toBeUndefined();
  const begun = Math.max(...[0, 1].map((at) => ended.requests.find(({ campaign }) => campaign === at)!.at));
  const both = ended.requests.filter(({ at }) => at >= begun).slice(0, 1400);
  expect(used({ ...ended, requests: both }, 100)).toBeGreaterThan(0.98);
  const bounded = ended.requests.filter(({ campaign }) => campaign === 1).map(({ at }) => at);
  expect((1000 * bounded.length) / (bounded.at(-1)! - bounded[0]!)).toBeGreaterThan(9);
});

test('a spent quota is tried by one message at a time; both campaigns go on when there is some again', async () => {
  const until = 40 * MINUTE;
  const campaigns = [{ recipients: 300 }, { recipients: 300 }];
  const ended = await rated(
    { seed: 7, perSecond: 50, campaigns, shardSize: 100, quota: { messages: 200, until } },
    mailer,
  );
  expect(ended.wrong).toBeUndefined();
  expect(ended.accepted).toBe(600);
  expect(ended.twice).toBe(0);
  // A second after it was spent nothing leaves but probes: none, because GetAccount says what there is.
  const spent = ended.requests[199]!.at + 2_000;
  expect(within(ended.requests, spent, until)).toBe(0);
  expect(ended.requests.at(-1)!.at).toBeLessThan(until + 32 * MINUTE);
  for (const summary of ended.summaries) {
    expect(summary!.counts).toMatchObject({ sent: 300 });
    expect(summary!.quotaWaitSeconds).toBeGreaterThan(35 * 60);
    expect(summary!.quotaWaitSeconds).toBeLessThan(72 * 60);
  }
  expect(ended.asked).toBeLessThan(20);
});

test('a paused campaign sends nothing, and leaves its share to the other', async () => {
  const campaigns = [{ recipients: 400, paused: { at: 3_000, until: 60_000 } }, { recipients: 800 }];
  const ended = await rated({ seed: 11, perSecond: 50, campaigns, shardSize: 400 }, mailer);
  expect(ended.wrong).toBeUndefined();
  expect(ended.accepted).toBe(1200);
  // Workers read it once a second, and requests with a permit still leave.
  expect(within(ended.requests, 5_500, 60_000, 0)).toBe(0);
  const other = ended.requests.filter(({ campaign }) => campaign === 1);
  expect(within(other, 6_000, 14_000)).toBeGreaterThan(0.97 * 50 * 8);
});

test('caught: late permits are used, after an outage of the ledger', async () => {
  const recipients = 1500;
  const outage = () =>
    rated(
      {
        seed: 13,
        perSecond: 200,
        campaigns: [{ recipients }, { recipients, mailer: 'other' }, { recipients }],
        shardSize: 500,
        outage: { at: 6_000, until: 9_000 },
      },
      mailer,
    );
  const times = { ...TIMING };
  const longer: { -readonly [name in keyof typeof TIMING]?: number } = { permitAge: Number.POSITIVE_INFINITY };
  Object.assign(TIMING, longer);
  const late = await outage();
  Object.assign(TIMING, times);
  expect(late.wrong).toMatch(/requests in a second/);
  const { wrong, accepted } = await outage();
  expect(wrong).toBeUndefined();
  expect(accepted).toBe(3 * recipients);
});

test('whatever goes wrong: never more than the rate, nobody twice, everybody in the end', async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= 150; seed++) {
    const next = random(seed);
    const some = (most: number) => (next() < 0.5 ? most * next() : 0);
    const perSecond = [2, 14, 50, 200][Math.floor(4 * next())]!;
    const campaigns = Array.from({ length: 1 + Math.floor(3 * next()) }, (_, at) => ({
      recipients: 10 + Math.floor(60 * next()),
      at: Math.floor(5_000 * next()),
      mailer: next() < 0.3 ? `m${at}` : 'mail',
    }));
    const ended = await rated(
      {
        seed,
        perSecond,
        campaigns,
        shardSize: 10 + Math.floor(20 * next()),
        faults: {
          stall: some(0.02),
          crash: some(0.004),
          slow: some(0.05),
          lost: some(0.05),
          late: some(0.05),
          unanswered: some(0.05),
          invoke: { disowned: some(0.2), failed: some(0.1) },
        },
        ...(next() < 0.3 ? { quota: { messages: Math.floor(40 * next()), until: 20 * MINUTE } } : {}),
      },
      mailer,
    );
    if (ended.wrong) wrong.push(`seed ${seed}: ${ended.wrong}`);
    if (ended.twice > 0) wrong.push(`seed ${seed}: ${ended.twice} got it twice`);
    for (const summary of ended.summaries) {
      const { sent = 0, in_doubt = 0, refused = 0, not_attempted = 0 } = summary?.counts ?? {};
      // Recipients that a worker returns after all others have ended are in the retry file.
      if (summary?.status !== 'completed' || sent + in_doubt + refused + not_attempted !== summary.rows) {
        wrong.push(`seed ${seed}: ${JSON.stringify(summary?.counts)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
