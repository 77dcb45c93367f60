import {
  asRate,
  backOff,
  isSpent,
  type RateRecord,
  take,
  type Want,
} from '../../../../lambda-src/domain/rate/rate-record';

const NOW = 1_000_000;
const EMPTY = asRate(undefined);
const want = (more: Partial<Want> = {}): Want => ({
  campaign: 'c1',
  mailer: 'm1',
  count: 1,
  accountShare: 1,
  skewAllowance: 0,
  ...more,
});
const account = (maxPerSecond: number) => ({ maxPerSecond });

/** Takes permits where there are some. */
function taken(record: RateRecord, wanted: Want, maxPerSecond: number, now = NOW) {
  const decided = take(record, wanted, account(maxPerSecond), now);
  if ('wait' in decided) throw new Error(`wait ${decided.wait}`);
  return decided;
}

test('permits follow one another at the rate, from now', () => {
  const first = taken(EMPTY, want({ count: 3 }), 10);
  expect(first.permits).toEqual([NOW, NOW + 100, NOW + 200]);
  expect(first.record.next).toBe(NOW + 300);
  expect(taken(first.record, want({ campaign: 'c2', count: 2 }), 10).permits).toEqual([NOW + 300, NOW + 400]);
});

test('the first permit is no sooner than a reservation takes', () => {
  expect(taken(EMPTY, want({ skewAllowance: 40 }), 10).permits).toEqual([NOW + 40]);
});

test('a campaign that is alone holds half a second, so that another finds room', () => {
  expect(taken(EMPTY, want({ count: 1000 }), 20).permits).toHaveLength(10);
});

test('half of what a campaign may hold is free before it takes more', () => {
  const { record } = taken(EMPTY, want({ count: 1000 }), 20);
  expect(take(record, want(), account(20), NOW)).toEqual({ wait: expect.closeTo(225, -2) });
  expect(take(record, want(), account(20), NOW + 240)).toMatchObject({ permits: [NOW + 500] });
});

test('at less than one a second there is a permit too', () => {
  const first = taken(EMPTY, want({ count: 5 }), 0.5);
  expect(first.permits).toEqual([NOW]);
  expect(taken(first.record, want({ count: 5 }), 0.5, NOW + 10).permits).toEqual([NOW + 2000]);
});

test('permits that nobody took are not saved up for a burst', () => {
  const { record } = taken(EMPTY, want(), 10);
  expect(taken(record, want({ count: 2 }), 10, NOW + 60_000).permits).toEqual([NOW + 60_000, NOW + 60_100]);
});

test('with each campaign more, each holds less, and all together a second; one that is gone counts no more', () => {
  let record = EMPTY;
  for (const campaign of ['a', 'b', 'c']) record = taken(record, want({ campaign, count: 1000 }), 100).record;
  const ofCampaign = Object.values(record.campaigns).map(({ count }) => count);
  expect(ofCampaign).toEqual([50, 33, 17]);
  expect(Object.keys(taken(record, want({ campaign: 'a' }), 100, NOW + 5_000).record.campaigns)).toEqual(['a']);
});

test('a mailer that is alone has its own bound on the line', () => {
  expect(taken(EMPTY, want({ count: 3, maxPerSecond: 10 }), 1000).permits).toEqual([NOW, NOW + 100, NOW + 200]);
  expect(taken(EMPTY, want({ count: 2, accountShare: 0.5 }), 10).permits).toEqual([NOW, NOW + 200]);
});

test('beside another, a mailer’s own bound is its alone', () => {
  const other = taken(EMPTY, want({ mailer: 'm2', campaign: 'c2', count: 1000 }), 200).record;
  const bounded = want({ count: 1000, maxPerSecond: 40 });
  const first = taken(other, bounded, 200);
  // Four of them are a tenth of its second; the line itself goes on at the account's rate.
  expect(first.permits).toEqual([NOW + 500, NOW + 505, NOW + 510, NOW + 515]);
  expect(first.record.next).toBe(NOW + 520);
  // So late for its turn it takes some more at once, and then waits for the next.
  let { record } = first;
  let count = first.permits.length;
  for (;;) {
    const more = take(record, bounded, account(200), NOW);
    if ('wait' in more) break;
    record = more.record;
    count += more.permits.length;
  }
  expect(count).toBeLessThanOrEqual(18);
});

test('of several shares of the account, the greatest is the line’s', () => {
  const half = taken(EMPTY, want({ mailer: 'm2', campaign: 'c2', accountShare: 0.5 }), 100).record;
  const quarter = taken(half, want({ accountShare: 0.25 }), 100).record;
  expect(quarter.next).toBe(NOW + 20 + 20);
});

describe('when SES throttles', () => {
  const interval = (record: RateRecord, now: number) => {
    const { permits } = taken(record, want({ count: 2 }), 100, now);
    return permits[1]! - permits[0]!;
  };
  /** Twice, as when somebody else goes on sending. */
  const throttled = backOff(backOff(EMPTY, NOW - 600, NOW - 500)!, NOW - 1, NOW)!;

  test('once, it may have been a late request: it is noted for five seconds', () => {
    const noted = backOff(EMPTY, NOW - 1, NOW)!;
    expect(interval(noted, NOW)).toBeCloseTo(10, 5);
    expect(taken(noted, want(), 100, NOW + 4_000).record.backedOff).toBeDefined();
    expect(taken(noted, want(), 100, NOW + 5_000).record.backedOff).toBeUndefined();
    expect(interval(backOff(noted, NOW + 8_999, NOW + 9_000)!, NOW + 9_000)).toBeCloseTo(10, 5);
  });

  test('again, the rate goes down at once, and up again slowly', () => {
    expect(interval(throttled, NOW)).toBeCloseTo(1000 / 90, 2);
    expect(interval(throttled, NOW + 2_000)).toBeCloseTo(1000 / 94, 2);
    expect(interval(throttled, NOW + 5_000)).toBeCloseTo(10, 5);
    expect(taken(throttled, want(), 100, NOW + 5_000).record.backedOff).toBeUndefined();
  });

  test('a burst counts once: all whose permits were reserved before', () => {
    expect(backOff(throttled, NOW - 400, NOW + 5)).toBeUndefined();
    expect(backOff(throttled, NOW, NOW + 200)).toBeUndefined();
    expect(backOff(throttled, NOW + 1, NOW + 200)?.backedOff?.share).toBeCloseTo(0.9 * 0.904, 4);
  });

  test('it never comes to a standstill', () => {
    let record = EMPTY;
    for (let at = NOW; at < NOW + 20_000; at += 100) record = backOff(record, at - 1, at) ?? record;
    expect(interval(record, NOW + 20_000)).toBeLessThanOrEqual(200);
  });
});

test('an account without a limit is never spent', () => {
  const of = (max24Hours: number, sentLast24Hours: number) =>
    isSpent({ maxPerSecond: 1, max24Hours, sentLast24Hours, productionAccess: true, sendingEnabled: true });
  expect([of(-1, 1e9), of(200, 199), of(200, 200)]).toEqual([false, false, true]);
});
