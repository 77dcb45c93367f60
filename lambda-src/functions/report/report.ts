import {
  FORMAT,
  LAYOUT,
  type Outcome,
  type PlanDocument,
  type PlanOutput,
  type ReportInput,
  type ReportOutput,
  type RunRef,
  type TestResult,
} from '../../../src/private/contract';
import { approvalKey, asApproval } from '../../domain/campaign/approval';
import { writeCounts } from '../../domain/campaign/counts';
import { bury, conclude, runKey } from '../../domain/campaign/run-record';
import { type Bus, publishRunEvent } from '../../domain/events/bus';
import { TrackingCounter, type TrackingCounts } from '../../domain/events/email-events';
import type { Store, Update } from '../../domain/ledger/store';
import type { Metrics } from '../../domain/metrics';
import { countWhere, entryOf, noCounts } from '../../domain/outcomes';
import type { Clock, Files, Log, Notices } from '../../domain/ports';
import { waitedSeconds } from '../../domain/rate/block-wait';
import { readPlan } from '../../domain/run/plan-document';
import { readSnapshot } from '../../domain/run/snapshot';
import { type Breakdown, BreakdownCounter } from './breakdown/breakdown';
import { runEvent } from './bus-events';
import { countRun } from './count-run';
import { ReportFiles } from './files';
import { notice } from './notice';
import type { Summary } from './summary';
import { trackedNotice } from './tracked-notice';
import { trackedRows } from './tracked-rows';
import { waits } from './waits';

export interface ReportPorts {
  readonly files: Files;
  readonly store: Store;
  readonly bus: Bus;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The Region of the console links in notices. */
  readonly region?: string;
  /** The seconds until the second report; 0 for no second report. */
  readonly trackSeconds: number;
  /** Finds notice kinds without subscribers; absent if the mailer does not check for them. */
  readonly missingSubscribers?: () => Promise<Summary['unheard']>;
  /** Renders report.html from this summary and those of earlier runs. */
  readonly pageOf: (summary: Summary, run: RunRef) => Promise<string>;
}

/** Writes the report of a run, publishes its notice and its event. A repeated call writes the same files. */
export async function report(input: ReportInput, ports: ReportPorts): Promise<ReportOutput> {
  const { run, plan, failure, tracked = false } = input;
  const key = `${run.folder}${LAYOUT.summary}`;
  const now = new Date(ports.clock.now()).toISOString();
  const rejection = input.rejection ?? plan?.rejection;
  const head = {
    v: FORMAT,
    campaign: run.campaign,
    run: run.run,
    list: run.list,
    startedAt: run.startedAt,
    endedAt: (tracked && (await readEndTime(key, ports.files))) || now,
    continues: run.continues,
  } as const;

  let summary: Summary;
  if (failure) {
    summary = { ...head, status: 'failed', failure: { error: failure.Error, cause: failure.Cause }, files: [] };
  } else if (rejection || !plan) {
    summary = { ...head, status: 'rejected', rejection, ...(await readPlanDetails(run, ports.files)), files: [] };
  } else if (plan.decision === 'draft' || plan.decision === 'test') {
    const test = plan.decision === 'test' ? { test: await readTestResult(run, ports.files) } : {};
    summary = { ...head, status: 'draft', ...(await draftSummary(run, ports.files)), ...test };
  } else {
    const { tracking, ...found } = await completedSummary(run, plan, ports, tracked);
    const { quota, unclear } = await waitedSeconds(run, ports.clock.now(), ports.store);
    const approval = await readApproval(run, ports.store);
    const { settings } = await readSnapshot(run, ports.files);
    const { suppression } = settings.consent ?? {};
    const waited = waits(run, plan, Date.parse(head.endedAt), settings.rate.window);
    summary = {
      ...head,
      status: 'completed',
      ...found,
      quotaWaitSeconds: quota,
      unclearWaitSeconds: unclear,
      ...(approval ? { approval } : {}),
      ...waited,
      suppression,
      tracking: {
        until: now,
        final: tracked,
        ...(tracked || ports.trackSeconds === 0 ? {} : { next: nextReport(head.endedAt, ports) }),
        opens: settings.tracking?.opens,
        clicks: settings.tracking?.clicks,
        ...tracking,
      },
    };
  }

  const unheard = await ports.missingSubscribers?.();
  summary = await withPage(run, { ...summary, ...(unheard ? { unheard } : {}) }, ports);
  const file = [key, JSON.stringify(summary, undefined, 2), 'application/json'] as const;
  // Only the first report of a run updates the metrics.
  const first = !tracked && (await ports.files.putIfAbsent(...file));
  if (first) countRun(run, summary, ports.metrics);
  else await ports.files.put(...file);
  const { subject, text, kind } = (tracked ? trackedNotice : notice)(run, summary, ports.region);
  await ports.notices.publish(subject, text, { kind });
  await publishRunEvent(runEvent(run, summary), ports);
  if (!tracked) await ports.store.write(endOfRun(run, summary.status, ports.clock.now()));
  ports.log.info('reported', { run: run.run, status: summary.status, code: rejection?.code, ...summary.counts });
  const track = summary.status === 'completed' && !tracked && ports.trackSeconds > 0;
  return { v: FORMAT, status: summary.status, summary: key, track, trackSeconds: ports.trackSeconds };
}

/** Ends the run's record, so that the campaign's next run may send. */
function endOfRun(run: RunRef, status: Summary['status'], now: number): Update {
  if (status === 'failed') return bury(runKey(run), now);
  return conclude(runKey(run), status === 'rejected' ? 'rejected' : 'settled');
}

const nextReport = (endedAt: string, { trackSeconds }: ReportPorts): string =>
  new Date(Date.parse(endedAt) + trackSeconds * 1000).toISOString();

