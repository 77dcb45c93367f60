import { cancelCampaign } from '../../../../lambda-src/domain/campaign/control';
import { campaignCounts, moveOf, voidCounts, writeCounts } from '../../../../lambda-src/domain/campaign/counts';
import { optOut } from '../../../../lambda-src/domain/consent/preferences';
import { accepted, claim, STATE } from '../../../../lambda-src/domain/ledger/record';
import type { Item } from '../../../../lambda-src/domain/ledger/store';
import { noCampaignCounts } from '../../../../lambda-src/domain/outcomes';
import { memoryStore } from '../../../support/memory-store';
import { recipientFor, runRef } from '../../../support/run';
import { RESET, sentCampaign } from '../../../support/sent-campaign';
import { sesAnswer } from '../../../support/ses-answer';

const REFUSED = sesAnswer('MessageRejected', 400, 'Illegal address');
const NONE = noCampaignCounts();
const one = { run: 1, sending: 1, list: 'may.csv v1' };
const two = { run: 2, sending: 2, list: 'more.csv v1' };
const three = { run: 3, sending: 3, list: 'all.csv v1' };

/** By row, what SES answers. */
const answering =
  (answers: { readonly [row: number]: Error }) =>
  ({ to }: { readonly to: string }) =>
    answers[Number(/\d+/.exec(to)![0])];

test('a campaign of two lists counts each recipient once, by what became of it last', async () => {
  const { run, counts, world, store } = sentCampaign(8);
  await store.write(optOut(recipientFor(4), 'general', { at: '2026-11-24T00:00:00.000Z', source: 'page' }));
  world.answer = answering({ 2: REFUSED, 3: RESET });
  const first = await run(1, { rows: [1, 5] });
  expect(await first.end()).toEqual(['sent', 'refused', 'in_doubt', 'suppressed', 'sent']);
  await first.report();
  const after = { ...NONE, sent: 2, refused: 1, in_doubt: 1, suppressed: 1 };
  expect(await counts(one)).toEqual({ recipients: 5, counts: after, approximate: false });
  // One of them is on the second list, too, and one was refused and is retried.
  world.answer = () => undefined;
  const second = await run(2, { rows: [2, 8] });
  expect(await second.end()).toEqual(['sent', 'in_doubt', 'suppressed', 'already_sent', 'sent', 'sent', 'sent']);
  expect(await counts(one, two)).toEqual({ recipients: 5, counts: after, approximate: true });
  await second.report();
  const all = { ...NONE, sent: 6, in_doubt: 1, suppressed: 1 };
  expect(await counts(one, two)).toEqual({ recipients: 8, counts: all, approximate: false });
});

test('an ordinary recipient that is sent costs the ledger no write for it', async () => {
  const { run, record } = sentCampaign(3);
  const first = await run(1);
  await first.send();
  const before = [1, 2, 3].map(record);
  await first.settle();
  expect([1, 2, 3].map(record)).toEqual(before);
  expect(await first.report()).toMatchObject({ sent: 3 });
  // Nor one that an earlier run did not reach, and this one sends.
  const cancelled = sentCampaign(1);
  const none = await cancelled.run(1);
  await cancelCampaign(none.ref.campaignDigest, { who: 'ann', why: 'y' }, cancelled.control);
  await none.end();
  await none.report();
  const again = await cancelled.run(2);
  await again.send();
  const sent = cancelled.record(1);
  await again.settle();
  expect(cancelled.record(1)).toEqual(sent);
  await again.report();
  expect((await cancelled.counts(one, two)).counts).toEqual({ ...NONE, sent: 1 });
});

test('reports may be written again, and Settle called again, to the same counts', async () => {
  const { run, counts, world } = sentCampaign(3);
  world.answer = answering({ 2: REFUSED, 3: RESET });
  const first = await run(1);
  await first.end();
  for (let times = 0; times < 2; times++) {
    await first.settle();
    await first.report();
    expect((await counts(one)).counts).toEqual({ ...NONE, sent: 1, refused: 1, in_doubt: 1 });
  }
});

