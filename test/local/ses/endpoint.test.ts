import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SesControl } from '../../../local/ses/control';
import { type SesEndpoint, startSesEndpoint } from '../../../local/ses/endpoint';
import { simulated } from '../../../local/ses/simulator';

/** The rest of SES: `example.com` is verified, `pending.example` is not yet, `set` is a configuration set. */
const rest = http.createServer((request, response) => {
  const verified: { [url: string]: object } = {
    '/v2/email/identities/example.com': { VerifiedForSendingStatus: true },
    '/v2/email/identities/pending.example': { VerifiedForSendingStatus: false },
    '/v2/email/configuration-sets/set': { ConfigurationSetName: 'set' },
  };
  const found = verified[decodeURIComponent(request.url ?? '')];
  response.writeHead(found ? 200 : 404, {
    'content-type': 'application/json',
    'x-amzn-errortype': 'NotFoundException',
  });
  response.end(JSON.stringify(found ?? { message: 'not found' }));
});

let time = 1_000_000;
let endpoint: SesEndpoint;
let control: SesControl;
let client: SESv2Client;

beforeAll(async () => {
  await new Promise<void>((resolve) => rest.listen(0, '127.0.0.1', resolve));
  const upstream = `http://127.0.0.1:${(rest.address() as AddressInfo).port}`;
  endpoint = await startSesEndpoint({ upstream, now: () => time });
  control = new SesControl(endpoint.url);
  client = newClient();
});
beforeEach(() => control.reset());
afterAll(async () => {
  client.destroy();
  await endpoint.close();
  rest.closeAllConnections();
  await new Promise((resolve) => rest.close(resolve));
});

const newClient = () =>
  new SESv2Client({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ requestTimeout: 1500, throwOnRequestTimeout: true }),
  });

const send = (to: string, more: Partial<SendEmailCommand['input']> = {}, via = client) =>
  via.send(
    new SendEmailCommand({
      FromEmailAddress: 'Example News <news@example.com>',
      Destination: { ToAddresses: [to] },
      EmailTags: [{ Name: 'mailmatrix_run', Value: 'one' }],
      Content: { Simple: { Subject: { Data: 'Welcome' }, Body: { Text: { Data: 'Hello' } } } },
      ...more,
    }),
  );
const tos = async () => (await control.accepted()).flatMap(({ to }) => to);

test('records what it accepts, and answers with its message id', async () => {
  const { MessageId } = await send('ann@example.org', { ConfigurationSetName: 'set' });
  expect(await control.accepted()).toEqual([
    expect.objectContaining({
      to: ['ann@example.org'],
      from: 'Example News <news@example.com>',
      configurationSet: 'set',
      tags: { mailmatrix_run: 'one' },
      subject: 'Welcome',
      text: 'Hello',
      answer: '200',
      messageId: MessageId,
    }),
  ]);
});

test('tells the account it was given, and what it sent since', async () => {
  await control.account({
    maxPerSecond: 14,
    max24Hours: 500,
    sentLast24Hours: 40,
    productionAccess: false,
    sendingEnabled: true,
  });
  await expect(send('bob@example.com')).resolves.toBeDefined();
  expect(await client.send(new GetAccountCommand({}))).toMatchObject({
    ProductionAccessEnabled: false,
    SendingEnabled: true,
    SendQuota: { MaxSendRate: 14, Max24HourSend: 500, SentLast24Hours: 41 },
  });
});

test('passes the rest on', async () => {
  const identity = (EmailIdentity: string) => client.send(new GetEmailIdentityCommand({ EmailIdentity }));
  await expect(identity('example.com')).resolves.toMatchObject({ VerifiedForSendingStatus: true });
  await expect(identity('unknown.example')).rejects.toMatchObject({ name: 'NotFoundException' });
});

