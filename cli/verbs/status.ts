import { campaignKey, campaignLabel } from '../../lambda-src/domain/campaign/campaign';
import { countsWords } from '../../lambda-src/domain/campaign/campaign-counts';
import { controlKeys, type Pause, readActions, sendBlockOf } from '../../lambda-src/domain/campaign/control';
import { asRun, type RunRecord } from '../../lambda-src/domain/campaign/run-record';
import { RATE_KEY } from '../../lambda-src/domain/rate/rate';
import { formatCount } from '../../lambda-src/domain/text/format-count';
import type { RunRef } from '../../src/private/contract';
import { blockedSending, blockedWords } from '../shared/blocked';
import { countsOf, knownCampaign } from '../shared/campaign-runs';
import { reportLines } from '../shared/follow';
import { MAILER_OPTIONS, MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { executions, planOf, progressOf, registerOutputOf, statusOf, summaryOf } from '../shared/runs';
import { parse, type Terminal } from '../shared/verb';
import { approvalStateOf, waitSettingsOf } from '../shared/waiting';

export const summary = "shows active runs and pauses, or a campaign's progress";

export const usage = `Usage: cdk-mailmatrix status [CAMPAIGN] --mailer STACK/ID [options]

Without a campaign: prints whether all campaigns are paused, and the active runs. With a campaign: prints the outcomes of its
recipients, each counted once; the progress of each run and why it waits; and operators' actions on the campaign.
Counts are exact once all runs have ended. The count of an active run lags by up to 50 recipients for each worker.

${MAILER_USAGE}

Exit code: 0 printed, 2 the command failed.

  cdk-mailmatrix status may-newsletter --mailer Mail/Mailer
`;

const MOST_RUNS = 20;
const MOST_ACTIONS = 20;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('status', args, MAILER_OPTIONS);
  if (positionals.length > 1) throw new Error(`MM701: status: got ${positionals.length} campaigns, allowed is one`);
  const operator = await Operator.of(values);
  const { state, words } = await (positionals[0] === undefined
    ? statusOfMailer(operator)
    : statusOfCampaign(positionals[0], operator));
  terminal.stdout.write(values.json ? `${JSON.stringify(state, undefined, 2)}\n` : `${words.join('\n')}\n`);
  return 0;
}

interface Status {
  readonly state: object;
  readonly words: readonly string[];
}

async function statusOfMailer(operator: Operator): Promise<Status> {
  const [rate] = await operator.control.store.read([RATE_KEY]);
  const { paused, pausedAt, pausedBy } = (rate ?? {}) as Pause;
  const blocked = blockedSending(rate);
  const running = await executions('RUNNING', MOST_RUNS, operator);
  const runs = [];
  const words = [
    paused === undefined ? 'Not paused.' : `Everything is paused: ${paused}${since({ pausedAt, pausedBy })}`,
    ...blockedWords(blocked ?? []),
  ];
  for (const { executionArn, startDate } of running) {
    const output = await registerOutputOf(executionArn!, operator);
    const under = output?.run;
    const label = under ? campaignLabel(under) : executionArn!;
    const far = under && output.decision === 'run' ? await progress(under, operator) : undefined;
    runs.push({
      campaign: under?.campaign,
      run: under?.run,
      execution: executionArn,
      startedAt: startDate,
      ...far?.state,
    });
    words.push(`${label}${under ? `, run ${under.run}` : ''}: ${far?.words ?? 'beginning'}`);
  }
  if (runs.length === 0) words.push('No run is under way.');
  if (runs.length === MOST_RUNS) words.push(`and perhaps more: the newest ${MOST_RUNS} are shown.`);
  return { state: { paused, pausedAt, pausedBy, blocked, runs }, words };
}

/** The campaign as a whole, and each of its runs. */
async function statusOfCampaign(name: string, operator: Operator): Promise<Status> {
  const known = await knownCampaign(name, operator);
  const { record, campaign, digest, runs } = known;
  const { paused, pausedAt, pausedBy } = record;
  const counts = await countsOf(known, operator);
  const all = [];
  for (const run of runs) all.push(await statusOfRun(run, digest, operator));
  const actions = await readActions(campaignKey(digest), MOST_ACTIONS, operator.control.store);
  return {
    state: {
      ...{ campaign, ...counts, paused, pausedAt, pausedBy },
      runs: all.map(({ state }) => state),
      actions: actions.map(({ what, list, who, when, why, run: of }) => ({ what, list, who, when, why, run: of })),
    },
    words: [
      `${name}: ${countsWords(counts)}`,
      ...(paused === undefined ? [] : [`Paused: ${paused}${since({ pausedAt, pausedBy })}`]),
      ...all.flatMap(({ words }) => words),
      ...actions.map(({ what, who, when, why }) => `${when}  ${what} by ${who}: ${why}`),
    ],
  };
}

/** The progress of one run, or how it ended. */
async function statusOfRun(record: RunRecord, digest: string, operator: Operator) {
  const { run: number, listKey, versionId, startedAt, execution, folder, sending, stopped, rejectionCode } = record;
  const run = asRun(record, digest);
  const status = await statusOf(execution, operator);
  const ended = status === 'RUNNING' ? undefined : await summaryOf(run, operator);
  const far = status === 'RUNNING' ? await progress(run, operator) : undefined;
  const control = status === 'RUNNING' ? await operator.control.store.read(controlKeys(run)) : undefined;
  const stop = control && sendBlockOf(control);
  const blocked = control && blockedSending(control.at(-1));
  const how = far?.words ?? `ended as ${ended?.status ?? status?.toLowerCase() ?? 'unknown'}`;
  return {
    state: {
      ...{ run: number, list: listKey, versionId, state: record.state, startedAt, execution, status, folder },
      ...{ sending, stopReason: stop?.reason, blocked, stopped, rejectionCode, ...far?.state, summary: ended },
    },
    words: [
      `Run ${number}, ${listKey}, begun ${startedAt}: ${how}`,
      ...(stopped === undefined ? [] : [`  Stopped: ${stopped}`]),
      ...blockedWords(blocked ?? []),
      ...(ended?.counts
        ? Object.entries(ended.counts)
            .filter(([, count]) => count > 0)
            .map(([outcome, count]) => `  ${outcome}: ${formatCount(count)}`)
        : []),
      `  Files: s3://${operator.connection.bucket}/${folder}`,
    ],
  };
}

async function progress(run: RunRef, operator: Operator): Promise<{ state: object; words: string }> {
  const plan = await planOf(run, operator);
  if (!plan) return { state: {}, words: 'reading the list' };
  const passed = Math.min(await progressOf(run, operator), plan.recipients);
  const waiting = await waitSettingsOf(run, operator);
  return {
    state: {
      ...{ recipients: plan.recipients, passed, sendAt: plan.sendAt },
      approval: await approvalStateOf(run, waiting, operator),
    },
    words: await reportLines(run, plan, waiting, operator),
  };
}

const since = ({ pausedAt, pausedBy }: Pause): string =>
  `${pausedAt === undefined ? '' : `, since ${pausedAt}`}${pausedBy === undefined ? '' : `, by ${pausedBy}`}`;
