import { cancelCampaign, pauseCampaign } from '../../../lambda-src/core/control';
import { toLine } from '../../../lambda-src/core/jsonl';
import { uncounted } from '../../../lambda-src/core/metrics';
import type { Mail } from '../../../lambda-src/core/ports';
import { asRecord, STATE } from '../../../lambda-src/core/record';
import { sendShard } from '../../../lambda-src/send/send-shard';
import { settleShard } from '../../../lambda-src/settle/settle-shard';
import {
  FORMAT,
  LAYOUT,
  type RecipientOutcome,
  type RunRef,
  type ShardInput,
  TAGS,
} from '../../../src/private/contract';
import { memoryBus } from '../../support/memory-bus';
import { memoryFiles } from '../../support/memory-files';
import { memoryStore } from '../../support/memory-store';
import { CAMPAIGN, recipientFor, register, runRef, SETTINGS, silent, TEMPLATES, urls } from '../../support/run';
import { sesAnswer } from '../../support/ses-answer';
import { virtualClock } from '../../support/virtual-clock';

const RESET = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const FORBIDDEN = sesAnswer('AccessDeniedException', 403, 'not authorized');
const REFUSED = sesAnswer('MessageRejected', 400, 'Illegal address');
const OPERATOR = { who: 'ann', why: 'because' };

/** One campaign of so many people: its runs over them, one after the other or interleaved, on one ledger. */
function campaign(people = 1) {
  const store = memoryStore();
  const files = memoryFiles();
  const clock = virtualClock();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const control = { store, clock, newId };
  const mails: { readonly to: string; readonly run: number }[] = [];
  /** What SES answers; undefined is a message id. */
  const world: { answer: (mail: Mail) => Error | undefined } = { answer: () => undefined };
  const record = (row: number) => asRecord(store.get(recipientFor(row)));

  async function run(
    number: number,
    { inDoubt = 'hold', doubts }: { inDoubt?: 'hold' | 'resend'; doubts?: readonly string[] } = {},
  ) {
    const ref: RunRef = { ...runRef(number), ...(doubts ? { resendInDoubt: true } : {}) };
    await register(store, number);
    const pinned = { v: FORMAT, settings: { ...SETTINGS, inDoubt }, templates: TEMPLATES };
    await files.put(`${ref.folder}${LAYOUT.pinned}`, JSON.stringify(pinned), 'application/json');
    const key = `${ref.folder}${LAYOUT.shards}00001.jsonl`;
    const rows = Array.from({ length: people }, (_, at) => ({ ...recipientFor(at + 1), doubt: doubts?.[at] }));
    const head = toLine({ v: FORMAT, campaign: CAMPAIGN, run: number, shard: 1 });
    await files.put(key, head + rows.map(toLine).join(''), 'application/jsonl');
    const shard = { v: FORMAT, shard: 1, key, rows: people } as const;
    const input: ShardInput = { v: FORMAT, run: ref, shard, rounds: 0 };
    const send = () =>
      sendShard(input, {
        ...{ files, store, clock, newId, log: silent, bus: memoryBus(), metrics: uncounted },
        notices: { publish: async () => {} },
        random: () => 0.5,
        configurationSet: 'mm',
        consentUrls: urls,
        remaining: () => 900_000,
        ses: {
          account: async () => ({
            ...{ maxPerSecond: 100, max24Hours: 50_000, sentLast24Hours: 0 },
            productionAccess: true,
            sendingEnabled: true,
          }),
          identityVerified: async () => true,
          send: async (mail) => {
            mails.push({ to: mail.to, run: Number(mail.tags.find(({ name }) => name === TAGS.run)?.value) });
            const error = world.answer(mail);
            if (error) throw error;
            return { messageId: `m-${mails.length}` };
          },
        },
      });
    const settle = (resent = false) => settleShard({ ...input, resent }, { files, store, clock, log: silent });
    const outcomes = async () => {
      const text = await files.text(`${ref.folder}${LAYOUT.outcomes}00001.jsonl`);
      return (text ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as RecipientOutcome);
    };
    /** As the state machine does it, once the claims are past. */
    const end = async () => {
      await send();
      clock.set(clock.now() + 60_001);
      const { resend } = await settle();
      if (resend) {
        await send();
        clock.set(clock.now() + 60_001);
        expect(await settle(true)).toMatchObject({ done: true });
      }
      return (await outcomes()).map(({ outcome }) => outcome);
    };
    return { ref, send, settle, end, outcomes };
  }
  /** A campaign whose first run left everybody in doubt. */
  const doubted = async () => {
    world.answer = () => RESET;
    const first = await run(1);
    expect(await first.end()).toEqual(Array(people).fill('in_doubt'));
    world.answer = () => undefined;
    mails.length = 0;
    return Array.from({ length: people }, (_, at) => record(at + 1)!.claimId);
  };
  return { store, clock, control, mails, world, record, run, doubted };
}

test('a superseded run, whose policy resends, leaves the doubts of the newer run alone', async () => {
  const { mails, record, run, world, clock } = campaign();
  const older = await run(1, { inDoubt: 'resend' });
  const newer = await run(2);
  world.answer = () => RESET;
  await newer.send();
  const { claimId } = record(1)!;
  clock.set(clock.now() + 60_001);
  world.answer = () => undefined;
  await older.settle();
  await newer.send();
  expect(mails).toHaveLength(1);
  expect(record(1)).toMatchObject({ state: STATE.inDoubt, claimId });
});

