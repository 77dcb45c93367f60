import { campaignKey } from '../../../lambda-src/core/campaign';
import { allowResend } from '../../../lambda-src/core/control';
import { campaignDigest } from '../../../lambda-src/core/keys';
import { type ObjectCreated, type RegisterInput, register } from '../../../lambda-src/register/register';
import { FORMAT, type Settings } from '../../../src/private/contract';
import { memoryBus } from '../../support/memory-bus';
import { memoryStore } from '../../support/memory-store';
import { unlocked } from '../../support/run';

const settings: Settings = {
  v: FORMAT,
  mailer: 'mailer',
  intake: { prefix: 'campaigns/', maxRows: 1, maxBytes: 1, maxInvalidPercent: 5 },
  rate: { accountShare: 1 },
  inDoubt: 'hold',
  closesAfterDays: 30,
};
const silent = { info() {}, warn() {}, error() {} };

function setting(more: { settings?: Settings; boundTo?: string } = {}) {
  const store = memoryStore();
  const bus = memoryBus();
  const ports = {
    store,
    bus,
    settings: more.settings ?? settings,
    log: silent,
    bucket: 'lists',
    locked: unlocked,
    boundTo: async () => more.boundTo,
  };
  let executions = 0;
  return {
    store,
    ports,
    arrive: (event: RegisterInput['event'], at = '2026-11-25T01:00:00.000Z', execution = `arn:${++executions}`) =>
      register({ v: FORMAT, execution, startedAt: at, event }, ports),
  };
}

function upload(key: string, sequencer: string, time = '2026-11-25T01:00:00Z'): ObjectCreated {
  return {
    time,
    detail: {
      bucket: { name: 'lists' },
      object: { key, size: 10, etag: `e${sequencer}`, 'version-id': `v${sequencer}`, sequencer },
    },
  };
}

test('an upload begins run 1 of the campaign that its key names', async () => {
  const { arrive } = setting();
  const { decision, run } = await arrive(upload('campaigns/2026/May news.CSV', '00A1'));
  expect(decision).toBe('run');
  expect(run!).toMatchObject({
    campaign: 'mailer/2026/May news',
    run: 1,
    folder: 'reports/mailer/2026/May news/0001-20261125T010000Z/',
    list: { bucket: 'lists', key: 'campaigns/2026/May news.CSV', versionId: 'v00A1', etag: 'e00A1', size: 10 },
  });
  expect(run?.continues).toBeUndefined();
});

test('a second event for the same upload is a duplicate; the same execution called again is not', async () => {
  const { arrive } = setting();
  const first = await arrive(upload('campaigns/may.csv', '00A1'), undefined, 'arn:one');
  expect(await arrive(upload('campaigns/may.csv', '00A1'), undefined, 'arn:two')).toMatchObject({
    decision: 'duplicate',
  });
  expect(await arrive(upload('campaigns/may.csv', '00A1'), undefined, 'arn:one')).toEqual(first);
});

test('a later upload continues the campaign, an earlier one that comes late is superseded', async () => {
  const { arrive } = setting();
  await arrive(upload('campaigns/may.csv', '00A1'));
  expect(await arrive(upload('campaigns/may.csv', '00A3'))).toMatchObject({
    decision: 'run',
    run: { run: 2, continues: '2026-11-25T01:00:00.000Z' },
  });
  expect(await arrive(upload('campaigns/may.csv', '00A2'))).toMatchObject({ decision: 'superseded' });
});

test('sequencers of different lengths compare as if the shorter were padded on the right', async () => {
  const { arrive } = setting();
  await arrive(upload('campaigns/may.csv', '0055AED6DCD90281E5'));
  expect(await arrive(upload('campaigns/may.csv', '0055AED6DCD90281E6F0'))).toMatchObject({ decision: 'run' });
  expect(await arrive(upload('campaigns/may.csv', '0055AED6DCD902'))).toMatchObject({ decision: 'superseded' });
});

test('a retry file under another key continues the campaign it is bound to, by time', async () => {
  const { ports, arrive } = setting();
  await arrive(upload('campaigns/may.csv', '00FF', '2026-11-25T01:00:00Z'));
  const bound = { ...ports, boundTo: async () => 'mailer/may' };
  const retry = {
    v: FORMAT,
    execution: 'arn:retry',
    startedAt: '2026-11-25T02:00:00.000Z',
    event: upload('campaigns/retry.csv', '0001', '2026-11-25T02:00:00Z'),
  };
  expect(await register(retry, bound)).toMatchObject({ decision: 'run', run: { campaign: 'mailer/may', run: 2 } });
});

test('a retry file of a campaign that the ledger does not know is refused', async () => {
  const { arrive } = setting({ boundTo: 'mailer/other' });
  expect(await arrive(upload('campaigns/retry.csv', '0001'))).toMatchObject({
    decision: 'refused',
    refusal: { code: 'MM511' },
    run: { campaign: 'mailer/retry' },
  });
});