describe('a doubt that is proven after its run was settled', () => {
  async function doubted() {
    const made = sentCampaign(1);
    made.world.answer = () => RESET;
    const first = await made.run(1);
    await first.end();
    await first.report();
    const prove = () => made.store.write(accepted(recipientFor(1), 'm'));
    return { ...made, first, prove };
  }

  test('is sent in the follow-up, once', async () => {
    const { first, prove, counts } = await doubted();
    await prove();
    expect((await counts(one)).counts).toEqual({ ...NONE, in_doubt: 1 });
    expect(await first.report(true)).toMatchObject({ sent: 1, in_doubt: 0 });
    await first.report(true);
    expect((await counts(one)).counts).toEqual({ ...NONE, sent: 1 });
    // A first report that was thought dead does not take it back.
    await first.report();
    expect((await counts(one)).counts).toEqual({ ...NONE, sent: 1 });
  });

  test.each([
    ['before its follow-up', true],
    ['after its follow-up', false],
  ])('and met by a later run, %s', async (_, before) => {
    const { first, prove, counts, run } = await doubted();
    await prove();
    if (!before) await first.report(true);
    const second = await run(2);
    expect(await second.end()).toEqual(['already_sent']);
    await second.report();
    if (before) await first.report(true);
    expect(await counts(one, two)).toEqual({ recipients: 1, counts: { ...NONE, sent: 1 }, approximate: false });
  });

  test('is the run’s that reported it last', async () => {
    const { first, prove, counts, run } = await doubted();
    const second = await run(2);
    expect(await second.end()).toEqual(['in_doubt']);
    await second.report();
    await prove();
    await first.report(true);
    expect((await counts(one, two)).counts).toEqual({ ...NONE, in_doubt: 1 });
    expect(await second.report(true)).toMatchObject({ already_sent: 1 });
    expect((await counts(one, two)).counts).toEqual({ ...NONE, sent: 1 });
  });

  test('while a later run resends it is that run’s', async () => {
    const { first, prove, counts, run, record } = await doubted();
    const second = await run(2, { doubts: [record(1)!.claimId] });
    await second.settle();
    // Its claim is under way as the event comes.
    await second.send();
    await prove();
    await second.settle(true);
    await second.report();
    await first.report(true);
    expect((await counts(one, two)).counts).toEqual({ ...NONE, sent: 1 });
  });

  test('and resent moves once, also where the run that left it is reported again', async () => {
    const { counts, first, run, record, world } = await doubted();
    world.answer = () => undefined;
    const second = await run(2, { doubts: [record(1)!.claimId] });
    expect(await second.end()).toEqual(['sent']);
    await second.report();
    await first.report(true);
    expect((await counts(one, two)).counts).toEqual({ ...NONE, sent: 1 });
  });
});

