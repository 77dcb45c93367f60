import { Counters } from '../../../../lambda-src/domain/metrics';
import { countRun } from '../../../../lambda-src/functions/report/count-run';
import type { Summary } from '../../../../lambda-src/functions/report/summary';
import { runRef } from '../../../support/run';

/** What one report emits, in one line. */
function emitted(summary: object, draft?: boolean): object[] {
  const lines: object[] = [];
  const metrics = new Counters((values) => void lines.push(Object.fromEntries(values)));
  const times = { startedAt: '2026-11-25T01:00:00.000Z', endedAt: '2026-11-25T01:01:30.500Z' };
  countRun({ ...runRef(), draft }, { ...times, ...summary } as unknown as Summary, metrics);
  return lines;
}

/** Every count is another number, so that none can stand for another. */
const COUNTS = {
  sent: 60,
  already_sent: 7,
  refused: 15,
  in_doubt: 5,
  suppressed: 3,
  not_attempted: 2,
  invalid: 11,
  duplicate: 13,
};

test('a completed run emits each count, its shares of what was tried, and how long it took', () => {
  expect(emitted({ status: 'completed', counts: COUNTS })).toEqual([
    {
      Sent: 60,
      AlreadySent: 7,
      Refused: 15,
      InDoubt: 5,
      Suppressed: 3,
      NotAttempted: 2,
      RefusedShare: 18.75,
      InDoubtShare: 6.25,
      RunDuration: 90.5,
    },
  ]);
});

test.each(['sent', 'refused', 'in_doubt'] as const)('one that is %s is tried', (outcome) => {
  const none = Object.fromEntries(Object.keys(COUNTS).map((name) => [name, 0]));
  const share = { sent: [0, 0], refused: [100, 0], in_doubt: [0, 100] }[outcome];
  const [line] = emitted({ status: 'completed', counts: { ...none, [outcome]: 1 } });
  expect(line).toMatchObject({ RefusedShare: share[0], InDoubtShare: share[1] });
});

test('a run that tried nobody has no shares', () => {
  const counts = { ...COUNTS, sent: 0, refused: 0, in_doubt: 0 };
  const [line] = emitted({ status: 'completed', counts });
  expect(line).toMatchObject({ AlreadySent: 7, RunDuration: 90.5 });
  expect(line).not.toHaveProperty('RefusedShare');
  expect(line).not.toHaveProperty('InDoubtShare');
});

test('a run that ended before it began by the clocks took no time', () => {
  const [line] = emitted({ status: 'completed', counts: COUNTS, endedAt: '2026-11-25T00:59:00.000Z' });
  expect(line).toMatchObject({ RunDuration: 0 });
});

test('a rejected list is one, and nothing else is counted of it', () => {
  expect(emitted({ status: 'rejected' })).toEqual([{ ListsRejected: 1 }]);
  expect(emitted({ status: 'rejected', counts: COUNTS })).toEqual([{ ListsRejected: 1 }]);
});

test('a run that failed, and a draft, are not counted', () => {
  expect(emitted({ status: 'failed', counts: COUNTS })).toEqual([]);
  expect(emitted({ status: 'completed', counts: COUNTS }, true)).toEqual([]);
  expect(emitted({ status: 'rejected' }, true)).toEqual([]);
});
