import { pauseAll, pauseCampaign } from '../../lambda-src/domain/campaign/control';
import { publishPause } from '../../lambda-src/domain/events/pause-events';
import { campaignDigest } from '../../lambda-src/domain/ledger/keys';
import { ACT_OPTIONS, onAll, onBus, say, target, WHY_USAGE } from '../shared/act';
import { MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { parse, type Terminal } from '../shared/verb';

export const summary = 'pauses a campaign, or all campaigns, until you resume';

export const usage = `Usage: cdk-mailmatrix pause CAMPAIGN | --all  --mailer STACK/ID [options]

Stops sending within two seconds; requests in flight still complete. The campaign stays paused until you resume it, also for
new uploads.

  --all                pauses every campaign of all mailers that share the ledger
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 paused, 2 the command failed.

  cdk-mailmatrix pause may-newsletter --mailer Mail/Mailer --why "wrong date in the subject"
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('pause', args, { ...ACT_OPTIONS, all: { type: 'boolean' } });
  const name = target('pause', positionals, values.all);
  const operator = await Operator.of(values);
  if (name === undefined) return onAll('pause', pauseAll, values, operator, terminal);
  const { campaign, run: last } = await operator.known(name);
  const action = await operator.action(values.why);
  const result = await pauseCampaign(campaignDigest(campaign), action, operator.control);
  if (result !== 'already') {
    const { event, ports } = onBus(action, operator, terminal);
    await publishPause({ campaign, run: last, ...event }, ports);
  }
  return say(
    { what: 'pause', campaign, result, ...action },
    result === 'already'
      ? `${name} was paused before. \`cdk-mailmatrix status ${name}\` says by whom and why.`
      : `${name} is paused: nobody new is mailed. \`cdk-mailmatrix resume ${name}\` goes on.`,
    values,
    terminal,
  );
}
