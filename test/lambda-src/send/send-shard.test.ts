import { waitedSeconds } from '../../../lambda-src/core/block-wait';
import { campaignKey } from '../../../lambda-src/core/campaign';
import { cancelCampaign, pauseAll, pauseCampaign, resumeAll, resumeCampaign } from '../../../lambda-src/core/control';
import { Counters } from '../../../lambda-src/core/metrics';
import type { Account, Mail } from '../../../lambda-src/core/ports';
import { EVERY_TOPIC, optOut } from '../../../lambda-src/core/preferences';
import { RATE_KEY } from '../../../lambda-src/core/rate';
import { accepted, asRecord, type RecipientRecord, STATE } from '../../../lambda-src/core/record';
import { runItem, runKey } from '../../../lambda-src/core/run-record';
import { type Item, type Key, UnknownWriteError, type Update } from '../../../lambda-src/core/store';
import { TIMING } from '../../../lambda-src/core/timing';
import type { SendPorts } from '../../../lambda-src/send/ports';
import { sendShard } from '../../../lambda-src/send/send-shard';
import { type Pinned, TAGS } from '../../../src/private/contract';
import { memoryBus } from '../../support/memory-bus';
import { CAMPAIGN, plannedRun, recipientFor, register, SETTINGS, silent, TEMPLATES, urls } from '../../support/run';
import { sesAnswer } from '../../support/ses-answer';
import { virtualClock } from '../../support/virtual-clock';

const ACCOUNT: Account = {
  maxPerSecond: 100,
  max24Hours: 50_000,
  sentLast24Hours: 0,
  productionAccess: true,
  sendingEnabled: true,
};

const THROTTLED = sesAnswer('TooManyRequestsException', 429, 'Maximum sending rate exceeded.');
const QUOTA = sesAnswer('LimitExceededException', 400, 'Daily message quota exceeded.');
const RESET = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** A shard of people and an SES that answers by script: an error to throw, or nothing to accept. */
async function setting(rows = 3, answers: (mail: Mail, request: number) => Error | undefined = () => undefined) {
  const recipients = Array.from({ length: rows }, (_, at) => recipientFor(at + 1));
  const run = await plannedRun(recipients);
  const clock = virtualClock();
  const requests: Mail[] = [];
  const accepted: { readonly to: string; readonly at: number; readonly claim: string }[] = [];
  const counted: Record<string, number>[] = [];
  const notices: string[] = [];
  let ids = 0;
  const bus = memoryBus();
  const ports: SendPorts = {
    files: run.files,
    store: run.store,
    clock,
    log: silent,
    bus,
    metrics: new Counters((values) => void counted.push(Object.fromEntries(values))),
    notices: { publish: async (subject, text) => void notices.push(`${subject}\n${text}`) },
    newId: () => `id-${++ids}`,
    random: () => 0.5,
    configurationSet: 'mm',
    consentUrls: urls,
    remaining: () => 900_000,
    ses: {
      account: async () => ACCOUNT,
      identityVerified: async () => true,
      send: async (mail) => {
        requests.push(mail);
        const error = answers(mail, requests.length);
        if (error) throw error;
        const claim = mail.tags.find(({ name }) => name === TAGS.claim)?.value ?? '';
        accepted.push({ to: mail.to, at: clock.now(), claim });
        return { messageId: `m-${accepted.length}` };
      },
    },
  };
  const record = (row: number): RecipientRecord | undefined => asRecord(run.store.get(recipients[row - 1]));
  const put = (key: Key, more: Partial<RecipientRecord>) =>
    run.store.items.set(`${key.pk}\n${key.sk}`, {
      ...key,
      v: 1,
      claimId: 'x',
      run: 1,
      sending: more.run ?? 1,
      attempt: 1,
      deadline: 0,
      ...more,
    } as never);
  const go = (more: Partial<SendPorts> = {}, input = run.input) => sendShard(input, { ...ports, ...more });
  return {
    bus,
    ...run,
    recipients,
    notices,
    counted,
    clock,
    ports,
    requests,
    accepted,
    record,
    put,
    go,
  };
}

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

test('the rate is kept, by all who share the ledger', async () => {
  const { go, accepted } = await setting(300);
  await Promise.all([go(), go(), go()]);
  const times = accepted.map(({ at }) => at).sort((a, b) => a - b);
  const busiest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
  expect(busiest).toBeLessThanOrEqual(101);
  expect(accepted).toHaveLength(300);
});

test('a throttled message is tried again under the same claim, with a later deadline', async () => {
  const { go, requests, accepted, record, clock } = await setting(1, (_mail, request) =>
    request < 3 ? THROTTLED : undefined,
  );
  const begun = clock.now();
  await go();
  expect(requests).toHaveLength(3);
  expect(accepted).toHaveLength(1);
  expect(record(1)).toMatchObject({ state: STATE.sent, attempt: 1 });
  expect(record(1)?.deadline).toBeGreaterThan(begun + TIMING.sendWithin + TIMING.request);
});

test('a message that stays throttled is tried five times more and given back, and the worker comes again', async () => {
  const { go, accepted, requests, record } = await setting(1, () => THROTTLED);
  expect(await go()).toMatchObject({ done: false });
  expect(accepted).toEqual([]);
  expect(requests).toHaveLength(6);
  expect(record(1)).toMatchObject({ state: STATE.open, reason: expect.stringContaining('Maximum sending rate') });
});

