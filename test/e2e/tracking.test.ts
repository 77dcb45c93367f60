import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { GetConfigurationSetCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { parse } from 'csv-parse/sync';
import { campaignDigest } from '../../lambda-src/domain/ledger/keys';
import { Campaigns } from '../../local/campaigns';
import { deploy } from '../../local/deploy';
import { CREDENTIALS, localEnvironment, REGION } from '../../local/environment';
import { follow } from '../../local/links';
import { ROOT } from '../../local/root';
import { type Happened, sesEvent } from '../../local/ses/event';
import { waitFor } from '../../local/wait';
import type { Connection } from '../../src/private/contract';
import { addresses, ses, summaryOf } from './support/deployed';

const client = { endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS };
const events = new EventBridgeClient(client);
const sqs = new SQSClient(client);
const ledger = DynamoDBDocumentClient.from(new DynamoDBClient(client));

let asked: { readonly connection: Connection; readonly campaigns: Campaigns };
let unasked: typeof asked;
let heardUrl: string;

beforeAll(async () => {
  const app = path.join(ROOT, 'test/e2e/apps/tracking');
  const emulator = { url: addresses.emulator, environment: localEnvironment(addresses.emulator), stop: async () => {} };
  const { Tracking } = await deploy(emulator, app, addresses.folder);
  const mailer = (name: string) => {
    const [, value] = Object.entries(Tracking).find(([id]) => id.startsWith(name) && id.includes('Connection'))!;
    const connection = JSON.parse(value) as Connection;
    return { connection, campaigns: new Campaigns(connection, addresses.emulator) };
  };
  asked = mailer('Asked');
  unasked = mailer('Unasked');
  heardUrl = Tracking.HeardUrl;
});
afterAll(async () => {
  await ses.reset();
  asked.campaigns.close();
  unasked.campaigns.close();
  events.destroy();
  sqs.destroy();
  ledger.destroy();
});

/** Addresses that begin so, how many, and what becomes of them. */
const DELIVERIES: readonly (readonly [prefix: string, count: number, happens: readonly Happened[]])[] = [
  ['fine', 480, ['send', 'delivery']],
  ['reads', 150, ['send', 'delivery', 'machine-open', 'open', 'open']],
  ['clicks', 80, ['send', 'delivery', 'open', 'machine-click', 'click']],
  ['scanned', 40, ['send', 'delivery', 'machine-open']],
  ['gone', 50, ['send', 'hard-bounce']],
  ['full', 30, ['send', 'delay', 'soft-bounce']],
  ['held', 20, ['send', 'suppressed']],
  ['angry', 3, ['send', 'delivery', 'open', 'complaint']],
  ['virus', 7, ['send', 'reject']],
  ['silent', 20, []],
  ['blocked', 30, ['send', 'blocked']],
  ['away', 20, ['send', 'delivery', 'auto-reply']],
  ['wanted', 10, ['send', 'delivery', 'not-spam']],
  ['unclear', 10, ['send', 'undetermined']],
  ['nowhere', 10, ['send', 'no-domain']],
  ['slow', 10, ['send', 'delay', 'delivery']],
  ['bots', 10, ['send', 'delivery', 'likely-bot-open']],
  ['tenants', 5, ['send', 'tenant-suppressed']],
  ['heavy', 5, ['send', 'too-large']],
  ['spoofed', 5, ['send', 'delivery', 'auth-failure']],
  ['newer', 5, ['send', 'unknown-permanent']],
];
const deliveries = DELIVERIES.map(([prefix, , happens]) => ({ prefix: `${prefix}-`, happens }));
const list = (of: typeof DELIVERIES): string =>
  [
    'email,name,tracking',
    ...of.flatMap(([prefix, count]) => Array.from({ length: count }, (_, at) => `${prefix}-${at}@example.org,N,ja`)),
    '',
  ].join('\n');

test('a thousand mails of known fates, their events shuffled, doubled and late, end with exactly these numbers', async () => {
  const { connection, campaigns } = asked;
  const late = { share: 0.05, milliseconds: 4000 };
  await ses.events({
    queueUrl: connection.trackingQueueUrl!,
    deliveries,
    times: 2,
    withinMilliseconds: 1500,
    late,
    seed: 7,
  });
  const run = await campaigns.run('fates.csv', list(DELIVERIES));
  expect((await summaryOf(campaigns, run)).counts.sent).toBe(1000);
  interface Tracked {
    readonly final: boolean;
    readonly messages: number;
    readonly counts: object;
    readonly deliveryStatuses: object;
  }
  const published = DELIVERIES.reduce((sum, [, count, happens]) => sum + 2 * count * happens.length, 0);
  await waitFor('all events', 180, async () => (await ses.published()).emitted === published || undefined);
  const tracking = await waitFor('the report after the tracking period', 180, async () => {
    const { tracking: found } = JSON.parse(await campaigns.report(run, 'summary.json')) as { tracking: Tracked };
    return found.final ? found : undefined;
  });
  expect(tracking.messages).toBe(1000);
  expect(tracking.counts).toEqual({
    accepted: 980,
    delivered: 808,
    delayed: 40,
    bounced: 60,
    soft_bounced: 45,
    suppressed_by_ses: 25,
    complained: 3,
    rejected: 7,
    rendering_failed: 0,
    opened: 233,
    machine_opened: 200,
    clicked: 80,
    machine_clicked: 80,
    subscription: 0,
    blocked: 30,
    noted: 15,
    noted_bounce: 5,
  });
  expect(tracking.deliveryStatuses).toEqual({
    complained: 3,
    bounced: 60,
    suppressed_by_ses: 25,
    rejected: 7,
    rendering_failed: 0,
    soft_bounced: 45,
    delivered: 805,
    delayed: 0,
    accepted: 5,
    blocked: 30,
    unknown: 20,
  });
  // The page for people says the same.
  const page = await campaigns.report(run, 'report.html');
  const line = (name: string) => new RegExp(`<th scope="row">${name}</th><td class="n">([\\d,]+)</td>`).exec(page)?.[1];
  expect(['Rows of the list', 'Valid', 'Sent', 'Delivered', 'Opened', 'Clicked'].map(line)).toEqual([
    '1,000',
    '1,000',
    '1,000',
    '808',
    '233',
    '80',
  ]);
  expect(page).toMatch(/>there is no such mailbox<.*?>50<.*?>5 %</);
  expect(page).not.toMatch(/(fine|gone|silent)-\d/);

  const rows: Record<string, string>[] = parse(await campaigns.report(run, 'results.csv'), {
    bom: true,
    columns: true,
  });
  const count = (what: (row: Record<string, string>) => boolean) => rows.filter(what).length;
  for (const [prefix, number, status] of [
    ['gone', 50, 'bounced'],
    ['full', 30, 'soft_bounced'],
    ['held', 20, 'suppressed_by_ses'],
    ['angry', 3, 'complained'],
    ['virus', 7, 'rejected'],
    ['silent', 20, 'unknown'],
    ['fine', 480, 'delivered'],
    ['blocked', 30, 'blocked'],
    ['away', 20, 'delivered'],
    ['wanted', 10, 'delivered'],
    ['unclear', 10, 'soft_bounced'],
    ['nowhere', 10, 'bounced'],
    ['slow', 10, 'delivered'],
    ['tenants', 5, 'suppressed_by_ses'],
    ['heavy', 5, 'soft_bounced'],
    ['spoofed', 5, 'delivered'],
    ['newer', 5, 'accepted'],
  ] as const) {
    expect([
      prefix,
      count(({ address, delivery_status: said }) => address!.startsWith(prefix) && said === status),
    ]).toEqual([prefix, number]);
  }
  expect(count(({ opened_at: at }) => at !== '')).toBe(233);

  // Addresses that bounced for good or complained get no other email. All others do.
  await ses.events({ queueUrl: connection.trackingQueueUrl!, deliveries });
  const next = await campaigns.run(
    'next.csv',
    list([
      ['gone', 3, []],
      ['angry', 2, []],
      ['full', 2, []],
      ['held', 1, []],
      ['blocked', 3, []],
      ['away', 2, []],
      ['wanted', 1, []],
      ['nowhere', 1, []],
      ['newer', 1, []],
    ]),
  );
  expect((await summaryOf(campaigns, next)).counts).toMatchObject({ suppressed: 5, sent: 11 });

  // The owner was alerted of the domain that refuses the sender.
  const Key = { pk: `breaker#${campaignDigest(`${connection.mailer}/fates`)}`, sk: 'blocked#1' };
  const { Item } = await ledger.send(new GetCommand({ TableName: connection.ledgerTable, Key }));
  expect(Item).toMatchObject({
    emails: 35,
    domains: { 'example.org': { emails: 35 } },
    alertedAt: expect.any(String),
  });
}, 600_000);

test('an email is tracked only with consent, by the list or the page, and history says where it came from', async () => {
  const { connection, campaigns } = asked;
  await ses.account({ engagementMetrics: true });
  await ses.events({
    queueUrl: connection.trackingQueueUrl!,
    otherwise: ['send', 'delivery', 'open', 'click'],
    withinMilliseconds: 100,
  });
  const run = async (name: string, rows: readonly string[]) => {
    const { requests } = await ses.count();
    await campaigns.run(name, ['email,name,tracking', ...rows, ''].join('\n'));
    const sent = await ses.accepted(requests);
    return Object.fromEntries(sent.map(({ to, html = '' }) => [to[0]!.split('@')[0], html]));
  };
  const first = await run('consents.csv', ['yes@example.org,N,JA', 'no@example.org,N,nein', 'empty@example.org,N,']);
  const tracked = (html = '') => [html.includes('//links.example.com/I0/'), html.includes('//links.example.com/L0/')];
  expect([first.yes, first.no, first.empty].map(tracked)).toEqual([
    [true, true],
    [false, false],
    [false, false],
  ]);
  // Of the three only one is tracked, so only their open and click are published.
  await waitFor('two events of each, four of one', 120, async () => (await ses.published()).emitted === 8 || undefined);
  const history = () => JSON.parse(command('history', 'yes@example.org', '--mailer', 'Tracking/Asked').stdout);
  expect(history().mailings).toMatchObject([
    { trackingConsent: { source: 'list', column: 'Tracking', list: expect.stringContaining('consents.csv') } },
  ]);
  // The links in the emails lead to the page, where one withdraws consent and another gives it.
  const pageOf = (html = '') => /href="([^"]*\/u\/[^"]*)"/.exec(html)![1]!.replace('/u/', '/p/');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const choose = (html: string | undefined, tracking: string) =>
    follow(addresses.emulator, pageOf(html), {
      ...{ method: 'POST', headers },
      body: `shown=general&topic=general&tracking=${tracking}`,
    });
  await choose(first.no, 'refused');
  const page = await choose(first.empty, 'given');
  expect(page.body).toContain('id="tracking-given" checked');
  const second = await run('consents-2.csv', ['no@example.org,N,ja', 'empty@example.org,N,']);
  expect([second.no, second.empty].map(tracked)).toEqual([
    [false, false],
    [true, true],
  ]);
  await ses.account({ engagementMetrics: false });
}, 180_000);

const command = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(ROOT, 'assets/cli/index.js'), ...args, '--json'], {
    env: localEnvironment(addresses.emulator),
    encoding: 'utf8',
  });

