import { setTimeout as sleep } from 'node:timers/promises';
import { asCampaign, campaignLabel } from '../../lambda-src/domain/campaign/campaign';
import { controlKeys, sendBlockOf } from '../../lambda-src/domain/campaign/control';
import { asRunRecord, runKey } from '../../lambda-src/domain/campaign/run-record';
import type { Item } from '../../lambda-src/domain/ledger/store';
import { countWhere } from '../../lambda-src/domain/outcomes';
import { formatDuration } from '../../lambda-src/domain/text/duration';
import { formatCount } from '../../lambda-src/domain/text/format-count';
import { notice } from '../../lambda-src/functions/report/notice';
import type { Summary } from '../../lambda-src/functions/report/summary';
import { LAYOUT, type ListRejection, type PlanDocument, type RunRef } from '../../src/private/contract';
import type { Operator } from './operator';
import { StatusLine } from './progress';
import { executionOf, planOf, progressOf, registerOutputOf, statusOf, summaryOf, type Uploaded } from './runs';
import type { Terminal } from './verb';
import { approvalStateOf, approvalWords, type WaitSettings, waitSettingsOf } from './waiting';

const POLL = 2_000;
/** Milliseconds. EventBridge delivers within seconds, so a run that has not begun by then does not begin. */
const START_WITHIN = 180_000;

/** A run that ended, or an upload that got no run. */
export interface Followed {
  readonly campaign?: string;
  readonly execution: string;
  readonly run?: number;
  /** The status in `summary.json`; `superseded`, `ignored` or `locked` if Register ended the run. */
  readonly status: string;
  readonly folder?: string;
  readonly summary?: Summary;
  /** Why the mailer is locked. */
  readonly rejection?: ListRejection;
}

/** Waits for the execution that an upload starts; throws MM714 after `within` milliseconds. */
export async function runOf(uploaded: Uploaded, operator: Operator, terminal: Terminal, within = START_WITHIN) {
  const line = new StatusLine(terminal);
  const until = Date.now() + within;
  try {
    while (Date.now() < until) {
      const execution = await executionOf(uploaded, operator);
      if (execution !== undefined) return execution;
      line.show('waiting for the run to begin');
      await sleep(POLL / 2);
    }
  } finally {
    line.end();
  }
  throw new Error(
    `MM714: ${uploaded.key} lies in the bucket, and no run has begun in ${formatDuration(within / 1000)}: see "Troubleshooting" in the README`,
  );
}

/** Shows a run's progress until it ends. */
export async function follow(execution: string, operator: Operator, terminal: Terminal): Promise<Followed> {
  const line = new StatusLine(terminal);
  try {
    const run = await registeredRun(execution, operator, line);
    if ('status' in run) return run;
    let plan: PlanDocument | undefined;
    let waiting: WaitSettings | undefined;
    // The run's own execution: that of a duplicate event ends at once.
    for (let ended = false; !ended; ) {
      const status = await statusOf(run.execution, operator);
      ended = status !== 'RUNNING';
      if (ended) break;
      if (!plan) {
        plan = await planOf(run.run, operator);
        if (plan) waiting = await waitSettingsOf(run.run, operator);
      }
      line.show(
        plan && waiting && !run.run.draft ? await reportLines(run.run, plan, waiting, operator) : 'reading the list',
      );
      await sleep(POLL);
    }
    const summary = await summaryOf(run.run, operator);
    return {
      campaign: campaignLabel(run.run),
      execution: run.execution,
      run: run.run.run,
      status: summary?.status ?? 'failed',
      folder: run.run.folder,
      summary,
    };
  } finally {
    line.end();
  }
}

/** Waits for Register. Returns the run, or how Register ended the execution without one. */
export async function registeredRun(
  execution: string,
  operator: Operator,
  line: StatusLine,
): Promise<Followed | { readonly run: RunRef; readonly execution: string }> {
  for (;;) {
    // The status is read before the history, so that the history of an ended execution is complete.
    const status = await statusOf(execution, operator);
    const output = await registerOutputOf(execution, operator);
    if (output?.run) {
      const { run, decision } = output;
      if (decision === 'superseded') return { campaign: campaignLabel(run), execution, status: decision };
      if (decision !== 'duplicate') return { run, execution };
      const [item] = await operator.control.store.read([runKey(run)]);
      return { run, execution: asRunRecord(item)?.execution ?? execution };
    }
    if (output) return { execution, status: output.decision, rejection: output.rejection };
    if (status !== 'RUNNING') return { execution, status: 'failed' };
    line.show('waiting for the run to begin');
    await sleep(POLL / 2);
  }
}

