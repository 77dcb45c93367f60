import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetConfigurationSetEventDestinationsCommand,
  PutConfigurationSetSendingOptionsCommand,
  SESv2Client,
  UpdateConfigurationSetEventDestinationCommand,
} from '@aws-sdk/client-sesv2';
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CHECKS } from '../../cli/doctor/checks';
import { CREDENTIALS, REGION } from '../../local/environment';
import { ROOT } from '../../local/root';
import type { AccountSettings } from '../../local/ses/account';
import type { Connection } from '../../src/private/contract';
import { addresses, commandEnvironment, connection, mailsOf, recipients, ses } from './support/deployed';

const COMMAND = path.join(ROOT, 'assets', 'cli', 'index.js');
const client = { endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS };
const events = new EventBridgeClient(client);
const sqs = new SQSClient(client);
const mail = new SESv2Client({ ...client, endpoint: addresses.ses });
const folder = mkdtempSync(path.join(tmpdir(), 'doctor-'));

/** Lines of which no fault can be set here, and why; `test/cli/verbs/doctor.test.ts` has their faults. */
const NOT_HERE: { readonly [check: string]: string } = {
  dmarc: 'the DNS of example.com is nobody’s to change, and a machine may have none',
  sms: 'the emulator’s SNS knows no sandbox and no spend limit of SMS',
};

interface Finding {
  readonly check: string;
  readonly level: string;
  readonly says: string;
  readonly came?: readonly string[];
}

/** What is not well, of what can be well here. */
const doctor = (...args: string[]): Promise<Finding[]> =>
  new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [COMMAND, 'doctor', '--json', ...args],
      { env: commandEnvironment() },
      (_, out, err) => {
        if (!out) return reject(new Error(err));
        const { findings } = JSON.parse(out) as { findings: Finding[] };
        const code = findings.some(({ level }) => level === 'warning' || level === 'error') ? 1 : 0;
        if (child.exitCode !== code) return reject(new Error(`it ended with ${child.exitCode}: ${out}`));
        resolve(findings.filter(({ check, level }) => level !== 'ok' && check !== 'dmarc'));
      },
    );
  });
const MAILER = ['--mailer', 'Mail/Mailer'];

/** Of a mailer whose output names something else. */
async function doctorOf(change: Partial<Connection>): Promise<Finding[]> {
  const config = path.join(folder, 'config.json');
  writeFileSync(config, JSON.stringify({ ...connection, ...change }));
  return doctor('--config', config);
}

const ACCOUNT = {
  maxPerSecond: 200,
  productionAccess: true,
  sendingEnabled: true,
  enforcementStatus: 'HEALTHY',
  sentLast24Hours: 0,
  max24Hours: 1_000_000,
} as const;
/** The emulator's own domain is verified, and waits for its DKIM records for ever. */
const IDENTITY = {
  FeedbackForwardingStatus: false,
  VerifiedForSendingStatus: true,
  DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS' },
};

/** Sets something, and takes it back. */
interface Staged {
  set(): Promise<unknown>;
  unset(): Promise<unknown>;
}

const account = (change: Partial<AccountSettings>): Staged => ({
  set: () => ses.account(change),
  unset: () => ses.account(ACCOUNT),
});
const identity = (change: object): Staged => ({
  set: () => ses.identity('example.com', { ...IDENTITY, ...change }),
  unset: () => ses.identity('example.com', IDENTITY),
});
const disabled = (rule: string | undefined): Staged => ({
  set: () => events.send(new DisableRuleCommand({ Name: rule })),
  unset: () => events.send(new EnableRuleCommand({ Name: rule })),
});
function untargeted(Rule: string | undefined): Staged {
  let Targets: { readonly Id: string | undefined; readonly Arn: string | undefined }[] | undefined;
  return {
    async set() {
      ({ Targets } = await events.send(new ListTargetsByRuleCommand({ Rule })));
      await events.send(new RemoveTargetsCommand({ Rule, Ids: Targets!.map(({ Id }) => Id!) }));
    },
    unset: () => events.send(new PutTargetsCommand({ Rule, Targets })),
  };
}
const ConfigurationSetName = connection.configurationSet;
const sending = (SendingEnabled: boolean) =>
  mail.send(new PutConfigurationSetSendingOptionsCommand({ ConfigurationSetName, SendingEnabled }));
async function publishing(Enabled: boolean): Promise<void> {
  const { EventDestinations = [] } = await mail.send(
    new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName }),
  );
  for (const { Name, ...destination } of EventDestinations)
    await mail.send(
      new UpdateConfigurationSetEventDestinationCommand({
        ConfigurationSetName,
        EventDestinationName: Name,
        EventDestination: { ...destination, Enabled },
      }),
    );
}
const [QueueUrl] = connection.deadLetterQueueUrls!;
const eventRule = disabled(connection.trackingRule);