describe('a run that died before it was reported', () => {
  test('is counted by the run that takes its list up again', async () => {
    const { run, counts, world } = sentCampaign(4);
    world.answer = answering({ 2: REFUSED, 3: RESET });
    const dead = await run(1, { rows: [1, 3] });
    // Its shard was settled, and its report never written.
    await dead.end();
    expect(await counts(one)).toEqual({ recipients: 0, counts: NONE, approximate: true });
    const again = await run(2, { rows: [1, 4] });
    expect(await again.end()).toEqual(['already_sent', 'refused', 'in_doubt', 'sent']);
    await again.report();
    const all = { ...NONE, sent: 2, refused: 1, in_doubt: 1 };
    const resumed = { ...two, list: one.list };
    expect(await counts(one, resumed)).toEqual({ recipients: 4, counts: all, approximate: false });
    // Its report, should it come to life again, counts nobody.
    await dead.report();
    expect((await counts(one, resumed)).counts).toEqual(all);
    // Of another list it may have had recipients that nobody has counted.
    expect(await counts(one, two)).toMatchObject({ approximate: true });
  });

  test('is counted where it sent to those whom an earlier run had not reached', async () => {
    const { run, counts, control } = sentCampaign(2);
    const first = await run(1);
    await cancelCampaign(first.ref.campaignDigest, { who: 'ann', why: 'y' }, control);
    await first.end();
    await first.report();
    const dead = await run(2, { rows: [1, 1] });
    await dead.send();
    const third = await run(3);
    expect(await third.end()).toEqual(['already_sent', 'sent']);
    await third.report();
    expect((await counts(one, three)).counts).toEqual({ ...NONE, sent: 2 });
  });

  test('and two of them after each other', async () => {
    const { run, counts, world } = sentCampaign(2);
    world.answer = answering({ 1: RESET });
    await (await run(1)).end();
    await (await run(2)).end();
    const third = await run(3);
    expect(await third.end()).toEqual(['in_doubt', 'already_sent']);
    await third.report();
    expect((await counts(three)).counts).toEqual({ ...NONE, sent: 1, in_doubt: 1 });
  });
});

describe('a run that ended before it had its turn', () => {
  const unsent = { more: { sending: undefined } };
  const queued = { run: 2, list: 'more.csv v1' };

  test('claims and closes nobody, and counts whom no other run has', async () => {
    const { run, counts, record, mails } = sentCampaign(3);
    const first = await run(1, { rows: [1, 2] });
    await first.end();
    await first.report();
    const never = await run(2, { rows: [2, 3], ...unsent });
    expect(await never.settle()).toMatchObject({ done: true });
    expect((await never.outcomes()).map(({ outcome }) => outcome)).toEqual(['already_sent', 'not_attempted']);
    await never.report();
    expect(record(3)).toMatchObject({ state: STATE.open, sending: 0 });
    expect(record(3)?.closed).toBeUndefined();
    const counted = { ...NONE, sent: 2, not_attempted: 1 };
    expect(await counts(one, queued)).toEqual({ recipients: 3, counts: counted, approximate: false });
    // A later run may send to them.
    const third = await run(3);
    expect(await third.end()).toEqual(['already_sent', 'already_sent', 'sent']);
    await third.report();
    expect((await counts(one, queued, three)).counts).toEqual({ ...NONE, sent: 3 });
    expect(mails).toHaveLength(3);
  });

  test('does not take up the list of a run that died after it had sent', async () => {
    const { run, counts } = sentCampaign(2);
    const dead = await run(1);
    await dead.end();
    const never = await run(2, unsent);
    await never.settle();
    await never.report();
    expect((await counts(one, { ...queued, list: one.list })).approximate).toBe(true);
  });

  test('and that died between its Settle and its report has counted nobody', async () => {
    const { run, counts } = sentCampaign(1);
    const never = await run(2, unsent);
    await never.settle();
    expect((await counts(queued)).approximate).toBe(true);
    // Nor has another that never sends, which leaves its recipients to it.
    const again = await run(3, { more: { sending: undefined } });
    await again.settle();
    await again.report();
    expect((await counts(queued, { ...queued, run: 3 })).approximate).toBe(true);
    const third = await run(4);
    await third.end();
    await third.report();
    const four = { run: 4, sending: 4, list: 'all.csv v1' };
    expect(await counts(four)).toEqual({ recipients: 1, counts: { ...NONE, sent: 1 }, approximate: false });
    // It was not dead: the later run took its recipient over.
    await never.report();
    expect(await counts(queued, four)).toEqual({ recipients: 1, counts: { ...NONE, sent: 1 }, approximate: false });
  });

  test('and that settles in two goes counts whom it began, though others have counted them since', async () => {
    const { run, counts, store, clock, world } = sentCampaign(2);
    const live = { run: 1, sending: 1, row: 2, deadline: clock.now() + 1000, campaign: 'mailer/may', to: 'x' };
    await store.write(claim(recipientFor(2), undefined, { claimId: 'live', ...live }));
    const never = await run(2, unsent);
    expect(await never.settle()).toMatchObject({ done: false });
    await store.write(accepted(recipientFor(2), 'm'));
    const first = await run(1, { rows: [2, 2] });
    await first.end();
    await first.report();
    world.answer = () => RESET;
    for (const number of [3, 4]) {
      const later = await run(number);
      await later.end();
      await later.report();
    }
    await never.settle();
    await never.report();
    const four = { ...three, run: 4, sending: 4 };
    const all = { ...NONE, sent: 1, in_doubt: 1 };
    expect(await counts(one, queued, three, four)).toEqual({ recipients: 2, counts: all, approximate: false });
  });

  test('resends nothing', async () => {
    const { run, doubted, mails } = sentCampaign(1);
    const doubts = await doubted();
    const never = await run(2, { doubts, ...unsent });
    expect(await never.settle()).toMatchObject({ done: true });
    await expect(never.send()).rejects.toThrow(/^MM542/);
    expect((await never.outcomes())[0]).toMatchObject({ outcome: 'in_doubt', claim: doubts[0] });
    expect(mails).toEqual([]);
  });
});

