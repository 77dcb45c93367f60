import { approvalKey, asApproval, decide } from '../../../../lambda-src/domain/campaign/approval';
import { campaignKey } from '../../../../lambda-src/domain/campaign/campaign';
import { cancelCampaign } from '../../../../lambda-src/domain/campaign/control';
import { asRunRecord, runKey, stop } from '../../../../lambda-src/domain/campaign/run-record';
import { RATE_KEY } from '../../../../lambda-src/domain/rate/rate';
import { asRate } from '../../../../lambda-src/domain/rate/rate-record';
import { approval } from '../../../../lambda-src/functions/review/approval';
import { SAYS } from '../../../../local/ses/answers';
import { FORMAT, LAYOUT, type ReviewInput, type ReviewProgress } from '../../../../src/private/contract';
import { memorySes } from '../../../support/memory-ses';
import { plannedRun, recipientFor, SETTINGS, silent } from '../../../support/run';
import { thrownFor } from '../../../support/ses-answer';

const CHIEF = 'chief@example.net';
const HOUR = 3_600_000;
const keys = { current: 'k1', secrets: { k1: 'secret' } };

/** A planned run of three that waits, and a clock that stands still until it is told. */
async function waiting(approvers = [CHIEF, 'deputy@example.net']) {
  const recipients = [1, 2, 3].map((row) => recipientFor(row));
  const settings = { ...SETTINGS, approval: { approvers, timeoutSeconds: 3600 } };
  const { files, store, ref } = await plannedRun(recipients, 1, settings);
  const json = (name: string, content: unknown) =>
    files.put(`${ref.folder}${name}`, JSON.stringify(content), 'application/json');
  await json(LAYOUT.plan, { v: FORMAT, recipients: 12_000, rows: 12_001 });
  await json(LAYOUT.sampleRows, recipients);
  const emails = { failure: undefined as Error | undefined };
  // A clock that stands still has no time for permits.
  const ses = memorySes({ maxPerSecond: 1_000_000 }, undefined, { answers: () => emails.failure });
  const time = { now: Date.parse('2026-11-25T09:00:00Z') };
  const notices: { text: string; kind: string }[] = [];
  let ids = 0;
  const ports = {
    ...{ files, store, ses, settings, log: silent },
    clock: {
      now: () => time.now,
      sleep: async (ms: number) => {
        time.now += Math.max(0, ms);
      },
    },
    newId: () => `id-${ids++}`,
    random: () => 0.5,
    configurationSet: 'mailer',
    remaining: () => 300_000,
    notices: {
      publish: async (_: string, text: string, { kind }: { kind: string }) => void notices.push({ text, kind }),
    },
    links: { url: 'https://approve.example/', keys: async () => keys },
  };
  const ask = (rounds = 0): Promise<ReviewProgress> =>
    approval({ v: FORMAT, of: 'approval', run: ref, rounds } satisfies ReviewInput, ports);
  const key = approvalKey(ref.campaignDigest, ref.run);
  const say = (decision: 'approved' | 'rejected') =>
    store.write(
      decide(key, { decision, by: CHIEF, how: 'link', at: new Date(time.now).toISOString(), why: 'because' }),
    );
  const stopped = () => asRunRecord(store.get(runKey(ref)))!.stopped;
  return { ask, say, time, sent: ses.requests, emails, notices, store, ref, key, stopped, ports };
}

test('a list of the same content as another campaign’s is named to the approvers and to the topic', async () => {
  const { ask, sent, notices, ports, ref, store, key } = await waiting();
  const sameListAs = { campaign: 'mailer/april', run: 2, at: '2026-11-25T07:00:00.000Z' };
  const plan = { v: FORMAT, recipients: 3, rows: 3, sameListAs };
  await ports.files.put(`${ref.folder}${LAYOUT.plan}`, JSON.stringify(plan), 'application/json');
  await ask();
  const words =
    'Check that this is meant: The list has the same content as the list of april, run 2, of 2026-11-25 07:00 UTC.';
  expect(sent[3]!.text).toContain(`\n${words}\n`);
  expect(notices[0]!.text).toContain(`\n${words}\n`);
  expect(asApproval(store.get(key))).toMatchObject({ sameListAs });
});

