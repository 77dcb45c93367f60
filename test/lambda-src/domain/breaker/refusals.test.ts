import { addAnswers, asRefusalSample, isReportDue, isUnderWay } from '../../../../lambda-src/domain/breaker/refusals';

const EMPTY = asRefusalSample(undefined);
const add = (tried: number, refused: number, before = EMPTY, resumes = 0, maxPercent = 20) =>
  addAnswers(before, { tried, refused, resumes }, maxPercent);

test.each([
  [10, 50, undefined],
  [11, 11, 'SES refused 11 of 11 messages in a row of up to 50, more than 20 %'],
  [11, 50, 'SES refused 11 of 50 messages in a row of up to 50, more than 20 %'],
])('%d refusals of %d messages: %s', (refused, tried, why) => {
  expect(add(tried, refused).why).toBe(why);
});

test('a limit of 0 % pauses at the first refusal, one of 100 % never', () => {
  expect(add(1, 1, EMPTY, 0, 0).why).toBeDefined();
  expect(add(50, 50, EMPTY, 0, 100).why).toBeUndefined();
  // Workers report while the sample fills, so that it may hold more than 50 refusals.
  expect(add(99, 99, EMPTY, 0, 100).why).toBeUndefined();
});

test('answers of several workers add up until the sample is full, which counts as passed', () => {
  const half = add(49, 5).sample;
  expect(half).toMatchObject({ tried: 49, refused: 5, passed: false });
  const full = add(1, 0, half).sample;
  expect(full).toMatchObject({ tried: 0, refused: 0, passed: true });
  expect(add(3, 1, full).sample).toMatchObject({ tried: 3, refused: 1, passed: true });
});

test('a sample that is too bad begins anew and has not passed', () => {
  expect(add(50, 11).sample).toMatchObject({ tried: 0, refused: 0, passed: false });
  expect(add(20, 11, { ...EMPTY, passed: true }).sample.passed).toBe(true);
});

test('a resume begins a new sample, and answers from before it no longer count', () => {
  const before = add(30, 10).sample;
  const resumed = add(5, 1, before, 1).sample;
  expect(resumed).toMatchObject({ tried: 5, refused: 1, resumes: 1 });
  expect(add(10, 10, resumed, 0)).toEqual({ sample: resumed });
});

test.each([
  ['nine answers of a first sample', 9, 0, false, false],
  ['ten of a first sample', 10, 0, false, true],
  ['49 of a later one', 49, 0, true, false],
  ['50 of a later one', 50, 0, true, true],
  ['ten of a later one with a refusal', 10, 1, true, true],
  ['two refusals', 2, 2, true, false],
  ['three refusals', 3, 3, true, true],
])('a worker reports %s: %d answers, %d refusals', (_, tried, refused, passed, due) => {
  expect(isReportDue({ tried, refused }, passed)).toBe(due);
});

test('a pause that was decided on thirty seconds ago is another worker’s to make', () => {
  const sample = { ...EMPTY, trip: { why: 'w', last: '', at: 1_000 } };
  expect(isUnderWay(sample, 30_999)).toBe(true);
  expect(isUnderWay(sample, 31_000)).toBe(false);
  expect(isUnderWay(EMPTY, 1_000)).toBe(false);
});

test('the run’s item holds a pause until it is made and alerted', () => {
  const item = { pk: 'p', sk: 's', v: 1, tried: 3, refused: 2, notified: 'n' };
  expect(asRefusalSample(item)).toEqual({ tried: 3, refused: 2, passed: false, resumes: 0, notified: 'n' });
  const tripped = { ...item, passed: true, resumes: 4, why: 'w', last: 'l', trippedAt: 7 };
  expect(asRefusalSample(tripped)).toMatchObject({ passed: true, resumes: 4, trip: { why: 'w', last: 'l', at: 7 } });
});

test('the size of a sample can be set: it decides on a pause, on a full sample and on reports', () => {
  const answers = (tried: number, refused: number) => ({ tried, refused, resumes: 0 });
  const nothing = asRefusalSample(undefined);
  expect(addAnswers(nothing, answers(5, 2), 20, 5).why).toBe(
    'SES refused 2 of 5 messages in a row of up to 5, more than 20 %',
  );
  expect(addAnswers(nothing, answers(5, 2), 20).why).toBeUndefined();
  expect(addAnswers(nothing, answers(5, 1), 20, 5).sample).toMatchObject({ tried: 0, refused: 0, passed: true });
  expect([isReportDue({ tried: 5, refused: 0 }, true, 5), isReportDue({ tried: 5, refused: 0 }, false, 5)]).toEqual([
    true,
    true,
  ]);
  expect(isReportDue({ tried: 4, refused: 0 }, false, 5)).toBe(false);
});
