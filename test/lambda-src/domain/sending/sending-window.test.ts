import { SendingWindow } from '../../../../lambda-src/domain/sending/sending-window';

const WEEK = [0, 1, 2, 3, 4, 5, 6];
const at = (time: string) => Date.parse(time);
const opens = (window: SendingWindow, time: string) => new Date(at(time) + window.opensIn(at(time))).toISOString();

test('office hours: open from the minute on, until before the other, on its days', () => {
  const office = new SendingWindow({
    opens: 8 * 60,
    closes: 18 * 60,
    timeZone: 'Europe/Zurich',
    days: [1, 2, 3, 4, 5],
  });
  // Wednesday, one hour before UTC.
  expect(['06:59', '07:00', '16:59', '17:00'].map((time) => office.isOpen(at(`2026-11-25T${time}:00Z`)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(office.opensIn(at('2026-11-25T10:00:00Z'))).toBe(0);
  expect(opens(office, '2026-11-25T06:59:30.500Z')).toBe('2026-11-25T07:00:00.000Z');
  // Friday evening to Monday.
  expect(opens(office, '2026-11-27T17:00:00Z')).toBe('2026-11-30T07:00:00.000Z');
});

test('past midnight it is the window of the day before', () => {
  const night = new SendingWindow({ opens: 22 * 60, closes: 6 * 60, timeZone: 'UTC', days: [5] });
  expect(night.isOpen(at('2026-11-27T22:00:00Z'))).toBe(true);
  expect(night.isOpen(at('2026-11-28T05:59:00Z'))).toBe(true);
  expect(night.isOpen(at('2026-11-28T06:00:00Z'))).toBe(false);
  expect(night.isOpen(at('2026-11-27T05:00:00Z'))).toBe(false);
  expect(opens(night, '2026-11-28T06:00:00Z')).toBe('2026-12-04T22:00:00.000Z');
});

test.each(WEEK)('past midnight after day %d of the week, and after no other', (day) => {
  const night = new SendingWindow({ opens: 22 * 60, closes: 6 * 60, timeZone: 'UTC', days: [day] });
  // 2026-11-22 is a Sunday, which is day 0.
  const open = [...WEEK, 7].filter((later) => night.isOpen(at('2026-11-22T01:00:00Z') + later * 86_400_000));
  expect(open).toEqual(day === 6 ? [0, 7] : [day + 1]);
  const evenings = WEEK.filter((later) => night.isOpen(at('2026-11-22T23:00:00Z') + later * 86_400_000));
  expect(evenings).toEqual([day]);
});

test('to the end of the day', () => {
  const evening = new SendingWindow({ opens: 20 * 60, closes: 24 * 60, timeZone: 'UTC', days: WEEK });
  expect(evening.isOpen(at('2026-11-25T23:59:59Z'))).toBe(true);
  expect(evening.isOpen(at('2026-11-26T00:00:00Z'))).toBe(false);
});

test('clocks that are set forward and back: the hours are those that they show', () => {
  const early = new SendingWindow({ opens: 2 * 60 + 30, closes: 8 * 60, timeZone: 'Europe/Zurich', days: WEEK });
  // 2026-03-29: 02:00 is 03:00 at once, so it opens then.
  expect(opens(early, '2026-03-29T00:30:00Z')).toBe('2026-03-29T01:00:00.000Z');
  // 2026-10-25: 02:30 comes twice; it opens at the first, and again.
  expect(opens(early, '2026-10-25T00:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
  const office = new SendingWindow({ opens: 8 * 60, closes: 18 * 60, timeZone: 'Europe/Zurich', days: WEEK });
  expect(opens(office, '2026-10-24T17:00:00Z')).toBe('2026-10-25T07:00:00.000Z');
  expect(opens(office, '2026-03-28T18:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
});

test('zones that are not whole hours off', () => {
  const office = new SendingWindow({ opens: 9 * 60, closes: 17 * 60, timeZone: 'Asia/Kathmandu', days: WEEK });
  expect(opens(office, '2026-11-25T00:00:00Z')).toBe('2026-11-25T03:15:00.000Z');
});

test('how long it was closed', () => {
  const office = new SendingWindow({ opens: 8 * 60, closes: 18 * 60, timeZone: 'UTC', days: WEEK });
  expect(office.closedSeconds(at('2026-11-25T17:00:00Z'), at('2026-11-26T09:00:00Z'))).toBe(14 * 3600);
  expect(office.closedSeconds(at('2026-11-25T09:00:00Z'), at('2026-11-25T10:00:00Z'))).toBe(0);
});

test('a window of no day never opens, and says so', () => {
  const never = new SendingWindow({ opens: 480, closes: 1200, timeZone: 'Europe/Zurich', days: [] });
  expect(() => never.opensIn(Date.parse('2026-11-25T09:00:00Z'))).toThrow('MM550: the sending window never opens');
});
