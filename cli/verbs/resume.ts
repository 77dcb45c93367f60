import { resumeAll, resumeCampaign } from '../../lambda-src/domain/campaign/control';
import { isUnfinished, type RunRecord } from '../../lambda-src/domain/campaign/run-record';
import { publishResume } from '../../lambda-src/domain/events/pause-events';
import { ACT_OPTIONS, onAll, onBus, say, target, WHY_USAGE } from '../shared/act';
import {
  countsOf,
  isDone,
  isResumed,
  isRetried,
  isUnderWay,
  type Known,
  knownCampaign,
  newestOfLists,
} from '../shared/campaign-runs';
import { MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { startResume, summaryOf } from '../shared/runs';
import { parse, type Terminal } from '../shared/verb';

export const summary = 'resumes a campaign that was paused or cancelled, or whose run failed';

export const usage = `Usage: cdk-mailmatrix resume CAMPAIGN | --all  --mailer STACK/ID [options]

Ends a pause. The run continues after at most an eighth of the time that it was paused, and at most 10 minutes (an hour after
a pause of three days). For each list whose last run was cancelled or stopped, or ended without a report, the command starts
a new run over the same list, for recipients who have no email yet.

  --all                ends the pause of pause --all. Campaigns with a pause of their own stay paused
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 resumed, 1 nothing to resume, 2 the command failed.

  cdk-mailmatrix resume may-newsletter --mailer Mail/Mailer --why "subject is right"
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('resume', args, { ...ACT_OPTIONS, all: { type: 'boolean' } });
  const name = target('resume', positionals, values.all);
  const operator = await Operator.of(values);
  if (name === undefined) return onAll('resume', resumeAll, values, operator, terminal);
  const known = await knownCampaign(name, operator);
  const { campaign, digest, record } = known;
  const action = await operator.action(values.why);
  const result = await resumeCampaign(digest, action, operator.control);
  if (result === 'done') {
    const { event, ports } = onBus(action, operator, terminal);
    await publishResume({ campaign, run: record.turn ?? record.run, ...event }, ports);
  }
  const again = await runsToResume(known, operator);
  const executions = [];
  for (const one of again) executions.push(await startResume(campaign, one.run, action, operator));
  const lists = again.map(({ listKey }) => listKey).join(', ');
  const words =
    again.length > 0
      ? `${name} goes on in ${again.length === 1 ? 'a new run' : `${again.length} new runs`} over ${lists}, for those who have no mail yet.`
      : result === 'already'
        ? `${name} is neither paused nor stopped; its runs are under way or have ended.`
        : `${name} goes on; its run may sleep for a while yet, ten minutes at most.`;
  const idle = again.length === 0 && result === 'already';
  return say({ what: 'resume', campaign, result, executions, ...action }, words, values, terminal, idle ? 1 : 0);
}

/** The last runs that need a new run: stopped, ended without a report, or ended with recipients to resume. */
async function runsToResume(known: Known, operator: Operator): Promise<readonly RunRecord[]> {
  const { runs } = known;
  const done = isDone(await countsOf(known, operator));
  const newest = newestOfLists(runs);
  const needed = await Promise.all(newest.map((run) => needsARun(run)));
  return newest.filter((_, at) => needed[at]);

  async function needsARun(run: RunRecord): Promise<boolean> {
    if (isUnfinished(run)) return run.stopped !== undefined || !(await isUnderWay(run, operator));
    if (run.state === 'dead') return true;
    if (done || isRetried(run, runs)) return false;
    const ended = await summaryOf(run, operator);
    return isResumed(ended?.counts);
  }
}
