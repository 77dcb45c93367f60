import { estimate } from '../../../../lambda-src/domain/cost/estimate';
import { formatDuration } from '../../../../lambda-src/domain/text/duration';
import { PRODUCTION } from '../../../support/memory-ses';

const of = (recipients: number, max24Hours: number, sentLast24Hours = 0) =>
  estimate(recipients, 10, { ...PRODUCTION, max24Hours, sentLast24Hours });

test('what the quota allows today goes at the rate', () => {
  expect(of(6_000, 50_000, 44_000)).toEqual({ perSecond: 10, quota: 50_000, quotaLeft: 6_000, seconds: 600 });
});

test('the rest goes on the days after, a quota a day', () => {
  expect(of(100_001, 50_000).seconds).toBe(2 * 86_400 + 1);
  expect(of(100_000, 50_000).seconds).toBe(86_400 + 5_000);
  expect(of(100_000, 50_000, 50_000).seconds).toBe(2 * 86_400 + 5_000);
});

test('an account without a limit has none', () => {
  expect(of(6_000, -1)).toEqual({ perSecond: 10, seconds: 600 });
});

test.each([
  [0.4, '0 seconds'],
  [1, '1 second'],
  [100, '100 seconds'],
  [600, '10 minutes'],
  [7_100, '118 minutes'],
  [86_400, '24 hours'],
  [200_000, '2 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words);
});
