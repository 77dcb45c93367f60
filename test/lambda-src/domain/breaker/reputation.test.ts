import { NOTHING, sampleOf, since, whyPause } from '../../../../lambda-src/domain/breaker/reputation';
import { TRACKING } from '../../../support/run';

describe.each([
  ['bounces', 51, 50],
  ['complaints', 2, 1],
] as const)('%s', (kind, too, fine) => {
  const none = { messages: 100, bounces: 0, complaints: 0 };
  test('are judged against at least a thousand messages', () => {
    expect(whyPause({ ...none, [kind]: fine }, TRACKING)).toBeUndefined();
    expect(whyPause({ ...none, [kind]: too }, TRACKING)).toMatch(new RegExp(`^${too} of 100 messages`));
  });
  test('and against all of them, where there are more', () => {
    expect(whyPause({ ...none, messages: 100_000, [kind]: too }, TRACKING)).toBeUndefined();
    expect(whyPause({ ...none, messages: 100_000, [kind]: fine * 100 + 1 }, TRACKING)).toBeDefined();
  });
});

test('a hundred percent switches it off', () => {
  const all = { messages: 5000, bounces: 5000, complaints: 5000 };
  expect(whyPause(all, { ...TRACKING, maxBouncePercent: 100, maxComplaintPercent: 100 })).toBeUndefined();
});

test('a message counts although the event of its acceptance was lost', () => {
  expect(sampleOf({ accepted: 3, ended: 6, delivered: 4, bounced: 2, againstBounce: 2 })).toEqual({
    messages: 6,
    bounces: 2,
    complaints: 0,
  });
});

test('each count is judged from where it stood when the campaign was last paused', () => {
  const now = { messages: 120, bounces: 12, complaints: 3 };
  expect(since({ messages: 100, bounces: 10, complaints: 2 }, now)).toEqual({
    messages: 20,
    bounces: 2,
    complaints: 1,
  });
  expect(since(NOTHING, now)).toEqual(now);
});
