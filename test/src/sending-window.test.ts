import { Aws } from 'aws-cdk-lib';
import { SendingWindow, Weekday } from '../../src';

test('hours, days and a zone', () => {
  expect(SendingWindow.between('08:00', '18:30')._settings).toEqual({
    opens: 480,
    closes: 1110,
    timeZone: 'UTC',
    days: [0, 1, 2, 3, 4, 5, 6],
  });
  const options = { timeZone: 'Europe/Zurich', days: [Weekday.FRIDAY, Weekday.SUNDAY, Weekday.FRIDAY] };
  expect(SendingWindow.between('22:00', '06:00', options)._settings).toMatchObject({ closes: 360, days: [0, 5] });
  expect(SendingWindow.between('18:00', '24:00')._settings.closes).toBe(1440);
});

test.each<[string, () => unknown, RegExp]>([
  ['no time', () => SendingWindow.between('8:00', '18:00'), /^MM117: SendingWindow\.between opens: got "8:00"/],
  ['no hour', () => SendingWindow.between('08:00', '25:00'), /^MM117: .*closes: got "25:00".*24:00/],
  ['never open', () => SendingWindow.between('08:00', '08:00'), /^MM117: .*opens/],
  ['no zone', () => SendingWindow.between('08:00', '18:00', { timeZone: 'Mars/Base' }), /^MM117: .*"Mars\/Base"/],
  ['a token', () => SendingWindow.between('08:00', '18:00', { timeZone: Aws.REGION }), /^MM117: .*timeZone/],
  ['no day', () => SendingWindow.between('08:00', '18:00', { days: [] }), /^MM117: .*days/],
])('%s fails synth', (_what, make, says) => {
  expect(make).toThrow(says);
});
