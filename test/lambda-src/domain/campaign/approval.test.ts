import {
  type ApprovalRecord,
  approvalKey,
  asApproval,
  askFor,
  decide,
  listVersion,
  markNotified,
  notApproved,
  type Verdict,
} from '../../../../lambda-src/domain/campaign/approval';
import { campaignKey } from '../../../../lambda-src/domain/campaign/campaign';
import { memoryStore } from '../../../support/memory-store';
import { runRef } from '../../../support/run';

const RUN = runRef(3);
const KEY = approvalKey(RUN.campaignDigest, RUN.run);
const ASKED = {
  askedAt: '2026-11-25T09:00:00.000Z',
  answerBy: Date.parse('2026-11-25T10:00:00Z'),
  templates: ['welcome'],
  recipients: 12,
  seconds: 1,
  dollars: 0.01,
};
const YES: Verdict = { decision: 'approved', by: 'ann@example.com', how: 'link', at: '2026-11-25T09:10:00.000Z' };
const NO: Verdict = { ...YES, decision: 'rejected', by: 'ben@example.com', why: 'wrong list' };

function setting() {
  const store = memoryStore();
  return {
    store,
    record: () => asApproval(store.get(KEY)),
    wrote: async (update: Parameters<typeof store.write>[0]) => (await store.write(update)).applied,
  };
}

test('a run is asked about once: the first question stands, and may be written again', async () => {
  const { record, wrote } = setting();
  expect(await wrote(askFor(RUN, ASKED))).toBe(true);
  expect(record()).toMatchObject({
    ...ASKED,
    campaign: 'mailer/may',
    label: 'may',
    run: 3,
    list: 'campaigns/may.csv (version v1)',
  });
  expect(await wrote(askFor(RUN, { ...ASKED, askedAt: '2026-11-25T09:00:01.000Z', recipients: 99 }))).toBe(false);
  expect(await wrote(askFor(RUN, ASKED))).toBe(true);
  expect(record()?.recipients).toBe(12);
});

test('the question holds what approvers must know of the list, and nothing of what is usual', async () => {
  const usual = setting();
  await usual.wrote(askFor(RUN, ASKED));
  expect(usual.record()).not.toHaveProperty('sameListAs');
  expect(usual.record()).not.toHaveProperty('optOuts');

  const { record, wrote } = setting();
  const sameListAs = { campaign: 'mailer/april', run: 2, at: '2026-11-25T08:00:00.000Z' };
  const optOuts = { suppressed: 30, rows: 100 };
  await wrote(askFor(RUN, { ...ASKED, sameListAs, optOuts }));
  expect(record()).toMatchObject({ sameListAs, optOuts });
});

describe('a decision', () => {
  test('needs a question', async () => {
    const { record, wrote } = setting();
    expect(await wrote(decide(KEY, YES))).toBe(false);
    expect(record()).toBeUndefined();
  });

  test('is the first word, whoever says another one later', async () => {
    const { record, wrote } = setting();
    await wrote(askFor(RUN, ASKED));
    expect(await wrote(decide(KEY, NO))).toBe(true);
    expect(await wrote(decide(KEY, YES))).toBe(false);
    expect(record()).toMatchObject(NO);
  });

  test('may be written again, to the same effect', async () => {
    const { wrote } = setting();
    await wrote(askFor(RUN, ASKED));
    expect(await wrote(decide(KEY, NO))).toBe(true);
    expect(await wrote(decide(KEY, NO))).toBe(true);
  });

  test.each([
    ['another time', { at: '2026-11-25T09:11:00.000Z' }],
    ['another person', { by: 'ann@example.com' }],
    ['another word', { decision: 'approved' as const }],
  ])('is not the same with %s', async (_what, other) => {
    const { wrote, record } = setting();
    await wrote(askFor(RUN, ASKED));
    await wrote(decide(KEY, NO));
    expect(await wrote(decide(KEY, { ...NO, ...other }))).toBe(false);
    expect(record()).toMatchObject(NO);
  });
});

test('when the approvers were mailed is noted once', async () => {
  const { record, wrote } = setting();
  await wrote(askFor(RUN, ASKED));
  expect(await wrote(markNotified(KEY, 'a'))).toBe(true);
  expect(await wrote(markNotified(KEY, 'a'))).toBe(true);
  expect(await wrote(markNotified(KEY, 'b'))).toBe(false);
  expect(record()?.notifiedAt).toBe('a');
});

test('approvals lie apart from what operators may write, in the order of their runs', () => {
  expect(KEY).toEqual({ pk: `approval#${RUN.campaignDigest}`, sk: 'run#000003' });
  expect(KEY.pk).not.toBe(campaignKey(RUN.campaignDigest).pk);
  const keys = [2, 10, 100].map((run) => approvalKey(RUN.campaignDigest, run).sk);
  expect([...keys].sort()).toEqual(keys);
});

test('a list is named by its version, or by its ETag in a bucket without versions', () => {
  expect(listVersion({ listKey: 'a.csv', versionId: 'v1', etag: 'e1' })).toBe('a.csv (version v1)');
  expect(listVersion({ listKey: 'a.csv', etag: 'e1' })).toBe('a.csv (ETag e1)');
});

test('why nothing of a run is sent is in its report', () => {
  const record = { ...ASKED, by: 'ben@example.com' } as unknown as ApprovalRecord;
  expect(notApproved({ ...record, decision: 'expired' })).toBe(
    'not approved: nobody answered until 2026-11-25T10:00:00.000Z',
  );
  expect(notApproved({ ...record, decision: 'rejected', why: 'wrong list' })).toBe(
    'not approved: rejected by ben@example.com: wrong list',
  );
  expect(notApproved({ ...record, decision: 'rejected' })).toBe('not approved: rejected by ben@example.com');
});
