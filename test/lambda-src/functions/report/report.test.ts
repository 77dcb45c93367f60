import { parse } from 'csv-parse/sync';
import { Counters } from '../../../../lambda-src/domain/metrics';
import { beginWait, endWait } from '../../../../lambda-src/domain/rate/block-wait';
import { toLine } from '../../../../lambda-src/domain/run/jsonl';
import { missingSubscribersWords } from '../../../../lambda-src/functions/report/missing-subscribers';
import { reportPage } from '../../../../lambda-src/functions/report/page/page';
import { report } from '../../../../lambda-src/functions/report/report';
import type { Summary } from '../../../../lambda-src/functions/report/summary';
import type {
  Outcome,
  PlanDocument,
  RecipientOutcome,
  ReportInput,
  SkippedRow,
} from '../../../../src/private/contract';
import { memoryBus } from '../../../support/memory-bus';
import { plannedRun, recipientFor, SETTINGS, settledRun, silent, TEMPLATES } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

interface Ended {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly claim?: string;
  readonly name?: string;
}

/** A settled run: recipients in their order, and after them the rows that became none. */
async function setting(
  ended: readonly Ended[],
  skipped: readonly Partial<SkippedRow>[] = [],
  more: Partial<ReportInput['run']> = {},
  unheard?: Summary['unheard'],
) {
  const recipients = ended.map(({ name }, at) => recipientFor(at + 1, name));
  const world = await plannedRun(recipients);
  const run = { ...world.ref, ...more };
  const { files } = world;
  const outcomes = ended.map(
    ({ outcome, reason, claim }, at): RecipientOutcome => ({
      row: at + 1,
      line: at + 2,
      to: recipients[at].to,
      outcome,
      reason,
      claim,
    }),
  );
  const left = skipped.map((row, at) => ({
    row: ended.length + at + 1,
    line: ended.length + at + 2,
    code: 'MM404',
    reason: 'no',
    cells: ['x', 'y'],
    ...row,
  }));
  const plan = await settledRun(
    run,
    world.input,
    {
      outcomes,
      skipped: left,
      plan: { columns: ['Email', 'Name'], delimiter: ';' },
    },
    files,
  );
  const put = (name: string, body: string) => files.put(`${run.folder}${name}`, body, 'x');
  const counted: Record<string, number>[] = [];
  const notices: { subject: string; text: string; kind: string }[] = [];
  const { store } = world;
  const bus = memoryBus();
  const ports = {
    files,
    store,
    bus,
    trackSeconds: 0,
    missingSubscribers: async () => unheard,
    pageOf: async (summary: Summary) => reportPage(summary, []),
    clock: virtualClock(),
    log: silent,
    metrics: new Counters((values) => void counted.push(Object.fromEntries(values))),
    notices: {
      publish: async (subject: string, text: string, { kind }: { kind: string }) =>
        void notices.push({ subject, text, kind }),
    },
  };
  const input: ReportInput = { v: 1, run, plan };
  return {
    run,
    plan,
    notices,
    bus,
    counted,
    store: world.store,
    put,
    go: (other: Partial<ReportInput> = {}, more: Partial<Parameters<typeof report>[1]> = {}) =>
      report({ ...input, ...other }, { ...ports, ...more }),
    summary: async () => JSON.parse((await files.text(`${run.folder}summary.json`)) ?? '') as Summary,
    page: () => files.objects.get(`${run.folder}report.html`),
    csv: async (name: string) => {
      const text = await files.text(`${run.folder}${name}`);
      return text === undefined ? undefined : (parse(text, { bom: true, delimiter: ';' }) as string[][]);
    },
  };
}

test('a list of the same content as another campaign’s is named in the notice, the page and the summary', async () => {
  const world = await setting([{ outcome: 'sent' }]);
  const sameListAs = { campaign: 'mailer/april', run: 2, at: '2026-11-25T07:00:00.000Z' };
  await world.put('plan.json', JSON.stringify({ ...world.plan, sameListAs }));
  await world.go();
  const words =
    'The list has the same content as the list of april, run 2, of 2026-11-25 07:00 UTC. Recipients get the emails of both campaigns.';
  expect(world.notices[0]!.text).toContain(`\n${words}\n`);
  expect(world.page()).toContain(words);
  expect((await world.summary()).sameListAs).toEqual(sameListAs);
});