/** What is set in turn: the line that says it, and how bad it is. */
const FAULTS: readonly (readonly [check: string, what: string, level: string, staged: Staged])[] = [
  ['sandbox', 'the account is in it', 'error', account({ productionAccess: false })],
  ['sending', 'is paused', 'error', account({ sendingEnabled: false })],
  ['sending', 'is under review', 'warning', account({ enforcementStatus: 'PROBATION' })],
  ['sending', 'is shut down', 'error', account({ enforcementStatus: 'SHUTDOWN' })],
  ['quota', 'is used up', 'warning', account({ sentLast24Hours: 1_000_000 })],
  ['identity', 'is not verified', 'error', identity({ VerifiedForSendingStatus: false })],
  ['dkim', 'is not in the DNS', 'error', identity({ DkimAttributes: { SigningEnabled: true, Status: 'PENDING' } })],
  ['feedback', 'is emailed too', 'warning', identity({ FeedbackForwardingStatus: true })],
  [
    'mail from',
    'is not in the DNS',
    'warning',
    identity({ MailFromAttributes: { MailFromDomain: 'mail.example.com', MailFromDomainStatus: 'FAILED' } }),
  ],
  ['configuration set', 'is switched off', 'error', { set: () => sending(false), unset: () => sending(true) }],
  ['event destination', 'is switched off', 'error', { set: () => publishing(false), unset: () => publishing(true) }],
  ['uploads', 'the rule is disabled', 'error', disabled(connection.intakeRule)],
  ['uploads', 'the rule lost its target', 'error', untargeted(connection.intakeRule)],
  ['drafts', 'the rule is disabled', 'error', disabled(connection.draftsRule)],
  ['event rule', 'the rule is disabled', 'error', eventRule],
  ['event rule', 'the rule lost its target', 'error', untargeted(connection.trackingRule)],
  [
    'dead letters',
    'there is one',
    'error',
    {
      set: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'lost' })),
      unset: () => sqs.send(new PurgeQueueCommand({ QueueUrl })),
    },
  ],
];

/** What is gone: the lines that say so, and those that cannot look at it. */
const GONE: readonly (readonly [check: string, gone: Partial<Connection>, unseen: readonly string[]])[] = [
  ['identity', { identity: 'nowhere.example' }, ['dkim', 'feedback', 'mail from']],
  ['configuration set', { configurationSet: 'gone' }, ['event destination']],
  ['uploads', { intakeRule: 'gone' }, []],
  ['drafts', { draftsRule: 'gone' }, []],
  ['event rule', { trackingRule: 'gone' }, []],
  ['alerts', { alertTopicArn: `${connection.alertTopicArn}-gone` }, ['sms']],
  ['alarms', { alarmTopicArn: `${connection.alertTopicArn}-gone` }, ['sms']],
  ['table', { ledgerTable: 'gone' }, []],
];

beforeAll(async () => {
  await ses.account(ACCOUNT);
  await ses.identity('example.com', IDENTITY);
});
afterAll(async () => {
  await ses.reset();
  for (const one of [events, sqs, mail]) one.destroy();
  rmSync(folder, { recursive: true });
});

test('every line of the doctor has a fault that is set here, or the reason why none can be', () => {
  const staged = [...FAULTS, ...GONE].map(([check]) => check);
  const known = [...new Set([...staged, ...Object.keys(NOT_HERE)])].sort();
  expect(known).toEqual(CHECKS.map(({ name }) => name).sort());
  expect(Object.keys(NOT_HERE).filter((check) => staged.includes(check))).toEqual([]);
});

test('a mailer that is well has nothing to do', async () => {
  expect(await doctor(...MAILER)).toEqual([]);
});

test.each(FAULTS)('%s: %s', async (check, _, level, { set, unset }) => {
  await set();
  try {
    expect(await doctor(...MAILER)).toMatchObject([{ check, level }]);
  } finally {
    await unset();
  }
});

test.each(GONE)('%s is gone', async (check, gone, unseen) => {
  const found = await doctorOf(gone);
  expect(found.filter(({ level }) => level === 'error').map((one) => one.check)).toEqual([check]);
  expect(found.map((one) => one.check).sort()).toEqual([check, ...unseen].sort());
});

const SMOKE = [...MAILER, '--smoke', '--column', 'first name=Ann', '--column', 'city=Bern'];
const NOTE = ['--column', 'note=2=2'];
const MAILBOXES = ['bounce', 'complaint', 'ooto', 'success', 'suppressionlist'];
const mailboxes = (to: readonly string[]) =>
  to.map((address) => /^(\w+)\+\w+@simulator\.amazonses\.com$/.exec(address)?.[1]);

test('a smoke test mails SES’s simulator alone, and hears of each mail in the ledger; so does another', async () => {
  // As on the first day: in the sandbox nobody else would get mail.
  await ses.account({ productionAccess: false });
  try {
    for (const once of [1, 2]) {
      const { result, mails } = await mailsOf(() => doctor(...SMOKE, ...NOTE, '--timeout', '30'));
      expect([once, result]).toMatchObject([once, [{ check: 'sandbox' }]]);
      expect(mailboxes(recipients(mails))).toEqual(MAILBOXES);
    }
  } finally {
    await ses.account(ACCOUNT);
  }
});

test('a smoke test finds that SES’s events are lost on their way, and that a column lacks', async () => {
  await eventRule.set();
  try {
    const { result, mails } = await mailsOf(() => doctor(...SMOKE, ...NOTE, '--timeout', '8'));
    expect(mailboxes(recipients(mails))).toEqual(MAILBOXES);
    const [rule, ...lines] = result;
    expect(rule).toMatchObject({ check: 'event rule', level: 'error' });
    expect(lines.map(({ check }) => check).sort()).toEqual(MAILBOXES.map((mailbox) => `smoke ${mailbox}`));
    expect(lines).toMatchObject(
      lines.map(() => ({ level: 'error', came: [], says: expect.stringContaining('came nothing') })),
    );
  } finally {
    await eventRule.unset();
  }
  const { result, mails } = await mailsOf(() => doctor(...SMOKE));
  expect([result, mails]).toMatchObject([
    [{ check: 'smoke', level: 'error', says: expect.stringMatching(/^nobody was mailed: MM323: .*"note"/) }],
    [],
  ]);
});
