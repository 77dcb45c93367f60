import { conclude, runKey } from '../../../../lambda-src/domain/campaign/run-record';
import type { ObjectCreated } from '../../../../lambda-src/functions/register/arrival';
import { type RegisterInput, register } from '../../../../lambda-src/functions/register/register';
import { turn } from '../../../../lambda-src/functions/register/turn';
import { FORMAT, type PlanOutput, type RunRef, type Settings } from '../../../../src/private/contract';
import { memoryBus } from '../../../support/memory-bus';
import { memoryStore } from '../../../support/memory-store';
import { SETTINGS, silent, unlocked } from '../../../support/run';

const AT = '2026-11-25T01:00:00.000Z';

/** A mailer that is deployed with other settings, or on another bucket, while its ledger stays. */
function world() {
  const store = memoryStore();
  let [executions, sequencer] = [0, 0];
  const enter = (event: RegisterInput['event'], intake: Partial<Settings['intake']>, bucket: string, bound?: string) =>
    register(
      { v: FORMAT, execution: `arn:${++executions}`, startedAt: AT, event },
      {
        ...{ store, bus: memoryBus(), log: silent, bucket, locked: unlocked },
        settings: { ...SETTINGS, intake: { ...SETTINGS.intake, ...intake } },
        targetCampaign: async () => bound,
      },
    );
  const upload = (
    intake: Partial<Settings['intake']> = {},
    { bucket = 'lists', key = 'campaigns/may.csv', bound }: { bucket?: string; key?: string; bound?: string } = {},
  ) => {
    const version = `00${++sequencer}`;
    const object = { key, size: 10, etag: `e${version}`, 'version-id': `v${version}`, sequencer: version };
    const event: ObjectCreated = { time: AT, detail: { bucket: { name: bucket }, object } };
    return enter(event, intake, bucket, bound);
  };
  const begin = async (run: RunRef): Promise<string> => {
    const input = { v: FORMAT, execution: 'arn', run, plan: {} as PlanOutput, turn: {} } as const;
    const clock = { now: () => Date.parse(AT) };
    const executions = { hasEnded: async () => true };
    const notices = { publish: async () => {} };
    return (await turn(input, { store, clock, log: silent, executions, notices })).decision;
  };
  return {
    ...{ store, upload, begin },
    resume: (campaign: string, intake: Partial<Settings['intake']> = {}, bucket = 'lists') =>
      enter({ resume: { campaign } }, intake, bucket),
  };
}

test('another bucket is the same campaign', async () => {
  const { upload, begin } = world();
  const first = await upload();
  await begin(first.run!);
  const moved = await upload({}, { bucket: 'moved' });
  expect(moved.decision).toBe('run');
  expect(moved.run!.campaignDigest).toBe(first.run!.campaignDigest);
});

test('a list that lies in the bucket of before is not taken up again, because no function may read it', async () => {
  const { upload, begin, resume } = world();
  await begin((await upload()).run!);
  await expect(resume('mailer/may', {}, 'moved')).rejects.toThrow(/^MM513: .*in the bucket lists.*moved.*upload/);
});

test.each<[string, Partial<Settings['intake']>, string]>([
  ['a key column', { recipientKeyColumn: 'Member' }, 'MM544'],
  ['uploads that are campaigns', { byUpload: true }, 'MM543'],
])('%s: refused by name once something was sent, and not before', async (_, intake, code) => {
  const { upload, begin } = world();
  await upload();
  expect(await upload(intake)).toMatchObject({ decision: 'run' });
  const { run } = await upload();
  expect(await begin(run!)).toBe('taken');
  expect(await upload(intake)).toMatchObject({ decision: 'rejected', rejection: { code } });
  expect(await upload({ ...intake, keepCampaignKey: true })).toMatchObject({
    decision: 'run',
    run: { campaign: 'mailer/may', identity: { by: 'key', folding: 1 } },
  });
});

test('a resume that was refused can be asked for again, once the settings allow it', async () => {
  const { upload, begin, resume } = world();
  expect(await begin((await upload()).run!)).toBe('taken');
  const other = { recipientKeyColumn: 'Member' };
  for (let times = 0; times < 2; times++)
    expect(await resume('mailer/may', other)).toMatchObject({ decision: 'rejected', rejection: { code: 'MM544' } });
  expect(await resume('mailer/may')).toMatchObject({ decision: 'run', run: { list: { versionId: 'v001' } } });
});

test('a retry file of a campaign that may not begin does not begin either', async () => {
  const { upload, begin, resume } = world();
  const key = await upload();
  const own = await upload({ byUpload: true });
  expect(await begin(key.run!)).toBe('taken');
  expect(await begin(own.run!)).toBe('over');
  const { campaign } = own.run!;
  const retry = await upload({}, { key: 'campaigns/may.retry-1.csv', bound: campaign });
  expect(retry.run!.identity).toEqual(own.run!.identity);
  expect(await begin(retry.run!)).toBe('over');
  expect(await begin((await resume(campaign)).run!)).toBe('over');
});

test('a retry file, and a resume, hold to the key that the campaign began with', async () => {
  const { upload, begin, resume } = world();
  await begin((await upload({ recipientKeyColumn: 'Member' })).run!);
  const retry = { key: 'campaigns/retry.csv', bound: 'mailer/may' };
  expect(await upload({}, retry)).toMatchObject({ decision: 'rejected', rejection: { code: 'MM544' } });
  expect(await resume('mailer/may')).toMatchObject({ decision: 'rejected', rejection: { code: 'MM544' } });
  const same = { run: { campaign: 'mailer/may', identity: { column: 'Member' } } };
  expect(await upload({ keepCampaignKey: true }, retry)).toMatchObject(same);
  expect(await upload({ recipientKeyColumn: 'Member' }, retry)).toMatchObject(same);
});

test('of runs that were planned with different keys before one began, the first sends and the other is over', async () => {
  const { upload, begin, store } = world();
  const one = await upload({}, { key: 'campaigns/may.csv' });
  const other = await upload({ recipientKeyColumn: 'Member' }, { key: 'campaigns/more.csv', bound: 'mailer/may' });
  expect(other.decision).toBe('run');
  expect(await begin(one.run!)).toBe('taken');
  await store.write(conclude(runKey(one.run!), 'settled'));
  expect(await begin(other.run!)).toBe('over');
});
