import { cancelCampaign } from '../lambda-src/core/control';
import { campaignDigest } from '../lambda-src/core/keys';
import { ACT_OPTIONS, say, WHY_USAGE } from './act';
import { MAILER_USAGE } from './mailer';
import { Operator } from './operator';
import { statusOf } from './runs';
import { only, parse, type Terminal } from './verb';

export const summary = 'ends the run of a campaign: who has no mail yet gets none, and a report says so';

export const usage = `Usage: cdk-mailmatrix cancel CAMPAIGN --mailer STACK/ID [options]

Ends the sending of the campaign's run. Those under way get their mail; everybody else is reported as not attempted, and
the report is written as ever. A later upload, or resume, goes on with those who have no mail. A run that waits (for its start
time, a sending window, or paused) sends nothing, and ends when it wakes.

${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 it ends, 1 no run of it is under way, 2 it could not be done.

  cdk-mailmatrix cancel may-newsletter --mailer Mail/Mailer --why "called off"
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('cancel', args, ACT_OPTIONS);
  const name = only('cancel', 'campaign', positionals);
  const operator = await Operator.of(values);
  const { campaign, execution, run: number } = await operator.known(name);
  const action = await operator.action(values.why);
  if ((await statusOf(execution, operator)) !== 'RUNNING') {
    const words = `${name}: its last run, ${number}, has ended; there is nothing to cancel.`;
    return say({ what: 'cancel', campaign, result: 'ended', ...action }, words, values, terminal, 1);
  }
  const result = await cancelCampaign(campaignDigest(campaign), action, operator.control);
  const words =
    result === 'already'
      ? `${name}: its run was ended before. \`cdk-mailmatrix status ${name}\` says why.`
      : `${name} is cancelled: its run sends no more, and its report follows.`;
  return say({ what: 'cancel', campaign, result, ...action }, words, values, terminal);
}
