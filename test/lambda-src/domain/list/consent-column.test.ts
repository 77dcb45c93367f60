import { TRACKING } from '../../../support/run';
import { planned, settings } from '../../functions/plan/harness';

const tracking = { ...TRACKING, opens: true, consentColumn: 'May we track', consentValues: ['Yes', 'ja'] };
const given = { settings: { ...settings(), tracking } };
const answers = async (header: string, cells: readonly string[], more: object = given) => {
  const rows = cells.map((cell, at) => `p${at}@example.org,N,${cell}`);
  const { recipients } = await planned([header, ...rows, ''].join('\n'), more);
  return recipients.map(({ trackingConsent }) => trackingConsent);
};

test('a value for yes gives consent, another refuses it, and an empty cell leaves it unknown', async () => {
  expect(await answers('email,name,may_we_track', ['yes', ' JA ', 'no', '1', '', '  ', 'unknown'])).toEqual([
    ...['given', 'given', 'refused', 'refused'],
    ...[undefined, undefined, 'refused'],
  ]);
});

test('a list without the column, and a mailer without the setting, know nothing', async () => {
  expect(await answers('email,name,pixel', ['yes'])).toEqual([undefined]);
  expect(await answers('email,name,May we track', ['yes'], {})).toEqual([undefined]);
});
