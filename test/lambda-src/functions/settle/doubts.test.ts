import { cancelCampaign, pauseCampaign } from '../../../../lambda-src/domain/campaign/control';
import { STATE } from '../../../../lambda-src/domain/ledger/record';
import { SAYS } from '../../../../local/ses/answers';
import { TAGS } from '../../../../src/private/contract';
import { RESET, sentCampaign } from '../../../support/sent-campaign';
import { sesAnswer, thrownFor } from '../../../support/ses-answer';

const FORBIDDEN = thrownFor(SAYS.forbidden());
const REFUSED = sesAnswer('MessageRejected', 400, 'Illegal address');
const OPERATOR = { who: 'ann', why: 'because' };

test('a superseded run, whose policy resends, leaves the doubts of the newer run alone', async () => {
  const { mails, record, run, world, clock } = sentCampaign();
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
  const { mails, run, doubted, world, clock, record } = sentCampaign();
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
    const { mails, run, doubted, control, record, world } = sentCampaign();
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
    const { mails, run, doubted, control } = sentCampaign();
    const resending = await run(2, { doubts: await doubted() });
    await pauseCampaign(resending.ref.campaignDigest, OPERATOR, control);
    expect(await resending.end()).toEqual(['in_doubt']);
    expect(mails).toEqual([]);
  });

  test('superseded by a newer list', async () => {
    const { mails, run, doubted } = sentCampaign();
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
    const { mails, run, doubted } = sentCampaign();
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
    const { mails, run, doubted, world, record } = sentCampaign();
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
    const { mails, run, doubted, world, record, clock } = sentCampaign();
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
  const { mails, run, doubted } = sentCampaign(2);
  const [first] = await doubted();
  expect(await (await run(2, { doubts: [first!, 'another'] })).end()).toEqual(['sent', 'in_doubt']);
  const tags = expect.arrayContaining([{ name: TAGS.run, value: '2' }]);
  expect(mails).toEqual([expect.objectContaining({ to: 'p1@example.org', tags })]);
});

test('a policy resends the doubts of its own run, once', async () => {
  const { mails, run, doubted } = sentCampaign();
  await doubted();
  // Not those of a run that held them.
  expect(await (await run(2, { inDoubt: 'resend' })).end()).toEqual(['in_doubt']);
  expect(mails).toEqual([]);

  const own = sentCampaign();
  own.world.answer = () => RESET;
  const resending = await own.run(1, { inDoubt: 'resend' });
  expect(await resending.end()).toEqual(['in_doubt']);
  expect(own.mails).toHaveLength(2);
  // A Settle that does not know that it has resent.
  await resending.settle();
  await resending.send();
  expect(own.mails).toHaveLength(2);
});