test('one person’s history is told, and they are forgotten, by the command that finds the mailer', async () => {
  const { connection } = asked;
  const config = path.join(mkdtempSync(path.join(tmpdir(), 'person-')), 'connection.json');
  writeFileSync(config, JSON.stringify(connection));
  const told = command('history', 'gone-1@example.org', '--config', config);
  expect([told.status, told.stderr]).toEqual([0, '']);
  expect(JSON.parse(told.stdout)).toMatchObject({
    mailings: expect.arrayContaining([expect.objectContaining({ state: 'sent', deliveryStatus: 'bounced' })]),
    optOuts: [expect.objectContaining({ topic: '*', source: 'hard_bounce' })],
  });
  // The stack tells it as well, and by --ledger no stack is asked.
  const stacked = command('forget', 'gone-1@example.org', '--mailer', 'Tracking/Asked');
  expect([stacked.status, JSON.parse(stacked.stdout).erased]).toEqual([1, false]);
  const erased = command('forget', 'gone-1@example.org', '--ledger', connection.ledgerTable, '--yes');
  expect([erased.status, JSON.parse(erased.stdout).erased]).toEqual([0, true]);
  const after = JSON.parse(command('history', 'gone-1@example.org', '--config', config).stdout);
  expect(
    after.mailings.map(({ events, forgotten }: { events: object; forgotten?: string }) => [events, typeof forgotten]),
  ).toEqual(after.mailings.map(() => [{}, 'string']));
  expect(after.optOuts).toMatchObject([{ topic: '*', source: 'hard_bounce' }]);
});

