import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { REGION } from '../../local/environment';
import { makeList } from '../../local/list';
import { ROOT } from '../../local/root';
import { waitFor } from '../../local/wait';
import { addresses, campaigns, listen, ses, summary } from './support';

/** Driven here, by what the functions emitted in two runs; the emulator makes no metrics of log lines, so the test does. */
const DRIVEN = ['ListRefused', 'RefusedShare', 'InDoubtShare', 'Throttled', 'DailyQuota', 'AccountAtRisk'];
/** What the emulator has no metric of, or only in part. `alarms.json` holds what they look at; the template's test, the rest. */
const NOT_DRIVEN: { readonly [why: string]: readonly string[] } = {
  'AWS/States has no metrics': ['RunFailed', 'RunTimedOut', 'RunAborted', 'FollowUpFailed'],
  'AWS/SQS has no metrics': ['IntakeDeadLetters', 'TrackingDeadLetters', 'TrackingAge'],
  'AWS/Lambda has those of direct calls only': [
    ...['RegisterErrors', 'PlanErrors', 'SendErrors', 'SettleErrors'],
    ...['ReportErrors', 'TrackErrors', 'ConsentErrors', 'ReviewErrors'],
  ],
  'SES counts no reputation': ['BounceRate', 'ComplaintRate'],
  'emitted by tests of the breaker, the brake and the detector': ['CampaignPaused', 'GuaranteeBroken'],
};

const MAILER = 'Mail/Mailer';

interface Line {
  readonly _aws: { readonly CloudWatchMetrics: { Namespace: string; Metrics: { Name: string; Unit: string }[] }[] };
  readonly [name: string]: unknown;
}

async function call(service: 'logs' | 'monitoring', headers: Record<string, string>, body: string): Promise<string> {
  const credential = `test/20260101/${REGION}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none`;
  const response = await fetch(addresses.emulator, { method: 'POST', headers: { ...headers, authorization }, body });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.text();
}

const logs = async (action: string, input: object) =>
  JSON.parse(
    await call(
      'logs',
      { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Logs_20140328.${action}` },
      JSON.stringify(input),
    ),
  );

/** Every line that CloudWatch would make metrics of. */
async function emitted(since: number): Promise<Line[]> {
  const { logGroups } = (await logs('DescribeLogGroups', {})) as { logGroups: { logGroupName: string }[] };
  const lines: Line[] = [];
  for (const { logGroupName } of logGroups) {
    for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
      const page = await logs('FilterLogEvents', { logGroupName, startTime: since, nextToken });
      for (const { message } of page.events as { message: string }[]) {
        const [text] = /\{"_aws".*\}/.exec(message) ?? [];
        if (text) lines.push(JSON.parse(text) as Line);
      }
      nextToken = page.nextToken;
    }
  }
  return lines.filter(({ Mailer }) => Mailer === MAILER);
}

async function put(line: Line): Promise<void> {
  for (const { Namespace, Metrics } of line._aws.CloudWatchMetrics) {
    const form = new URLSearchParams({ Action: 'PutMetricData', Version: '2010-08-01', Namespace });
    for (const [at, { Name, Unit }] of Metrics.entries()) {
      const member = `MetricData.member.${at + 1}`;
      form.set(`${member}.MetricName`, Name);
      form.set(`${member}.Unit`, Unit);
      form.set(`${member}.Value`, String(line[Name]));
      form.set(`${member}.Dimensions.member.1.Name`, 'Mailer');
      form.set(`${member}.Dimensions.member.1.Value`, MAILER);
    }
    await call('monitoring', { 'content-type': 'application/x-www-form-urlencoded' }, String(form));
  }
}

afterEach(async () => {
  await ses.faults([]);
  await ses.account({ maxPerSecond: 200, enforcementStatus: 'HEALTHY', max24Hours: 1_000_000, sentLast24Hours: 0 });
});

test('every alarm is driven, or it is said why not', () => {
  const golden = path.join(ROOT, 'test', 'package', 'golden', 'alarms', 'alarms.json');
  const all = Object.keys(JSON.parse(readFileSync(golden, 'utf8')));
  expect([...DRIVEN, ...Object.values(NOT_DRIVEN).flat()].sort()).toEqual(all.sort());
});

test('what goes wrong in a run reaches the topic as alarms, by the metrics that the run emitted', async () => {
  const since = Date.now();
  const notices = await listen('alarms');
  const list = makeList({ recipients: 60, seed: 91 });
  const to = list.expected.people.map((person) => person.to);
  await ses.account({
    maxPerSecond: 200,
    enforcementStatus: 'PROBATION',
    max24Hours: 1_000_000,
    sentLast24Hours: 900_000,
  });
  await ses.faults([
    { when: { to: to.slice(0, 12) }, times: 12, does: { status: 429, type: 'TooManyRequestsException', message: '-' } },
    { when: { to: to.slice(12, 16) }, does: { status: 400, type: 'MessageRejected', message: 'Address blacklisted' } },
    { when: { to: to.slice(16, 18) }, does: 'reset', accepted: true },
  ]);
  const run = await campaigns.run('alarms.csv', list.text);
  const { counts } = await summary(run);
  expect(counts).toMatchObject({ refused: 4, in_doubt: 2 });
  await campaigns.run('alarms-wrong.csv', 'name,city\nAnn,Oslo\n');

  const lines = await waitFor('the metrics', 30, async () => {
    const found = await emitted(since);
    return found.some((line) => 'ListsRefused' in line) && found.some((line) => 'Sent' in line) ? found : undefined;
  });
  const sum = (name: string) => lines.reduce((all, line) => all + Number(line[name] ?? 0), 0);
  expect([sum('Sent'), sum('Refused'), sum('InDoubt')]).toEqual([counts.sent, 4, 2]);
  expect(sum('Accepted')).toBe(counts.sent);
  // No address in any of them.
  expect(JSON.stringify(lines)).not.toMatch(/@/);
  for (const line of lines) await put(line);

  const heard = new Map<string, string>();
  await notices.next((notice) => {
    const message = (JSON.parse(notice) as { Message?: string }).Message ?? '';
    const id = DRIVEN.find((one) => message.includes(`Alarms${one}`));
    if (id) heard.set(id, message);
    return heard.size === DRIVEN.length;
  });
  for (const [id, message] of heard) {
    const { NewStateValue, AlarmDescription } = JSON.parse(message) as Record<string, string>;
    expect([id, NewStateValue]).toEqual([id, 'ALARM']);
    expect(AlarmDescription).toContain(`runbook.md#${id.toLowerCase()}`);
  }
});