test('a spent quota is waited for, by one message at a time, and nobody is lost', async () => {
  let spent = true;
  const { go, clock, input, accepted, requests, record } = await setting(3, () => (spent ? QUOTA : undefined));
  expect(await go()).toMatchObject({ done: false, waitSeconds: 63 });
  expect(record(1)?.state).toBe(STATE.open);
  const tried = requests.length;
  // Another child that comes meanwhile asks nobody.
  expect(await go()).toMatchObject({ done: false });
  expect(requests).toHaveLength(tried);

  clock.set(clock.now() + 61_000);
  const again = await Promise.all([1, 2, 3].map(() => go({}, { ...input, rounds: 1 })));
  expect(requests).toHaveLength(tried + 1);
  expect(Math.max(...again.map(({ waitSeconds }) => waitSeconds))).toBe(123);

  spent = false;
  clock.set(clock.now() + 121_000);
  expect(await go({}, { ...input, rounds: 2 })).toMatchObject({ done: true });
  expect(accepted).toHaveLength(3);
});

test('an outage: unclear answers block the ledger, one message tries at a time, and all others are sent after it', async () => {
  let out = true;
  const { go, clock, input, ref, store, accepted, requests, record, notices } = await setting(200, () =>
    out ? sesAnswer('ServiceUnavailable', 503) : undefined,
  );
  let progress = await go();
  // Eleven answers are known, ten were under way, as the brake has it at first; then some tries.
  expect(requests.length).toBeLessThan(11 + 10 + 8);
  let rounds = 1;
  const begun = clock.now();
  while (clock.now() < begun + 3_600_000) {
    expect(progress.done).toBe(false);
    clock.set(clock.now() + 1_000 * progress.waitSeconds);
    progress = await go({}, { ...input, rounds: rounds++ });
  }
  expect(requests.length).toBeLessThan(11 + 10 + 10 + 8);
  expect(notices.filter((text) => text.includes('no clear answers'))).toHaveLength(1);
  const doubts = requests.length;
  out = false;
  while (!progress.done) {
    clock.set(clock.now() + 1_000 * progress.waitSeconds);
    progress = await go({}, { ...input, rounds: rounds++ });
  }
  expect(accepted).toHaveLength(200 - doubts);
  expect(new Set(requests.map(({ to }) => to)).size).toBe(200);
  expect(
    Array.from({ length: 200 }, (_, at) => record(at + 1)?.state).filter((state) => state === 'in_doubt'),
  ).toHaveLength(doubts);
  expect((await waitedSeconds(ref, clock.now(), store)).unclear).toBeGreaterThan(3_500);
});

