import { approvalKey, asApproval, askFor } from '../../../lambda-src/domain/campaign/approval';
import { campaignKey } from '../../../lambda-src/domain/campaign/campaign';
import { enter, runKey, stop } from '../../../lambda-src/domain/campaign/run-record';
import { campaignDigest } from '../../../lambda-src/domain/ledger/keys';
import { APPROVAL_PATH, approvalUrl, approverDigest } from '../../../lambda-src/domain/links/approval-link';
import { consentUrls } from '../../../lambda-src/domain/links/consent-link';
import { type LinkKeys, type LinkPurpose, sealLink } from '../../../lambda-src/domain/links/sealed-link';
import { answer } from '../../../lambda-src/functions/approval/answer';
import { FORMAT, type RunRef } from '../../../src/private/contract';
import { memoryStore } from '../../support/memory-store';
import { runRecord, runRef, silent } from '../../support/run';

const CHIEF = 'chief@example.net';
const NOW = Date.parse('2026-11-25T09:00:00Z');
const ANSWER_BY = NOW + 3_600_000;
const keysOf = (secret: string): LinkKeys => ({ current: 'k1', secrets: { k1: secret.repeat(16) } });
const OURS = keysOf('ours');
const THEIRS = keysOf('them');

const runOf = (campaign: string, run = 1): RunRef => ({
  ...runRef(run),
  campaign,
  campaignDigest: campaignDigest(campaign),
});
const MAY = runOf('mailer/may');
const JUNE = runOf('mailer/june');
const OTHERS = runOf('others/may');

/** Two mailers that share a ledger, each with its own secret; runs of both wait. */
async function world() {
  const store = memoryStore();
  for (const run of [MAY, JUNE, OTHERS]) {
    const { mailer, campaign, campaignDigest: digest, startedAt } = run;
    await store.write({
      key: campaignKey(digest),
      when: { absent: 'run' },
      set: { v: FORMAT, mailer, campaign, run: 1 },
    });
    await store.write(enter(runRecord(1, run)));
    await store.write(
      askFor(run, {
        templates: ['welcome'],
        askedAt: startedAt,
        answerBy: ANSWER_BY,
        recipients: 1,
        seconds: 1,
        dollars: 0,
      }),
    );
  }
  const time = { now: NOW };
  const visit = (path: string, form: string | undefined = 'decision=approved', keys = OURS) =>
    answer(
      {
        method: form === undefined ? 'GET' : 'POST',
        path,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(form ?? ''),
      },
      {
        ...{ store, log: silent, approvers: [CHIEF], keys: async () => keys },
        clock: { now: () => time.now, sleep: async () => {} },
      },
    );
  const decided = () =>
    [MAY, JUNE, OTHERS].map(({ campaignDigest: digest }) => asApproval(store.get(approvalKey(digest, 1)))?.decision);
  return { store, time, visit, decided };
}

const linkOf = (run: RunRef, keys = OURS, by = CHIEF, answerBy = ANSWER_BY) =>
  new URL(approvalUrl(run, by, { answerBy }, 'https://x.example', keys)).pathname;
const NOBODY = [undefined, undefined, undefined];

test('a link decides its own campaign and no other', async () => {
  const { visit, decided } = await world();
  expect((await visit(linkOf(MAY))).statusCode).toBe(200);
  expect(decided()).toEqual(['approved', undefined, undefined]);
});

const tokenOf = (path: string) => path.slice(`/${APPROVAL_PATH}/`.length);
const sealed = (text: string, purpose: LinkPurpose = 'approval', keys = OURS) =>
  `/${APPROVAL_PATH}/${sealLink(purpose, Buffer.from(text), keys)}`;
const MINE = [MAY.campaignDigest, '1', approverDigest(CHIEF), String(ANSWER_BY)].join('.');

/** The link of a run with bytes of its own put in: salt 16, campaign 43, a dot, the run, …, tag 16. */
const changed = (at: number, bytes: Buffer) => {
  const [keyId, code] = tokenOf(linkOf(MAY)).split('.') as [string, string];
  const all = Buffer.from(code, 'base64url');
  bytes.copy(all, at);
  return `/${APPROVAL_PATH}/${keyId}.${all.toString('base64url')}`;
};
const bytesOf = (path: string, from: number, to?: number) =>
  Buffer.from(tokenOf(path).split('.')[1]!, 'base64url').subarray(from, to);

test('a link that is sealed for its run is one, so that what follows is refused for what is wrong with it', async () => {
  const { visit, decided } = await world();
  expect((await visit(sealed(MINE))).statusCode).toBe(200);
  expect(decided()).toEqual(['approved', undefined, undefined]);
});

