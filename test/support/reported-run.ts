import { recipientKey } from '../../lambda-src/domain/ledger/keys';
import { accepted, claim, end } from '../../lambda-src/domain/ledger/record';
import { TIMING } from '../../lambda-src/domain/rate/timing';
import { earlierRuns } from '../../lambda-src/functions/report/earlier-runs';
import { reportPage } from '../../lambda-src/functions/report/page/page';
import { report } from '../../lambda-src/functions/report/report';
import type { Summary } from '../../lambda-src/functions/report/summary';
import { Tracker } from '../../lambda-src/functions/track/tracker';
import type { Happened } from '../../local/ses/event';
import type { Outcome, Recipient, RecipientOutcome, RunRef, SkippedRow } from '../../src/private/contract';
import { memoryBus } from './memory-bus';
import { CAMPAIGN, plannedRun, recipientFor, SETTINGS, settledRun, silent, TRACKING, uncounted } from './run';
import { eventOf } from './ses-event';
import { virtualClock } from './virtual-clock';

/** Somebody on a list, and what became of their mail: so many seconds after it was sent. */
export interface Person {
  readonly to: string;
  readonly outcome?: Outcome;
  readonly reason?: string;
  /** Seconds after the run began. */
  readonly sent?: number;
  readonly happens?: readonly (readonly [happened: Happened, after: number, bounce?: object])[];
}

export interface ReportedRun {
  readonly summary: Summary;
  readonly html: string;
  readonly run: RunRef;
}

const EVENTS = { opens: true, clicks: true };

/** A run over so many people as the real report function tells of it, once their mail's events are in. */
export async function reportedRun(
  people: readonly Person[],
  {
    skipped = [],
    earlier = [],
    more = {},
    tracked = true,
  }: {
    readonly skipped?: readonly Partial<SkippedRow>[];
    readonly earlier?: readonly Summary[];
    readonly more?: Partial<RunRef>;
    readonly tracked?: boolean;
  } = {},
): Promise<ReportedRun> {
  const recipients = people.map(
    ({ to }, at): Recipient => ({ ...recipientFor(at + 1), to, ...recipientKey(to, CAMPAIGN), cells: [to, 'N'] }),
  );
  const { files, store, ref, input } = await plannedRun(recipients, earlier.length + 1, {
    ...SETTINGS,
    tracking: { ...TRACKING, ...EVENTS },
  });
  const run = { ...ref, ...more };
  const began = Date.parse(run.startedAt);
  const clock = virtualClock(began + 3 * 86_400_000);
  const ports = {
    files,
    store,
    clock,
    log: silent,
    metrics: uncounted,
    bus: memoryBus(),
    notices: { publish: async () => {} },
  };
  const tracker = new Tracker({ ...ports, newId: () => 'id', random: () => 0, settings: TRACKING });
  const outcomes: RecipientOutcome[] = [];
  for (const [at, { to, outcome = 'sent', reason, sent = 0, happens = [] }] of people.entries()) {
    const { row, line, pk, sk } = recipients[at]!;
    const key = { pk, sk };
    const claimedAt = began + sent * 1000;
    const messageId = outcome === 'sent' ? `message-${row}` : undefined;
    if (outcome === 'sent' || outcome === 'in_doubt' || outcome === 'refused') {
      const deadline = claimedAt + TIMING.sendWithin + TIMING.request;
      const claimId = `claim-${row}`;
      await store.write(
        claim(key, undefined, { claimId, run: run.run, sending: run.run, row, deadline, campaign: CAMPAIGN, to }),
      );
      if (messageId) await store.write(accepted(key, messageId));
      else await store.write(end(key, claimId, outcome as 'refused' | 'in_doubt', reason ?? 'so it was'));
    }
    outcomes.push({ row, line, to, outcome, reason, messageId });
    for (const [happened, after, bounce] of happens) {
      const message = { ...key, messageId: `message-${row}`, claimId: `claim-${row}`, to };
      const event = JSON.parse(eventOf(message, happened, claimedAt + after * 1000));
      if (bounce) Object.assign(event.detail.bounce.bouncedRecipients[0], bounce);
      await tracker.take({ messageId: 'queued', body: JSON.stringify(event), received: 1 });
    }
  }
  const left = skipped.map((row, at) => ({
    row: people.length + at + 1,
    line: people.length + at + 2,
    outcome: 'invalid' as const,
    code: 'MM404',
    reason: 'the address is not valid',
    cells: ['x', 'y'],
    ...row,
  }));
  const plan = await settledRun(
    run,
    input,
    {
      outcomes,
      skipped: left,
      plan: { columns: ['email', 'name'] },
    },
    files,
  );
  // The run ended ten minutes after it began; its second report is later.
  await files.put(
    `${run.folder}summary.json`,
    JSON.stringify({ endedAt: new Date(began + 600_000).toISOString() }),
    'x',
  );
  const before = earlier.map((summary, at) => ({
    folder: `reports/mailer/may/000${at + 1}-20261101T010000Z/`,
    summary,
  }));
  for (const { folder, summary } of before) await files.put(`${folder}summary.json`, JSON.stringify(summary), 'x');
  const folders = { list: async () => before.map(({ folder }) => folder) };
  const pageOf = async (summary: Summary) => reportPage(summary, await earlierRuns(run, { files, folders }));
  await report({ v: 1, run, plan, tracked }, { ...ports, trackSeconds: 60, pageOf });
  return {
    run,
    summary: files.json<Summary>(`${run.folder}summary.json`),
    html: files.objects.get(`${run.folder}report.html`) ?? '',
  };
}

const DOMAINS = ['gmail.com', 'gmail.com', 'gmail.com', 'yahoo.com', 'outlook.com', 'gmx.ch', 'bluewin.ch'];

/** A campaign as they are: most of it arrives, some opens, a few come back. */
export function manyPeople(count: number): Person[] {
  return Array.from({ length: count }, (_, at): Person => {
    const domain = at % 37 === 5 ? `person-${at}.example` : DOMAINS[at % DOMAINS.length]!;
    const to = `person-${at}@${domain}`;
    // The rate climbs, then holds.
    const sent = Math.floor(600 * Math.sqrt(at / count));
    const someone = { to, sent };
    if (at % 200 === 7) return { to, outcome: 'suppressed', reason: 'opted out by one click' };
    if (at % 250 === 9) return { to, outcome: 'refused', reason: `MessageRejected: no mail to ${to}` };
    if (at % 333 === 11) return { to, outcome: 'in_doubt', reason: 'no answer', sent };
    if (at % 23 === 4)
      return {
        ...someone,
        happens: [
          ['send', 0],
          ['hard-bounce', 3],
        ],
      };
    if (at % 61 === 6)
      return {
        ...someone,
        happens: [
          ['send', 0],
          ['soft-bounce', 40],
        ],
      };
    if (at % 97 === 8)
      return {
        ...someone,
        happens: [
          ['send', 0],
          ['suppressed', 1],
        ],
      };
    const reads = at % 3 === 0 ? ([['open', 600 + ((at * 7919) % 160_000)]] as const) : [];
    const clicks = at % 15 === 0 ? ([['click', 900 + ((at * 7919) % 160_000)]] as const) : [];
    const machine = at % 7 === 0 ? ([['machine-open', 5]] as const) : [];
    const angry = at % 500 === 33 ? ([['complaint', 7200]] as const) : [];
    return {
      ...someone,
      happens: [['send', 0], ['delivery', 1 + (at % 40)], ...machine, ...reads, ...clicks, ...angry],
    };
  });
}
