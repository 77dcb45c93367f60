import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { type Happened, sesEvent } from '../../local/ses/event';
import { AlertKind, AlertRoute } from '../../src';
import { ACCOUNT, REGION } from '../security/mailers';
import type { Message } from './aws/endpoint';
import { AwsError } from './aws/error';
import { FUNCTION_NAMES } from './deployment';
import { World } from './world';

/**
 * Each bundle in a process of its own, with exactly the environment of the template, on its main ways. What it asks of AWS
 * must be what its role may.
 */
const LIST = 'customer,language,email,name\n1,en,ann@example.org,Ann\n2,en,bob@example.net,Bob\n';
const form = (url: string, body?: string) => ({
  requestContext: { http: { method: body === undefined ? 'GET' : 'POST' } },
  rawPath: new URL(url).pathname,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body,
});
const mailTo = (world: World, to: string, nth = -1) => world.aws.messages.filter((one) => one.to === to).at(nth)!;
const linkIn = ({ headers }: Message) => /<(https:[^>]+)>/.exec(headers['List-Unsubscribe']!)![1]!;

/** SES's events of a message, as the tracking queue delivers them. */
const tracked = (message: Message, ...happened: Happened[]) => ({
  Records: happened.map((what, at) => ({
    messageId: `queued-${message.messageId}-${at}`,
    body: JSON.stringify(sesEvent({ ...message, sentAt: Date.now() }, what, Date.now())),
    attributes: { ApproximateReceiveCount: '1' },
    eventSource: 'aws:sqs',
  })),
});

describe.each([
  ['with the defaults', new World('default')],
  [
    'with everything on',
    // The window would hold a run at night; an approval has its own tests below.
    new World('everything on', { sendRate: { maxPerSecond: 50, accountShare: 0.5 }, approval: undefined }),
  ],
])('a mailer %s', (_, world) => {
  beforeAll(() => world.start());
  afterAll(() => world.stop());

  test('sends a list, and reports it twice', async () => {
    await world.upload('campaigns/may.csv', LIST);
    expect(world.aws.messages.map(({ to }) => to).sort()).toEqual(['ann@example.org', 'bob@example.net']);
    expect(JSON.parse(world.file('may', 'summary.json')!)).toMatchObject({
      status: 'completed',
      counts: { sent: 2 },
      tracking: { messages: 2 },
    });
    expect(await world.denied()).toEqual([]);
  });

  test('records what becomes of the emails', async () => {
    const answers = await Promise.all([
      world.call('track', tracked(mailTo(world, 'ann@example.org'), 'send', 'delivery', 'open', 'click', 'complaint')),
      world.call('track', tracked(mailTo(world, 'bob@example.net'), 'send', 'hard-bounce')),
    ]);
    expect(answers).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    await world.upload('campaigns/june.csv', LIST);
    expect(JSON.parse(world.file('june', 'summary.json')!).counts).toMatchObject({ sent: 0, suppressed: 2 });
    expect(await world.denied()).toEqual([]);
  });

  test('lets a recipient leave by one click, and come back on the page', async () => {
    const person = 'carl@example.org';
    const list = (name: string) => world.upload(`campaigns/${name}.csv`, `customer,email,name\n3,${person},Carl\n`);
    await list('july');
    const url = linkIn(mailTo(world, person));
    expect(await world.call('consent', form(url))).toMatchObject({ statusCode: 200 });
    expect(await world.call('consent', form(url, 'List-Unsubscribe=One-Click'))).toMatchObject({ statusCode: 200 });
    await list('august');
    expect(JSON.parse(world.file('august', 'summary.json')!).counts).toMatchObject({ sent: 0, suppressed: 1 });
    expect(await world.denied()).toEqual([]);
  });

  test('sends a draft to a reviewer only', async () => {
    const before = world.aws.messages.length;
    const metadata = { 'mailmatrix-test-to': 'eve@example.com', 'mailmatrix-test-rows': '1' };
    await world.upload('drafts/september.csv', LIST, metadata);
    expect(world.aws.messages.slice(before).map(({ to }) => to)).toEqual(['eve@example.com']);
    expect(JSON.parse(world.file('', 'test-result.json')!)).toMatchObject({ mails: 1, sent: 1 });
    expect(await world.denied()).toEqual([]);
  });

  test('settles what SES refused and what it did not answer', async () => {
    const refused = () => new AwsError(400, 'MessageRejected', 'Address blacklisted.');
    world.aws.refusals.push(refused());
    await world.upload('campaigns/october.csv', 'customer,email,name\n4,dan@example.org,Dan\n5,fay@example.org,Fay\n');
    expect(JSON.parse(world.file('october', 'summary.json')!).counts).toMatchObject({ sent: 1, refused: 1 });
    expect(world.file('october', 'retry.csv')).toContain('dan@example.org');
    expect(await world.denied()).toEqual([]);
  });

  test('rejects a list, and publishes why', async () => {
    const before = world.aws.published.length;
    await world.upload('campaigns/november.csv', 'name\nAnn\n');
    expect(JSON.parse(world.file('november', 'summary.json')!)).toMatchObject({ status: 'rejected' });
    const told = world.aws.published.slice(before).map(({ Message }) => String(Message ?? ''));
    expect(told.join()).toContain('MM301');
    expect(await world.denied()).toEqual([]);
  });
});

