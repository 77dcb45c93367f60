import { earlier } from '../../../../../lambda-src/functions/report/page/earlier';
import type { Summary } from '../../../../../lambda-src/functions/report/summary';

const summary = (run: number, more: object = {}): Summary =>
  ({ run, startedAt: `2026-11-0${run}T09:30:00.000Z`, rows: 10 * run, counts: { sent: 8 * run }, ...more }) as Summary;
const tracking = { messages: 20, counts: { delivered: 19, bounced: 1, opened: 10, clicked: 5 } };

/** The cells of each run, as text; the share of its bar. */
const rows = (now: Summary, ...before: Summary[]) =>
  earlier(now, before)!.tables![0]!.rows.map((cells) => [
    ...cells.slice(0, -1).map(({ text }) => text),
    cells.at(-1)!.bar![0],
  ]);

test('a run stands below the earlier ones, each with its own numbers', () => {
  expect(rows(summary(3, { tracking }), summary(1), summary(2, { tracking }))).toEqual([
    ['Run 1', '2026-11-01 09:30 UTC', '10', '8', '–', '–', '–', '–', '–', { share: 8 / 24, kind: 'soft' }],
    [
      'Run 2',
      '2026-11-02 09:30 UTC',
      '20',
      '16',
      '95 %',
      '5 %',
      '0 %',
      '50 %',
      '25 %',
      { share: 16 / 24, kind: 'soft' },
    ],
    [
      'Run 3, this one',
      '2026-11-03 09:30 UTC',
      '30',
      '24',
      '95 %',
      '5 %',
      '0 %',
      '50 %',
      '25 %',
      { share: 1, kind: 'main' },
    ],
  ]);
});

test('an earlier summary that has no counts, rows or messages says so', () => {
  const bare = summary(1, { counts: undefined, rows: undefined, tracking: {} });
  expect(rows(summary(2), bare)[0]).toEqual([
    ...['Run 1', '2026-11-01 09:30 UTC', '0', '0', '–', '–', '–', '–', '–'],
    { share: 0, kind: 'soft' },
  ]);
});

test('runs that sent nothing have bars of no length', () => {
  const none = { counts: { sent: 0 } };
  expect(rows(summary(2, none), summary(1, none)).map((cells) => cells.at(-1))).toEqual([
    { share: 0, kind: 'soft' },
    { share: 0, kind: 'main' },
  ]);
});

test('there is nothing to compare without an earlier run, or without counts of this one', () => {
  expect(earlier(summary(1), [])).toBeUndefined();
  expect(earlier(summary(2, { counts: undefined }), [summary(1)])).toBeUndefined();
});
