import { TimelineCounter } from '../../../../../lambda-src/functions/report/breakdown/timeline';

const START = Date.parse('2026-11-25T01:00:00Z');
const DAY = 86_400_000;

test('intervals grow with the time, and nothing is lost', () => {
  const timeline = new TimelineCounter(['delivered', 'opened'], START, START + 364 * DAY);
  const times = Array.from({ length: 5000 }, (_, at) => START + ((at * 7919) % 5000) * 6_000_000);
  for (const [at, time] of times.entries()) timeline.add(at % 2, time);
  const { seconds, counts, start } = timeline.result!;
  expect(seconds % 86_400).toBe(0);
  expect(Date.parse(start)).toBeLessThanOrEqual(START);
  for (const of of Object.values(counts)) {
    expect(of.length).toBeLessThanOrEqual(48);
    expect(of.reduce((a, b) => a + b)).toBe(2500);
  }
});

test('each is counted where it belongs, and what did not happen is left out', () => {
  const timeline = new TimelineCounter(['delivered', 'opened'], START, START + DAY);
  for (const second of [0, 9, 10, 35]) timeline.add(0, START + second * 1000);
  expect(timeline.result).toEqual({
    start: '2026-11-25T01:00:00.000Z',
    seconds: 10,
    counts: { delivered: [2, 1, 0, 1] },
  });
});

test('a clock that is wrong intervals nothing', () => {
  const timeline = new TimelineCounter(['delivered'], START, START + 60_000);
  for (const at of [0, Date.parse('2099-01-01'), START + 5000]) timeline.add(0, at);
  const { seconds, counts } = timeline.result!;
  expect([seconds, counts.delivered!.length, counts.delivered![0], counts.delivered!.at(-1)]).toEqual([10, 7, 2, 1]);
});

test('nothing is no timeline', () => expect(new TimelineCounter(['a'], 0, 1).result).toBeUndefined());
