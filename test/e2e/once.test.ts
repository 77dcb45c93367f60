import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { parse } from 'csv-parse/sync';
import { addresses, counts, command as onMailer, ses, summaryOf } from './support/deployed';
import {
  acceptedBy,
  type Deployed,
  deployOnce,
  listOf,
  oneEach,
  people,
  perAddress,
  untilAccepted,
} from './support/once';

/** What was decided once about a recipient holds, whatever people change. The judge is the log of SES's endpoint. */
let mailer: Deployed;
beforeAll(async () => {
  mailer = await deployOnce({ resends: true });
});
afterAll(() => mailer.campaigns.close());
beforeEach(() => ses.account({ maxPerSecond: 200 }));
afterEach(() => ses.faults([]));

const command = (verb: string, ...args: string[]) => onMailer('Once/Mailer', verb, ...args);
const LOST = { does: 'reset', accepted: true } as const;

function file(name: string, text: string): string {
  const at = path.join(addresses.folder, name);
  writeFileSync(at, text);
  return at;
}

test('a deployment that holds doubts, and a newer list: nobody whom the run before may have reached gets another', async () => {
  await ses.account({ maxPerSecond: 8 });
  await ses.faults([{ when: { every: 6 }, ...LOST }]);
  const all = people('policy', 201);
  const { result, accepted } = await acceptedBy(async () => {
    const { campaigns } = mailer;
    const first = await untilAccepted(20, () => campaigns.upload('policy.csv', listOf(all.slice(0, 200))));
    mailer = await deployOnce();
    await ses.account({ maxPerSecond: 200 });
    const second = await campaigns.run('policy.csv', listOf(all));
    return { first: await campaigns.ended(first), second };
  });
  expect(perAddress(accepted)).toEqual(oneEach(accepted.map(({ to }) => to[0]!)));
  // The deployment may end a worker between a claim and its request: that recipient is in doubt, and got no email.
  const results: Record<string, string>[] = parse(await mailer.campaigns.report(result.second, 'results.csv'), {
    bom: true,
    columns: true,
  });
  const missing = results.filter(({ address }) => accepted.every(({ to }) => to[0] !== address));
  expect(missing.map(({ outcome }) => outcome)).toEqual(missing.map(() => 'in_doubt'));
  const { in_doubt: doubts, ...others } = (await summaryOf(mailer.campaigns, result.second)).counts;
  expect(doubts).toBeGreaterThan(20);
  expect(doubts + others.sent + others.already_sent).toBe(201);
});

test('a resend that is cancelled forgets no doubt, and retry mails nobody of it', async () => {
  const all = people('given-up', 12);
  await ses.faults([LOST]);
  const first = await acceptedBy(() => mailer.campaigns.run('given-up.csv', listOf(all)));
  expect(perAddress(first.accepted)).toEqual(oneEach(all));
  expect((await summaryOf(mailer.campaigns, first.result)).counts).toEqual(counts({ in_doubt: 12 }));

  await ses.faults([{ does: 'ok', delayMilliseconds: 1500 }]);
  await ses.account({ maxPerSecond: 1 });
  const again = await acceptedBy(async () => {
    const resend = command('resend-in-doubt', 'given-up', '--accept-duplicates', '--json');
    await untilAccepted(2, async () => '');
    expect(await command('cancel', 'given-up', '--why', 'they wrote')).toMatchObject({ code: 0 });
    return resend;
  });
  const resent = again.accepted.length;
  expect(resent).toBeLessThan(12);
  expect(perAddress(again.accepted)).toEqual(oneEach(again.accepted.map(({ to }) => to[0]!)));
  const { summary } = JSON.parse(again.result.out) as { summary: { counts: object } };
  expect(summary.counts).toEqual(counts({ sent: resent, in_doubt: 12 - resent }));

  await ses.account({ maxPerSecond: 200 });
  const retried = await acceptedBy(() => command('retry', 'given-up'));
  expect(retried.result).toMatchObject({ code: 1, out: expect.stringContaining('nobody to try again') });
  expect(retried.accepted).toEqual([]);
});

