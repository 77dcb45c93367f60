import { sharesOf } from '../../bench/rate/judge';
import type { SesRequest } from '../../local/ses/request';

/** Requests of a campaign, at these milliseconds. */
const campaign = (name: string, ...times: number[]): SesRequest[] =>
  times.map((at, n) => ({
    n,
    at,
    to: [`p${n}@${name}`],
    from: 'news@example.com',
    tags: {},
    accepted: true,
    answer: '200',
  }));

test('a share is counted while all campaigns send, from a second after the last one began', () => {
  const one = campaign('one', 0, 1500, 1600, 1700, 5000);
  const two = campaign('two', 100, 1200, 1650, 2000);
  expect(sharesOf([...one, ...two])).toBe('40–60 %');
});

test('a campaign that sends nothing in that time has no share', () => {
  expect(sharesOf([...campaign('one', 0, 1500, 1600, 3000), ...campaign('two', 100, 2000)])).toBe('0–100 %');
});

test('there is no share if one campaign ends before another begins', () => {
  expect(sharesOf([...campaign('one', 0, 500), ...campaign('two', 1000, 2500)])).toBeUndefined();
});