test('an older run that settles late leaves to the newer what that has decided', async () => {
  const { run, counts, control } = sentCampaign(1);
  const first = await run(1);
  await cancelCampaign(first.ref.campaignDigest, { who: 'ann', why: 'y' }, control);
  await first.end();
  await first.report();
  const second = await run(2);
  await second.end();
  await second.report();
  await first.settle();
  await first.report();
  expect((await counts(one, two)).counts).toEqual({ ...NONE, sent: 1 });
});

test('an older run that settles late leaves a doubt to the newer run that reported it', async () => {
  const { run, counts, world, store } = sentCampaign(1);
  const first = await run(1);
  world.answer = () => RESET;
  const second = await run(2);
  await second.end();
  await second.report();
  await first.settle();
  await store.write(accepted(recipientFor(1), 'm'));
  await second.report(true);
  expect((await counts(two)).counts).toEqual({ ...NONE, sent: 1 });
});

test('a doubt whose resend was refused, and that is proven, is sent in the follow-up of the run that resent it', async () => {
  const { run, counts, world, record, store } = sentCampaign(1);
  world.answer = () => RESET;
  const first = await run(1);
  await first.end();
  await first.report();
  world.answer = () => REFUSED;
  const second = await run(2, { doubts: [record(1)!.claimId] });
  expect(await second.end()).toEqual(['in_doubt']);
  await second.report();
  expect(record(1)).toMatchObject({ closed: 2, countedIn: 2 });
  await store.write(accepted(recipientFor(1), 'm'));
  await second.report(true);
  expect((await counts(one, two)).counts).toEqual({ ...NONE, sent: 1 });
});

test('counts in the ledger: more proofs win, and what is void stays void', async () => {
  const store = memoryStore();
  const run = runRef(1);
  const write = async (sent: number, in_doubt: number) =>
    (await store.write(writeCounts(run, { [moveOf('', 'sent')]: sent, [moveOf('', 'in_doubt')]: in_doubt }))).applied;
  expect([await write(1, 2), await write(2, 1), await write(1, 2), await write(2, 1)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect((await store.write(voidCounts(run.campaignDigest, 1))).applied).toBe(false);
  expect((await store.write(voidCounts(run.campaignDigest, 2))).applied).toBe(true);
  expect((await store.write(voidCounts(run.campaignDigest, 2))).applied).toBe(true);
  expect((await store.write(writeCounts(runRef(2), { '>sent': 1 }))).applied).toBe(false);
  expect(campaignCounts([...store.items.values()] as Item[], [one])).toEqual({
    recipients: 3,
    counts: { ...NONE, sent: 2, in_doubt: 1 },
    approximate: false,
  });
});