test('after twenty kinds of reason the rest are `others`', async () => {
  const kinds = Array.from({ length: 23 }, (_, at) => ({ outcome: 'refused' as const, reason: `reason ${at}` }));
  const world = await setting([...kinds, { outcome: 'refused', reason: 'reason 0' }]);
  await world.go();
  const { refused } = (await world.summary()).reasons!;
  expect(Object.keys(refused!)).toHaveLength(21);
  expect(refused).toMatchObject({ 'reason 0': 2, 'reason 19': 1, others: 3 });
});

test('a page that cannot be made keeps nobody from the numbers', async () => {
  const world = await setting([{ outcome: 'sent' }]);
  const errors: string[] = [];
  const log = { ...silent, error: (message: string) => void errors.push(message) };
  const pageOf = () => Promise.reject(new Error('a defect'));
  await world.go({}, { log, pageOf });
  expect(errors).toEqual(['MM611: report.html could not be made']);
  expect(world.page()).toBeUndefined();
  expect(await world.summary()).toMatchObject({ status: 'completed', counts: { sent: 1 } });
  expect((await world.summary()).files.filter((name) => name.endsWith('.html'))).toEqual([]);
});

test('every row is in results.csv, and the counts add up', async () => {
  const world = await setting(
    [
      { outcome: 'sent' },
      { outcome: 'refused', reason: 'no' },
      { outcome: 'in_doubt', reason: 'reset' },
      { outcome: 'already_sent' },
      { outcome: 'not_attempted', reason: 'stopped' },
    ],
    [{ outcome: 'invalid' }, { outcome: 'duplicate', code: 'MM420' }],
  );
  expect(await world.go()).toMatchObject({ status: 'completed' });
  expect(await world.summary()).toMatchObject({
    status: 'completed',
    rows: 7,
    counts: {
      sent: 1,
      already_sent: 1,
      refused: 1,
      invalid: 1,
      duplicate: 1,
      suppressed: 0,
      in_doubt: 1,
      not_attempted: 1,
    },
    reasons: { refused: { no: 1 }, invalid: { 'MM404: no': 1 } },
  });
  const [header, ...rows] = (await world.csv('results.csv'))!;
  expect(header.slice(0, 7)).toEqual(['row', 'line', 'address', 'outcome', 'reason', 'message_id', 'delivery_status']);
  expect(rows.map(([row, , , outcome]) => [row, outcome])).toEqual([
    ['1', 'sent'],
    ['2', 'refused'],
    ['3', 'in_doubt'],
    ['4', 'already_sent'],
    ['5', 'not_attempted'],
    ['6', 'invalid'],
    ['7', 'duplicate'],
  ]);
});

test('that nobody hears of alarms stands in the summary, the page, both notices and on the bus', async () => {
  const unheard = { kinds: ['alarm'], pending: 1 } as const;
  const world = await setting([{ outcome: 'sent' }], [], {}, unheard);
  await world.go();
  await world.go({ tracked: true });
  expect((await world.summary()).unheard).toEqual(unheard);
  expect(world.page()).toContain('Nobody hears of alarms');
  expect(world.notices.map(({ text, kind }) => [kind, text.split('\n').at(-1)])).toEqual([
    ['report', missingSubscribersWords(unheard)],
    ['report', missingSubscribersWords(unheard)],
  ]);
  expect(world.bus.events.map(({ detail }) => detail.unheard)).toEqual([unheard, unheard]);
});

test('retry.csv is a list again: those refused and not attempted, bound to the campaign, and nobody in doubt', async () => {
  const world = await setting([
    { outcome: 'sent' },
    { outcome: 'refused', name: '=cmd' },
    { outcome: 'in_doubt', claim: 'claim-3' },
    { outcome: 'not_attempted' },
  ]);
  await world.go();
  expect(await world.csv('retry.csv')).toEqual([
    ['Email', 'Name', 'mailmatrix_campaign'],
    ["'=cmd@example.org", "'=cmd", 'mailer/may'],
    ['p4@example.org', 'p4', 'mailer/may'],
  ]);
  expect(await world.csv('in-doubt.csv')).toEqual([
    ['Email', 'Name', 'mailmatrix_campaign', 'mailmatrix_claim'],
    ['p3@example.org', 'p3', 'mailer/may', 'claim-3'],
  ]);
  // What people open in a spreadsheet runs nothing there.
  expect((await world.csv('results.csv'))?.[2][2]).toBe("'=cmd@example.org");
});