test('the owner’s bus heard of it, without an address', async () => {
  const paused = command('pause', 'fates', '--why', 'a question', '--mailer', 'Tracking/Asked');
  expect([paused.status, paused.stderr]).toEqual([0, '']);
  for (const verb of ['pause', 'resume']) {
    const all = command(verb, '--all', '--why', 'all of it', '--mailer', 'Tracking/Asked');
    expect([all.status, all.stderr]).toEqual([0, '']);
  }
  const heard: { 'detail-type': string; source: string; detail: { outcomes?: { outcome: string }[] } }[] = [];
  await waitFor('everything on the bus', 30, async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: heardUrl, MaxNumberOfMessages: 10 }),
    );
    heard.push(...Messages.map(({ Body }) => JSON.parse(Body!)));
    return Messages.length === 0 ? true : undefined;
  });
  const outcomes = heard.flatMap(({ detail }) => detail.outcomes ?? []);
  const of = (type: string) => heard.filter(({ 'detail-type': said }) => said === type).length;
  expect([of('Run Started'), of('Run Ended') >= 2, of('Outcomes') > 20]).toEqual([4, true, true]);
  expect(heard.filter(({ 'detail-type': said }) => said === 'Campaign Paused')).toMatchObject([
    { detail: { why: 'a question', by: expect.stringContaining('arn:aws') } },
  ]);
  for (const type of ['All Campaigns Paused', 'All Campaigns Resumed'])
    expect(heard.filter(({ 'detail-type': said }) => said === type)).toMatchObject([
      { detail: { why: 'all of it', by: expect.stringContaining('arn:aws') } },
    ]);
  expect(outcomes.filter(({ outcome }) => outcome === 'clicked').length).toBeGreaterThanOrEqual(80);
  expect(JSON.stringify(heard)).not.toContain('@example.org');
});