test('approvers are asked whether it is the right list if more than a fifth of its rows are opted out by it', async () => {
  for (const [suppressedByList, isMany] of [
    [2, false],
    [3, true],
  ] as const) {
    const { ask, sent, ports, ref, store, key } = await waiting();
    const plan = { v: FORMAT, recipients: 10 - suppressedByList, rows: 10, suppressedByList };
    await ports.files.put(`${ref.folder}${LAYOUT.plan}`, JSON.stringify(plan), 'application/json');
    await ask();
    expect(sent[3]!.text!.includes('Check that it is the right list: 3 of 10 rows')).toBe(isMany);
    expect(asApproval(store.get(key))?.optOuts).toEqual(isMany ? { suppressed: 3, rows: 10 } : undefined);
  }
});

test('approvers are asked once, with samples and numbers, and the campaign’s own tags are on none of it', async () => {
  const { ask, sent, notices, key, store } = await waiting();
  expect(await ask()).toEqual({ v: FORMAT, done: false, approved: false, waitSeconds: 5, rounds: 1 });
  await ask(1);
  expect(sent.map(({ to, subject }) => [to, subject]).slice(0, 4)).toEqual([
    [CHIEF, '[SAMPLE 1/3] Welcome, p1'],
    [CHIEF, '[SAMPLE 2/3] Welcome, p2'],
    [CHIEF, '[SAMPLE 3/3] Welcome, p3'],
    [CHIEF, 'Approve may? 12,000 mails wait'],
  ]);
  expect(sent).toHaveLength(8);
  expect(sent.flatMap(({ tags }) => tags)).toEqual([]);
  expect(sent.map(({ configurationSet }) => configurationSet)).toEqual(Array(8).fill('mailer'));
  expect(sent[3]!.text).toMatch(
    /campaigns\/may.csv \(version v1\), welcome: up to 12,000 mails, about .*, about \$1\.20 of SES/,
  );
  expect(sent[3]!.text).toMatch(/https:\/\/approve\.example\/a\/k1\.[\w-]{170,}\n/);
  // Each link is its own.
  expect(sent[3]!.text).not.toBe(sent[7]!.text);
  expect(notices).toEqual([
    { kind: 'approval', text: expect.stringMatching(/waits for its approval until 2026-11-25 10:00 UTC/) },
  ]);
  expect(asApproval(store.get(key))).toMatchObject({ recipients: 12_000, dollars: 1.2 });
});

test('an approver whose domain has umlauts gets the question at the address that SES takes', async () => {
  const { ask, sent, notices } = await waiting(['chefin@bücher.example']);
  await ask();
  expect(new Set(sent.map(({ to }) => to))).toEqual(new Set(['chefin@xn--bcher-kva.example']));
  expect(notices).toEqual([{ kind: 'approval', text: expect.stringContaining('1 of 1 approvers were mailed') }]);
});

test('an approval lets the run go on, and stands among what was done to the campaign', async () => {
  const { ask, say, store, stopped, ref } = await waiting();
  await ask();
  await say('approved');
  expect(await ask(1)).toMatchObject({ done: true, approved: true });
  // A repeated call says the same.
  expect(await ask(1)).toMatchObject({ done: true, approved: true });
  expect(stopped()).toBeUndefined();
  const actions = [...store.items.values()].filter(({ sk }) => sk.startsWith('action#'));
  expect(actions).toEqual([
    expect.objectContaining({
      pk: campaignKey(ref.campaignDigest).pk,
      what: 'approve',
      who: CHIEF,
      why: 'because',
      run: 1,
    }),
  ]);
});

