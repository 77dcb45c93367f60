import { answer } from '../../../lambda-src/approval/answer';
import { approvalKey, asApproval, askFor } from '../../../lambda-src/core/approval';
import { APPROVAL_PATH, approvalUrl, approverDigest } from '../../../lambda-src/core/approval-link';
import { begin, campaignKey } from '../../../lambda-src/core/campaign';
import { consentUrls } from '../../../lambda-src/core/consent-link';
import { campaignDigest } from '../../../lambda-src/core/keys';
import { type LinkKeys, signLink } from '../../../lambda-src/core/signed-link';
import { FORMAT, type RunRef } from '../../../src/private/contract';
import { memoryStore } from '../../support/memory-store';
import { runRef, silent } from '../../support/run';

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
    const { startedAt } = run;
    const times = { begun: startedAt, startedAt, activeAt: startedAt, eventTime: startedAt };
    const list = { bucket: 'lists', listKey: 'x', etag: 'e', size: 1, sequencer: '1' };
    const key = campaignKey(run.campaignDigest);
    const about = { v: FORMAT, mailer: run.mailer, campaign: run.campaign, run: 1, execution: 'arn:1', folder: run.folder };
    await store.write(begin(undefined, { ...key, ...about, ...list, ...times }));
    await store.write(askFor(run, { askedAt: startedAt, answerBy: ANSWER_BY, recipients: 1, seconds: 1, dollars: 0 }));
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

/** The link of a run with one of its parts put in from elsewhere. */
const swapped = (at: number, part: string) => {
  const parts = linkOf(MAY).slice(`/${APPROVAL_PATH}/`.length).split('.');
  parts[at] = part;
  return `/${APPROVAL_PATH}/${parts.join('.')}`;
};

test.each([
  ['another campaign', swapped(0, JUNE.campaignDigest)],
  ['another mailer’s campaign', swapped(0, OTHERS.campaignDigest)],
  ['another run', swapped(1, '2')],
  ['a run in another spelling', swapped(1, '01')],
  ['another approver', swapped(2, approverDigest('deputy@example.net'))],
  ['a later end', swapped(3, String(ANSWER_BY + 1))],
  ['no end', swapped(3, 'Infinity')],
  ['another key', swapped(4, 'k2')],
  ['a method as its key', swapped(4, 'constructor')],
  ['__proto__ as its key', swapped(4, '__proto__')],
  ['the seal of another link', swapped(5, linkOf(JUNE).split('.').at(-1)!)],
  ['an empty seal', swapped(5, '')],
  ['another mailer’s seal', linkOf(MAY, THEIRS)],
  ['a dot behind', `${linkOf(MAY)}.`],
  ['a second link behind', `${linkOf(MAY)}${linkOf(JUNE)}x`],
  ['an action in it', `${linkOf(MAY)}.approved`],
  [
    'the seal for opt-outs',
    `/${APPROVAL_PATH}/${signLink('consent', [MAY.campaignDigest, '1', approverDigest(CHIEF), String(ANSWER_BY)], OURS)}`,
  ],
  [
    'an opt-out’s token',
    `/${APPROVAL_PATH}/${consentUrls({ pk: MAY.campaignDigest, topic: 'general' }, 'https://x.example', OURS).token}`,
  ],
  [
    'a field too many',
    `/${APPROVAL_PATH}/${signLink('approval', [MAY.campaignDigest, '1', approverDigest(CHIEF), String(ANSWER_BY), 'x'], OURS)}`,
  ],
  [
    'a field too few',
    `/${APPROVAL_PATH}/${signLink('approval', [MAY.campaignDigest, '1', approverDigest(CHIEF)], OURS)}`,
  ],
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
  const found = store.get(campaignKey(MAY.campaignDigest)) as never;
  await store.write(begin(found, { ...(found as object), run: 2, execution: 'arn:2' } as never));
  await store.write(askFor(second, { askedAt: 'y', answerBy: ANSWER_BY, recipients: 1, seconds: 1, dollars: 0 }));
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
