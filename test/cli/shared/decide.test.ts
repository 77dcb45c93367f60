import { describeRun, type RunToDecide } from '../../../cli/shared/decide';

test('what an approval holds for is told with another campaign that had the same list', () => {
  const record = { campaign: 'mailer/may', list: 'campaigns/may.csv', templates: ['welcome'], recipients: 1200 };
  const sameListAs = { campaign: 'mailer/april', run: 2, at: '2026-11-25T07:00:00.000Z' };
  const told = (more: object) => describeRun({ record: { ...record, ...more } } as unknown as RunToDecide);
  expect(told({})).toBe('campaigns/may.csv, welcome, up to 1,200 emails');
  expect(told({ sameListAs })).toBe(
    'campaigns/may.csv, welcome, up to 1,200 emails, the same list as april, run 2, of 2026-11-25 07:00 UTC',
  );
});