test('files nobody is in are not written', async () => {
  const world = await setting([{ outcome: 'sent' }]);
  await world.go();
  expect(await world.csv('retry.csv')).toBeUndefined();
  expect((await world.summary()).files).toEqual([`${world.run.folder}report.html`, `${world.run.folder}results.csv`]);
});

describe('the run fails loudly', () => {
  test('when a shard was not settled', async () => {
    const world = await setting([{ outcome: 'sent' }]);
    await world.put('shards.jsonl', toLine({ v: 1, shard: 2, key: `${world.run.folder}shards/00001.jsonl`, rows: 1 }));
    await expect(world.go()).rejects.toThrow(/^MM509: shard 2/);
  });

  test('when a row has no outcome', async () => {
    const world = await setting([{ outcome: 'sent' }, { outcome: 'sent' }]);
    await world.put('outcomes/00001.jsonl', toLine({ row: 1, line: 2, to: 'a@b.c', outcome: 'sent' }));
    await expect(world.go()).rejects.toThrow(/^MM510: shard 1 has no outcome for row 2/);
  });

  test('when the counts do not add up', async () => {
    const world = await setting([{ outcome: 'sent' }]);
    await world.put('plan.json', JSON.stringify({ ...world.plan, rows: 2 }));
    await expect(world.go()).rejects.toThrow(/^MM515/);
  });
});

