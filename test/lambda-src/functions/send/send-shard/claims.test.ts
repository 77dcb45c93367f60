import { campaignKey } from '../../../../../lambda-src/domain/campaign/campaign';
import { STATE } from '../../../../../lambda-src/domain/ledger/record';
import { RATE_KEY } from '../../../../../lambda-src/domain/rate/rate';
import { SAYS } from '../../../../../local/ses/answers';
import type { Snapshot } from '../../../../../src/private/contract';
import { thrownFor } from '../../../../support/ses-answer';
import { ACCOUNT, setting } from './setting';

test('everybody gets their own mail, and the ledger says so', async () => {
  const { go, accepted, requests, record } = await setting(3);
  expect(await go()).toEqual({ v: 1, done: true, waitSeconds: 1, rounds: 1 });
  expect(accepted.map(({ to }) => to).sort()).toEqual(['p1@example.org', 'p2@example.org', 'p3@example.org']);
  expect(record(2)).toMatchObject({ state: STATE.sent, run: 1, row: 2, attempt: 1, campaign: 'mailer/may' });
  const [mail] = requests;
  expect(mail).toMatchObject({
    from: '=?UTF-8?B?QsO8Y2hlciAmIG1laHI=?= <news@example.com>',
    subject: 'Welcome, p1',
    html: '<p>Hello p1</p>',
    text: 'Hello p1',
    configurationSet: 'mm',
  });
});

test('the tags on a message are the key of its record', async () => {
  const { go, requests, recipients, record } = await setting(1);
  await go();
  const tags = Object.fromEntries(requests[0].tags.map(({ name, value }) => [name, value]));
  expect(tags).toEqual({
    mailmatrix_recipient: recipients[0].pk,
    mailmatrix_campaign: recipients[0].sk,
    mailmatrix_run: '1',
    mailmatrix_claim: record(1)?.claimId,
  });
  for (const value of Object.values(tags)) expect(value).toMatch(/^[A-Za-z0-9_-]+$/);
});

test('called again, or by two at once, nobody gets a second mail', async () => {
  const { go, accepted } = await setting(40);
  await Promise.all([go(), go()]);
  await go();
  expect(accepted).toHaveLength(40);
  expect(new Set(accepted.map(({ to }) => to)).size).toBe(40);
});

test('where the account cannot be asked either, tries cost no message', async () => {
  let out = false;
  const { go, ports, clock, input, requests } = await setting(200, (_mail, request) => {
    out ||= request > 50;
    return out ? thrownFor(SAYS.unavailable()) : undefined;
  });
  const account = async () => {
    if (out) throw thrownFor(SAYS.unavailable());
    return ACCOUNT;
  };
  const more = { ses: { ...ports.ses, account } };
  let progress = await go(more);
  const tried = requests.length;
  for (let rounds = 1; rounds < 10; rounds++) {
    clock.set(clock.now() + 1_000 * progress.waitSeconds);
    progress = await go(more, { ...input, rounds });
    expect(progress.done).toBe(false);
  }
  expect(requests).toHaveLength(tried);
});

test.each([
  ['says so', { draft: true }],
  ['has its list where drafts lie', { list: { bucket: 'lists', key: 'looks/may.csv', etag: 'e', size: 1 } }],
])('a run that %s is sent to nobody', async (_, more) => {
  const { go, input, requests, files, ref } = await setting(2);
  const key = `${ref.folder}snapshot.json`;
  const snapshot = files.json<Snapshot>(key);
  const intake = { ...snapshot.settings.intake, draftsPrefix: 'looks/' };
  await files.put(key, JSON.stringify({ ...snapshot, settings: { ...snapshot.settings, intake } }), 'application/json');
  await expect(go({}, { ...input, run: { ...input.run, ...more } })).rejects.toThrow(/^MM541/);
  expect(requests).toEqual([]);
});

test('a run whose campaign has no record, as a draft has none, is sent to nobody', async () => {
  const { go, store, ref, requests } = await setting(2);
  const { pk, sk } = campaignKey(ref.campaignDigest);
  store.items.delete(`${pk}\n${sk}`);
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toEqual([]);
});

test('somebody else’s claim is waited for while it may be live, and left to Settle after', async () => {
  const { go, put, recipients, clock, requests } = await setting(1);
  put(recipients[0], { state: STATE.claimed, deadline: clock.now() + 5_000 });
  expect(await go()).toMatchObject({ done: false, waitSeconds: 25 });
  clock.set(clock.now() + 26_000);
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toEqual([]);
});

test.each([
  ['sent', STATE.sent],
  ['in doubt', STATE.inDoubt],
  ['refused by this run', STATE.refused],
])('who is %s takes no permit and gets no mail', async (_name, state) => {
  const { go, put, recipients, requests, store } = await setting(1);
  put(recipients[0], { state, run: 1 });
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toEqual([]);
  expect(store.get(RATE_KEY)?.next).toBe(0);
});