/** Describes a run's progress. */
export async function reportLines(
  run: RunRef,
  plan: PlanDocument,
  waiting: WaitSettings,
  operator: Operator,
): Promise<string> {
  const { recipients } = plan;
  const passed = Math.min(await progressOf(run, operator), recipients);
  const far = `about ${formatCount(passed)} of ${formatCount(recipients)} recipients`;
  const why = await halted(run, plan, waiting, passed, operator);
  if (why !== undefined) return `${far}; ${why}`;
  return passed >= recipients ? `${far}; settling` : `sending: ${far}`;
}

/** Says why the run sends nothing now; undefined while it may send. */
export async function halted(
  run: RunRef,
  { recipients, sendAt }: PlanDocument,
  waiting: WaitSettings,
  passed: number,
  operator: Operator,
): Promise<string | undefined> {
  const control = await operator.control.store.read(controlKeys(run));
  const block = sendBlockOf(control);
  if (block) return block.kind === 'stop' ? `${block.reason}: ending` : block.reason;
  const asked = passed === 0 ? await approvalStateOf(run, waiting, operator) : undefined;
  const waits = asked && approvalWords(asked);
  if (waits !== undefined) return waits;
  const now = Date.now();
  if (sendAt !== undefined && Date.parse(sendAt) > now) return `waiting until ${sendAt}`;
  const turn = await queuedBehind(run, control, operator);
  if (turn !== undefined) return `waits until run ${turn} of its campaign has ended`;
  const opensIn = passed < recipients ? (waiting.window?.opensIn(now) ?? 0) : 0;
  return opensIn > 0 ? `outside the sending window until ${new Date(now + opensIn).toISOString()}` : undefined;
}

/** The run that has the campaign's turn while this run waits for it. */
async function queuedBehind(
  { campaignDigest, run }: Pick<RunRef, 'campaignDigest' | 'run'>,
  [campaign, mine]: readonly (Item | undefined)[],
  { control }: Operator,
): Promise<number | undefined> {
  const { turn } = asCampaign(campaign) ?? {};
  if (turn === undefined || turn === run || asRunRecord(mine)?.sending !== undefined) return undefined;
  const holder = asRunRecord((await control.store.read([runKey({ campaignDigest, run: turn })]))[0]);
  return holder?.state === 'sending' ? turn : undefined;
}

/** Prints the result of an ended run and returns the exit code: 0 if there is nothing to check. */
export function conclude(followed: Followed, operator: Operator, terminal: Terminal, json = false): number {
  const { summary, status, campaign, folder, execution, rejection } = followed;
  if (json) terminal.stdout.write(`${JSON.stringify(followed, undefined, 2)}\n`);
  else if (summary && folder !== undefined) {
    const { bucket } = operator.connection;
    const run = { campaign: summary.campaign, run: summary.run, folder, list: summary.list } as RunRef;
    terminal.stdout.write(`${notice(run, summary).text}\n`);
    if (summary.files.length > 0)
      terminal.stdout.write(`Files: ${names(folder, summary.files)} in s3://${bucket}/${folder}\n`);
  } else if (rejection) {
    terminal.stdout.write(
      `Nothing was sent, the mailer is locked. ${rejection.code}: ${rejection.message}.\n` +
        'What would change shows `cdk-mailmatrix take-over`.\n',
    );
  } else if (status === 'superseded') {
    terminal.stdout.write(`${campaign}: a newer upload is there; this one is not sent.\n`);
  } else terminal.stdout.write(`The run ended as ${status} and wrote no ${LAYOUT.summary}: ${execution}\n`);
  return isFine(summary) ? 0 : 1;
}

const names = (folder: string, files: readonly string[]): string =>
  files.map((key) => key.slice(folder.length)).join(', ');

function isFine(summary: Summary | undefined): boolean {
  if (summary?.status === 'draft') return summary.test === undefined || summary.test.sent === summary.test.mails;
  if (summary?.status !== 'completed' || !summary.counts) return false;
  const { counts } = summary;
  return countWhere(counts, ({ alerts }) => alerts) === 0 && countWhere(counts, ({ kind }) => kind === 'accepted') > 0;
}