describe('the notice', () => {
  test('is short, and holds no address', async () => {
    const world = await setting([{ outcome: 'sent' }]);
    await world.go();
    expect(world.notices).toEqual([
      {
        kind: 'report',
        subject: 'MailMatrix: may ended',
        text: `may, run 1: 1 sent of 1 rows.\n  sent: 1\nReport: s3://lists/${world.run.folder}report.html`,
      },
    ]);
  });

  test('of a continuation says so first, and is an alert when most were sent before', async () => {
    const ended: Ended[] = [
      ...Array.from({ length: 9 }, () => ({ outcome: 'already_sent' as const })),
      { outcome: 'sent' },
    ];
    const world = await setting(ended, [], { continues: '2026-11-20T08:00:00.000Z', run: 2 });
    await world.go();
    expect(world.notices[0]).toMatchObject({
      kind: 'alert',
      text: expect.stringMatching(/^continues may, begun 2026-11-20: 1 new, 9 already sent\n/),
    });
  });

  test('of doubts or of people not tried is an alert', async () => {
    const world = await setting([{ outcome: 'sent' }, { outcome: 'in_doubt' }]);
    await world.go();
    expect(world.notices[0].kind).toBe('alert');
  });

  test('of people not tried says why, without an address', async () => {
    const reason = 'MessageRejected: Email address is not verified: news@example.com';
    const world = await setting([{ outcome: 'not_attempted', reason }]);
    await world.go();
    expect(world.notices[0].text).toContain(
      'Not attempted mostly because: MessageRejected: Email address is not verified: …',
    );
  });

  test('of a rejected list says why, with the code', async () => {
    const world = await setting([{ outcome: 'sent' }]);
    const rejection = { code: 'MM301', message: 'The list has no column for the address.' };
    expect(await world.go({ plan: { ...world.plan, decision: 'rejected', rejection } })).toMatchObject({
      status: 'rejected',
    });
    expect(world.notices[0]).toMatchObject({
      kind: 'alert',
      subject: 'MailMatrix: list of may rejected',
      text: expect.stringContaining('MM301: The list has no column'),
    });
    expect(await world.summary()).toMatchObject({ status: 'rejected', rejection });
    expect(await world.csv('results.csv')).toBeUndefined();
  });

  test('of a run that broke says that nobody is mailed twice', async () => {
    const world = await setting([{ outcome: 'sent' }]);
    expect(await world.go({ failure: { Error: 'States.Timeout' } })).toMatchObject({ status: 'failed' });
    expect(world.notices[0]).toMatchObject({ kind: 'alert', text: expect.stringContaining('States.Timeout') });
  });

  test('has a subject that SNS takes, whatever the file is called', async () => {
    const world = await setting([{ outcome: 'sent' }], [], {
      campaign: `mailer/${'Neuigkeiten für Zürich '.repeat(10)}`,
    });
    await world.go();
    expect(world.notices[0].subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });
});

test('the report of a draft says that it is one, what would be sent, and where the samples lie', async () => {
  const world = await setting([{ outcome: 'sent' }, { outcome: 'sent' }], [{ outcome: 'invalid' }]);
  const plan: PlanDocument = {
    ...world.plan,
    decision: 'draft',
    samples: ['samples/1.txt'],
    estimate: { perSecond: 14, seconds: 259_000, quota: 50_000, quotaLeft: 400 },
    guess: { encoding: 'windows-1252', examples: ['J\u00fcrg'] },
  };
  await world.put('plan.json', JSON.stringify(plan));
  const output = await world.go({ run: { ...world.run, draft: true }, plan });
  expect(output.status).toBe('draft');
  const summary = await world.summary();
  expect(summary).toMatchObject({
    status: 'draft',
    rows: 3,
    planned: { recipients: 2, invalid: 1, duplicate: 0 },
    guess: { encoding: 'windows-1252', examples: ['J\u00fcrg'] },
    files: [`${world.run.folder}report.html`, 'samples/1.txt', `${world.run.folder}invalid.csv`],
  });
  expect(summary.counts).toBeUndefined();
  const [notice] = world.notices;
  expect(notice).toMatchObject({ kind: 'report', text: expect.stringMatching(/nobody was mailed. 2 of 3 rows/) });
  expect(notice!.text).toContain(
    'Sending takes up to 3 days, at 14 a second: the account may send 50000 in 24 hours, 400 of them now.',
  );
  expect(notice!.text).toContain('windows-1252');
  expect(notice!.text).not.toContain('J\u00fcrg');
});

test('how long a run waited for the day’s quota, and for clear answers, is said', async () => {
  const { run, store, go, summary, notices } = await setting([{ outcome: 'sent' }]);
  await beginWait(run, 'quota', 0, store);
  await beginWait(run, 'unclear', 8_000_000, store);
  await endWait(run, 9_000_000, store);
  await go();
  expect(await summary()).toMatchObject({ quotaWaitSeconds: 9_000, unclearWaitSeconds: 1_000 });
  expect(notices.at(-1)?.text).toContain('It waited 3 hours for the account’s daily quota.');
  expect(notices.at(-1)?.text).toContain('It waited 17 minutes because SES’s answers were unclear.');
});

test('the report names whose suppression list SES looked into', async () => {
  const world = await setting([{ outcome: 'sent' }]);
  const consent = { suppression: { by: 'configuration_set', reasons: ['BOUNCE'] } } as const;
  await world.put('snapshot.json', JSON.stringify({ v: 1, settings: { ...SETTINGS, consent }, templates: TEMPLATES }));
  await world.go();
  expect((await world.summary()).suppression).toEqual(consent.suppression);
});

test('a run is counted by its first report, and by no other', async () => {
  const { go, counted } = await setting([
    ...Array.from({ length: 7 }, () => ({ outcome: 'sent' as const })),
    { outcome: 'refused', reason: 'no' },
    { outcome: 'in_doubt', reason: 'reset' },
    { outcome: 'in_doubt', reason: 'reset' },
    { outcome: 'suppressed', reason: 'left' },
  ]);
  await go();
  await go();
  await go({ tracked: true });
  expect(counted).toEqual([
    expect.objectContaining({ Sent: 7, Refused: 1, InDoubt: 2, Suppressed: 1, RefusedShare: 10, InDoubtShare: 20 }),
  ]);
});

test('a list that was rejected is counted, a draft and a run that broke are not', async () => {
  const rejection = { code: 'MM301', message: 'no' };
  const { go, counted } = await setting([]);
  await go({ plan: undefined, rejection });
  expect(counted).toEqual([{ ListsRejected: 1 }]);
  const draft = await setting([]);
  await draft.go({ plan: undefined, rejection, run: { ...draft.run, draft: true } });
  expect(draft.counted).toEqual([]);
  const broken = await setting([]);
  await broken.go({ failure: { Error: 'States.Timeout' } });
  expect(broken.counted).toEqual([]);
});
