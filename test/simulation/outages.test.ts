import { TIMING } from '../../lambda-src/domain/rate/timing';
import { workersFor } from '../../lambda-src/domain/rate/workers';
import { type Ended, rated } from './rates';
import { deployed } from './world/deployed';
import type { SesOutage } from './world/ses-outage';

const mailer = deployed();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RECIPIENTS = 2000;

const outcome = ({ summaries }: Ended, name: 'sent' | 'in_doubt'): number =>
  summaries.reduce((sum, summary) => sum + (summary?.counts?.[name] ?? 0), 0);

const within = ({ requests }: Ended, from: number, to: number): number =>
  requests.filter(({ at }) => at >= from && at < to).length;

/** As docs/guarantees.md states it: in flight and twenty, a worker. */
const BOUND = 100 + 20;

describe.each<[string, SesOutage]>([
  ['every answer is a 503', {}],
  ['every answer is a 503, and so is that of GetAccount', { account: true }],
  ['every answer is lost, and the messages are taken', { accepted: true }],
  ['no answer comes', { hangs: true }],
])('%s for two hours', (_what, outage) => {
  test.each([14, 200])(
    'at %d a second: doubts stay within their bound, and the others are sent by themselves',
    async (perSecond) => {
      const until = 2 * HOUR;
      const ended = await rated(
        {
          seed: perSecond,
          perSecond,
          campaigns: [{ recipients: RECIPIENTS / 2 }, { recipients: RECIPIENTS / 2 }],
          shardSize: 250,
          sesOutage: { ...outage, at: 4_000, until },
        },
        mailer,
      );
      expect(ended.wrong).toBeUndefined();
      expect(ended.twice).toBe(0);
      const workers = 2 * workersFor(perSecond, RECIPIENTS / 2 / 250);
      // A try at once, after a quarter of a second, half a second… and then one in ten minutes.
      const probes = 13 + (until - 17 * MINUTE) / (10 * MINUTE);
      expect(outcome(ended, 'in_doubt')).toBeLessThanOrEqual(workers * BOUND + probes);
      expect(outcome(ended, 'sent') + outcome(ended, 'in_doubt')).toBe(RECIPIENTS);
      // A minute after its beginning nothing leaves but probes.
      expect(within(ended, 4_000 + MINUTE + TIMING.request, until)).toBeLessThanOrEqual(probes);
      expect(ended.requests.at(-1)!.at).toBeLessThan(until + 15 * MINUTE);
    },
  );
});

test.each([14, 200, 1000])(
  'at %d a second, 15 %% of the answers unclear at random cost no twentieth of the speed',
  async (perSecond) => {
    const recipients = Math.max(2000, 10 * perSecond);
    const scenario = { seed: perSecond, perSecond, campaigns: [{ recipients }], shardSize: Math.ceil(recipients / 8) };
    const clear = await rated(scenario, mailer);
    const unclear = await rated({ ...scenario, sesOutage: { share: 0.15, accepted: true } }, mailer);
    expect(unclear.wrong).toBeUndefined();
    const speed = ({ requests }: Ended) => {
      const [from, to] = [requests[0]!.at, requests[Math.floor(0.95 * requests.length)]!.at];
      return (0.95 * requests.length) / (to - from);
    };
    expect(speed(unclear)).toBeGreaterThan(0.95 * speed(clear));
    expect(outcome(unclear, 'in_doubt') / recipients).toBeCloseTo(0.15, 1);
  },
);
