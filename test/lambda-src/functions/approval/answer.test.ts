import { approvalKey, asApproval, askFor, decide } from '../../../../lambda-src/domain/campaign/approval';
import { cancelCampaign } from '../../../../lambda-src/domain/campaign/control';
import { approvalUrl } from '../../../../lambda-src/domain/links/approval-link';
import type { LinkKeys } from '../../../../lambda-src/domain/links/sealed-link';
import type { Log } from '../../../../lambda-src/domain/ports';
import { answer } from '../../../../lambda-src/functions/approval/answer';
import { memoryStore } from '../../../support/memory-store';
import { register, runRef, silent } from '../../../support/run';

const CHIEF = 'Chief@example.net';
const NOW = Date.parse('2026-11-25T09:00:00Z');
const keys: LinkKeys = { current: 'k1', secrets: { k1: 'secret' } };

async function asked(approvers: readonly string[] = [CHIEF, 'deputy@example.net'], log: Log = silent) {
  const store = memoryStore();
  const run = runRef();
  const answerBy = NOW + 3_600_000;
  await register(store, 1);
  await store.write(
    askFor(run, {
      templates: ['welcome'],
      askedAt: new Date(NOW).toISOString(),
      answerBy,
      recipients: 1200,
      seconds: 7300,
      dollars: 0.12,
    }),
  );
  const time = { now: NOW };
  const ports = {
    ...{ store, log, approvers },
    clock: { now: () => time.now, sleep: async () => {} },
    keys: async () => keys,
  };
  const pathOf = (who: string, signedWith = keys) =>
    new URL(approvalUrl(run, who, { answerBy }, 'https://x.example', signedWith)).pathname;
  const visit = (path: string, form?: Record<string, string>, method = form ? 'POST' : 'GET') =>
    answer(
      {
        method,
        path,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(new URLSearchParams(form ?? {}).toString()),
      },
      ports,
    );
  const record = () => asApproval(store.get(approvalKey(run.campaignDigest, 1)))!;
  return { store, run, time, ports, pathOf, visit, record };
}

test.each(['GET', 'HEAD'])(
  '%s shows the question and decides nothing, as programs that scan mail follow links',
  async (method) => {
    const { visit, pathOf, record } = await asked();
    const page = await visit(pathOf(CHIEF), undefined, method);
    expect(page.statusCode).toBe(200);
    expect(page.body).toMatch(/up to 1,200[\s\S]*about 2 hours[\s\S]*\$0\.12[\s\S]*2026-11-25 10:00 UTC/);
    expect(record().decision).toBeUndefined();
  },
);

test('the page names another campaign whose list has the same content', async () => {
  const { visit, pathOf, store, run } = await asked();
  const sameListAs = { campaign: 'mailer/april', run: 2, at: '2026-11-25T07:00:00.000Z' };
  const key = approvalKey(run.campaignDigest, 1);
  await store.write({ key, when: { not: { absent: 'askedAt' } }, set: { sameListAs } });
  const words = 'The list has the same content as the list of april, run 2, of 2026-11-25 07:00 UTC';
  expect((await visit(pathOf(CHIEF))).body).toContain(`<dt>Check</dt><dd>${words}</dd>`);
});

test('a button decides, by the name of whose link it is', async () => {
  const { visit, pathOf, record } = await asked();
  const page = await visit(pathOf('chief@EXAMPLE.net'), { decision: 'rejected', why: ' <b>No</b> ' });
  expect(page.body).toContain('Rejected');
  expect(page.body).toContain('&lt;b&gt;No&lt;&#x2F;b&gt;');
  expect(record()).toMatchObject({ decision: 'rejected', by: CHIEF, how: 'link', why: '<b>No</b>' });
});

test('the first word stands, and whoever comes later sees it', async () => {
  const { visit, pathOf, record } = await asked();
  await visit(pathOf(CHIEF), { decision: 'approved' });
  const page = await visit(pathOf('deputy@example.net'), { decision: 'rejected' });
  expect(page.body).toMatch(/Approved[\s\S]*Chief@example\.net/);
  expect(record()).toMatchObject({ decision: 'approved', by: CHIEF });
});

test.each([
  ['forged', { current: 'k1', secrets: { k1: 'guess' } }],
  ['of a key that is no more', { current: 'k9', secrets: { k9: 'secret' } }],
])('a link that is %s opens nothing', async (_, signedWith) => {
  const { visit, pathOf, record } = await asked();
  expect((await visit(pathOf(CHIEF, signedWith), { decision: 'approved' })).statusCode).toBe(404);
  expect(record().decision).toBeUndefined();
});

test('who is an approver no more has a link no more', async () => {
  const { visit, pathOf, record } = await asked(['deputy@example.net']);
  expect((await visit(pathOf(CHIEF), { decision: 'approved' })).statusCode).toBe(404);
  expect(record().decision).toBeUndefined();
});

test('nothing is decided by what is not one of the two buttons, nor by another method', async () => {
  const { visit, pathOf, record } = await asked();
  expect((await visit(pathOf(CHIEF), { decision: 'expired' })).statusCode).toBe(400);
  expect((await visit(pathOf(CHIEF), {})).statusCode).toBe(400);
  expect((await visit(pathOf(CHIEF), undefined, 'PUT')).statusCode).toBe(405);
  expect((await visit('/a/')).statusCode).toBe(404);
  expect((await visit('/')).statusCode).toBe(404);
  expect(record().decision).toBeUndefined();
});

test('after its time, of a run that was cancelled and of one that a newer upload ended there is nothing to decide', async () => {
  const late = await asked();
  late.time.now += 3_600_000;
  const cancelled = await asked();
  await cancelCampaign(
    cancelled.run.campaignDigest,
    { who: 'me', why: 'oops' },
    { ...cancelled.ports, newId: () => 'i' },
  );
  const superseded = await asked();
  await register(superseded.store, 2);
  for (const { visit, pathOf, record } of [late, cancelled, superseded]) {
    expect((await visit(pathOf(CHIEF))).statusCode).toBe(410);
    expect((await visit(pathOf(CHIEF), { decision: 'approved' })).statusCode).toBe(410);
    expect(record().decision).toBeUndefined();
  }
});

test('what was decided can still be looked at', async () => {
  const { store, run, visit, pathOf, time } = await asked();
  const at = new Date(NOW).toISOString();
  await store.write(decide(approvalKey(run.campaignDigest, 1), { decision: 'expired', by: 'nobody', how: 'time', at }));
  time.now += 3_600_000;
  expect((await visit(pathOf(CHIEF))).body).toContain('Nobody answered in time');
});

test('the page runs no script, loads nothing and stands in nobody’s frame', async () => {
  const { visit, pathOf } = await asked();
  const { headers, body } = await visit(pathOf(CHIEF));
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/,
  );
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
  expect(body).not.toMatch(/<script|https?:\/\//);
});

test('where the ledger cannot be asked nothing is decided, and the log does not say who it was', async () => {
  const logged: string[] = [];
  const keep = (message: string, data?: unknown) => void logged.push(message + JSON.stringify(data));
  const { visit, pathOf, ports } = await asked(undefined, { info: keep, warn: keep, error: keep });
  ports.store.read = async () => {
    throw new Error('throttled');
  };
  expect((await visit(pathOf(CHIEF), { decision: 'approved' })).statusCode).toBe(503);
  expect(logged.join()).toMatch(/^MM573/);
  expect(logged.join()).not.toMatch(/chief/i);
});
