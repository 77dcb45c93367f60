import { campaigns, listen, mailsOf, summary } from './support/deployed';

test('a list without an address column sends nothing, and says so in an alert and in the report', async () => {
  const notices = await listen('refused');
  const { result, mails } = await mailsOf(() => campaigns.run('no-column.csv', 'name,city\nAnn,Oslo\nBob,Paris\n'));
  expect(mails).toEqual([]);

  const notice = await notices.next((text) => text.includes('no-column'));
  expect(notice).toContain('MM301');
  expect(notice).toContain('alert');

  const report = await summary(result);
  expect(report.status).toBe('rejected');
  expect(JSON.stringify(report)).toContain('MM301');
});
