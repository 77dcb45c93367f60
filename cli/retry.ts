import { LAYOUT } from '../src/private/contract';
import { ACT_OPTIONS, recordAction, say, WHY_USAGE } from './act';
import { has, keyBeside, uploadAgain } from './again';
import { conclude, follow, runOf } from './follow';
import { MAILER_USAGE } from './mailer';
import { Operator } from './operator';
import { RUN_OPTION, RUN_USAGE, reportedRun } from './reported';
import { statusOf } from './runs';
import { only, parse, type Terminal } from './verb';

export const summary = 'tries those again whom the last run of a campaign was refused or did not attempt';

export const usage = `Usage: cdk-mailmatrix retry CAMPAIGN --mailer STACK/ID [options]

Sends retry.csv of the campaign's last run as a list of the same campaign: those whom SES refused and those not attempted.
Nobody who is in doubt is among them; see resend-in-doubt.

  --template NAME      the template of all rows; else the one that the last upload asked for
  --no-wait            ends once the run is asked for
${RUN_USAGE}
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 everybody was mailed who could be, 1 there is nobody to try again, or somebody is left again,
2 it could not be done.

  cdk-mailmatrix retry may-newsletter --mailer Mail/Mailer
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('retry', args, {
    ...ACT_OPTIONS,
    ...RUN_OPTION,
    template: { type: 'string' },
    'no-wait': { type: 'boolean' },
  });
  const name = only('retry', 'campaign', positionals);
  const operator = await Operator.of(values);
  const record = await operator.known(name);
  if ((await statusOf(record.execution, operator)) === 'RUNNING')
    throw new Error(`MM717: ${name}: run ${record.run} is under way; its report says whom to try again`);
  const of = await reportedRun(record, values.run, operator);
  if (!(await has(of, LAYOUT.retry, operator))) {
    const words = `${name}: run ${of.run} has no ${LAYOUT.retry}; there is nobody to try again.`;
    return say({ what: 'retry', campaign: record.campaign, result: 'nobody' }, words, values, terminal, 1);
  }
  const action = await operator.action(values.why);
  const key = keyBeside(of, 'retry');
  await recordAction('retry', action, { campaign: record.campaign, list: key }, operator.control);
  const uploaded = await uploadAgain(of, LAYOUT.retry, key, values.template, operator);
  if (values['no-wait']) return say({ what: 'retry', key, ...action }, `Asked for, as ${key}`, values, terminal);
  const followed = await follow(await runOf(uploaded, operator, terminal), operator, terminal);
  return conclude(followed, operator, terminal, values.json);
}