test.each([
  ['the salt of another', changed(0, bytesOf(linkOf(JUNE), 0, 16))],
  ['another campaign', changed(16, bytesOf(linkOf(JUNE), 16, 59))],
  ['another mailer’s campaign', changed(16, bytesOf(linkOf(OTHERS), 16, 59))],
  ['another run', changed(60, Buffer.of(bytesOf(linkOf(MAY), 60)[0]! ^ 3))],
  ['a later end', changed(106, Buffer.of(bytesOf(linkOf(MAY), 106)[0]! ^ 1))],
  ['the seal of another', changed(16 + MINE.length, bytesOf(linkOf(JUNE), -16))],
  ['no seal', linkOf(MAY).slice(0, -22)],
  ['another key', linkOf(MAY).replace('/k1.', '/k2.')],
  ['a method as its key', linkOf(MAY).replace('/k1.', '/constructor.')],
  ['__proto__ as its key', linkOf(MAY).replace('/k1.', '/__proto__.')],
  ['another mailer’s seal', linkOf(MAY, THEIRS)],
  ['a dot behind', `${linkOf(MAY)}.`],
  ['a second link behind', `${linkOf(MAY)}${linkOf(JUNE)}x`],
  ['an action in it', `${linkOf(MAY)}.approved`],
  ['the seal for opt-outs', sealed(MINE, 'consent')],
  [
    'an opt-out’s token',
    `/${APPROVAL_PATH}/${consentUrls({ pks: [MAY.campaignDigest], topic: 'general' }, 'https://x.example', OURS).token}`,
  ],
  ['its content in the open', `/${APPROVAL_PATH}/k1.${Buffer.from(MINE).toString('base64url')}`],
  ['very many characters', `/${APPROVAL_PATH}/${'a.'.repeat(100_000)}a`],
])('a link with %s decides nothing', async (_, path) => {
  const { visit, decided } = await world();
  expect((await visit(path)).statusCode).toBe(404);
  expect(decided()).toEqual(NOBODY);
});

test('mailer A’s link is nothing at mailer B, and B’s nothing at A, of whichever campaign', async () => {
  const { visit, decided } = await world();
  for (const run of [MAY, OTHERS]) {
    expect((await visit(linkOf(run, OURS), undefined, THEIRS)).statusCode).toBe(404);
    expect((await visit(linkOf(run, OURS), 'decision=approved', THEIRS)).statusCode).toBe(404);
    expect((await visit(linkOf(run, THEIRS), 'decision=approved', OURS)).statusCode).toBe(404);
  }
  expect(decided()).toEqual(NOBODY);
});

test('a link of yesterday’s run decides nothing of today’s, nor after its own time', async () => {
  const { visit, decided, time, store } = await world();
  time.now = ANSWER_BY;
  expect((await visit(linkOf(MAY))).statusCode).toBe(410);
  time.now = NOW;
  const second = runOf('mailer/may', 2);
  await store.write(enter(runRecord(2, second)));
  await store.write(stop(runKey(MAY), 'superseded by run 2'));
  await store.write(
    askFor(second, {
      templates: ['welcome'],
      askedAt: 'y',
      answerBy: ANSWER_BY,
      recipients: 1,
      seconds: 1,
      dollars: 0,
    }),
  );
  expect((await visit(linkOf(MAY))).statusCode).toBe(410);
  expect(decided()).toEqual(NOBODY);
  expect(asApproval(store.get(approvalKey(MAY.campaignDigest, 2)))?.decision).toBeUndefined();
});

test('used once more, a link changes nothing: not who, not when, not what', async () => {
  const { visit, store, time } = await world();
  await visit(linkOf(MAY), 'decision=rejected&why=no');
  const before = store.get(approvalKey(MAY.campaignDigest, 1));
  time.now += 1_000;
  await visit(linkOf(MAY), 'decision=approved&why=yes');
  expect(store.get(approvalKey(MAY.campaignDigest, 1))).toEqual(before);
});

test.each([
  'decision=expired',
  'decision=constructor',
  'decision[]=approved',
  'decision=approved%00',
  'Decision=approved',
  'decision=&decision=approved',
  '__proto__[decision]=approved',
  '{"decision":"approved"}',
])('a form that says %s decides nothing', async (form) => {
  const { visit, decided } = await world();
  expect((await visit(linkOf(MAY), form)).statusCode).toBe(400);
  expect(decided()).toEqual(NOBODY);
});

test('a reason is the approver’s words, cut and harmless, and does not say who decided', async () => {
  const { visit, store } = await world();
  const why = `${'x'.repeat(600)}\r\nby: eve`;
  const page = await visit(
    linkOf(MAY),
    new URLSearchParams({ decision: 'rejected', why, by: 'eve', how: 'command' }).toString(),
  );
  const record = asApproval(store.get(approvalKey(MAY.campaignDigest, 1)));
  expect(record).toMatchObject({ by: CHIEF, how: 'link', why: 'x'.repeat(500) });
  expect(page.body).not.toContain('eve');
});