test.each([
  [
    'an unknown sender',
    { FromEmailAddress: 'eve@unknown.example' },
    'MessageRejected',
    /not verified.*eve@unknown\.example/,
  ],
  ['a sender who is not verified yet', { FromEmailAddress: 'news@pending.example' }, 'MessageRejected', /not verified/],
  ['an unknown configuration set', { ConfigurationSetName: 'other' }, 'BadRequestException', /does not exist/],
  ['a tag with signs', { EmailTags: [{ Name: 'run', Value: 'a b' }] }, 'BadRequestException', /tag/],
  ['a sender beyond ASCII', { FromEmailAddress: 'Zoë <news@example.com>' }, 'BadRequestException', /ASCII/],
  ['no recipient', { Destination: { ToAddresses: [] } }, 'BadRequestException', /destination/],
])('refuses %s', async (_, more, name, message) => {
  await expect(send('ann@example.org', more)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  expect(await control.accepted()).toEqual([]);
});

test('refuses a header of SES and a subject of two lines', async () => {
  const content = (Subject: string, Name: string) => ({
    Content: {
      Simple: { Subject: { Data: Subject }, Body: { Text: { Data: 'Hello' } }, Headers: [{ Name, Value: 'x' }] },
    },
  });
  await expect(send('ann@example.org', content('Hi', 'Message-ID'))).rejects.toThrow(/Header not allowed/);
  await expect(send('ann@example.org', content('Hi\r\nBcc: eve@example.org', 'X-A'))).rejects.toThrow(/line break/);
});

test('in the sandbox it refuses recipients who are not verified', async () => {
  await control.account({ productionAccess: false });
  await expect(send('ann@example.org')).rejects.toMatchObject({ name: 'MessageRejected' });
});

test('mail to the simulator passes the sandbox and does not count for the day, whatever its label', async () => {
  await control.account({ productionAccess: false, max24Hours: 10, sentLast24Hours: 10 });
  await expect(send('bounce+one@simulator.amazonses.com')).resolves.toBeDefined();
  expect(await client.send(new GetAccountCommand({}))).toMatchObject({ SendQuota: { SentLast24Hours: 10 } });
  await control.account({ maxPerSecond: 1 });
  await send('success@simulator.amazonses.com');
  await expect(send('success@simulator.amazonses.com')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
});

test('what becomes of mail to the simulator is by its mailbox', () => {
  expect(simulated('Bounce+a+b@simulator.amazonses.com')).toEqual(['send', 'hard-bounce']);
  expect(simulated('complaint@simulator.amazonses.com')).toEqual(['send', 'delivery', 'complaint']);
  expect(simulated('bounce@example.com')).toBeUndefined();
});

test('what the rest of SES says of an identity can be changed', async () => {
  await control.identity('example.com', { VerifiedForSendingStatus: false });
  const found = await client.send(new GetEmailIdentityCommand({ EmailIdentity: 'example.com' }));
  expect(found.VerifiedForSendingStatus).toBe(false);
  await expect(send('ann@example.org')).rejects.toMatchObject({ name: 'MessageRejected' });
});

test('a paused and a suspended account send nothing', async () => {
  await control.account({ sendingEnabled: false });
  await expect(send('ann@example.org')).rejects.toMatchObject({ name: 'SendingPausedException' });
  await control.account({ sendingEnabled: true, enforcementStatus: 'SHUTDOWN' });
  await expect(send('ann@example.org')).rejects.toMatchObject({ name: 'AccountSuspendedException' });
});

test('keeps the rate: what is beyond it gets 429, until time has passed', async () => {
  await control.account({ maxPerSecond: 2 });
  await send('a@example.org');
  await send('b@example.org');
  await expect(send('c@example.org')).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    message: 'Maximum sending rate exceeded.',
    $metadata: { httpStatusCode: 429 },
  });
  time += 500;
  await send('d@example.org');
  await expect(send('e@example.org')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  expect(await tos()).toEqual(['a@example.org', 'b@example.org', 'd@example.org']);
});

test('an outage of all of SES: GetAccount answers 503 as well', async () => {
  await control.account({ unavailable: true });
  await expect(client.send(new GetAccountCommand({}))).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
  await control.account({ unavailable: false });
  await expect(client.send(new GetAccountCommand({}))).resolves.toMatchObject({ SendingEnabled: true });
});

test('keeps the quota', async () => {
  await control.account({ max24Hours: 10, sentLast24Hours: 9 });
  await send('a@example.org');
  await expect(send('b@example.org')).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Daily message quota exceeded.',
  });
});