test('a rejection ends the run, and a later word changes nothing', async () => {
  const { ask, say, stopped } = await waiting();
  await ask();
  await say('rejected');
  expect((await say('approved')).applied).toBe(false);
  expect(await ask(1)).toMatchObject({ done: true, approved: false });
  expect(stopped()).toBe(`not approved: rejected by ${CHIEF}: because`);
});

test('without an answer in time nothing is sent; an answer that was quicker counts', async () => {
  const late = await waiting();
  await late.ask();
  late.time.now += HOUR;
  expect(await late.ask(1)).toMatchObject({ done: true, approved: false });
  expect(late.stopped()).toBe('not approved: nobody answered until 2026-11-25T10:00:00.000Z');
  expect((await late.say('approved')).applied).toBe(false);

  const quick = await waiting();
  await quick.ask();
  await quick.say('approved');
  quick.time.now += HOUR;
  expect(await quick.ask(1)).toMatchObject({ done: true, approved: true });
});

test('a cancelled or superseded run is not approved, whatever anybody said', async () => {
  const cancelled = await waiting();
  await cancelled.ask();
  await cancelled.say('approved');
  await cancelCampaign(cancelled.ref.campaignDigest, { who: 'me', why: 'oops' }, cancelled.ports);
  expect(await cancelled.ask(1)).toMatchObject({ done: true, approved: false });

  const superseded = await waiting();
  await superseded.ask();
  await superseded.say('approved');
  await superseded.store.write(stop(runKey(superseded.ref), 'superseded by run 2'));
  expect(await superseded.ask(1)).toMatchObject({ done: true, approved: false });
});

test('it asks more and more rarely, and never past the end', async () => {
  const { ask, time } = await waiting();
  await ask();
  time.now += 0.5 * HOUR;
  expect((await ask(1)).waitSeconds).toBeGreaterThanOrEqual(90);
  time.now += 0.499 * HOUR;
  expect((await ask(2)).waitSeconds).toBe(4);
});

test('an approver’s mail that reaches nobody makes nobody else slower, and goes by the rules of campaign mail', async () => {
  const refused = await waiting();
  refused.emails.failure = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  await refused.ask();
  expect(asRate(refused.store.get(RATE_KEY)).backedOff).toBeUndefined();
  expect(refused.notices[0]!.text).toContain('no connection to SES: it was refused');

  const throttled = await waiting();
  throttled.emails.failure = thrownFor(SAYS.throttled());
  await throttled.ask();
  expect(asRate(throttled.store.get(RATE_KEY)).backedOff?.share).toBeLessThan(1);

  const unclear = await waiting();
  unclear.emails.failure = thrownFor(SAYS.internal());
  await unclear.ask();
  expect(asRate(unclear.store.get(RATE_KEY)).blocks.unclear).toBeDefined();
});

test('where SES takes none of the mails, the topic is alerted and the command is left', async () => {
  const { ask, emails, notices } = await waiting();
  emails.failure = new Error('Email address is not verified: chief@example.net');
  expect(await ask()).toMatchObject({ done: false });
  expect(notices).toEqual([{ kind: 'alert', text: expect.stringContaining('cdk-mailmatrix approve may') }]);
  expect(notices[0]!.text).not.toContain('chief@');
});

test.each([
  [LAYOUT.plan, /^MM514: .*plan\.json is missing$/],
  [LAYOUT.sampleRows, /^MM571: .*sample-rows\.json is missing$/],
])('a run without its %s is not asked about', async (name, message) => {
  const { ask, ports, ref, sent } = await waiting();
  ports.files.objects.delete(`${ref.folder}${name}`);
  await expect(ask()).rejects.toThrow(message);
  expect(sent).toEqual([]);
});

test('a run that asks where nobody approves any more fails', async () => {
  const { ports, ref, sent } = await waiting();
  const input = { v: FORMAT, of: 'approval', run: ref, rounds: 0 } satisfies ReviewInput;
  await expect(approval(input, { ...ports, links: undefined })).rejects.toThrow('MM572: the run asks for an approval');
  expect(sent).toEqual([]);
});