test('where the account cannot be asked either, tries cost no message', async () => {
  let out = false;
  const { go, ports, clock, input, requests } = await setting(200, (_mail, request) => {
    out ||= request > 50;
    return out ? sesAnswer('ServiceUnavailable', 503) : undefined;
  });
  const account = async () => {
    if (out) throw sesAnswer('ServiceUnavailable', 503);
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

test('the quota’s wait is the run’s, however many shards wait, and a cancelled run does not wait on', async () => {
  let spent = true;
  const { go, clock, input, ref, store, requests } = await setting(3, () => (spent ? QUOTA : undefined));
  const begun = clock.now();
  await Promise.all([go(), go()]);
  expect((await waitedSeconds(ref, begun + 30_000, store)).quota).toBeCloseTo(30, -1);
  clock.set(begun + 65_000);
  spent = false;
  await go({}, { ...input, rounds: 1 });
  expect(requests.length).toBeGreaterThan(3);
  expect(await waitedSeconds(ref, begun + 500_000, store)).toEqual({ quota: 65 });

  const other = await setting(3, () => QUOTA);
  await other.go();
  await cancelCampaign(other.ref.campaignDigest, { who: 'ann', why: 'enough' }, other.ports);
  expect(await other.go({}, { ...other.input, rounds: 1 })).toMatchObject({ done: true });
});

test('what GetAccount says of a spent quota costs no message', async () => {
  const { go, ports, requests } = await setting(3);
  const ses = { ...ports.ses, account: async () => ({ ...ACCOUNT, max24Hours: 200, sentLast24Hours: 200 }) };
  expect(await go({ ses })).toMatchObject({ done: false, waitSeconds: 63 });
  expect(requests).toEqual([]);
});

test('SES is asked about the account seldom, however many workers there are', async () => {
  const { go, ports, clock, accepted } = await setting(3000);
  const asked: number[] = [];
  const ses = {
    ...ports.ses,
    account: async () => {
      asked.push(clock.now());
      return ACCOUNT;
    },
  };
  await Promise.all([go({ ses }), go({ ses }), go({ ses }), go({ ses })]);
  expect(accepted).toHaveLength(3000);
  const seconds = (accepted.at(-1)!.at - accepted[0].at) / 1000;
  expect(asked.length).toBeLessThanOrEqual(1 + Math.ceil(seconds / 10));
}, 30_000);

test('a claim that took longer than its slot is good for gets another slot before the request', async () => {
  const { go, store, clock, accepted } = await setting(20);
  let slow = 0;
  const write: typeof store.write = async (update) => {
    const written = await store.write(update);
    if (update.set.state === STATE.claimed && ++slow <= 10) await clock.sleep(2_000);
    return written;
  };
  await go({ store: { ...store, write } });
  expect(accepted).toHaveLength(20);
  const times = accepted.map(({ at }) => at).sort((a, b) => a - b);
  for (let at = 1; at < times.length; at += 1) expect(times[at] - times[at - 1]).toBeGreaterThan(5);
});

test('a claim whose answer came when its time was over sends nothing, and the worker comes again', async () => {
  const { go, store, clock, requests, record } = await setting(1);
  let slow = TIMING.sendWithin + 1;
  const write: typeof store.write = async (update) => {
    const written = await store.write(update);
    if (update.set.state === STATE.claimed && slow > 0) {
      clock.set(clock.now() + slow);
      slow = 0;
    }
    return written;
  };
  expect(await go({ store: { ...store, write } })).toMatchObject({ done: false });
  expect(requests).toEqual([]);
  expect(record(1)).toMatchObject({ state: STATE.open, reason: expect.stringContaining('too slow') });
  await go();
  expect(requests).toHaveLength(1);
});

test('a claim lasts for ten seconds after the preferences were read, whenever that was, and for its request', async () => {
  const { go, store, clock, record } = await setting(1);
  const begun = clock.now();
  const read: typeof store.read = async (keys) => {
    const items = await store.read(keys);
    if (keys.some(({ sk }) => sk === 'preferences')) clock.set(clock.now() + 4_000);
    return items;
  };
  await go({ store: { ...store, read } });
  expect(record(1)).toMatchObject({ state: STATE.sent, deadline: begun + TIMING.consent + TIMING.request });
});

test('a run that SES forbids to send stops itself, and not the one that has its turn by then', async () => {
  const { go, ports, store, ref } = await setting(1);
  const send: SendPorts['ses']['send'] = async () => {
    await register(store, 2);
    throw sesAnswer('AccessDeniedException', 403, 'not authorized');
  };
  await go({ ses: { ...ports.ses, send } });
  const stopped = (run: number) => store.get(runKey({ ...ref, run }))?.stopped;
  expect(stopped(1)).toContain('AccessDenied');
  expect(stopped(2)).toBeUndefined();
});

test.each([
  ['is told of as a broken guarantee', { state: STATE.open }, ['MM604']],
  [
    'is what the owner accepted, where a doubt was resent',
    { state: STATE.inDoubt, grantSending: 1, grantClaim: 'x' },
    [],
  ],
])('a second message that SES took %s', async (_, more, codes) => {
  const { go, put, ports, store, recipients, counted, record } = await setting(1);
  put(recipients[0]!, more);
  const send: SendPorts['ses']['send'] = async (mail) => {
    // The tracker has heard of another.
    await store.write(accepted(recipients[0]!, 'another'));
    return ports.ses.send(mail);
  };
  const errors: string[] = [];
  await go({ ses: { ...ports.ses, send }, log: { ...ports.log, error: (message) => void errors.push(message) } });
  expect(errors.map((message) => message.slice(0, 5))).toEqual(codes);
  ports.metrics.flush();
  expect(counted.reduce((sum, { GuaranteesBroken = 0 }) => sum + GuaranteesBroken, 0)).toBe(codes.length);
  expect(record(1)).toMatchObject({ state: STATE.sent, messageId: 'another' });
});

test('what would happen to all stops the run and refuses nobody', async () => {
  const denied = sesAnswer('AccessDeniedException', 403, 'not authorized');
  const { go, requests, record, store } = await setting(200, () => denied);
  expect(await go()).toMatchObject({ done: true });
  expect(requests.length).toBeLessThan(150);
  expect(record(1)?.state).toBe(STATE.open);
  expect([...store.items.values()].filter((item) => item.state === STATE.refused)).toEqual([]);
  expect([...store.items.values()].find((item) => item.sk.startsWith('run#'))?.stopped).toContain('AccessDenied');
});

test('what is throttled is not tried again once its worker knows of a stop', async () => {
  const denied = sesAnswer('AccessDeniedException', 403, 'not authorized');
  const { go, requests, record } = await setting(2, (_, request) => (request === 1 ? THROTTLED : denied));
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toHaveLength(2);
  expect([record(1)?.state, record(2)?.state]).toEqual([STATE.open, STATE.open]);
});

test('whoever was about to be claimed is not, once the worker knows of a stop', async () => {
  const { go, record, store, clock, ports } = await setting(2);
  // So slow that the second row's preferences are read again after its slot has come; the first is answered meanwhile.
  const account = async () => ({ ...ACCOUNT, maxPerSecond: 0.1 });
  let answer = () => {};
  const reading = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const send: SendPorts['ses']['send'] = async () => {
    await reading;
    throw sesAnswer('AccessDeniedException', 403, 'not authorized');
  };
  const stalling: SendPorts['store'] = {
    ...store,
    read: async (keys) => {
      const items = await store.read(keys);
      if (keys.length === 1 && keys[0]?.sk === 'preferences') {
        answer();
        await clock.sleep(2_000);
      }
      return items;
    },
  };
  expect(await go({ store: stalling, ses: { ...ports.ses, account, send } })).toMatchObject({ done: true });
  expect(record(1)?.state).toBe(STATE.open);
  expect(record(2)).toBeUndefined();
});

test.each([
  ['says so', { draft: true }],
  ['has its list where drafts lie', { list: { bucket: 'lists', key: 'looks/may.csv', etag: 'e', size: 1 } }],
])('a run that %s is sent to nobody', async (_, more) => {
  const { go, input, requests, files, ref } = await setting(2);
  const key = `${ref.folder}pinned.json`;
  const pinned = files.json<Pinned>(key);
  const intake = { ...pinned.settings.intake, draftsPrefix: 'looks/' };
  await files.put(key, JSON.stringify({ ...pinned, settings: { ...pinned.settings, intake } }), 'application/json');
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

test('a rejected message is refused, and the others go out', async () => {
  const { go, accepted, record } = await setting(3, ({ to }) =>
    to.startsWith('p2@') ? sesAnswer('BadRequestException', 400, 'Illegal address') : undefined,
  );
  expect(await go()).toMatchObject({ done: true });
  expect(accepted).toHaveLength(2);
  expect(record(2)).toMatchObject({ state: STATE.refused, reason: 'BadRequestException: Illegal address' });
});

test('an unclear answer is in doubt and never tried again', async () => {
  const { go, requests, record } = await setting(1, () => RESET);
  expect(await go()).toMatchObject({ done: true });
  await go();
  expect(requests).toHaveLength(1);
  expect(record(1)).toMatchObject({ state: STATE.inDoubt, reason: 'the connection broke before SES’s answer' });
});

describe('where the ledger says nothing clear', () => {
  const unknownFor = (
    { store }: Awaited<ReturnType<typeof setting>>,
    which: (update: Update) => boolean,
    applied: boolean,
  ): Pick<SendPorts, 'store'> => ({
    store: {
      ...store,
      write: async (update) => {
        if (!which(update)) return store.write(update);
        if (applied) await store.write(update);
        throw new UnknownWriteError();
      },
    },
  });

  test.each([true, false])(
    'nothing is sent on a claim of which nobody knows whether it was written (%s)',
    async (applied) => {
      const world = await setting(1);
      await world.go(unknownFor(world, (update) => update.set.state === STATE.claimed, applied));
      expect(world.requests).toEqual([]);
    },
  );

  test('a mark that may be lost leaves the claim, and the others go on', async () => {
    const world = await setting(3);
    const which = (update: Update) => update.set.state === STATE.sent && update.key.pk === world.recipients[0].pk;
    expect(await world.go(unknownFor(world, which, false))).toMatchObject({ done: true });
    expect(world.accepted).toHaveLength(3);
    expect(world.record(1)?.state).toBe(STATE.claimed);
    expect(world.record(3)?.state).toBe(STATE.sent);
  });

  test('a longer deadline that may not be written sends nothing more', async () => {
    const world = await setting(1, () => THROTTLED);
    await world.go(unknownFor(world, (update) => Object.keys(update.set).join() === 'deadline', true));
    expect(world.requests).toHaveLength(1);
    expect(world.record(1)?.state).toBe(STATE.open);
  });

  test('a write that is refused outright is a mistake of ours: the worker fails, after all it had under way', async () => {
    const world = await setting(3);
    const failing: Pick<SendPorts, 'store'> = {
      store: {
        ...world.store,
        write: async (update) => {
          if (update.set.state === STATE.claimed && update.key.pk === world.recipients[1].pk)
            throw new Error('ValidationException');
          return world.store.write(update);
        },
      },
    };
    await expect(world.go(failing)).rejects.toThrow('ValidationException');
    expect(world.record(1)?.state).toBe(STATE.sent);
  });
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
])('who is %s takes no slot and gets no mail', async (_name, state) => {
  const { go, put, recipients, requests, store } = await setting(1);
  put(recipients[0], { state, run: 1 });
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toEqual([]);
  expect(store.get(RATE_KEY)?.next).toBe(0);
});

test('a run that has the turn no more stops', async () => {
  const { go, requests, store } = await setting(3);
  await register(store, 2);
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toEqual([]);
});

test('a paused campaign mails nobody new, within a second, and goes on when it is resumed', async () => {
  const world = await setting(300);
  const { go, ports, accepted, clock, ref } = world;
  const ann = { who: 'ann', why: 'wrong date' };
  let pausedAt: number | undefined;
  const ses = {
    ...ports.ses,
    send: async (mail: Mail) => {
      const answer = await ports.ses.send(mail);
      if (accepted.length === 120) {
        await pauseCampaign(ref.campaignDigest, ann, ports);
        pausedAt = clock.now();
      }
      return answer;
    },
  };
  expect(await go({ ses })).toMatchObject({ done: false, waitSeconds: 10 });
  expect(accepted.length).toBeGreaterThanOrEqual(120);
  expect(accepted.filter(({ at }) => at > pausedAt! + 1_000)).toEqual([]);
  const before = accepted.length;
  clock.set(pausedAt! + 3_600_000);
  expect(await go({ ses })).toMatchObject({ done: false, waitSeconds: 450 });
  expect(accepted).toHaveLength(before);

  await resumeCampaign(ref.campaignDigest, ann, ports);
  expect(await go({ ses })).toMatchObject({ done: true });
  expect(accepted).toHaveLength(300);
});

test('a pause of everything holds each campaign, also one that was never mailed', async () => {
  const { go, ports, requests } = await setting(3);
  await pauseAll({ who: 'ann', why: 'incident' }, ports);
  expect(await go()).toMatchObject({ done: false, waitSeconds: 10 });
  expect(requests).toEqual([]);
  await resumeAll({ who: 'ann', why: 'over' }, ports);
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toHaveLength(3);
});

test('outside its window a run sends nothing and sleeps until it opens; in it, it goes on', async () => {
  const world = await setting(3);
  const window = { opens: 8 * 60, closes: 18 * 60, timeZone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6] };
  const key = `${world.ref.folder}pinned.json`;
  const pinned = JSON.parse((await world.files.text(key))!);
  pinned.settings.rate.window = window;
  await world.files.put(key, JSON.stringify(pinned), 'application/json');
  world.clock.set(Date.parse('2026-11-25T18:00:00Z'));
  expect(await world.go()).toMatchObject({ done: false, waitSeconds: 14 * 3600 });
  expect(world.requests).toEqual([]);
  world.clock.set(Date.parse('2026-11-26T08:00:00Z'));
  expect(await world.go()).toMatchObject({ done: true });
  expect(world.requests).toHaveLength(3);
});

test('a cancelled run ends, whatever it waited for', async () => {
  const { go, ports, requests, ref } = await setting(3);
  await pauseCampaign(ref.campaignDigest, { who: 'ann', why: 'wrong date' }, ports);
  await cancelCampaign(ref.campaignDigest, { who: 'ann', why: 'called off' }, ports);
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toEqual([]);
});

test('near its end the worker stops and comes again, with nothing under way', async () => {
  const { go, requests } = await setting(3);
  expect(await go({ remaining: () => 30_000 })).toMatchObject({ done: false });
  expect(requests).toEqual([]);
});

/** A worker that has so many milliseconds left, in an account of so many mails a second. */
function near(left: number, maxPerSecond: number, { ports, clock }: Awaited<ReturnType<typeof setting>>) {
  const ends = clock.now() + left;
  const account = async () => ({ ...ACCOUNT, maxPerSecond });
  return { ends, more: { remaining: () => ends - clock.now(), ses: { ...ports.ses, account } } };
}

test('whoever waited for a slot until the worker is near its end is not claimed, and the worker comes again', async () => {
  const worker = await setting(2);
  const { go, requests, record } = worker;
  // One in forty seconds: the first goes at once, the second waits past the time in which a request could end.
  expect(await go(near(70_000, 1 / 40, worker).more)).toMatchObject({ done: false, waitSeconds: 1 });
  expect(requests).toHaveLength(1);
  expect([record(1)?.state, record(2)?.state].sort()).toEqual([STATE.sent, undefined]);
});

test('nobody waits for a slot beyond the worker’s end: it comes again, and nothing is taken for its death', async () => {
  const worker = await setting(3);
  const { go, clock, requests, record } = worker;
  // Ten minutes between two mails, and a worker that has two.
  const { ends, more } = near(120_000, 1 / 600, worker);
  expect(await go(more)).toMatchObject({ done: false, waitSeconds: 1 });
  expect(clock.now()).toBeLessThanOrEqual(ends);
  expect(requests).toHaveLength(1);
  expect([1, 2, 3].map((row) => record(row)?.state)).toEqual([STATE.sent, undefined, undefined]);
});

test('what was throttled is not asked again when its next slot comes too near the worker’s end', async () => {
  const worker = await setting(1, () => THROTTLED);
  const { go, requests, record } = worker;
  expect(await go(near(75_000, 1 / 40, worker).more)).toMatchObject({ done: false });
  expect(requests).toHaveLength(1);
  expect(record(1)?.state).toBe(STATE.open);
});

test('a slot that is too old is forfeited before the claim', async () => {
  const { go, ports, clock, accepted } = await setting(2);
  const stalled = {
    ...clock,
    sleep: async (milliseconds: number) => {
      await clock.sleep(milliseconds);
      // The worker is frozen once, right after its first wait.
      if (accepted.length === 0 && clock.now() < 1_795_568_401_000) clock.set(clock.now() + 5_000);
    },
  };
  await go({ ...ports, clock: stalled });
  const [first, second] = accepted.map(({ at }) => at).sort((a, b) => a - b);
  expect(second - first).toBeGreaterThanOrEqual(10);
});

describe('a row that kills its worker', () => {
  /** As a worker leaves it that died over these rows. */
  const diedOver = ({ store, ref }: Awaited<ReturnType<typeof setting>>, first: number, last: number, more = {}) => {
    const key = { pk: `shard#${ref.campaignDigest}#1`, sk: 'shard#00001' };
    store.items.set(`${key.pk}\n${key.sk}`, { ...key, v: 1, first, last, ...more });
    return () => store.get(key);
  };

  test('is found by trying the rows of the dead worker one by one', async () => {
    const world = await setting(5);
    const trail = diedOver(world, 1, 5);
    const entered: unknown[] = [];
    const { write } = world.store;
    world.store.write = async (update) => {
      if (update.key.sk === 'shard#00001' && update.set.first) entered.push(update.set.first);
      return write(update);
    };
    expect(await world.go()).toMatchObject({ done: true });
    expect(entered).toEqual([1, 2, 3, 4, 5]);
    expect(world.accepted).toHaveLength(5);
    expect(trail()?.first).toBeUndefined();
  });

  test('is refused when it killed a second one, and the others get their mail', async () => {
    const world = await setting(5);
    diedOver(world, 3, 3, { alone: true, until: 0 });
    expect(await world.go()).toMatchObject({ done: true });
    expect(world.record(3)).toMatchObject({ state: STATE.refused, reason: expect.stringContaining('crashed') });
    expect(world.accepted.map(({ to }) => to)).not.toContain('p3@example.org');
    expect(world.accepted).toHaveLength(4);
  });

  test('is not accused when the first that died had no other row to mail', async () => {
    const world = await setting(1);
    diedOver(world, 1, 1, { alone: false, until: 0 });
    expect(await world.go()).toMatchObject({ done: true });
    expect(world.record(1)?.state).toBe(STATE.sent);
  });

  test('is not accused while its worker may be alive: the shard waits until Lambda has ended it', async () => {
    const world = await setting(2);
    const trail = diedOver(world, 1, 1, { alone: true, until: world.ports.clock.now() + 60_000 });
    expect(await world.go()).toMatchObject({ done: false, waitSeconds: 80 });
    expect(trail()).toMatchObject({ first: 1, last: 1 });
    expect(world.accepted).toEqual([]);
  });

  test('is not refused over a mail that was sent', async () => {
    const world = await setting(1);
    await world.go();
    diedOver(world, 1, 1, { alone: true, until: 0 });
    await world.go();
    expect(world.record(1)?.state).toBe(STATE.sent);
  });

  /** What the trail says, and who is under way, at each request. */
  const watched = (world: Awaited<ReturnType<typeof setting>>, trail: () => Item | undefined) => {
    const seen: { row: number; first: number; last: number; alone: boolean; underWay: number }[] = [];
    let underWay = 0;
    const send: SendPorts['ses']['send'] = async (mail) => {
      const { first, last, alone }: Partial<Item> = trail() ?? {};
      underWay += 1;
      const row = Number(/\d+/.exec(mail.to)![0]);
      seen.push({ row, first: Number(first), last: Number(last), alone: alone === true, underWay });
      await world.clock.sleep(60);
      underWay -= 1;
      return { messageId: `m-${row}` };
    };
    return { seen, ports: { ses: { ...world.ports.ses, send } } };
  };
  const brakeOff = ({ store, ref }: Awaited<ReturnType<typeof setting>>) => {
    const key = runItem(ref, 'brake');
    store.items.set(`${key.pk}\n${key.sk}`, { ...key, v: 1, passed: true });
  };

  test('is on the trail for as long as it is under way', async () => {
    const world = await setting(180);
    brakeOff(world);
    const { seen, ports } = watched(world, diedOver(world, 999, 999));
    expect(await world.go(ports)).toMatchObject({ done: true });
    expect(seen).toHaveLength(180);
    expect(seen.filter(({ row, first, last }) => row < first || row > last)).toEqual([]);
  });

  test('is not taken for another: whoever is tried alone is alone', async () => {
    const world = await setting(120);
    brakeOff(world);
    const { seen, ports } = watched(world, diedOver(world, 51, 60));
    expect(await world.go(ports)).toMatchObject({ done: true });
    expect(seen).toHaveLength(120);
    const alone = seen.filter((one) => one.alone);
    expect(alone).toHaveLength(10);
    expect(alone.filter(({ row, first, last, underWay }) => row !== first || row !== last || underWay > 1)).toEqual([]);
  });

  test('is looked for by tens first: a hundred rows are not one by one what one worker’s death costs', async () => {
    const world = await setting(150);
    brakeOff(world);
    const { seen, ports } = watched(world, diedOver(world, 31, 130));
    expect(await world.go(ports)).toMatchObject({ done: true });
    expect(seen).toHaveLength(150);
    const few = seen.filter(({ row }) => row >= 31 && row <= 130);
    expect(few.filter(({ row, first, last }) => row < first || row > last || last - first >= 10)).toEqual([]);
    expect(new Set(few.map(({ first }) => first)).size).toBe(10);
    expect(Math.max(...few.map(({ underWay }) => underWay))).toBeGreaterThan(1);
  });

  test('is found among the ten that a second worker died over, and so is another of the first hundred', async () => {
    const world = await setting(120);
    brakeOff(world);
    const trail = diedOver(world, 1, 100);
    const killers = [37, 82];
    const never = new Promise<never>(() => {});
    /** Whether the worker dies, with whatever it is at. */
    const dies = () =>
      new Promise<boolean>((ended, failed) => {
        let dead = false;
        const consentUrls: SendPorts['consentUrls'] = (link) => {
          if (killers.some((row) => link.pks.includes(world.recipients[row - 1]!.pk))) {
            dead = true;
            ended(true);
          }
          return urls(link);
        };
        const write: SendPorts['store']['write'] = (update) => (dead ? never : world.store.write(update));
        const store = { ...world.store, write };
        world.go({ consentUrls, store }).then(() => ended(false), failed);
      });
    let deaths = 0;
    while (await dies()) {
      deaths += 1;
      world.clock.set(world.clock.now() + 3_600_000);
    }
    expect(deaths).toBe(4);
    const refused = world.recipients.map((_, at) => at + 1).filter((row) => world.record(row)?.state === STATE.refused);
    expect(refused).toEqual(killers);
    expect(trail()?.first).toBeUndefined();
  });

  test('is not a worker that ended well, or failed and said so', async () => {
    const world = await setting(3);
    const trail = diedOver(world, 9, 9);
    await world.go({ ses: { ...world.ports.ses, send: async () => Promise.reject(THROTTLED) } });
    expect(trail()?.first).toBeUndefined();
  });
});

describe('who has opted out', () => {
  const LEFT = { at: '2026-11-24T00:00:00.000Z', source: 'one_click' } as const;

  test('gets no mail, takes no slot and leaves no record; the others get theirs', async () => {
    const { go, store, recipients, accepted, record } = await setting(3);
    await store.write(optOut(recipients[0], 'general', LEFT));
    await store.write(optOut(recipients[2], EVERY_TOPIC, LEFT));
    expect(await go()).toMatchObject({ done: true });
    expect(accepted.map(({ to }) => to)).toEqual(['p2@example.org']);
    expect(record(1)).toBeUndefined();
    expect(store.get(RATE_KEY)?.next).toBeGreaterThan(0);
    const alone = await setting(1);
    await alone.store.write(optOut(alone.recipients[0], 'general', LEFT));
    await alone.go();
    expect(alone.store.get(RATE_KEY)?.next).toBe(0);
  });

  test('of another topic gets this one', async () => {
    const { go, store, recipients, accepted } = await setting(1);
    await store.write(optOut(recipients[0], 'offers', LEFT));
    await go();
    expect(accepted).toHaveLength(1);
  });

  test('gets no mail that would leave more than ten seconds later, in mid-shard', async () => {
    const { go, store, recipients, accepted, clock, ports } = await setting(40);
    const begun = clock.now();
    const account = async () => ({ ...ACCOUNT, maxPerSecond: 1 });
    let leftAt = Number.POSITIVE_INFINITY;
    const send: SendPorts['ses']['send'] = async (mail) => {
      if (clock.now() - begun > 5_000 && leftAt > clock.now()) {
        leftAt = clock.now();
        for (const recipient of recipients) await store.write(optOut(recipient, 'general', LEFT));
      }
      return ports.ses.send(mail);
    };
    expect(await go({ ses: { ...ports.ses, account, send } })).toMatchObject({ done: true });
    expect(accepted.length).toBeGreaterThan(4);
    expect(accepted.length).toBeLessThan(18);
    for (const { at } of accepted) expect(at).toBeLessThanOrEqual(leftAt + TIMING.consent);
  });

  test('while their mail is throttled, gets none', async () => {
    const { go, store, recipients, accepted, clock, ports, record } = await setting(1);
    const send: SendPorts['ses']['send'] = async (mail) => {
      if ((record(1)?.attempt ?? 0) > 1) return ports.ses.send(mail);
      await store.write(optOut(recipients[0], 'general', LEFT));
      await clock.sleep(TIMING.reread);
      throw THROTTLED;
    };
    expect(await go({ ses: { ...ports.ses, send } })).toMatchObject({ done: false });
    expect(record(1)).toMatchObject({ state: STATE.open });
    expect(await go({ ses: { ...ports.ses, send } })).toMatchObject({ done: true });
    expect(accepted).toEqual([]);
  });

  test('a mail that was ready sooner than its slot leaves by what is true then', async () => {
    const { go, store, recipients, accepted, clock, ports } = await setting(1);
    // The worker stands still between its reading and its claim.
    let reads = 0;
    const stalling: SendPorts['store'] = {
      ...store,
      read: async (keys) => {
        const items = await store.read(keys);
        if (keys.some(({ sk }) => sk === 'preferences') && reads++ === 0) {
          await store.write(optOut(recipients[0], 'general', LEFT));
          clock.set(clock.now() + 60_000);
        }
        return items;
      },
    };
    await go({ ...ports, store: stalling });
    expect(reads).toBe(2);
    expect(accepted).toEqual([]);
  });

  test('reading preferences costs no requests at a usual rate: they come with the records', async () => {
    const { go, ports, store } = await setting(200);
    const asked: number[] = [];
    const read: SendPorts['store']['read'] = (keys) => {
      if (keys.some(({ sk }) => sk === 'preferences')) asked.push(keys.length);
      return store.read(keys);
    };
    await go({ ...ports, store: { ...store, read } });
    expect(asked).toEqual([100, 100, 100, 100]);
  });
});

describe('the brake', () => {
  const REFUSED = sesAnswer('MessageRejected', 400, 'Address ann@example.org is on the suppression list');

  test('pauses a campaign of which SES refuses too much, soon, and says why and how to go on', async () => {
    const { go, requests, notices, store, ref, bus } = await setting(400, () => REFUSED);
    expect(await go()).toMatchObject({ done: false });
    // Eleven of fifty, and who was under way.
    expect(requests.length).toBeLessThan(11 + 20);
    expect(store.get(campaignKey(ref.campaignDigest))?.paused).toMatch(/SES refused 1\d of 1\d messages/);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/paused itself.*more than 20 %.*MessageRejected: Address … is on.*resume may/s);
    expect(notices[0]).not.toContain('ann@');
    expect(bus.events).toEqual([
      {
        type: 'Campaign Paused',
        detail: {
          version: 1,
          campaign: CAMPAIGN,
          run: 1,
          why: store.get(campaignKey(ref.campaignDigest))?.paused,
          by: 'brake',
          at: expect.any(String),
        },
      },
    ]);
  });

  test('goes on counting when somebody resumed it', async () => {
    let wrong = true;
    const { go, ports, ref, input, accepted } = await setting(100, () => (wrong ? REFUSED : undefined));
    await go();
    await resumeCampaign(ref.campaignDigest, { who: 'ann', why: 'it is fine' }, ports);
    wrong = false;
    expect(await go({}, { ...input, rounds: 1 })).toMatchObject({ done: true });
    expect(accepted.length).toBeGreaterThan(60);
  });

  test.each([
    [5, 1, false],
    [4, 2, true],
  ])('is told of by all workers: of each %d messages %d are refused', async (each, bad, pauses) => {
    let n = 0;
    const { go, store, ref } = await setting(300, () => (n++ % each < bad ? REFUSED : undefined));
    await Promise.all([go(), go(), go()]);
    expect(store.get(campaignKey(ref.campaignDigest))?.paused !== undefined).toBe(pauses);
  });

  test('looks at any later stretch, too', async () => {
    const { go, store, ref, accepted } = await setting(400, (_mail, request) => (request > 200 ? REFUSED : undefined));
    await go();
    expect(accepted).toHaveLength(200);
    expect(store.get(campaignKey(ref.campaignDigest))?.paused).toBeDefined();
  });

  test('whose worker died before it could pause is pulled by the next', async () => {
    const { go, clock, input, notices, store, ref } = await setting(400, () => REFUSED);
    const dying: typeof store.write = (update) =>
      update.set.paused !== undefined ? Promise.reject(new Error('killed')) : store.write(update);
    await go({ store: { ...store, write: dying } }).catch(() => undefined);
    expect(notices).toEqual([]);
    clock.set(clock.now() + 31_000);
    await go({}, { ...input, rounds: 1 });
    expect(store.get(campaignKey(ref.campaignDigest))?.paused).toBeDefined();
    expect(notices).toHaveLength(1);
  });

  test('costs a write in fifty messages', async () => {
    const { go, store } = await setting(300);
    let writes = 0;
    const write: typeof store.write = (update) => {
      if (update.key.sk.startsWith('brake#')) writes += 1;
      return store.write(update);
    };
    await go({ store: { ...store, write } });
    expect(writes).toBeLessThanOrEqual(12);
  });

  test('is off at 100 %', async () => {
    const { go, files, ref, requests } = await setting(60, () => REFUSED);
    const settings = { ...SETTINGS, brakes: { maxRefusedPercent: 100 } };
    await files.put(
      `${ref.folder}pinned.json`,
      JSON.stringify({ v: 1, settings, templates: TEMPLATES }),
      'application/json',
    );
    expect(await go()).toMatchObject({ done: true });
    expect(requests).toHaveLength(60);
  });
});

describe('attachments', () => {
  const terms = { fileName: 'terms.pdf', contentType: 'application/pdf', sha256: 'aa' };
  const logo = { fileName: 'logo.png', contentId: 'logo', sha256: 'bb' };
  const attaching = async (
    rows: number,
    contents: Record<string, Buffer>,
    answers?: (mail: Mail) => Error | undefined,
  ) => {
    const given = await setting(rows, answers);
    const key = `${given.ref.folder}pinned.json`;
    const pinned = given.files.json<Pinned>(key);
    const welcome = {
      ...pinned.templates.templates.welcome!,
      attachments: [terms, logo].map((one) => ({ ...one, size: contents[one.sha256]!.length })),
    };
    const templates = { ...pinned.templates, templates: { welcome } };
    await given.files.put(key, JSON.stringify({ ...pinned, templates }), 'application/json');
    for (const [sha256, content] of Object.entries(contents)) {
      await given.files.put(`${given.ref.folder}attachments/${sha256}`, content.toString('base64'), 'text/plain');
    }
    return given;
  };

  test('go with every mail, and are read once', async () => {
    const { go, requests, files } = await attaching(120, { aa: Buffer.from('terms'), bb: Buffer.from([0, 255, 7]) });
    const read: string[] = [];
    const text = (key: string) => {
      if (key.includes('attachments/')) read.push(key);
      return files.text(key);
    };
    await go({ files: { ...files, text } });
    expect(requests).toHaveLength(120);
    expect(read).toHaveLength(2);
    for (const mail of requests) {
      expect(mail.attachments?.map(({ content, ...one }) => ({ ...one, content: [...content] }))).toEqual([
        {
          fileName: 'terms.pdf',
          contentType: 'application/pdf',
          contentId: undefined,
          content: [...Buffer.from('terms')],
        },
        { fileName: 'logo.png', contentType: undefined, contentId: 'logo', content: [0, 255, 7] },
      ]);
    }
  });

  test('that are large are sent a few at a time, so that a worker has room for them', async () => {
    const most = async (bytes: number) => {
      const { go, ports, ref, store } = await attaching(40, { aa: Buffer.alloc(bytes), bb: Buffer.alloc(1) });
      // The run's first messages went well before.
      const key = runItem(ref, 'brake');
      store.items.set(`${key.pk}\n${key.sk}`, { ...key, passed: true });
      let underWay = 0;
      let found = 0;
      const send = async () => {
        found = Math.max(found, ++underWay);
        await ports.clock.sleep(3000);
        underWay -= 1;
        return { messageId: `m-${Math.random()}` };
      };
      await go({ ses: { ...ports.ses, send } });
      return found;
    };
    expect(await most(1000)).toBe(40);
    // Each is in memory four times, of 192 MiB.
    expect(await most(4 * 2 ** 20)).toBe(11);
    expect(await most(30 * 2 ** 20)).toBe(1);
  });

  test('that are gone stop the worker before it claims anybody', async () => {
    const { go, files, ref, record } = await attaching(1, { aa: Buffer.from('x'), bb: Buffer.from('x') });
    files.objects.delete(`${ref.folder}attachments/aa`);
    await expect(go()).rejects.toThrow(/^MM621: /);
    expect(record(1)).toBeUndefined();
  });
});

test('what goes out is counted while it does: accepted, throttled, the share of the rate, the account', async () => {
  const { go, ports, counted } = await setting(3, (_mail, request) => (request === 1 ? THROTTLED : undefined));
  await go({ ses: { ...ports.ses, account: async () => ({ ...ACCOUNT, enforcement: 'PROBATION' }) } });
  ports.metrics.flush();
  const sum = (name: string) => counted.reduce((all, one) => all + (one[name] ?? 0), 0);
  expect([sum('Accepted'), sum('Throttled')]).toEqual([3, 1]);
  // Four requests of the sixty seconds' allowance.
  expect(sum('AllowanceUsed')).toBeCloseTo((4 * 100) / (60 * ACCOUNT.maxPerSecond));
  expect(counted.find(({ AccountAtRisk }) => AccountAtRisk !== undefined)).toMatchObject({ AccountAtRisk: 1 });
  expect(counted.some(({ QuotaLeft }) => QuotaLeft === ACCOUNT.max24Hours - ACCOUNT.sentLast24Hours)).toBe(true);
});