test('a closed campaign refuses uploads, and stays closed', async () => {
  const { arrive } = setting();
  await arrive(upload('campaigns/may.csv', '0001'), '2026-05-01T00:00:00.000Z');
  const refused = { decision: 'refused', refusal: { code: 'MM512' } };
  expect(await arrive(upload('campaigns/may.csv', '0002'), '2026-06-02T00:00:00.000Z')).toMatchObject(refused);
  expect(await arrive(upload('campaigns/may.csv', '0003'), '2026-06-03T00:00:00.000Z')).toMatchObject(refused);
});

test('byUpload makes every upload a campaign of its own, and a repeated event none', async () => {
  const { arrive } = setting({ settings: { ...settings, intake: { ...settings.intake, byUpload: true } } });
  const first = await arrive(upload('campaigns/may.csv', '0001'));
  const second = await arrive(upload('campaigns/may.csv', '0002'));
  expect([first.run?.run, second.run?.run]).toEqual([1, 1]);
  expect(first.run?.campaignDigest).not.toBe(second.run?.campaignDigest);
  expect(await arrive(upload('campaigns/may.csv', '0001'))).toMatchObject({ decision: 'duplicate' });
});

test('resume takes up the last upload as a new run; an unknown campaign is an error', async () => {
  const { arrive } = setting();
  await arrive(upload('campaigns/may.csv', '0001'));
  expect(await arrive({ resume: { campaign: 'mailer/may' } })).toMatchObject({
    decision: 'run',
    run: { run: 2, list: { versionId: 'v0001' } },
  });
  await expect(arrive({ resume: { campaign: 'mailer/june' } })).rejects.toThrow(/^MM513/);
});

test('a folder that somebody makes starts nothing', async () => {
  const { arrive } = setting();
  const folder = upload('campaigns/may/', '0001');
  const event = { ...folder, detail: { ...folder.detail, object: { ...folder.detail.object, size: 0 } } };
  expect(await arrive(event)).toEqual({ v: 1, decision: 'ignored' });
});

test('whoever loses the write to another looks again', async () => {
  const { store, ports } = setting();
  let raced = false;
  const racing = {
    ...ports,
    store: {
      ...store,
      read: store.read,
      write: async (update: Parameters<typeof store.write>[0]) => {
        if (!raced) {
          raced = true;
          await register(
            {
              v: FORMAT,
              execution: 'arn:other',
              startedAt: '2026-11-25T01:00:00.000Z',
              event: upload('campaigns/may.csv', '0009'),
            },
            ports,
          );
        }
        return store.write(update);
      },
    },
  };
  const mine = {
    v: FORMAT,
    execution: 'arn:mine',
    startedAt: '2026-11-25T01:00:00.000Z',
    event: upload('campaigns/may.csv', '0005'),
  };
  expect(await register(mine, racing)).toMatchObject({ decision: 'superseded' });
});

test('a list under neither prefix, as they are changed by a deployment, is refused and touches no campaign', async () => {
  const { arrive } = setting();
  await arrive(upload('campaigns/lists/may.csv', '0001'));
  expect(await arrive(upload('lists/may.csv', '0002'))).toMatchObject({
    decision: 'refused',
    refusal: { code: 'MM540', message: expect.stringContaining('campaigns/') },
    run: { run: 1, campaign: 'mailer/!elsewhere/lists/may' },
  });
});

