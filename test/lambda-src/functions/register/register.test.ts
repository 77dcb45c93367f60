import { campaignKey } from '../../../../lambda-src/domain/campaign/campaign';
import { allowResend } from '../../../../lambda-src/domain/campaign/control';
import { asRunRecord, conclude, runKey } from '../../../../lambda-src/domain/campaign/run-record';
import { campaignDigest } from '../../../../lambda-src/domain/ledger/keys';
import type { Update } from '../../../../lambda-src/domain/ledger/store';
import type { ObjectCreated } from '../../../../lambda-src/functions/register/arrival';
import { type RegisterInput, register } from '../../../../lambda-src/functions/register/register';
import { turn } from '../../../../lambda-src/functions/register/turn';
import { FORMAT, type PlanOutput, type RunRef, type Settings } from '../../../../src/private/contract';
import { memoryBus } from '../../../support/memory-bus';
import { memoryStore } from '../../../support/memory-store';
import { unlocked } from '../../../support/run';

const settings: Settings = {
  v: FORMAT,
  mailer: 'mailer',
  intake: { prefix: 'campaigns/', maxRows: 1, maxBytes: 1, maxInvalidPercent: 5 },
  rate: { accountShare: 1 },
  inDoubt: 'hold',
  closesAfterDays: 30,
};
const silent = { info() {}, warn() {}, error() {} };