test('a bad list is stopped early, and its owner knows why; opens and clicks are off unless asked', async () => {
  const { connection, campaigns } = unasked;
  await ses.account({ maxPerSecond: 40 });
  await ses.events({
    queueUrl: connection.trackingQueueUrl!,
    deliveries: [{ prefix: 'bad-', happens: ['send', 'hard-bounce'] }],
    otherwise: ['send', 'delivery', 'open', 'click'],
    withinMilliseconds: 100,
  });
  const before = (await ses.count()).accepted;
  const bad = Array.from({ length: 2000 }, (_, at) => `${at % 4 === 0 ? 'bad' : 'good'}-${at}@example.org,N`);
  const arn = await campaigns.upload('bought.csv', ['email,name', ...bad, ''].join('\n'));
  const Key = { pk: `campaign#${campaignDigest(`${connection.mailer}/bought`)}`, sk: 'campaign' };
  const paused = await waitFor('the pause', 60, async () => {
    const { Item } = await ledger.send(new GetCommand({ TableName: connection.ledgerTable, Key }));
    return Item?.paused as string | undefined;
  });
  expect(paused).toMatch(/messages bounced; allowed are 5 % of at least 100/);
  await campaigns.stop(arn);
  const accepted = (await ses.count()).accepted - before;
  expect(accepted).toBeGreaterThan(20);
  expect(accepted).toBeLessThan(600);
  // Not one open or click is published: its configuration set does not ask for them.
  await waitFor('two events a message and no more', 30, async () => {
    const { emitted, waiting } = await ses.published();
    return (waiting === 0 && emitted === 2 * ((await ses.count()).accepted - before)) || undefined;
  });
});

test('the configuration set has the options that delivery and redirectDomain give it', async () => {
  const sesv2 = new SESv2Client(client);
  const { configurationSet } = asked.connection;
  const found = await sesv2.send(new GetConfigurationSetCommand({ ConfigurationSetName: configurationSet }));
  sesv2.destroy();
  expect(found).toMatchObject({
    DeliveryOptions: { TlsPolicy: 'REQUIRE', MaxDeliverySeconds: 7200 },
    ReputationOptions: { ReputationMetricsEnabled: false },
    TrackingOptions: { CustomRedirectDomain: 'links.example.com', HttpsPolicy: 'REQUIRE' },
    ArchivingOptions: { ArchiveArn: expect.stringContaining('mailmanager-archive/a-1') },
  });
});

test('the deployed rule takes SES’s events of this mailer and of no other', async () => {
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const patterns = Rules.map(({ EventPattern }) => EventPattern ?? '').filter((text) => text.includes('aws.ses'));
  const mine = patterns.filter((text) => text.includes(asked.connection.configurationSet));
  expect(mine).toHaveLength(1);
  const matches = async (configurationSet: string) => {
    const message = { messageId: 'm', from: 'a@example.com', to: 'b@example.org', subject: 's', tags: {}, sentAt: 0 };
    const event = JSON.stringify(sesEvent({ ...message, configurationSet }, 'delivery', 0));
    return (await events.send(new TestEventPatternCommand({ EventPattern: mine[0], Event: event }))).Result;
  };
  expect([
    await matches(asked.connection.configurationSet),
    await matches(unasked.connection.configurationSet),
  ]).toEqual([true, false]);
});
