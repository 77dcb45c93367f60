import { judge } from '../../local/judge';
import { makeList } from '../../local/list';
import { waitFor } from '../../local/wait';
import { campaigns, counts, mailsOf, ses, summary } from './support/deployed';

afterEach(() => ses.account({ maxPerSecond: 200, max24Hours: 1_000_000 }));

test('a daily quota that runs out half-way: the campaign waits, goes on by itself, and says how long', async () => {
  const list = makeList({ recipients: 120, seed: 31 });
  const { people, invalid, duplicate } = list.expected;
  const { accepted, requests, sentLast24Hours } = await ses.count();
  await ses.account({ maxPerSecond: 200, max24Hours: sentLast24Hours + 60 });

  const { result, mails } = await mailsOf(async () => {
    const execution = await campaigns.upload('quota.csv', list.text);
    await waitFor('the quota to be spent', 60, async () =>
      (await ses.requests(requests)).some(({ answer }) => /LimitExceeded/.test(answer)) ? true : undefined,
    );
    expect((await ses.count()).accepted - accepted).toBe(60);
    await ses.account({ max24Hours: 1_000_000 });
    return campaigns.ended(execution);
  });

  expect(judge(people, mails)).toEqual([]);
  const report = await summary(result);
  expect(report.counts).toEqual(counts({ sent: people.length, invalid, duplicate }));
  expect(report.quotaWaitSeconds).toBeGreaterThan(0);
});