describe('a draft', () => {
  const drafts = { ...settings, intake: { ...settings.intake, draftsPrefix: 'drafts/' } };
  const draft = (...args: Parameters<typeof upload>) => ({ draft: upload(...args) });

  test('is a campaign of its own, and supersedes none that is being sent', async () => {
    const { arrive } = setting({ settings: drafts, boundTo: 'mailer/may' });
    await arrive(upload('campaigns/may.csv', '0001'));
    const { decision, run } = await arrive(draft('drafts/may.csv', '0002'));
    expect(decision).toBe('draft');
    expect(run).toMatchObject({ draft: true, run: 1, campaign: 'mailer/!draft/may', boundTo: 'mailer/may' });
    expect(run!.folder).toMatch(/^reports\/mailer\/!draft\/may\//);
    expect(await arrive(draft('drafts/may.csv', '0002'))).toMatchObject({ decision: 'duplicate' });
  });

  test('is one by its rule, whatever prefixes this function knows by now', async () => {
    const swapped = { ...settings.intake, prefix: 'drafts/', draftsPrefix: 'looks/' };
    for (const intake of [settings.intake, swapped]) {
      const { arrive } = setting({ settings: { ...settings, intake } });
      const { decision, run } = await arrive(draft('drafts/may.csv', '0001'));
      expect(decision).toBe('draft');
      expect(run).toMatchObject({ draft: true, campaign: expect.stringContaining('/!draft/') });
    }
  });

  test('is one by its prefix, should the rule be of a version that marks none', async () => {
    const { arrive } = setting({ settings: drafts });
    expect(await arrive(upload('drafts/may.csv', '0001'))).toMatchObject({ decision: 'draft', run: { draft: true } });
  });

  test('has no record where a send worker looks for its campaign', async () => {
    const { arrive, store } = setting({ settings: drafts });
    const { run } = await arrive(draft('drafts/may.csv', '0001'));
    expect(store.get(campaignKey(run!.campaignDigest))).toBeUndefined();
    expect(store.items.size).toBe(1);
  });

  test('is no event that a Register before drafts could read', async () => {
    // What every version does with S3's event, before it decides anything.
    const before = ({ detail }: ObjectCreated) => detail.object.key;
    expect(() => before(draft('drafts/may.csv', '0001') as unknown as ObjectCreated)).toThrow(TypeError);
  });

  test('that is a folder starts nothing', async () => {
    const { arrive } = setting({ settings: drafts });
    const folder = upload('drafts/may/', '0001');
    const event = { ...folder, detail: { ...folder.detail, object: { ...folder.detail.object, size: 0 } } };
    expect(await arrive({ draft: event })).toEqual({ v: 1, decision: 'ignored' });
  });

  test('stays one when it is taken up again', async () => {
    const { arrive } = setting({ settings: drafts });
    await arrive(draft('drafts/may.csv', '0001'));
    expect(await arrive({ resume: { campaign: 'mailer/!draft/may' } })).toMatchObject({
      decision: 'draft',
      run: { draft: true, run: 2 },
    });
  });

  test('is what lists under the other prefix are not', async () => {
    const { arrive } = setting({ settings: drafts });
    expect((await arrive(upload('campaigns/drafts/may.csv', '0001'))).run?.draft).toBeUndefined();
  });
});

describe('what an operator asks for', () => {
  const DIGEST = campaignDigest('mailer/may');
  const actions = (store: ReturnType<typeof memoryStore>) =>
    [...store.items.values()]
      .filter(({ sk }) => sk.startsWith('action#'))
      .map(({ what, who, why }) => ({ what, who, why }));

  test('a resume leaves who and why, once, and without them who started it', async () => {
    const { arrive, store } = setting();
    await arrive(upload('campaigns/may.csv', '00A1'));
    const ann = { who: 'arn:ann', why: 'the stop is over' };
    const resume = { resume: { campaign: 'mailer/may', ...ann } };
    expect(await arrive(resume, undefined, 'arn:x:two')).toMatchObject({ decision: 'run', run: { run: 2 } });
    await arrive(resume, undefined, 'arn:x:two');
    expect(actions(store)).toEqual([{ what: 'resume', ...ann }]);
    await arrive({ resume: { campaign: 'mailer/may' } }, '2026-11-25T02:00:00.000Z', 'arn:x:three');
    expect(actions(store)[1]).toEqual({
      what: 'resume',
      who: 'whoever started arn:x:three',
      why: 'no reason was given',
    });
  });

  test('doubts are sent again in the run of the upload that was named, and in no other', async () => {
    const { arrive, store } = setting({ boundTo: 'mailer/may' });
    const list = 'campaigns/may.in-doubt-1.csv';
    const allow = (key: string) =>
      allowResend(DIGEST, key, { who: 'ann', why: 'y' }, { store, clock: { now: () => 0 }, newId: () => key });
    const bare = setting();
    await bare.arrive(upload('campaigns/may.csv', '00A1'), undefined, 'arn:first');
    for (const [name, item] of bare.store.items) store.items.set(name, item);

    const unasked = await arrive(upload(list, '00B1', '2026-11-25T01:01:00Z'));
    expect(unasked.run?.resendInDoubt).toBeUndefined();
    await allow(list);
    const asked = await arrive(upload(list, '00B2', '2026-11-25T01:02:00Z'), undefined, 'arn:asked');
    expect(asked.run).toMatchObject({ run: 3, resendInDoubt: true });
    expect(await arrive(upload(list, '00B2', '2026-11-25T01:02:00Z'), undefined, 'arn:asked')).toEqual(asked);
    expect((await arrive(upload(list, '00B3', '2026-11-25T01:03:00Z'))).run?.resendInDoubt).toBeUndefined();

    await allow(list);
    const other = await arrive(upload('campaigns/may.csv', '00C1', '2026-11-25T01:04:00Z'));
    expect(other.run?.resendInDoubt).toBeUndefined();
    expect((await arrive(upload(list, '00C2', '2026-11-25T01:05:00Z'))).run?.resendInDoubt).toBeUndefined();
  });
});
