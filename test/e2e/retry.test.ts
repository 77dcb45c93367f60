import { judge } from '../../local/judge';
import { makeList } from '../../local/list';
import { campaigns, counts, mailsOf, ses, summary } from './support/deployed';

test('retry.csv, dropped back in, reaches those whom SES refused, in their campaign', async () => {
  const list = makeList({ recipients: 60, seed: 5 });
  const refused = list.expected.people.slice(10, 15);
  const others = list.expected.people.filter((person) => !refused.includes(person));
  const does = { status: 400, type: 'MessageRejected', message: 'Email rejected.' };
  await ses.faults([{ when: { to: refused.map(({ to }) => to) }, does }]);

  const first = await mailsOf(() => campaigns.run('refused-first.csv', list.text));
  expect(judge(others, first.mails)).toEqual([]);
  const { invalid, duplicate } = list.expected;
  const before = await summary(first.result);
  expect(before.counts).toEqual(counts({ sent: others.length, refused: refused.length, invalid, duplicate }));

  await ses.faults([]);
  const retry = await campaigns.report(first.result, 'retry.csv');
  const second = await mailsOf(() => campaigns.run('retry.csv', retry));
  expect(judge(refused, second.mails)).toEqual([]);
  const after = await summary(second.result);
  expect(after.counts).toEqual(counts({ sent: refused.length }));
  expect(after.campaign).toBe(before.campaign);

  const third = await mailsOf(() => campaigns.run('retry-2.csv', retry));
  expect(third.mails).toEqual([]);
  expect((await summary(third.result)).counts).toEqual(counts({ already_sent: refused.length }));
});
