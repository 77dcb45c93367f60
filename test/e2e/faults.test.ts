import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { deploy } from '../../local/deploy';
import { localEnvironment } from '../../local/environment';
import { judge } from '../../local/judge';
import { makeList } from '../../local/list';
import { ROOT } from '../../local/root';
import { waitFor } from '../../local/wait';
import { addresses, campaigns, connection, counts, mailsOf, recipients, ses, summary } from './support/deployed';

/** What SES's endpoint accepted is the judge: the inbox and the ledger come after it. */
const QUICKSTART = path.join(ROOT, 'examples', 'quickstart', 'typescript');

beforeEach(() => ses.account({ maxPerSecond: 200 }));
afterEach(() => ses.faults([]));

const campaignOf = (name: string) => `${connection.mailer}/${name}`;

/** While a run is sending: so many mails are out, and not all. */
async function halfway(since: number, accepted: number): Promise<void> {
  await waitFor('half of the mails', 60, async () => (await ses.count()).accepted - since >= accepted || undefined);
}

/** The emulator runs a function as a process of its own; how many were killed. */
function killFunction(name: string): number {
  const ours = readdirSync('/proc').filter((entry) => {
    try {
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      return /^\d+$/.test(entry) && command.includes(addresses.folder) && command.includes(name);
    } catch {
      return false;
    }
  });
  for (const pid of ours) process.kill(Number(pid), 'SIGKILL');
  return ours.length;
}

const acceptedNow = async () => (await ses.count()).accepted;

test('answers lost after SES took the mail: nobody twice, nobody lost, and the doubts are named', async () => {
  const list = makeList({ recipients: 300, seed: 21 });
  const { people, invalid, duplicate } = list.expected;
  await ses.faults([{ when: { probability: 0.05 }, does: 'reset', accepted: true }], 7);

  const { result, mails } = await mailsOf(() => campaigns.run('lost-answers.csv', list.text));
  // All were accepted, once each, though SES's answer to some of it was lost.
  expect(judge(people, mails)).toEqual([]);
  const report = await summary(result);
  const doubts = report.counts.in_doubt;
  expect(doubts).toBeGreaterThan(3);
  expect(report.counts).toEqual(counts({ sent: people.length - doubts, in_doubt: doubts, invalid, duplicate }));
  expect((await campaigns.report(result, 'in-doubt.csv')).trim().split('\r\n').length).toBeGreaterThan(doubts);
  await expect(campaigns.report(result, 'retry.csv')).rejects.toThrow(/no retry.csv/);

  await ses.faults([]);
  const again = await mailsOf(() => campaigns.run('lost-answers.csv', list.text));
  expect(again.mails).toEqual([]);
});