describe('faults', () => {
  test('an answer of SES, to one address in any case, so many times', async () => {
    const does = { status: 400, type: 'MessageRejected', message: 'Email rejected.' };
    await control.faults([{ when: { to: ['Ann@example.org'] }, times: 1, does }]);
    await send('bob@example.org');
    await expect(send('ann@example.ORG')).rejects.toMatchObject({
      name: 'MessageRejected',
      message: 'Email rejected.',
    });
    await send('ann@example.org');
    expect(await tos()).toEqual(['bob@example.org', 'ann@example.org']);
  });

  test('a reset before SES took it', async () => {
    await control.faults([{ when: { nth: [2] }, does: 'reset' }]);
    await send('a@example.org');
    await expect(send('b@example.org')).rejects.toThrow(/ECONNRESET/);
    expect(await tos()).toEqual(['a@example.org']);
    expect((await control.requests()).map(({ answer }) => answer)).toEqual(['200', 'reset']);
  });

  test('a reset after SES took it: the answer is lost', async () => {
    await control.faults([{ accepted: true, does: 'reset' }]);
    await expect(send('a@example.org')).rejects.toThrow(/ECONNRESET/);
    expect(await tos()).toEqual(['a@example.org']);
  });

  test('a 500 after SES took it', async () => {
    const does = { status: 500, type: 'InternalServiceErrorException', message: 'Internal failure' };
    await control.faults([{ accepted: true, does }]);
    await expect(send('a@example.org')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(await tos()).toEqual(['a@example.org']);
  });

  test('an answer that nobody can read', async () => {
    await control.faults([{ accepted: true, does: 'garbage' }]);
    await expect(send('a@example.org')).rejects.toThrow(SyntaxError);
    expect(await tos()).toEqual(['a@example.org']);
  });

  test('an answer that is cut off, and a page in its place', async () => {
    await control.faults([
      { accepted: true, times: 1, does: 'cut' },
      { accepted: true, times: 1, does: { proxy: 429 } },
      { does: { proxy: 503 } },
    ]);
    await expect(send('a@example.org')).rejects.toThrow(/aborted/);
    await expect(send('b@example.org')).rejects.toMatchObject({
      name: 'SyntaxError',
      $metadata: { httpStatusCode: 429 },
    });
    await expect(send('c@example.org')).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect(await tos()).toEqual(['a@example.org', 'b@example.org']);
    expect((await control.requests()).map(({ answer }) => answer)).toEqual(['cut', '429 of a proxy', '503 of a proxy']);
  });

  test('no answer at all', async () => {
    await control.faults([{ does: 'hang' }]);
    await expect(send('a@example.org')).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await tos()).toEqual([]);
  });

  test('a connection that went stale: only a request over a used one meets it', async () => {
    await control.faults([{ when: { reused: true }, does: 'reset' }]);
    const [first, second] = [newClient(), newClient()];
    await send('a@example.org', {}, first);
    await send('b@example.org', {}, second);
    await expect(send('c@example.org', {}, first)).rejects.toThrow(/ECONNRESET/);
    expect(await tos()).toEqual(['a@example.org', 'b@example.org']);
    first.destroy();
    second.destroy();
  });

  test('by probability, the same for the same seed', async () => {
    const does = { status: 400, type: 'MessageRejected', message: 'no' };
    const through = async (seed: number) => {
      await control.reset();
      await control.faults([{ when: { probability: 0.5 }, does }], seed);
      for (let i = 0; i < 20; i++) await send(`${i}@example.org`).catch(() => {});
      return tos();
    };
    const first = await through(5);
    expect(await through(5)).toEqual(first);
    expect(await through(6)).not.toEqual(first);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(20);
  });

  test('a fault does not make SES take what it would refuse', async () => {
    await control.faults([{ accepted: true, does: 'reset' }]);
    await expect(send('a@example.org', { FromEmailAddress: 'eve@unknown.example' })).rejects.toMatchObject({
      name: 'MessageRejected',
    });
  });
});

test('does not serve who does not sign', async () => {
  const answer = await fetch(`${endpoint.url}/v2/email/account`);
  expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, 'MissingAuthenticationTokenException']);
});

test('it takes attachments as SES does', async () => {
  const attached = (FileName: string, RawContent = Buffer.from('x')) =>
    send('a@example.org', {
      Content: {
        Simple: {
          Subject: { Data: 's' },
          Body: { Text: { Data: 't' } },
          Attachments: [{ FileName, RawContent, ContentDisposition: 'ATTACHMENT' }],
        },
      },
    });
  await expect(attached('terms.pdf')).resolves.toMatchObject({ MessageId: expect.any(String) });
  await expect(attached('run.exe')).rejects.toMatchObject({ name: 'BadRequestException' });
  await expect(attached('terms.pdf', Buffer.alloc(0))).rejects.toMatchObject({ name: 'BadRequestException' });
});
