import type { CampaignRecord } from '../lambda-src/core/campaign';
import { resumeAll, resumeCampaign } from '../lambda-src/core/control';
import { campaignDigest } from '../lambda-src/core/keys';
import { tellOfResume } from '../lambda-src/core/paused';
import { ACT_OPTIONS, onAll, onBus, say, target, WHY_USAGE } from './act';
import { MAILER_USAGE } from './mailer';
import { Operator } from './operator';
import { startAgain, statusOf, summaryOf } from './runs';
import { parse, type Terminal } from './verb';

export const summary = 'a campaign that is paused, cancelled, stopped or broken goes on';

export const usage = `Usage: cdk-mailmatrix resume CAMPAIGN | --all  --mailer STACK/ID [options]

Takes a pause back: the run goes on within an eighth of what the pause lasted, ten minutes at most. Where no run is there
any more (cancelled, stopped, failed) a new one begins over the campaign's last list, for those who have no mail yet.
--all takes back what pause --all did; a campaign that is paused by itself stays so.

  --all                every campaign
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 it goes on, 1 there is nothing to go on with, 2 it could not be done.

  cdk-mailmatrix resume may-newsletter --mailer Mail/Mailer --why "subject is right"
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('resume', args, { ...ACT_OPTIONS, all: { type: 'boolean' } });
  const name = target('resume', positionals, values.all);
  const operator = await Operator.of(values);
  if (name === undefined) return onAll('resume', resumeAll, values, operator, terminal);
  const record = await operator.known(name);
  const { campaign } = record;
  const action = await operator.action(values.why);
  const result = await resumeCampaign(campaignDigest(campaign), action, operator.control);
  if (result === 'done') {
    const { said, ports } = onBus(action, operator, terminal);
    await tellOfResume({ campaign, run: record.run, ...said }, ports);
  }
  const again = await needsARun(record, operator);
  const execution = again ? await startAgain(campaign, action, operator) : undefined;
  const words = again
    ? `${name} goes on in a new run, for those who have no mail yet.`
    : result === 'already'
      ? `${name} is neither paused nor stopped; its run ${record.run} is under way or has ended.`
      : `${name} goes on; its run may sleep for a while yet, ten minutes at most.`;
  const idle = !again && result === 'already';
  return say({ what: 'resume', campaign, result, execution, ...action }, words, values, terminal, idle ? 1 : 0);
}

/** Whether nobody is there to go on: the last run was stopped or broke, or left people out. */
async function needsARun(record: CampaignRecord, operator: Operator): Promise<boolean> {
  const status = await statusOf(record.execution, operator);
  if (status === 'RUNNING') return record.stopped !== undefined;
  if (status !== 'SUCCEEDED') return true;
  const ended = await summaryOf(record, operator);
  return (ended?.counts?.not_attempted ?? 0) > 0;
}
