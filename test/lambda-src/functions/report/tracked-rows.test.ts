import { parse } from 'csv-parse/sync';
import { accepted, claim, end } from '../../../../lambda-src/domain/ledger/record';
import { report } from '../../../../lambda-src/functions/report/report';
import type { Summary } from '../../../../lambda-src/functions/report/summary';
import { Tracker } from '../../../../lambda-src/functions/track/tracker';
import type { Happened } from '../../../../local/ses/event';
import type { Outcome, RecipientOutcome } from '../../../../src/private/contract';
import { memoryBus } from '../../../support/memory-bus';
import { CAMPAIGN, plannedRun, recipientFor, settledRun, silent, TRACKING, uncounted } from '../../../support/run';
import { eventOf } from '../../../support/ses-event';
import { virtualClock } from '../../../support/virtual-clock';

const ROWS = 250;
/** By row; all others were sent. */
const OTHERWISE: { readonly [row: number]: Outcome } = {
  7: 'refused',
  8: 'in_doubt',
  9: 'in_doubt',
  10: 'already_sent',
};
const outcomeOf = (row: number): Outcome => OTHERWISE[row] ?? 'sent';

/** A settled run of more rows than are read at once. */
async function settled() {
  const recipients = Array.from({ length: ROWS }, (_, at) => recipientFor(at + 1));
  const { files, store, ref: run, input } = await plannedRun(recipients);
  const outcomes: RecipientOutcome[] = [];
  for (const { row, line, to, ...key } of recipients) {
    const outcome = outcomeOf(row);
    const messageId = outcome === 'sent' || outcome === 'already_sent' ? `message-${row}` : undefined;
    const mine = { claimId: `claim-${row}`, run: run.run, sending: run.run, row, deadline: 1, campaign: CAMPAIGN, to };
    await store.write(claim(key, undefined, mine));
    if (messageId) await store.write(accepted(key, messageId));
    else await store.write(end(key, mine.claimId, outcome as 'refused' | 'in_doubt', 'so it was'));
    outcomes.push({ row, line, to, outcome, messageId });
  }
  const plan = await settledRun(run, input, { outcomes, plan: { columns: ['email', 'name'] } }, files);

  const told: string[] = [];
  const clock = virtualClock();
  const ports = {
    files,
    store,
    clock,
    log: silent,
    metrics: uncounted,
    bus: memoryBus(),
    notices: { publish: async (_: string, text: string) => void told.push(text) },
  };
  return {
    clock,
    told,
    reported: async (tracked: boolean) => {
      const output = await report(
        { v: 1, run, plan, tracked },
        { ...ports, trackSeconds: 60, pageOf: async () => 'page' },
      );
      const summary = JSON.parse(files.objects.get(`${run.folder}summary.json`)!) as Summary;
      const csv = files.objects.get(`${run.folder}results.csv`)!;
      const rows: Record<string, string>[] = parse(csv, { bom: true, columns: true });
      return { output, summary, row: (row: number) => rows[row - 1]! };
    },
    happened: async (...events: readonly (readonly [row: number, happened: Happened])[]) => {
      const more = { newId: () => 'id', random: () => 0, settings: TRACKING };
      const tracker = new Tracker({ ...ports, ...more });
      for (const [row, happened] of events) {
        const body = eventOf({ ...recipientFor(row), messageId: `message-${row}`, claimId: `claim-${row}` }, happened);
        await tracker.take({ messageId: 'queued', body, received: 1 });
      }
    },
  };
}

test('a run is to be reported again once, after the tracking period', async () => {
  const { reported } = await settled();
  expect((await reported(false)).output).toMatchObject({ track: true, trackSeconds: 60 });
  expect((await reported(true)).output).toMatchObject({ track: false });
});

test('what became of each mail stands in its row, and the counts are those of the run’s own mail', async () => {
  const { reported, happened } = await settled();
  const all = Array.from({ length: ROWS }, (_, at) => at + 1).filter((row) => outcomeOf(row) === 'sent');
  await happened(...all.map((row) => [row, row <= 20 ? 'hard-bounce' : 'delivery'] as const), [30, 'complaint']);
  await happened([10, 'delivery'], [30, 'open'], [40, 'machine-open']);
  const { summary, row } = await reported(true);
  const bounced = all.filter((one) => one <= 20).length;
  expect(summary.tracking).toMatchObject({
    final: true,
    messages: all.length,
    counts: { bounced, delivered: all.length - bounced, complained: 1, opened: 1, machine_opened: 1, accepted: 0 },
    deliveryStatuses: { bounced, complained: 1, delivered: all.length - bounced - 1, unknown: 0 },
  });
  const fates = Object.values(summary.tracking!.deliveryStatuses);
  expect(fates.reduce((a, b) => a + b)).toBe(all.length);
  expect(row(1)).toMatchObject({
    delivery_status: 'bounced',
    delivery_reason: expect.stringMatching(/^General: smtp; 550/),
    delivered_at: '',
  });
  expect(row(30)).toMatchObject({ delivery_status: 'complained', complained_at: '2026-11-25T01:10:00.000Z' });
  expect(row(10)).toMatchObject({ outcome: 'already_sent', delivery_status: 'delivered' });
  expect(row(7)).toMatchObject({ outcome: 'refused', delivery_status: '' });
  expect(row(250)).toMatchObject({
    address: 'p250@example.org',
    delivery_status: 'delivered',
    message_id: 'message-250',
  });
});

test('who was in doubt and has an event since is sent; the others stay so', async () => {
  const { reported, happened } = await settled();
  expect((await reported(false)).summary.counts).toMatchObject({ sent: 246, in_doubt: 2 });
  await happened([8, 'delivery']);
  const { summary, row } = await reported(true);
  expect(summary.counts).toMatchObject({ sent: 247, in_doubt: 1 });
  expect(row(8)).toMatchObject({ outcome: 'sent', reason: '', message_id: 'message-8', delivery_status: 'delivered' });
  expect(row(9)).toMatchObject({ outcome: 'in_doubt', delivery_status: '' });
});

test('a first report that is called twice counts the same, whatever event comes between', async () => {
  const { reported, happened } = await settled();
  const { summary } = await reported(false);
  await happened([8, 'delivery']);
  const again = await reported(false);
  expect(again.summary.counts).toEqual(summary.counts);
  expect(again.row(8)).toMatchObject({ outcome: 'in_doubt' });
});

test('the second report leaves when the run ended, and tells in a line or two', async () => {
  const { reported, happened, clock, told } = await settled();
  const { summary: first } = await reported(false);
  await happened([1, 'delivery'], [2, 'hard-bounce']);
  clock.set(Date.parse('2026-12-01T00:00:00Z'));
  const { summary } = await reported(true);
  expect([summary.endedAt, summary.tracking?.until]).toEqual([first.endedAt, '2026-12-01T00:00:00.000Z']);
  expect(told.at(-1)).toBe(
    [
      'may, run 1: what is known of its 246 messages.',
      '  delivered: 1',
      '  bounced for good: 1',
      'Report: s3://lists/reports/mailer/may/0001-20261125T010000Z/report.html',
    ].join('\n'),
  );
});
