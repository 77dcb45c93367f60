import { judge } from '../../local/judge';
import { makeList } from '../../local/list';
import { campaigns, counts, mailsOf, recipients, summary } from './support/deployed';

const SIZE = 1000;

describe.each([
  ['welcome', ','],
  ['welcome-semicolon', ';'],
] as const)('the list %s of a thousand', (campaign, delimiter) => {
  const list = makeList({ recipients: SIZE, delimiter });

  test('gives everybody one mail, their own, and nobody else any', async () => {
    const { result, mails } = await mailsOf(() => campaigns.run(`${campaign}.csv`, list.text));
    expect(result.status).toBe('SUCCEEDED');
    expect(judge(list.expected.people, mails)).toEqual([]);

    const { rows, invalid, duplicate } = list.expected;
    const report = await summary(result);
    expect(report.counts).toEqual(counts({ sent: SIZE, invalid, duplicate }));
    expect(Object.values(report.counts).reduce((a, b) => a + b)).toBe(rows);
    expect((await campaigns.report(result, 'results.csv')).trim().split('\n').length).toBeGreaterThan(rows);
  });

  test('with the same event again it sends nothing', async () => {
    const { result: first } = await mailsOf(() =>
      campaigns.run(`${campaign}-again.csv`, makeList({ recipients: 20, delimiter }).text),
    );
    const { result, mails } = await mailsOf(async () => campaigns.ended(await campaigns.repeat(first)));
    expect(mails).toEqual([]);
    expect([result.status, result.output?.decision]).toEqual(['SUCCEEDED', 'duplicate']);
  });

  test('uploaded again with ten more people it sends to these ten', async () => {
    const longer = makeList({ recipients: SIZE, delimiter, more: 10 });
    const { result, mails } = await mailsOf(() => campaigns.run(`${campaign}.csv`, longer.text));
    const added = longer.expected.people.slice(SIZE);
    expect(judge(added, mails)).toEqual([]);
    expect(recipients(mails)).toHaveLength(10);
    const { invalid, duplicate } = list.expected;
    expect((await summary(result)).counts).toEqual(counts({ sent: 10, already_sent: SIZE, invalid, duplicate }));
  });
});