test('two resends of the same doubts send once more in all', async () => {
  const { mails, run, doubted, world, clock, record } = campaign();
  const doubts = await doubted();
  const one = await run(2, { doubts });
  await one.settle();
  world.answer = () => RESET;
  await one.send();
  clock.set(clock.now() + 60_001);
  const other = await run(3, { doubts });
  world.answer = () => undefined;
  expect(await other.end()).toEqual(['in_doubt']);
  expect(mails).toHaveLength(1);
  expect(record(1)).toMatchObject({ state: STATE.inDoubt, earlierDoubts: doubts });
});

describe('a doubt that was to be resent and was not is still a doubt', () => {
  test.each(['explicit', 'policy'] as const)('cancelled: %s', async (by) => {
    const { mails, run, doubted, control, record, world } = campaign();
    const doubts = by === 'explicit' ? await doubted() : undefined;
    const resending = await run(2, by === 'explicit' ? { doubts } : { inDoubt: 'resend' });
    if (by === 'policy') {
      world.answer = () => RESET;
      await resending.send();
      world.answer = () => undefined;
      mails.length = 0;
    }
    await cancelCampaign(resending.ref.campaignDigest, OPERATOR, control);
    expect(await resending.end()).toEqual(['in_doubt']);
    expect(record(1)?.state).toBe(STATE.inDoubt);
    // What a plain retry, or the whole list again, would do.
    expect(await (await run(3)).end()).toEqual(['in_doubt']);
    expect(mails).toEqual([]);
  });

  test('paused until the run gives up', async () => {
    const { mails, run, doubted, control } = campaign();
    const resending = await run(2, { doubts: await doubted() });
    await pauseCampaign(resending.ref.campaignDigest, OPERATOR, control);
    expect(await resending.end()).toEqual(['in_doubt']);
    expect(mails).toEqual([]);
  });

  test('superseded by a newer list', async () => {
    const { mails, run, doubted } = campaign();
    const resending = await run(2, { doubts: await doubted() });
    expect(await resending.settle()).toMatchObject({ resend: true });
    const newer = await run(3);
    await resending.send();
    expect(await resending.settle(true)).toMatchObject({ done: true });
    expect((await resending.outcomes())[0]).toMatchObject({ outcome: 'in_doubt' });
    expect(await newer.end()).toEqual(['in_doubt']);
    expect(mails).toEqual([]);
  });

  test('its run died before it sent', async () => {
    const { mails, run, doubted } = campaign();
    const doubts = await doubted();
    const dead = await run(2, { doubts });
    expect(await dead.settle()).toMatchObject({ resend: true });
    expect(await (await run(3)).end()).toEqual(['in_doubt']);
    expect(mails).toEqual([]);
    // Its worker, should it live again, comes too late; another resend of the same doubt does not.
    await dead.send();
    expect(mails).toEqual([]);
    expect(await (await run(4, { doubts })).end()).toEqual(['sent']);
    expect(mails).toHaveLength(1);
  });

  test('SES forbade to send: the grant comes back, and the doubt keeps its claim', async () => {
    const { mails, run, doubted, world, record } = campaign();
    const doubts = await doubted();
    const before = record(1);
    const resending = await run(2, { doubts });
    await resending.settle();
    world.answer = () => FORBIDDEN;
    await resending.send();
    expect(mails).toHaveLength(1);
    const { run: by, sending, row, deadline, reason } = before!;
    expect(record(1)).toMatchObject({
      state: STATE.inDoubt,
      claimId: doubts[0],
      run: by,
      sending,
      row,
      deadline,
      reason,
    });
    expect(record(1)).toMatchObject({ attempt: 2, grantSending: 2, grantClaim: doubts[0] });
    expect(await resending.settle(true)).toMatchObject({ done: true });
    expect((await resending.outcomes())[0]).toMatchObject({ outcome: 'in_doubt', claim: doubts[0] });
    world.answer = () => undefined;
    expect(await (await run(3)).end()).toEqual(['in_doubt']);
    expect(mails).toHaveLength(1);
  });

  test('SES refused the resend: the grant is used up', async () => {
    const { mails, run, doubted, world, record, clock } = campaign();
    const doubts = await doubted();
    const resending = await run(2, { doubts });
    await resending.settle();
    world.answer = () => REFUSED;
    await resending.send();
    expect(record(1)).toMatchObject({ state: STATE.inDoubt, claimId: doubts[0] });
    expect(record(1)?.grantSending).toBeUndefined();
    world.answer = () => undefined;
    await resending.send();
    // Also where Settle is called once more, as if nothing had been resent.
    clock.set(clock.now() + 60_001);
    await resending.settle();
    await resending.send();
    expect(mails).toHaveLength(1);
    await resending.settle(true);
    const [outcome] = await resending.outcomes();
    expect(outcome).toMatchObject({ outcome: 'in_doubt', claim: doubts[0] });
    expect(outcome!.reason).toContain('MessageRejected');
  });
});

test('a resend sends only the claims that were in doubt when it was decided', async () => {
  const { mails, run, doubted } = campaign(2);
  const [first] = await doubted();
  expect(await (await run(2, { doubts: [first!, 'another'] })).end()).toEqual(['sent', 'in_doubt']);
  expect(mails).toEqual([{ to: 'p1@example.org', run: 2 }]);
});

test('a policy resends the doubts of its own run, once', async () => {
  const { mails, run, doubted } = campaign();
  await doubted();
  // Not those of a run that held them.
  expect(await (await run(2, { inDoubt: 'resend' })).end()).toEqual(['in_doubt']);
  expect(mails).toEqual([]);

  const own = campaign();
  own.world.answer = () => RESET;
  const resending = await own.run(1, { inDoubt: 'resend' });
  expect(await resending.end()).toEqual(['in_doubt']);
  expect(own.mails).toHaveLength(2);
  // A Settle that does not know that it has resent.
  await resending.settle();
  await resending.send();
  expect(own.mails).toHaveLength(2);
});