test('answers that SES did not write are doubts: nobody is tried again', async () => {
  const all = people('foreign', 12);
  const [html429, html403, timeout] = [all.slice(0, 4), all.slice(4, 8), all.slice(8, 12)];
  await ses.faults([
    { when: { to: html429 }, does: { proxy: 429 }, accepted: true },
    { when: { to: html403 }, does: { proxy: 403 }, accepted: true },
    {
      when: { to: timeout },
      does: { status: 408, type: 'RequestTimeoutException', message: 'Request timed out' },
      accepted: true,
    },
  ]);
  const { result, accepted } = await acceptedBy(() => mailer.campaigns.run('foreign.csv', listOf(all)));
  expect(perAddress(accepted)).toEqual(oneEach(all));
  expect((await summaryOf(mailer.campaigns, result)).counts).toEqual(counts({ in_doubt: 12 }));
  await expect(mailer.campaigns.report(result, 'retry.csv')).rejects.toThrow(/no retry.csv/);
});

test('retry.csv and the corrected invalid.csv, put there together, reach everybody they name', async () => {
  const all = people('both', 8);
  const [refused, others] = [all.slice(0, 3), all.slice(3)];
  await ses.faults([
    { when: { to: refused }, does: { status: 400, type: 'MessageRejected', message: 'Email rejected.' } },
  ]);
  const broken = listOf(all).replace('both-8@', 'both-8@@');
  const first = await acceptedBy(() => mailer.campaigns.run('both.csv', broken));
  expect(perAddress(first.accepted)).toEqual(oneEach(others.slice(0, -1)));
  await ses.faults([]);

  const { campaigns } = mailer;
  const [retry, rejected] = [
    await campaigns.report(first.result, 'retry.csv'),
    await campaigns.report(first.result, 'invalid.csv'),
  ];
  const { result, accepted } = await acceptedBy(async () => {
    const both = [
      await campaigns.upload('both.retry.csv', retry),
      await campaigns.upload('both.corrected.csv', rejected.replace('@@', '@')),
    ];
    return Promise.all(both.map((execution) => campaigns.ended(execution)));
  });
  expect(perAddress(accepted)).toEqual(oneEach([...refused, 'both-8@once.example']));
  const reports = await Promise.all(result.map((run) => summaryOf(campaigns, run)));
  expect(reports.map(({ counts }) => counts)).toEqual([counts({ sent: 3 }), counts({ sent: 1 })]);
});

test('a further list waits for its turn and cancels nobody', async () => {
  await ses.account({ maxPerSecond: 20 });
  const all = people('further', 130);
  const more = file('more.csv', listOf(all.slice(90)));
  const { result, accepted } = await acceptedBy(async () => {
    const first = await untilAccepted(20, () => mailer.campaigns.upload('further.csv', listOf(all.slice(0, 100))));
    // Its own object: under the list's name it would be a newer version of that list.
    const told = await command('send', more, '--campaign', 'further', '--continue', '--json');
    return { first: await mailer.campaigns.ended(first), told };
  });
  expect(perAddress(accepted)).toEqual(oneEach(all));
  expect((await summaryOf(mailer.campaigns, result.first)).counts).toEqual(counts({ sent: 100 }));
  const { summary } = JSON.parse(result.told.out) as { summary: { counts: object } };
  expect(summary.counts).toEqual(counts({ sent: 30, already_sent: 10 }));
});

test('an outage of SES leaves few in doubt, and the run goes on by itself', async () => {
  const all = people('outage', 400);
  await ses.faults([{ does: { status: 503, type: 'ServiceUnavailable', message: 'Service is unavailable.' } }]);
  const { result, accepted } = await acceptedBy(async () => {
    const before = (await ses.count()).requests;
    const execution = await mailer.campaigns.upload('outage.csv', listOf(all));
    let met = 0;
    return mailer.campaigns.ended(execution, async () => {
      // Until nothing more comes: sending is blocked.
      const now = (await ses.count()).requests - before;
      if (now > 20 && now === met) await ses.faults([]);
      met = now;
    });
  });
  const report = await summaryOf(mailer.campaigns, result);
  const doubts = report.counts.in_doubt;
  expect(doubts).toBeLessThanOrEqual(120 + 1);
  expect(report.counts).toEqual(counts({ sent: 400 - doubts, in_doubt: doubts }));
  expect(accepted).toHaveLength(400 - doubts);
  expect(Math.max(...Object.values(perAddress(accepted)))).toBe(1);
});
