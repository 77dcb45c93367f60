import { sendAtOf } from '../../../../lambda-src/functions/plan/send-at';

const UPLOADED = '2026-11-25T01:00:00Z';
const sendAt = (said: string | undefined, now = UPLOADED) =>
  sendAtOf(
    said === undefined ? {} : { 'mailmatrix-send-at': said },
    { uploadedAt: UPLOADED, startedAt: now },
    Date.parse(now),
  );

test('a time to come is waited for, whatever its zone; none, or one just past, is at once', () => {
  expect(sendAt('2026-12-01T08:00:00+01:00')).toBe('2026-12-01T07:00:00.000Z');
  expect(sendAt('2026-12-01t08:00z')).toBe('2026-12-01T08:00:00.000Z');
  expect(sendAt(undefined)).toBeUndefined();
  expect(sendAt(' ')).toBeUndefined();
  expect(sendAt('2026-11-25T00:00:00Z')).toBeUndefined();
});

test('a list that is taken up again long after its time is sent at once', () => {
  expect(sendAt('2026-11-25T08:00:00Z', '2026-12-20T00:00:00Z')).toBeUndefined();
});

test.each([
  ['tomorrow', /^MM327.*"tomorrow"/],
  ['2026-12-01T08:00:00', /^MM327/],
  ['2026-12-01', /^MM327/],
  ['2026-13-01T08:00:00Z', /^MM327/],
  ['2026-11-23T08:00:00Z', /^MM328/],
  ['2025-12-01T08:00:00Z', /^MM328/],
  ['2027-12-01T08:00:00Z', /^MM329/],
])('%s rejects the list', (said, says) => {
  expect(() => sendAt(said)).toThrow(says);
});
