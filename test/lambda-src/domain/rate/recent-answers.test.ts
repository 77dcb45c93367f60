import { RecentAnswers } from '../../../../lambda-src/domain/rate/recent-answers';
import type { SesAnswer } from '../../../../lambda-src/domain/sending/send-result';

const CLEAR: SesAnswer = { kind: 'accepted', messageId: 'm' };
const UNCLEAR: SesAnswer = { kind: 'ambiguous', reason: 'r' };

const noted = (window: RecentAnswers, answers: readonly SesAnswer[], reserved = 1) =>
  answers.map((answer) => window.note(answer, reserved)).at(-1);
const times = (count: number, answer: SesAnswer) => Array.from({ length: count }, () => answer);

test('more than ten of the last twenty', () => {
  const window = new RecentAnswers();
  expect(noted(window, [...times(10, CLEAR), ...times(10, UNCLEAR)])).toBe(false);
  expect(noted(window, [UNCLEAR])).toBe(true);
  expect(noted(window, times(2, CLEAR))).toBe(true);
  expect(noted(window, times(7, CLEAR))).toBe(true);
  expect(noted(window, [CLEAR])).toBe(false);
});

test('eleven are enough, however few there have been', () => {
  const window = new RecentAnswers();
  expect(noted(window, times(10, UNCLEAR))).toBe(false);
  expect(noted(window, [UNCLEAR])).toBe(true);
});

test('a throttle is an answer; that no connection stood is none', () => {
  const window = new RecentAnswers();
  noted(window, times(11, UNCLEAR));
  expect(noted(window, times(9, { kind: 'retry', reason: 'r' }))).toBe(false);
  expect(noted(window, [UNCLEAR])).toBe(true);
  expect(noted(window, times(11, { kind: 'retry', reason: 'r', throttled: true }))).toBe(false);
});

test('once it is blocked, answers to older requests do not count', () => {
  const window = new RecentAnswers();
  noted(window, times(11, UNCLEAR), 1);
  window.restart(5);
  expect(noted(window, times(50, UNCLEAR), 5)).toBe(false);
  expect(noted(window, times(11, UNCLEAR), 6)).toBe(true);
});
