import { trackedNotice } from '../../../../lambda-src/functions/report/tracked-notice';

const noticeOf = (counts: object): string => {
  const run = { campaign: 'mailer/may', run: 1, folder: 'reports/mailer/may/1/', list: { bucket: 'lists' } };
  const summary = { files: [], tracking: { messages: 100, counts, deliveryStatuses: {} } };
  return trackedNotice(run as never, summary as never).text;
};

test('the notice of the second report says what to look at if receivers block the sender', () => {
  const text = noticeOf({ delivered: 80, blocked: 20 });
  expect(text).toContain('  blocked: a receiving server refused the sender: 20');
  expect(text).toContain('  dmarc: ');
  expect(noticeOf({ delivered: 100 })).not.toContain('dmarc');
});