function setting(more: { settings?: Settings; targetCampaign?: string } = {}) {
  const store = memoryStore();
  const bus = memoryBus();
  const ports = {
    store,
    bus,
    settings: more.settings ?? settings,
    log: silent,
    bucket: 'lists',
    locked: unlocked,
    targetCampaign: async () => more.targetCampaign,
  };
  let executions = 0;
  return {
    store,
    ports,
    runs: () => [...store.items.values()].filter(({ sk }) => sk.startsWith('run#')).map((item) => asRunRecord(item)!),
    /** A run takes the sending turn. */
    begin: async (run: RunRef, at: string) => {
      const clock = { now: () => Date.parse(at) };
      const executions = { hasEnded: async () => true };
      const notices = { publish: async () => {} };
      const input = { v: FORMAT, execution: 'arn', run, plan: {} as PlanOutput, turn: {} } as const;
      const { decision } = await turn(input, { store, clock, log: silent, notices, executions });
      expect(decision).toBe('taken');
    },
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

test('a manifest is the list of its campaign: a second event is a duplicate, a newer version supersedes', async () => {
  const { arrive } = setting();
  const first = await arrive(upload('campaigns/may.manifest', '00A1'));
  expect([first.decision, first.run?.campaign, first.run?.run]).toEqual(['run', 'mailer/may', 1]);
  expect((await arrive(upload('campaigns/may.manifest', '00A1'))).decision).toBe('duplicate');
  const newer = await arrive(upload('campaigns/may.manifest', '00A2'));
  expect([newer.decision, newer.run?.run]).toEqual(['run', 2]);
  expect((await arrive(upload('campaigns/may.manifest', '00A0'))).decision).toBe('superseded');
});

test('a second event for the same upload is a duplicate; the same execution called again is not', async () => {
  const { arrive } = setting();
  const first = await arrive(upload('campaigns/may.csv', '00A1'), undefined, 'arn:one');
  expect(await arrive(upload('campaigns/may.csv', '00A1'), undefined, 'arn:two')).toMatchObject({
    decision: 'duplicate',
  });
  expect(await arrive(upload('campaigns/may.csv', '00A1'), undefined, 'arn:one')).toEqual(first);
});

test('a newer version of an object stops the run of the older one; one that comes late is superseded', async () => {
  const { arrive, runs } = setting();
  await arrive(upload('campaigns/may.csv', '00A1'));
  expect(await arrive(upload('campaigns/may.csv', '00A3'))).toMatchObject({ decision: 'run', run: { run: 2 } });
  expect(await arrive(upload('campaigns/may.csv', '00A2'))).toMatchObject({ decision: 'superseded', run: { run: 2 } });
  expect(await arrive(upload('campaigns/may.csv', '00A1'))).toMatchObject({ decision: 'duplicate', run: { run: 1 } });
  expect(runs().map(({ run, stopped }) => [run, stopped])).toEqual([
    [1, 'superseded by run 2'],
    [2, undefined],
  ]);
});

test('in another bucket an object is newer, whatever its sequencer', async () => {
  const { arrive, ports, runs } = setting();
  const moved = ({ time, detail }: ObjectCreated) => ({ time, detail: { ...detail, bucket: { name: 'mine' } } });
  await arrive(upload('campaigns/may.csv', '00A3'));
  ports.bucket = 'mine';
  expect(await arrive(moved(upload('campaigns/may.csv', '00A1')))).toMatchObject({ decision: 'run', run: { run: 2 } });
  expect(await arrive(moved(upload('campaigns/may.csv', '00A0')))).toMatchObject({ decision: 'superseded' });
  expect(runs()[0]!.stopped).toBe('superseded by run 2');
});

test('a run continues a campaign that has begun to send, and no other', async () => {
  const { arrive, begin } = setting();
  const first = await arrive(upload('campaigns/may.csv', '00A1'));
  expect((await arrive(upload('campaigns/may.csv', '00A2'))).run?.continues).toBeUndefined();
  await begin((await arrive(upload('campaigns/may.csv', '00A3'))).run!, '2026-11-25T02:00:00.000Z');
  expect(first.run?.continues).toBeUndefined();
  const { run } = await arrive(upload('campaigns/may.csv', '00A4'));
  expect(run?.continues).toBe('2026-11-25T02:00:00.000Z');
});

test('files of a run that are uploaded together stop nobody, in whatever order their events come', async () => {
  const { arrive, ports, runs } = setting();
  await arrive(upload('campaigns/may.csv', '00FF', '2026-11-25T01:00:00Z'));
  const bound = { ...ports, targetCampaign: async () => 'mailer/may' };
  const drop = (key: string, time: string) =>
    register(
      { v: FORMAT, execution: `arn:${key}`, startedAt: time, event: upload(`campaigns/${key}`, '0001', time) },
      bound,
    );
  expect(await drop('invalid.csv', '2026-11-25T02:00:01Z')).toMatchObject({ decision: 'run', run: { run: 2 } });
  expect(await drop('retry.csv', '2026-11-25T02:00:00Z')).toMatchObject({
    decision: 'run',
    run: { run: 3, campaign: 'mailer/may' },
  });
  expect(runs().map(({ stopped }) => stopped)).toEqual([undefined, undefined, undefined]);
});

test.each([1, 2, 3, 4, 5])(
  'a registration that dies after its write %i goes on, by whoever comes first',
  async (last) => {
    for (const first of ['arn:x:mine', 'arn:x:other']) {
      const { arrive, ports, runs, store } = setting();
      await arrive(upload('campaigns/may.csv', '0001'), undefined, 'arn:x:before');
      let writes = 0;
      const write = async (update: Update) => {
        const written = await store.write(update);
        if (++writes === last) throw new Error('dead');
        return written;
      };
      const mine = { v: FORMAT, execution: 'arn:x:mine', startedAt: '2026-11-25T01:00:00.000Z' } as const;
      const event = upload('campaigns/may.csv', '0005');
      await register({ ...mine, event }, { ...ports, store: { ...store, write } }).catch(() => undefined);
      const other = () => arrive(upload('campaigns/june.csv', '0001'), undefined, 'arn:x:other');
      const newer = () => arrive(upload('campaigns/may.csv', '0009'), undefined, 'arn:x:newer');
      if (first === 'arn:x:other') await newer();
      await other();
      expect(await register({ ...mine, event }, ports)).toMatchObject({ decision: 'run', run: { run: 2 } });
      if (first === 'arn:x:mine') await newer();
      const may = runs().filter(({ campaign }) => campaign === 'mailer/may');
      expect(may.map(({ run, execution, stopped }) => [run, execution.slice(6), stopped])).toEqual([
        [1, 'before', 'superseded by run 2'],
        [2, 'mine', 'superseded by run 3'],
        [3, 'newer', undefined],
      ]);
    }
  },
);

test('sequencers of different lengths compare as if the shorter were padded on the right', async () => {
  const { arrive } = setting();
  await arrive(upload('campaigns/may.csv', '0055AED6DCD90281E5'));
  expect(await arrive(upload('campaigns/may.csv', '0055AED6DCD90281E6F0'))).toMatchObject({ decision: 'run' });
  expect(await arrive(upload('campaigns/may.csv', '0055AED6DCD902'))).toMatchObject({ decision: 'superseded' });
});

test('a retry file of a campaign that the ledger does not know is refused', async () => {
  const { arrive } = setting({ targetCampaign: 'mailer/other' });
  expect(await arrive(upload('campaigns/retry.csv', '0001'))).toMatchObject({
    decision: 'rejected',
    rejection: { code: 'MM511' },
    run: { campaign: 'mailer/retry' },
  });
});

test('a campaign closes by its last run that sent; refused uploads and runs that never sent count for nothing', async () => {
  const { arrive, begin } = setting();
  const first = await arrive(upload('campaigns/may.csv', '0001'), '2026-04-01T00:00:00.000Z');
  expect((await arrive(upload('campaigns/may.csv', '0002'), '2026-05-30T00:00:00.000Z')).decision).toBe('run');
  await begin(
    (await arrive(upload('campaigns/may.csv', '0003'), '2026-06-01T00:00:00.000Z')).run!,
    '2026-06-01T00:00:00Z',
  );
  const refused = { decision: 'rejected', rejection: { code: 'MM512' } };
  expect(await arrive(upload('campaigns/may.csv', '0004'), '2026-07-02T00:00:00.000Z')).toMatchObject(refused);
  expect(await arrive(upload('campaigns/may.csv', '0005'), '2026-07-03T00:00:00.000Z')).toMatchObject(refused);
  expect(first.decision).toBe('run');
});

test('byUpload makes every upload a campaign of its own, and a repeated event none', async () => {
  const { arrive } = setting({ settings: { ...settings, intake: { ...settings.intake, byUpload: true } } });
  const first = await arrive(upload('campaigns/may.csv', '0001'));
  const second = await arrive(upload('campaigns/may.csv', '0002'));
  expect([first.run?.run, second.run?.run]).toEqual([1, 1]);
  expect(first.run?.campaignDigest).not.toBe(second.run?.campaignDigest);
  expect(await arrive(upload('campaigns/may.csv', '0001'))).toMatchObject({ decision: 'duplicate' });
});

test('resume takes up the last list, or that of the run it names, as a new run; an unknown campaign is an error', async () => {
  const { arrive, ports, runs } = setting();
  await arrive(upload('campaigns/may.csv', '0001'));
  const bound = { ...ports, targetCampaign: async () => 'mailer/may' };
  const more = { v: FORMAT, execution: 'arn:more', startedAt: '2026-11-25T02:00:00.000Z' } as const;
  await register({ ...more, event: upload('campaigns/more.csv', '0001') }, bound);
  expect(await arrive({ resume: { campaign: 'mailer/may' } })).toMatchObject({
    decision: 'run',
    run: { run: 3, list: { key: 'campaigns/more.csv' } },
  });
  expect(await arrive({ resume: { campaign: 'mailer/may', run: 1 } })).toMatchObject({
    decision: 'run',
    run: { run: 4, list: { key: 'campaigns/may.csv', versionId: 'v0001' } },
  });
  expect(runs().map(({ stopped }) => stopped)).toEqual([
    'superseded by run 4',
    'superseded by run 3',
    undefined,
    undefined,
  ]);
  await expect(arrive({ resume: { campaign: 'mailer/june' } })).rejects.toThrow(/^MM513/);
  await expect(arrive({ resume: { campaign: 'mailer/may', run: 9 } })).rejects.toThrow(/^MM513/);
});

test('a campaign whose first registration died is taken up again', async () => {
  const { arrive, ports, store } = setting();
  const write = async (update: Update) => {
    await store.write(update);
    throw new Error('dead');
  };
  const first = { v: FORMAT, execution: 'arn:x:first', startedAt: '2026-11-25T01:00:00.000Z' } as const;
  const dying = { ...ports, store: { ...store, write } };
  await expect(register({ ...first, event: upload('campaigns/may.csv', '0001') }, dying)).rejects.toThrow('dead');
  expect(await arrive({ resume: { campaign: 'mailer/may' } })).toMatchObject({ decision: 'run', run: { run: 2 } });
});

test('a resume that is called again after a newer version has come is the run that it was', async () => {
  const { arrive, runs } = setting();
  await arrive(upload('campaigns/may.csv', '0001'));
  const resume = { resume: { campaign: 'mailer/may' } };
  const resumed = await arrive(resume, undefined, 'arn:x:resumed');
  await arrive(upload('campaigns/may.csv', '0002'));
  expect(await arrive(resume, undefined, 'arn:x:resumed')).toEqual(resumed);
  expect(runs()).toHaveLength(3);
});

test('a run whose registration died before its object was written is taken up as the newest version', async () => {
  const { store, ports, arrive, runs } = setting();
  await arrive(upload('campaigns/may.csv', '00A1'));
  const write = async (update: Update) => {
    if (update.key.sk.startsWith('object#')) throw new Error('dead');
    return store.write(update);
  };
  const event = upload('campaigns/may.csv', '00A2');
  const input = { v: FORMAT, execution: 'arn:dies', startedAt: '2026-11-25T01:00:00.000Z', event };
  await expect(register(input, { ...ports, store: { ...store, write } })).rejects.toThrow('dead');
  const resumed = await arrive({ resume: { campaign: 'mailer/may', run: 2 } });
  expect(resumed).toMatchObject({ decision: 'run', run: { run: 3, list: { versionId: 'v00A2' } } });
  expect(runs().map(({ stopped }) => stopped)).toEqual(['superseded by run 2', 'superseded by run 3', undefined]);
});

test('a list that was rejected at registration is not taken up again', async () => {
  const { arrive, begin } = setting();
  await begin(
    (await arrive(upload('campaigns/may.csv', '0001'), '2026-05-01T00:00:00.000Z')).run!,
    '2026-05-01T00:00:00Z',
  );
  expect((await arrive(upload('campaigns/may.csv', '0002'), '2026-07-01T00:00:00.000Z')).decision).toBe('rejected');
  const again = arrive({ resume: { campaign: 'mailer/may' } }, '2026-07-01T00:00:00.000Z');
  await expect(again).rejects.toThrow(/^MM513: .* was rejected in run 2, with MM512/);
});

test('what has ended is not stopped by what comes later', async () => {
  const { arrive, store, runs } = setting();
  const { run } = await arrive(upload('campaigns/may.csv', '0001'));
  await store.write(conclude(runKey(run!), 'settled'));
  await arrive(upload('campaigns/may.csv', '0002'));
  expect(runs().map(({ state, stopped }) => [state, stopped])).toEqual([
    ['settled', undefined],
    ['registered', undefined],
  ]);
});

test('a folder that somebody makes starts nothing', async () => {
  const { arrive } = setting();
  const folder = upload('campaigns/may/', '0001');
  const event = { ...folder, detail: { ...folder.detail, object: { ...folder.detail.object, size: 0 } } };
  expect(await arrive(event)).toEqual({ v: 1, decision: 'ignored' });
});

test('a call of the execution that comes late takes nothing of its run back', async () => {
  const { store, ports, begin, runs } = setting();
  const writes: Update[] = [];
  const write = async (update: Update) => {
    writes.push(update);
    return store.write(update);
  };
  const event = upload('campaigns/may.csv', '00A1');
  const input = { v: FORMAT, execution: 'arn:one', startedAt: '2026-11-25T01:00:00.000Z', event };
  const { run } = await register(input, { ...ports, store: { ...store, write } });
  await begin(run!, '2026-11-25T01:01:00Z');
  const sending = runs();
  expect(sending).toMatchObject([{ state: 'sending', sending: 1 }]);
  for (const update of writes) await store.write(update);
  expect(runs()).toEqual(sending);
  // A repetition of it before: the same run.
  expect(await register(input, ports)).toMatchObject({ decision: 'run', run: { run: 1 } });
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
    decision: 'rejected',
    rejection: { code: 'MM540', message: expect.stringContaining('campaigns/') },
    run: { run: 1, campaign: 'mailer/!elsewhere/lists/may' },
  });
});

describe('a draft', () => {
  const drafts = { ...settings, intake: { ...settings.intake, draftsPrefix: 'drafts/' } };
  const draft = (...args: Parameters<typeof upload>) => ({ draft: upload(...args) });

  test('is a campaign of its own, and supersedes none that is being sent', async () => {
    const { arrive } = setting({ settings: drafts, targetCampaign: 'mailer/may' });
    await arrive(upload('campaigns/may.csv', '0001'));
    const { decision, run } = await arrive(draft('drafts/may.csv', '0002'));
    expect(decision).toBe('draft');
    expect(run).toMatchObject({ draft: true, run: 1, campaign: 'mailer/!draft/may', targetCampaign: 'mailer/may' });
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
    expect([...store.items.values()].map(({ pk }) => pk)).toEqual(Array(3).fill(`draft#${run!.campaignDigest}`));
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
    const { arrive, store } = setting({ targetCampaign: 'mailer/may' });
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
    expect((await arrive(upload(list, '00C2', '2026-11-25T01:05:00Z'))).run?.resendInDoubt).toBe(true);
  });
});