/** What the runbook's queries ask for, by the message that they filter. */
const QUERIED = [...fs.readFileSync('docs/runbook.md', 'utf8').matchAll(/^```\n([\s\S]*?)^```/gm)].flatMap(
  ([, query]) => {
    const message = /filter message = "([^"]+)"(?! or)/.exec(query!)?.[1];
    const named = [...query!.matchAll(/^(?:\| )?fields (.*)$|\b(?:sum|min)\((\w+)\)|\bby (?!bin)(.*)$/gm)];
    const fields = named.flatMap(([, fields, summed, by]) => (fields ?? summed ?? by)!.split(/,\s*/));
    return message === undefined ? [] : [{ message, fields: fields.filter((field) => !field.startsWith('@')) }];
  },
);

test('what the runbook asks the log for is there, by each field', async () => {
  const world = new World('default');
  await world.start();
  try {
    world.aws.refusals.push(new AwsError(500, 'InternalFailure', 'We do not know.'));
    await world.upload('campaigns/may.csv', LIST);
    await world.upload('campaigns/june.csv', 'name\nAnn\n');
    await world.call('track', tracked(world.aws.messages[0]!, 'send'));
  } finally {
    await world.stop();
  }
  const lines = world.logged.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const seen = QUERIED.filter(({ message }) => lines.some((line) => line.message === message));
  // The others take a rate that SES throttles, or somebody who stops a run: test/src/runbook.test.ts reads them in the source.
  expect(seen.map(({ message }) => message).sort()).toEqual([
    ...['planned', 'reported', 'shard', 'tracked', 'unclear answer'],
  ]);
  // Of an answer that did not come; this one came.
  const absent = ['code'];
  for (const { message, fields } of seen) {
    const line = Object.assign({}, ...lines.filter((one) => one.message === message));
    expect([message, fields.filter((field) => !(field in line))]).toEqual([
      message,
      message === 'unclear answer' ? absent : [],
    ]);
  }
});

test('a topic gets the kinds of notice that its route names', async () => {
  const scope = new Stack(new App(), 'Elsewhere', { env: { account: ACCOUNT, region: REGION } });
  const topic = (name: string) => Topic.fromTopicArn(scope, name, `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`);
  const world = new World('default', {
    alerts: [
      AlertRoute.topic(topic('alarms'), { kinds: [AlertKind.ALARM] }),
      AlertRoute.topic(topic('reports'), { kinds: [AlertKind.REPORT] }),
    ],
  });
  await world.start();
  try {
    const toldOf = () =>
      world.aws.published
        .splice(0)
        .filter(({ Action }) => Action === 'Publish')
        .map(({ TopicArn }) => String(TopicArn).split(':').at(-1));
    await world.upload('campaigns/may.csv', LIST);
    await world.upload('campaigns/june.csv', 'name\nAnn\n');
    // CloudWatch publishes alarms, and no function does.
    const told = toldOf();
    expect(told).toContain('reports');
    expect(told).not.toContain('alarms');
    expect(await world.denied()).toEqual([]);
  } finally {
    await world.stop();
  }
});

