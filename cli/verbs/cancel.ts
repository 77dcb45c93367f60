import { cancelCampaign } from '../../lambda-src/domain/campaign/control';
import { ACT_OPTIONS, say, WHY_USAGE } from '../shared/act';
import { isUnderWay, knownCampaign } from '../shared/campaign-runs';
import { MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { onlyOperand, parse, type Terminal } from '../shared/verb';

export const summary = 'ends every run of a campaign: no further recipient gets an email';

export const usage = `Usage: cdk-mailmatrix cancel CAMPAIGN --mailer STACK/ID [options]

Ends all active runs of the campaign, over all its lists. Requests in flight still complete. Each run writes its report, with
the remaining recipients as not attempted. A later upload, or resume, sends to recipients who have no email yet. A waiting or
paused run ends when it wakes.

${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 cancelled, 1 no run of the campaign is active, 2 the command failed.

  cdk-mailmatrix cancel may-newsletter --mailer Mail/Mailer --why "called off"
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('cancel', args, ACT_OPTIONS);
  const name = onlyOperand('cancel', 'campaign', positionals);
  const operator = await Operator.of(values);
  const { campaign, digest, runs } = await knownCampaign(name, operator);
  const action = await operator.action(values.why);
  const alive = await Promise.all(runs.map((one) => isUnderWay(one, operator)));
  const numbers = runs.filter((_, at) => alive[at]).map(({ run: number }) => number);
  if (numbers.length === 0) {
    const words = `${name}: all its runs have ended; there is nothing to cancel.`;
    return say({ what: 'cancel', campaign, result: 'ended', ...action }, words, values, terminal, 1);
  }
  const result = await cancelCampaign(digest, action, operator.control);
  const words =
    result === 'already'
      ? `${name}: it was stopped before. \`cdk-mailmatrix status ${name}\` says why.`
      : `${name} is cancelled: nothing more is sent, and the report of run ${numbers.join(', ')} follows.`;
  return say({ what: 'cancel', campaign, result, runs: numbers, ...action }, words, values, terminal);
}
