import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CREDENTIALS, REGION } from '../../local/environment';
import { makeList } from '../../local/list';
import { ROOT } from '../../local/root';
import { sesEvent } from '../../local/ses/event';
import { waitFor } from '../../local/wait';
import { alarmId, type Datum, emitted, put, watched } from './support/cloudwatch';
import { addresses, campaigns, connection, listen, ses, summary } from './support/deployed';
import { serviceMetrics } from './support/service-metrics';

const STACK = 'Mail';
const MAILER = 'Mail/Mailer';

/** By what goes wrong in runs, as the functions themselves emit it; the others by what AWS's services report. */
const OWN: { readonly [alarm: string]: string } = {
  ListRefused: 'ListsRejected',
  RefusedShare: 'RefusedShare',
  InDoubtShare: 'InDoubtShare',
  CampaignPaused: 'CampaignsPaused',
  GuaranteeBroken: 'InvariantViolations',
  Throttled: 'Throttled',
  DailyQuota: 'QuotaUsed',
  AccountAtRisk: 'AccountAtRisk',
};
/** Alarms that are not driven into ALARM here, each with the reason. */
const NOT_DRIVEN: readonly string[] = [];
/** Staged failures of docs/runbook.md: the message alone names the cause. */
const STAGED = ['ListRefused', 'InDoubtShare', 'AccountAtRisk', 'CampaignPaused', 'Throttled'];

const sqs = new SQSClient({ endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS });
afterAll(() => sqs.destroy());
afterEach(async () => {
  await ses.faults([]);
  await ses.account({ maxPerSecond: 200, enforcementStatus: 'HEALTHY', max24Hours: 1_000_000, sentLast24Hours: 0 });
});

const rejection = { status: 400, type: 'MessageRejected', message: 'Address blacklisted' };

/** Refusals, doubts and throttling of a run by an account that is watched and has little left; and a list that is none. */
async function badRuns() {
  const list = makeList({ recipients: 60, seed: 91 });
  const to = list.expected.people.map((person) => person.to);
  const quota = { max24Hours: 1_000_000, sentLast24Hours: 900_000 };
  await ses.account({ maxPerSecond: 200, enforcementStatus: 'PROBATION', ...quota });
  await ses.faults([
    { when: { to: to.slice(0, 12) }, times: 12, does: { status: 429, type: 'TooManyRequestsException', message: '-' } },
    { when: { to: to.slice(12, 16) }, does: rejection },
    { when: { to: to.slice(16, 18) }, does: 'reset', accepted: true },
  ]);
  const { counts } = await summary(await campaigns.run('alarms.csv', list.text));
  expect(counts).toMatchObject({ refused: 4, in_doubt: 2 });
  await campaigns.run('alarms-wrong.csv', 'name,city\nAnn,Oslo\n');
  return counts;
}

/** A sender that SES does not like: the brake pauses the campaign, and somebody stops its run. */
async function refusedRun(notices: Awaited<ReturnType<typeof listen>>) {
  const list = makeList({ recipients: 40, seed: 92 });
  await ses.faults([{ when: { to: list.expected.people.map(({ to }) => to) }, does: rejection }]);
  const run = await campaigns.upload('braked.csv', list.text);
  const told = JSON.parse(await notices.next((text) => text.includes('braked paused itself'))) as { Message: string };
  expect(told.Message).toMatch(/SES refused \d+ of \d+ messages in a row of up to 50, more than 20 %/);
  expect((await campaigns.stop(run)).status).toBe('ABORTED');
}

/** SES says of somebody who has their mail that it took another one for them. */
async function secondMessage(since: number) {
  const sent = (await ses.accepted(since)).find(({ answer }) => answer === '200');
  const { to, from, tags, configurationSet, at } = sent!;
  const message = { to: to[0]!, from, tags, configurationSet: configurationSet!, subject: '-', sentAt: at };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: connection.trackingQueueUrl,
      MessageBody: JSON.stringify(sesEvent({ ...message, messageId: 'another' }, 'send', at)),
    }),
  );
}

test('every alarm is driven, or it is said why not', async () => {
  const golden = path.join(ROOT, 'test', 'package', 'golden', 'alarms', 'alarms.json');
  const all = Object.keys(JSON.parse(readFileSync(golden, 'utf8')));
  const driven = [...Object.keys(OWN), ...Object.keys(await serviceMetrics(STACK))];
  expect([...driven, ...NOT_DRIVEN].sort()).toEqual(all.sort());
});

test('each alarm looks at the very metric that is there when something goes wrong, and its message reaches the topic', async () => {
  const since = Date.now();
  const { requests } = await ses.count();
  const notices = await listen('alarms');
  const counts = await badRuns();
  await secondMessage(requests);
  await refusedRun(notices);

  const own = await waitFor('the metrics', 30, async () => {
    const found = await emitted(MAILER, since);
    return Object.values(OWN).every((name) => found.some((datum) => datum.name === name)) ? found : undefined;
  });
  const sum = (name: string) => own.filter((datum) => datum.name === name).reduce((all, { value }) => all + value, 0);
  expect([sum('Sent'), sum('Accepted'), sum('InDoubt')]).toEqual([counts.sent, counts.sent, 2]);
  expect([sum('ListsRejected'), sum('CampaignsPaused'), sum('InvariantViolations')]).toEqual([1, 1, 1]);
  // No address in any of them.
  expect(JSON.stringify(own)).not.toMatch(/@/);

  const reported = await serviceMetrics(STACK);
  const expected = {
    ...Object.fromEntries(Object.entries(OWN).map(([id, name]) => [id, own.find((datum) => datum.name === name)!])),
    ...reported,
  };
  // CloudWatch looks at exactly these dimensions; the emulator at any.
  const identity = ({ namespace, name, dimensions }: Datum) => ({ namespace, name, dimensions });
  expect(await watched(STACK)).toEqual(
    Object.fromEntries(Object.entries(expected).map(([id, datum]) => [id, identity(datum)])),
  );
  await put([...own, ...Object.values(reported)]);

  const heard = new Map<string, { readonly NewStateValue: string; readonly AlarmDescription: string }>();
  await notices.next((notice) => {
    const { Message = '' } = JSON.parse(notice) as { Message?: string };
    const alarm = Message.startsWith('{') ? JSON.parse(Message) : {};
    const id = alarmId(alarm.AlarmName ?? '');
    if (id) heard.set(id, alarm);
    return heard.size === Object.keys(expected).length;
  });
  expect([...heard.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [id, { NewStateValue, AlarmDescription }] of heard) {
    expect([id, NewStateValue]).toEqual([id, 'ALARM']);
    const entry = id.endsWith('Errors') ? 'functionerrors' : id.toLowerCase();
    expect(AlarmDescription).toContain(`runbook.md#${entry}`);
  }
  const runbook = readFileSync(path.join(ROOT, 'docs/runbook.md'), 'utf8');
  const cells = runbook.split('\n').map((line) => line.split('|')[2]?.trim());
  for (const id of STAGED) expect(cells).toContain(heard.get(id)!.AlarmDescription.split('\n\n')[0]);
});
