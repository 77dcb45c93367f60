import * as path from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { Campaigns } from '../../local/campaigns';
import { deploy } from '../../local/deploy';
import { CREDENTIALS, localEnvironment, REGION } from '../../local/environment';
import { ROOT } from '../../local/root';
import type { Connection } from '../../src/private/contract';
import { addresses, command, counts, mailsOf, recipients, summaryOf } from './support/deployed';

/** What may be changed of a mailer that runs, and who owns what where two mailers meet. */
const APP = path.join(ROOT, 'test/e2e/apps/ownership');
const client = { endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS };
const open: Campaigns[] = [];
afterAll(() => {
  for (const one of open) one.close();
});

interface Variant {
  readonly [prop: string]: string | boolean | undefined;
}

async function deployed(variant: Variant): Promise<Campaigns> {
  const environment = { ...localEnvironment(addresses.emulator), OWNERSHIP: JSON.stringify(variant) };
  const emulator = { url: addresses.emulator, environment, stop: async () => {} };
  const outputs = (await deploy(emulator, APP, addresses.folder))[String(variant.stack)]!;
  const value = Object.entries(outputs).find(([id]) => id.includes('Connection'))![1];
  const made = new Campaigns(JSON.parse(value) as Connection, addresses.emulator);
  open.push(made);
  return made;
}

async function makeBucket(name: string): Promise<string> {
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: name, NotificationConfiguration }));
  s3.destroy();
  return name;
}

async function makeLedger(name: string): Promise<string> {
  const dynamo = new DynamoDBClient(client);
  await dynamo.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    }),
  );
  dynamo.destroy();
  return name;
}

/** With a ledger of the owner's: one of its own would be another one once it was given one. */
const FIRST = { stack: 'First', subject: 'From the first', ledger: 'first-ledger' };
const SECOND = { stack: 'Second', subject: 'From the second' };
const LIST = 'email,name,member\na@own.example,A,1\nb@own.example,B,2\n';
const ALL = ['a@own.example', 'b@own.example'];
let first: Campaigns;
let moved: string;

beforeAll(async () => {
  await makeLedger(FIRST.ledger);
  first = await deployed(FIRST);
  moved = await makeBucket('moved-lists');
}, 600_000);

test('a bucket that is added to a running mailer mails nobody again', async () => {
  const before = await mailsOf(() => first.run('may.csv', LIST));
  expect(recipients(before.mails)).toEqual(ALL);
  first = await deployed({ ...FIRST, bucket: moved });
  const { result, mails } = await mailsOf(() => first.run('may.csv', LIST));
  expect(mails).toEqual([]);
  expect(await summaryOf(first, result)).toMatchObject({ campaign: 'mailer/may', counts: counts({ already_sent: 2 }) });
});

test.each([
  ['a key column', { recipientKeyColumn: 'member' }, 'MM544'],
  ['uploads that are campaigns', { byUpload: true }, 'MM543'],
])('%s: the campaign is refused, or goes on with its own key', async (_, intake, code) => {
  const changed = await deployed({ ...FIRST, bucket: moved, ...intake });
  const refused = await mailsOf(() => changed.run('may.csv', LIST));
  expect(refused.mails).toEqual([]);
  expect(refused.result.output?.rejection?.code).toBe(code);

  const keeping = await deployed({ ...FIRST, bucket: moved, ...intake, keepCampaignKey: true });
  const kept = await mailsOf(() => keeping.run('may.csv', LIST));
  expect(kept.mails).toEqual([]);
  expect((await summaryOf(keeping, kept.result)).counts).toEqual(counts({ already_sent: 2 }));
});

describe('a second mailer under the same prefix', () => {
  let second: Campaigns;
  beforeAll(async () => {
    first = await deployed({ ...FIRST, bucket: moved });
    second = await deployed({ ...SECOND, bucket: moved });
  }, 600_000);

  /** Puts one list, which starts a run of each; what became of both, and the mails. */
  const both = (name: string) =>
    mailsOf(async () => {
      const [one, other] = [
        await first.run(name, LIST),
        await second.ended(await second.startedBy(`campaigns/${name}`)),
      ];
      return [one.output, other.output].map((output) => output?.rejection?.code ?? output?.decision);
    });

  test('sends nothing, and everybody gets one mail', async () => {
    const { result, mails } = await both('june.csv');
    expect(result).toEqual(['run', 'MM524']);
    expect(recipients(mails)).toEqual(ALL);
    expect(mails.map(({ subject }) => subject)).toEqual(['From the first', 'From the first']);
  });

  test('sends once it has taken the prefix over, and the first sends no more; and back', async () => {
    const seen = await command('Second/Mailer', 'take-over');
    expect([seen.code, seen.out]).toEqual([
      1,
      expect.stringMatching(/^MM524: [\s\S]*prefix campaigns\/: is of mailer, .*First/),
    ]);
    expect((await both('seen.csv')).result).toEqual(['run', 'MM524']);
    expect(await command('Second/Mailer', 'take-over', '--yes', '--why', 'a test')).toMatchObject({ code: 0 });
    const { result, mails } = await both('july.csv');
    expect(result).toEqual(['MM524', 'run']);
    expect(mails.map(({ subject }) => subject)).toEqual(['From the second', 'From the second']);

    expect(await command('First/Mailer', 'take-over', '--yes', '--why', 'a test')).toMatchObject({ code: 0 });
    expect((await both('august.csv')).result).toEqual(['run', 'MM524']);
    expect(await command('First/Mailer', 'take-over')).toMatchObject({ code: 0 });
  });
});

test.each<[string, () => Promise<Variant>, string]>([
  ['another name', async () => ({ mailerName: 'renamed' }), 'MM524'],
  ['another ledger', async () => ({ ledger: await makeLedger('another-ledger') }), 'MM522'],
])('a mailer that got %s sends nothing until an operator accepts it', async (_, more, code) => {
  const changed = await deployed({ ...FIRST, bucket: moved, ...(await more()) });
  const { result, mails } = await mailsOf(() => changed.run('may.csv', LIST));
  expect(mails).toEqual([]);
  expect(result.output).toMatchObject({ decision: 'locked', rejection: { code } });
  // And with what it had before, it goes on as if nothing had been.
  first = await deployed({ ...FIRST, bucket: moved });
  const again = await mailsOf(() => first.run('may.csv', LIST));
  expect(again.mails).toEqual([]);
  expect((await summaryOf(first, again.result)).counts).toEqual(counts({ already_sent: 2 }));
});
