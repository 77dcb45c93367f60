/** SES stands once: what a client gets of the endpoint and of SES in memory is the same, and the worker takes it the same. */
import { sesPort } from '../../../lambda-src/aws/ses';
import type { Mail } from '../../../lambda-src/domain/ports';
import { sendResultOf } from '../../../lambda-src/domain/sending/send-result';
import type { AccountSettings } from '../../../local/ses/account';
import { type Broken, SesError } from '../../../local/ses/answers';
import { SesControl } from '../../../local/ses/control';
import { type SesEndpoint, startSesEndpoint } from '../../../local/ses/endpoint';
import { SesService } from '../../../local/ses/service';
import { bodyOf, memorySes } from '../../support/memory-ses';
import { brokenAnswer } from '../../support/ses-answer';

const MAIL: Mail = {
  from: 'news@example.com',
  to: 'ann@example.org',
  replyTo: [],
  subject: 'Hello',
  text: 'Hello',
  headers: [],
  tags: [],
  configurationSet: 'mailer',
};

const before = { ...process.env };
let endpoint: SesEndpoint;
let control: SesControl;

beforeAll(async () => {
  endpoint = await startSesEndpoint({ verified: ['example.com'], now: () => 0 });
  control = new SesControl(endpoint.url);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SESV2: endpoint.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterAll(async () => {
  process.env = before;
  await endpoint.close();
});

/** How a mail ends that is sent by HTTP. */
async function overHttp(mail: Mail): Promise<unknown> {
  const ses = sesPort(500);
  try {
    return await ses.send(mail).catch((error: unknown) => error);
  } finally {
    ses.close();
  }
}

const REFUSED: { readonly [what: string]: readonly [account: Partial<AccountSettings>, mail: Partial<Mail>] } = {
  'a spent quota': [{ max24Hours: 5, sentLast24Hours: 5 }, {}],
  'a paused account': [{ sendingEnabled: false }, {}],
  'a recipient who is not verified, in the sandbox': [{ productionAccess: false }, {}],
  'a sender who is not verified': [{}, { from: 'eve@unknown.example' }],
  'a sender beyond ASCII': [{}, { from: 'Bücher <news@example.com>' }],
  'a tag with a space': [{}, { tags: [{ name: 'run', value: 'a b' }] }],
  'a header of SES': [{}, { headers: [{ name: 'Message-ID', value: 'x' }] }],
  'an empty attachment': [{}, { attachments: [{ fileName: 'a.txt', content: new Uint8Array() }] }],
};

test.each(Object.entries(REFUSED))('%s is refused by both with the same words', async (_, [account, more]) => {
  await control.reset();
  await control.account(account);
  const mail = { ...MAIL, ...more };
  const error = await overHttp(mail);
  const memory = memorySes(account, undefined, { now: () => 0 });
  const same = await memory.send(mail).catch((thrown: unknown) => thrown);
  expect(same).toMatchObject({ $metadata: { httpStatusCode: 400 }, message: (error as Error).message });
  expect(sendResultOf(same)).toEqual(sendResultOf(error));
  expect(memory.accepted).toEqual([]);
});

test('a tenant is checked: it exists, sends, and has the identity and the configuration set', async () => {
  await control.reset();
  const resources = ['example.com', MAIL.configurationSet];
  const answer = async () => ((await overHttp({ ...MAIL, tenant: 'acme' })) as Error).message;
  expect(await answer()).toBe('Tenant <acme> does not exist.');
  await control.tenant({ name: 'acme', sending: 'ENABLED', resources: ['example.com'] });
  expect(await answer()).toContain(`<${MAIL.configurationSet}> is not associated`);
  await control.tenant({ name: 'acme', sending: 'ENABLED', resources: [MAIL.configurationSet] });
  expect(await answer()).toContain('<news@example.com> is not associated');
  await control.tenant({ name: 'acme', sending: 'DISABLED', resources });
  expect(await answer()).toBe('Sending is paused for tenant acme.');
  await control.tenant({ name: 'acme', sending: 'ENABLED', resources });
  expect(await overHttp({ ...MAIL, tenant: 'acme' })).toEqual({ messageId: expect.any(String) });
  expect(await control.accepted()).toMatchObject([{ tenant: 'acme' }]);
});

test('what is beyond the rate is throttled by both, and the rest is taken', async () => {
  await control.reset();
  await control.account({ maxPerSecond: 1 });
  const memory = memorySes({ maxPerSecond: 1 }, undefined, { now: () => 0 });
  expect([await overHttp(MAIL), await memory.send(MAIL)]).toEqual(Array(2).fill({ messageId: expect.any(String) }));
  const throttled = { kind: 'retry', throttled: true, reason: expect.stringContaining('Maximum sending rate') };
  expect(sendResultOf(await overHttp(MAIL))).toEqual(throttled);
  expect(sendResultOf(await memory.send(MAIL).catch((thrown: unknown) => thrown))).toEqual(throttled);
  expect(await memory.account()).toMatchObject({ sentLast24Hours: 1 });
});

test.each<[string, Broken]>([
  ['a reset', 'reset'],
  ['no answer', 'hang'],
  ['a body that is no JSON', 'garbage'],
  ['an answer that is cut off', 'cut'],
  ['a page of a proxy', { proxy: 429 }],
])('%s is as unclear in memory as over a connection', async (_, broken) => {
  await control.reset();
  await control.faults([{ accepted: true, does: broken }]);
  const { kind } = sendResultOf(await overHttp(MAIL));
  expect([kind, sendResultOf(brokenAnswer(broken)).kind]).toEqual(['ambiguous', 'ambiguous']);
  expect(await control.accepted()).toHaveLength(1);
});

test('SES rejects a message for its recipient after it has looked at the account, and counts nothing', () => {
  const service = new SesService({ now: () => 0, messageId: String });
  const known = { isVerified: () => true, hasConfigurationSet: true, rejects: (to: string) => to === MAIL.to };
  expect(() => service.take(bodyOf(MAIL), known)).toThrow(SesError);
  expect(service.account.sentLast24Hours).toBe(0);
  expect(service.take(bodyOf({ ...MAIL, to: 'bob@example.org' }), known)).toBe('1');
  service.account.set({ sendingEnabled: false });
  expect(() => service.take(bodyOf(MAIL), known)).toThrow('paused');
});