/** Writes report.html. If rendering fails, the report is published without the page. */
async function withPage(run: RunRef, summary: Summary, { pageOf, files, log }: ReportPorts): Promise<Summary> {
  const key = `${run.folder}${LAYOUT.page}`;
  let page: string;
  try {
    page = await pageOf(summary, run);
  } catch (error) {
    log.error('MM611: report.html could not be made', { run: run.run, error: String(error) });
    return summary;
  }
  await files.put(key, page, 'text/html; charset=utf-8');
  return { ...summary, files: [key, ...summary.files] };
}

/** Reads the result of the run's test emails. */
async function readTestResult(run: RunRef, files: Files): Promise<TestResult | undefined> {
  const text = await files.text(`${run.folder}${LAYOUT.testResult}`);
  return text === undefined ? undefined : (JSON.parse(text) as TestResult);
}

/** Reads who approved or rejected the run. */
async function readApproval({ campaignDigest, run }: RunRef, store: Store): Promise<Summary['approval']> {
  const record = asApproval((await store.read([approvalKey(campaignDigest, run)]))[0]);
  if (!record) return undefined;
  const { askedAt, decision, by, how, at, why } = record;
  return { askedAt, decision, by, how, at, why };
}

/** Reads the end time from the first report: the second report must not change it. */
async function readEndTime(key: string, files: Files): Promise<string | undefined> {
  const text = await files.text(key);
  return text === undefined ? undefined : (JSON.parse(text) as Summary).endedAt;
}

/** The plan's fields about a list and its templates that every summary repeats. */
const PLAN_DETAILS = [
  ...(['rows', 'guess', 'readAs', 'readings', 'suppressedByList', 'unknownTopLevels'] as const),
  ...(['unknownLocales', 'yesNoSections', 'templateSources', 'sameListAs'] as const),
] as const satisfies readonly (keyof PlanDocument & keyof Summary)[];
type PlanDetails = (typeof PLAN_DETAILS)[number];
const planDetails = (plan: PlanDocument): Pick<Summary, PlanDetails> =>
  Object.fromEntries(PLAN_DETAILS.map((name) => [name, plan[name]]));

/** Reads the plan's details of a rejected list; they cover the rows read before the rejection. */
async function readPlanDetails(run: RunRef, files: Files): Promise<Pick<Summary, PlanDetails>> {
  const plan = await readPlan(run, files);
  return plan ? planDetails(plan) : {};
}

async function draftSummary(run: RunRef, files: Files): Promise<Pick<Summary, PlanDetails | 'planned' | 'files'>> {
  const plan = await readPlan(run, files);
  if (!plan) throw new Error(`MM514: ${run.folder}${LAYOUT.plan} is missing`);
  const { recipients, invalid, duplicate, invalidByCode, estimate, samples = [] } = plan;
  const rejected = invalid > 0 ? [`${run.folder}${LAYOUT.invalid}`] : [];
  return {
    ...planDetails(plan),
    planned: { recipients, invalid, duplicate, invalidByCode, estimate },
    files: [...samples, ...rejected],
  };
}

async function completedSummary(
  run: RunRef,
  { shardList }: PlanOutput,
  { files, store, clock }: ReportPorts,
  tracked: boolean,
): Promise<
  Pick<Summary, PlanDetails | 'counts' | 'reasons' | 'files'> & { readonly tracking: TrackingCounts & Breakdown }
> {
  const plan = await readPlan(run, files);
  if (!plan) throw new Error(`MM514: ${run.folder}${LAYOUT.plan} is missing`);
  const counts = noCounts();
  const moves: Record<string, number> = {};
  const reasons = new Map<Outcome, Map<string, number>>();
  const written = new ReportFiles(files, run, plan);
  const tracking = new TrackingCounter();
  const breakdown = new BreakdownCounter(Date.parse(run.startedAt), clock.now());
  for await (const rows of trackedRows(run, shardList, { files, store, tracked })) {
    for (const row of rows) {
      counts[row.outcome] += 1;
      if (row.move !== undefined) moves[row.move] = (moves[row.move] ?? 0) + 1;
      if (row.outcome === 'sent') {
        tracking.add(row.mail);
        breakdown.add(row.to ?? '', row.mail);
      }
      if (row.reason)
        count(
          reasons,
          row.outcome,
          'code' in row && entryOf(row.outcome).codedReason ? `${row.code}: ${row.reason}` : row.reason,
        );
    }
    await written.add(rows);
  }
  const keys = await written.end();
  if (plan.invalid > 0) keys.push(`${run.folder}${LAYOUT.invalid}`);
  if (
    countWhere(counts, () => true) !== plan.rows ||
    counts.invalid !== plan.invalid ||
    counts.duplicate !== plan.duplicate
  ) {
    throw new Error(
      `MM515: the counts do not add up: ${plan.rows} rows were planned, ${JSON.stringify(counts)} were found`,
    );
  }
  // Write the counts before the run is settled: the next run treats a run without counts as dead.
  await store.write(writeCounts(run, moves));
  const why = Object.fromEntries([...reasons].map(([outcome, of]) => [outcome, Object.fromEntries(of)]));
  return {
    ...planDetails(plan),
    counts,
    reasons: why,
    files: keys,
    tracking: { ...tracking.result, ...breakdown.result },
  };
}

/** The maximum number of reasons per outcome: SES's error texts may contain details of one message. */
const KINDS = 20;

function count(reasons: Map<Outcome, Map<string, number>>, outcome: Outcome, reason: string): void {
  const of = reasons.get(outcome) ?? new Map<string, number>();
  reasons.set(outcome, of);
  const kind = of.has(reason) || of.size < KINDS ? reason : 'others';
  of.set(kind, (of.get(kind) ?? 0) + 1);
}
