import { dollarsFor, secondsFor } from '../../../lambda-src/core/cost';
import { durationOf } from '../../../lambda-src/core/words';

test.each([
  [1, 0],
  [12_000, 1.2],
  [1_000_000, 100],
])('%d mails cost $%d', (mails, dollars) => {
  expect(dollarsFor(mails)).toBe(dollars);
});

test.each([
  ['the rate', 1400, 14, 50_000, 0, 100],
  ['the rate alone without a quota', 1_000_000, 100, -1, 0, 10_000],
  ['what is left of the day', 100_000, 100, 50_000, 0, 86_400],
  ['what was sent today by others', 50_000, 100, 50_000, 25_000, 43_200],
] as const)('how long it takes is bound by %s', (_, mails, perSecond, quota, sent, seconds) => {
  expect(secondsFor(mails, perSecond, quota, sent)).toBe(seconds);
});

test.each([
  [1, '1 second'],
  [90, '90 seconds'],
  [120, '2 minutes'],
  [7300, '2 hours'],
  [200_000, '2 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(durationOf(seconds)).toBe(words);
});