test('answers that are errors of something in between, or none at all, are doubts; a throttled one is tried again', async () => {
  const list = makeList({ recipients: 40, seed: 22 });
  const { people, invalid, duplicate } = list.expected;
  await ses.faults([
    { when: { to: [people[0].to] }, does: { status: 500, type: 'InternalFailure', message: 'x' } },
    { when: { to: [people[1].to] }, does: 'garbage', accepted: true },
    { when: { to: [people[2].to] }, does: 'reset' },
    {
      when: { to: [people[3].to] },
      times: 3,
      does: { status: 429, type: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.' },
    },
  ]);
  const { result, mails } = await mailsOf(() => campaigns.run('unclear.csv', list.text));
  expect(
    judge(
      people.filter((_, at) => at !== 0 && at !== 2),
      mails,
    ),
  ).toEqual([]);
  expect((await summary(result)).counts).toEqual(counts({ sent: people.length - 3, in_doubt: 3, invalid, duplicate }));
});

test('no right to send stops the campaign and refuses nobody; the next upload goes on', async () => {
  const list = makeList({ recipients: 60, seed: 23 });
  const { people, invalid, duplicate } = list.expected;
  await ses.faults([{ does: { status: 403, type: 'AccessDeniedException', message: 'not authorized' } }]);
  const first = await mailsOf(() => campaigns.run('stopped.csv', list.text));
  expect(first.mails).toEqual([]);
  expect((await summary(first.result)).counts).toEqual(counts({ not_attempted: people.length, invalid, duplicate }));

  await ses.faults([]);
  const second = await mailsOf(() => campaigns.run('stopped.csv', list.text));
  expect(judge(people, second.mails)).toEqual([]);
});

test('a newer upload takes over from a run that is sending', async () => {
  await ses.account({ maxPerSecond: 40 });
  const short = makeList({ recipients: 200, seed: 24 });
  const long = makeList({ recipients: 200, seed: 24, more: 10 });
  const { result, mails } = await mailsOf(async () => {
    const since = await acceptedNow();
    const first = await campaigns.upload('superseded.csv', short.text);
    await halfway(since, 60);
    const second = await campaigns.run('superseded.csv', long.text);
    return { first: await campaigns.ended(first), second };
  });
  expect(judge(long.expected.people, mails)).toEqual([]);
  const [first, second] = [await summary(result.first), await summary(result.second)];
  expect(first.counts.sent).toBeGreaterThanOrEqual(60);
  expect(first.counts.sent + first.counts.already_sent + first.counts.not_attempted).toBe(200);
  expect(second.counts.not_attempted + second.counts.in_doubt).toBe(0);
  expect(second.counts.sent + second.counts.already_sent).toBe(210);
});

test('a run that is stopped is taken up again, for those who have no mail yet', async () => {
  await ses.account({ maxPerSecond: 40 });
  const list = makeList({ recipients: 200, seed: 25 });
  const { result, mails } = await mailsOf(async () => {
    const since = await acceptedNow();
    const execution = await campaigns.upload('resumed.csv', list.text);
    await halfway(since, 60);
    expect((await campaigns.stop(execution)).status).toBe('ABORTED');
    return campaigns.resume(campaignOf('resumed'));
  });
  expect(judge(list.expected.people, mails)).toEqual([]);
  const report = await summary(result);
  expect(report.counts.sent + report.counts.already_sent).toBe(200);
});

test('a send worker that is killed in mid-campaign: nobody twice, nobody lost', async () => {
  await ses.account({ maxPerSecond: 40 });
  const list = makeList({ recipients: 200, seed: 26 });
  // Slow enough that some requests are under way when it dies.
  await ses.faults([{ does: 'ok', delayMilliseconds: 500 }]);
  const { people, invalid, duplicate } = list.expected;
  const { result, mails } = await mailsOf(async () => {
    const since = await acceptedNow();
    const execution = await campaigns.upload('killed.csv', list.text);
    await halfway(since, 60);
    expect(killFunction('MailerPipelineSend')).toBeGreaterThan(0);
    return campaigns.ended(execution);
  });
  const report = await summary(result);
  const doubts = report.counts.in_doubt;
  expect(report.counts).toEqual(counts({ sent: people.length - doubts, in_doubt: doubts, invalid, duplicate }));
  expect(doubts).toBeGreaterThan(0);
  expect(doubts).toBeLessThan(100);
  const got = recipients(mails);
  expect(new Set(got).size).toBe(got.length);
  expect(got.length).toBeGreaterThanOrEqual(people.length - doubts);
});

test('a deployment of another template and of other code does not touch a run that is sending', async () => {
  // Slow enough that the deployment is over before the run.
  await ses.account({ maxPerSecond: 8 });
  const changed = mkdtempSync(path.join(ROOT, '.local', 'changed-'));
  cpSync(QUICKSTART, changed, { recursive: true });
  writeFileSync(path.join(changed, 'templates/welcome/subject.txt'), 'Changed, {{first name}}');
  const redeploy = (app: string) =>
    deploy(
      { url: addresses.emulator, environment: localEnvironment(addresses.emulator), stop: async () => {} },
      app,
      addresses.folder,
    );
  const list = makeList({ recipients: 400, seed: 27 });
  try {
    const { mails } = await mailsOf(async () => {
      const since = await acceptedNow();
      const execution = await campaigns.upload('deployed.csv', list.text);
      await halfway(since, 20);
      await redeploy(changed);
      expect(await acceptedNow()).toBeLessThan(since + 400);
      await ses.account({ maxPerSecond: 200 });
      return campaigns.ended(execution);
    });
    // The judge wants the subject of the template that was pinned.
    expect(judge(list.expected.people, mails)).toEqual([]);

    await ses.account({ maxPerSecond: 200 });
    const after = await mailsOf(() => campaigns.run('deployed-after.csv', makeList({ recipients: 10, seed: 28 }).text));
    expect(after.mails.map(({ subject }) => subject?.split(',')[0])).toEqual(
      Array.from({ length: 10 }, () => 'Changed'),
    );
  } finally {
    await redeploy(QUICKSTART);
    rmSync(changed, { recursive: true });
  }
});
