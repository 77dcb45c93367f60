import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import * as path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { Campaigns } from '../../local/campaigns';
import { deploy } from '../../local/deploy';
import { CREDENTIALS, localEnvironment, REGION } from '../../local/environment';
import { readInbox } from '../../local/inbox';
import { ROOT } from '../../local/root';
import { waitFor } from '../../local/wait';
import { type Connection, METADATA } from '../../src/private/contract';
import { addresses, counts, mailsOf, command as onMailer, recipients, smoke, summaryOf } from './support/deployed';

const CHIEF = 'chief@example.net';
const DEPUTY = 'deputy@example.net';
const LIST =
  'email,name,template\nann@example.org,Ann,\nbob@example.org,Bob,goodbye\nbroken@,Cleo,\ndora@example.org,Dora,\n';
const PEOPLE = ['ann@example.org', 'bob@example.org', 'dora@example.org'];

let connection: Connection;
let campaigns: Campaigns;
let table: DynamoDBDocumentClient;
/** Nobody answers it; the others' tests are its minute. */
let unanswered: string;

beforeAll(async () => {
  const app = path.join(ROOT, 'test/e2e/apps/approval');
  const emulator = { url: addresses.emulator, environment: localEnvironment(addresses.emulator), stop: async () => {} };
  const { Approved } = await deploy(emulator, app, addresses.folder);
  connection = JSON.parse(Object.entries(Approved).find(([id]) => id.includes('Connection'))![1]) as Connection;
  campaigns = new Campaigns(connection, addresses.emulator);
  table = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS }),
  );
  unanswered = await campaigns.upload('unanswered.csv', LIST);
  await question('unanswered', DEPUTY);
});
afterAll(() => {
  campaigns.close();
  table.destroy();
});

const command = (verb: string, ...args: string[]) => onMailer('Approved/Mailer', verb, ...args);

/** The link that an approver was mailed. */
const question = (campaign: string, to: string): Promise<URL> =>
  waitFor(`the question about ${campaign}`, 60, async () => {
    const mails = await readInbox(addresses.inbox);
    const mail = mails.find((m) => m.destination.to.includes(to) && m.subject.startsWith(`Approve ${campaign}?`));
    const link = /https?:\S+/.exec(mail?.body.text ?? '')?.[0];
    return link === undefined ? undefined : new URL(link);
  });

/** The function behind a link, as a browser reaches it; the emulator knows functions by their host's name. */
function browse({ host, pathname }: URL, form?: Record<string, string>): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(addresses.emulator);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        hostname,
        port,
        path: pathname,
        method: form ? 'POST' : 'GET',
        headers: { host, ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode!, body }));
      },
    );
    asked.on('error', reject);
    asked.end(form ? new URLSearchParams(form).toString() : undefined);
  });
}

test('a run waits until an approver says yes, whose name is in the report', async () => {
  const { result, mails } = await mailsOf(async () => {
    // The files before this one mailed the same people.
    const before = (await readInbox(addresses.inbox)).length;
    const run = await campaigns.upload('approved.csv', LIST);
    const chief = await question('approved', CHIEF);
    const deputy = await question('approved', DEPUTY);
    const page = await browse(chief);
    expect(page.status).toBe(200);
    expect(page.body).toMatch(/approved, run 1[\s\S]*up to 3/);
    // Looking is no answer, and another's link with one letter changed is none.
    const forged = new URL(deputy.href.slice(0, -1) + (deputy.href.endsWith('A') ? 'B' : 'A'));
    expect((await browse(forged, { decision: 'approved' })).status).toBe(404);
    expect((await browse(chief, { decision: 'perhaps' })).status).toBe(400);
    const waits = await command('status', 'approved');
    expect(waits.out).toMatch(
      /Run 1, campaigns\/approved.csv, .*: about 0 of 3 recipients; waits for its approval until 2\d{3}-\S+Z/,
    );
    const inbox = (await readInbox(addresses.inbox)).slice(before);
    expect(inbox.filter(({ destination }) => destination.to.some((to) => PEOPLE.includes(to)))).toEqual([]);

    const yes = await browse(chief, { decision: 'approved', why: 'Looks fine & <dandy>' });
    expect(yes.body).toContain('Looks fine &amp; &lt;dandy&gt;');
    // The first word stands.
    expect((await browse(deputy, { decision: 'rejected' })).body).toContain('Approved');
    return campaigns.ended(run);
  });
  const samples = mails.filter(({ subject }) => subject?.startsWith('[SAMPLE'));
  // Every template is among them.
  expect(samples.filter(({ to }) => to.includes(CHIEF)).map(({ subject }) => subject)).toEqual([
    '[SAMPLE 1/3] Welcome, Ann',
    '[SAMPLE 2/3] Goodbye, Bob',
    '[SAMPLE 3/3] Welcome, Dora',
  ]);
  expect(recipients(mails).filter((to) => !to.endsWith('@example.net'))).toEqual(PEOPLE);
  const report = await summaryOf(campaigns, result);
  expect(report.counts).toEqual(counts({ sent: 3, invalid: 1 }));
  expect(report).toMatchObject({
    status: 'completed',
    approval: { decision: 'approved', by: CHIEF, how: 'link', why: 'Looks fine & <dandy>' },
  });
});