test('a run whose templates are gone fails, and says so', async () => {
  const world = new World('default');
  await world.start();
  try {
    for (const key of world.deployment.assets.files.keys())
      world.aws.objects.remove(world.deployment.assets.bucket, key);
    await world.upload('campaigns/may.csv', LIST);
    expect(world.aws.executions.map(({ status }) => status)).toEqual(['FAILED']);
    expect(world.file('may', 'summary.json')).toContain('MM602: the templates asset s3://');
    const { States } = JSON.parse(world.deployment.definition) as { States: { [name: string]: { Error?: string } } };
    expect(Object.values(States).flatMap(({ Error: code }) => code ?? [])).toEqual(['MM501']);
    expect(await world.denied()).toEqual([]);
  } finally {
    await world.stop();
  }
});

test('a consent function beside a page of another version does not start', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-'));
  fs.copyFileSync('assets/consent/index.js', path.join(folder, 'index.js'));
  fs.writeFileSync(path.join(folder, 'page.json'), '{"v":2}');
  const { status, stderr } = spawnSync(process.execPath, [path.join(folder, 'index.js')], {
    encoding: 'utf8',
    env: {},
  });
  fs.rmSync(folder, { recursive: true });
  expect(status).toBe(1);
  expect(stderr).toContain('MM533: page.json has format 2, this function reads 1');
});

describe('a mailer with approval', () => {
  const world = new World('everything on', { sendRate: { maxPerSecond: 50 } });
  beforeAll(() => world.start());
  afterAll(() => world.stop());

  test.each([
    ['approved', 2],
    ['rejected', 0],
  ])('asks, and a run that was %s sends %s emails', async (decision, sent) => {
    const uploaded = world.upload(`campaigns/${decision}.csv`, LIST);
    const question = await until(() =>
      world.aws.messages.find(({ text }) => text.includes(`/${decision}`) || text.includes(decision)),
    );
    expect(question.to).toBe('ann@example.com');
    const url = /https:\S+\/[A-Za-z0-9_.-]{40,}/.exec(question.text)![0];
    expect(await world.call('approval', form(url))).toMatchObject({ statusCode: 200 });
    expect(await world.call('approval', form(url, `decision=${decision}&why=as+planned`))).toMatchObject({
      statusCode: 200,
    });
    await uploaded;
    expect(JSON.parse(world.file(decision, 'summary.json')!).counts.sent).toBe(sent);
    expect(await world.denied()).toEqual([]);
  });

  test('rotates the secret of the links: an old link and a new one are good', async () => {
    const secret = world.deployment.functions.get('consent')!.environment.MAILMATRIX_LINK_SECRET!;
    const old = linkIn(mailTo(world, 'ann@example.org'));
    world.aws.secrets.beginRotation(secret, 'token');
    for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret', 'finishSecret']) {
      await world.call('rotate', { Step, SecretId: secret, ClientRequestToken: 'token' });
    }
    expect(JSON.parse(world.aws.secrets.current(secret)!)).toMatchObject({ v: 1, current: 'k2', k1: 'a'.repeat(64) });
    expect(await world.call('consent', form(old))).toMatchObject({ statusCode: 200 });
    expect(await world.denied()).toEqual([]);
  });

  test('every bundle has run', () => {
    expect(FUNCTION_NAMES.filter((name) => world.callsOf(name).length === 0)).toEqual(['track']);
  });
});

async function until<T>(find: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come');
}
