import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PutConfigurationSetSendingOptionsCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CREDENTIALS, REGION } from '../../local/environment';
import { ROOT } from '../../local/root';
import { addresses, commandEnvironment, connection, ses } from './support';

const COMMAND = path.join(ROOT, 'assets', 'cli', 'index.js');
const client = { endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS };
const events = new EventBridgeClient(client);
const sqs = new SQSClient(client);

/** The emulator signs no mail, and example.com has no records that a test could set. */
const NOT_HERE = ['dkim', 'dmarc', 'mail from'];

interface Finding {
  readonly check: string;
  readonly level: string;
  readonly says: string;
}

/** What is not well, of what can be well here. */
const doctor = (...mailer: string[]): Promise<Finding[]> =>
  new Promise((resolve, reject) =>
    execFile(
      process.execPath,
      [COMMAND, 'doctor', '--json', ...mailer],
      { env: commandEnvironment() },
      (_, out, err) => {
        if (!out) return reject(new Error(err));
        const { findings } = JSON.parse(out) as { findings: Finding[] };
        expect(findings.length).toBeGreaterThan(12);
        resolve(findings.filter(({ check, level }) => level !== 'ok' && !NOT_HERE.includes(check)));
      },
    ),
  );
const ofStack = () => doctor('--mailer', 'Mail/Mailer');

const WELL = { maxPerSecond: 200, productionAccess: true, sendingEnabled: true, enforcementStatus: 'HEALTHY' } as const;
beforeAll(() => ses.account(WELL));
afterEach(() => ses.account({ ...WELL, sentLast24Hours: 0, max24Hours: 1_000_000 }));

test('a mailer that is well has nothing to do', async () => {
  expect(await ofStack()).toEqual([]);
});

test.each([
  ['sandbox', 'error', { productionAccess: false }],
  ['sending', 'error', { sendingEnabled: false }],
  ['sending', 'warning', { enforcementStatus: 'PROBATION' }],
  ['sending', 'error', { enforcementStatus: 'SHUTDOWN' }],
  ['quota', 'warning', { sentLast24Hours: 1_000_000 }],
] as const)('%s: %s while the account is %j', async (check, level, account) => {
  await ses.account(account);
  expect(await ofStack()).toMatchObject([{ check, level }]);
});

test.each([
  ['event rule', connection.trackingRule],
  ['uploads', connection.intakeRule],
])('%s: the rule, that somebody disabled', async (check, Name) => {
  const rule = { Name };
  await events.send(new DisableRuleCommand(rule));
  try {
    expect(await ofStack()).toMatchObject([{ check, level: 'error' }]);
  } finally {
    await events.send(new EnableRuleCommand(rule));
  }
});

test('a configuration set that somebody switched off', async () => {
  const mail = new SESv2Client({ ...client, endpoint: addresses.ses });
  const sending = (SendingEnabled: boolean) =>
    mail.send(
      new PutConfigurationSetSendingOptionsCommand({
        ConfigurationSetName: connection.configurationSet,
        SendingEnabled,
      }),
    );
  await sending(false);
  try {
    expect(await ofStack()).toMatchObject([{ check: 'configuration set', level: 'error' }]);
  } finally {
    await sending(true);
    mail.destroy();
  }
});

test('a dead letter', async () => {
  const [QueueUrl] = connection.deadLetterQueueUrls!;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'lost' }));
  try {
    expect(await ofStack()).toMatchObject([
      { check: 'dead letters', level: 'error', says: expect.stringMatching(/^1 in /) },
    ]);
  } finally {
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  }
});

test('what is gone: identity, topic, configuration set, table', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doctor-'));
  const config = path.join(folder, 'config.json');
  const gone = {
    identity: 'nowhere.example',
    alertTopicArn: `${connection.alertTopicArn}-gone`,
    configurationSet: 'gone',
    ledgerTable: 'gone',
  };
  writeFileSync(config, JSON.stringify({ ...connection, ...gone }));
  try {
    const found = await doctor('--config', config);
    expect(found.filter(({ level }) => level === 'error').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['identity', 'configuration set', 'alerts', 'table']),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