test('a run that is rejected mails nobody, and says of everybody that they were not attempted', async () => {
  const { result, mails } = await mailsOf(async () => {
    const run = await campaigns.upload('rejected.csv', LIST);
    await browse(await question('rejected', DEPUTY), { decision: 'rejected', why: 'Wrong date' });
    return campaigns.ended(run);
  });
  expect(recipients(mails).filter((to) => !to.endsWith('@example.net'))).toEqual([]);
  const report = await summaryOf(campaigns, result);
  expect(report.counts).toEqual(counts({ not_attempted: 3, invalid: 1 }));
  expect(report).toMatchObject({
    approval: { decision: 'rejected', by: DEPUTY, why: 'Wrong date' },
    reasons: { not_attempted: { [`not approved: rejected by ${DEPUTY}: Wrong date`]: 3 } },
  });
});

test('a newer upload ends the run that waits, and its link decides nothing any more', async () => {
  const first = await campaigns.upload('twice.csv', LIST);
  const old = await question('twice', CHIEF);
  const second = await campaigns.upload('twice.csv', `${LIST}eve@example.org,Eve,\n`);
  const ended = await campaigns.ended(first);
  expect((await summaryOf(campaigns, ended)).counts).toEqual(counts({ not_attempted: 3, invalid: 1 }));
  expect((await browse(old, { decision: 'approved' })).status).toBe(410);
  const current = await waitFor('the second question', 60, async () => {
    const mails = await readInbox(addresses.inbox);
    const asked = mails.filter((m) => m.destination.to.includes(CHIEF) && m.subject === 'Approve twice? 4 mails wait');
    return /https?:\S+/.exec(asked.at(-1)?.body.text ?? '')?.[0];
  });
  expect((await browse(new URL(current))).status).toBe(200);
  const rejected = await command('reject', 'twice', '--run', '2', '--why', 'Eve is new');
  expect(rejected).toMatchObject({ code: 0, out: expect.stringContaining('Run 2 of twice is rejected') });
  expect(await command('approve', 'twice', '--run', '2')).toMatchObject({
    code: 1,
    out: expect.stringContaining('was rejected before'),
  });
  expect(await summaryOf(campaigns, await campaigns.ended(second))).toMatchObject({
    counts: { not_attempted: 4 },
    approval: { decision: 'rejected', by: expect.stringMatching(/^arn:/), how: 'command', why: 'Eve is new' },
  });
});

test('whoever may, approves by the command', async () => {
  const { mails } = await mailsOf(async () => {
    const run = await campaigns.upload('commanded.csv', LIST);
    await question('commanded', CHIEF);
    // Without a number it asks, and nobody sits at this terminal.
    const asks = {
      code: 2,
      err: expect.stringMatching(/^MM726: .* run 1 of commanded waits: campaigns\/commanded.csv/),
    };
    expect(await command('approve', 'commanded')).toMatchObject(asks);
    const approve = () => command('approve', 'commanded', '--run', '1');
    expect(await approve()).toMatchObject({ code: 0 });
    expect(await approve()).toMatchObject({ code: 0, out: expect.stringContaining('before') });
    return campaigns.ended(run);
  });
  expect(recipients(mails).filter((to) => !to.endsWith('@example.net'))).toEqual(PEOPLE);
});

test('chosen rows of a draft go to a reviewer alone, and count as nobody’s', async () => {
  const { result, mails } = await mailsOf(async () => {
    const file = path.join(addresses.folder, 'looked-at.csv');
    writeFileSync(file, LIST);
    const told = await command('send', file, '--test-to', 'Me@Example.com', '--rows', '2,4', '--json');
    expect(told).toMatchObject({ code: 0, err: expect.anything() });
    return JSON.parse(told.out) as { folder: string };
  });
  expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
    [['me@example.com'], '[TEST] Goodbye, Bob'],
    [['me@example.com'], '[TEST] Welcome, Dora'],
  ]);
  const summary = JSON.parse((await campaigns.read(`${result.folder}summary.json`))!) as { campaign: string };
  expect(summary).toMatchObject({ status: 'draft', test: { mails: 2, sent: 2, failed: [] } });
  const { Items = [] } = await table.send(
    new ScanCommand({
      TableName: connection.ledgerTable,
      FilterExpression: 'campaign = :c AND attribute_exists(claimId)',
      ExpressionAttributeValues: { ':c': summary.campaign },
    }),
  );
  expect(Items).toEqual([]);
});

test('nobody else than the reviewers can be sent a test', async () => {
  const { result, mails } = await mailsOf(() =>
    campaigns.draft('leaked.csv', LIST, { [METADATA.testTo]: 'somebody@elsewhere.example' }),
  );
  expect(mails).toEqual([]);
  expect(await summaryOf(campaigns, result)).toMatchObject({ status: 'rejected', rejection: { code: 'MM335' } });
});

test('a run that nobody answers for ends in time, and nobody is mailed', async () => {
  const report = await summaryOf(campaigns, await campaigns.ended(unanswered));
  expect(report.counts).toEqual(counts({ not_attempted: 3, invalid: 1 }));
  expect(report).toMatchObject({ approval: { decision: 'expired', how: 'time' } });
});

test('a smoke test does not wait for somebody’s word, and says that its run does', async () => {
  const result = await smoke('Approved/Mailer', '--column', 'name=Ann', '--template', 'goodbye');
  expect(result).toMatchObject([{ check: 'smoke', level: 'warning' }]);
  const campaign = /^(smoke-\w+) is not sent yet: waits for its approval/.exec(result[0]!.says)?.[1];
  await question(campaign!, DEPUTY);
  const { mails } = await mailsOf(async () => {
    expect(await command('reject', campaign!, '--run', '1', '--why', 'a test')).toMatchObject({ code: 0 });
    await waitFor(
      'its end',
      60,
      async () => (await command('status', campaign!)).out.includes('not_attempted') || undefined,
    );
  });
  expect(mails).toEqual([]);
});
