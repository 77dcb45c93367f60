import { allowResend } from '../lambda-src/core/control';
import { campaignDigest } from '../lambda-src/core/keys';
import { LAYOUT } from '../src/private/contract';
import { ACT_OPTIONS, say, WHY_USAGE } from './act';
import { has, keyBeside, uploadAgain } from './again';
import { conclude, follow, runOf } from './follow';
import { MAILER_USAGE } from './mailer';
import { Operator } from './operator';
import { RUN_OPTION, RUN_USAGE, reportedRun } from './reported';
import { statusOf } from './runs';
import { only, parse, type Terminal } from './verb';

export const summary = 'mails those again of whom nobody knows whether they got it, who may get it twice';

export const usage = `Usage: cdk-mailmatrix resend-in-doubt CAMPAIGN --accept-duplicates --mailer STACK/ID [options]

Sends in-doubt.csv of the campaign's last run again, and to nobody else. Look into it first: whoever did get the mail
gets a second one. Each is sent at most once more, and only once no request of the earlier attempt can be under way.

  --accept-duplicates  that you know it
  --template NAME      the template of all rows; else the one that the last upload asked for
  --no-wait            ends once the run is asked for
${RUN_USAGE}
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 everybody was mailed, 1 nobody is in doubt, or somebody is again, 2 it could not be done.

  cdk-mailmatrix resend-in-doubt may-newsletter --accept-duplicates --mailer Mail/Mailer --why "all four said no"
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('resend-in-doubt', args, {
    ...ACT_OPTIONS,
    'accept-duplicates': { type: 'boolean' },
    ...RUN_OPTION,
    template: { type: 'string' },
    'no-wait': { type: 'boolean' },
  });
  const name = only('resend-in-doubt', 'campaign', positionals);
  if (!values['accept-duplicates']) {
    throw new Error(
      'MM701: resend-in-doubt: whoever did get the mail gets a second one; --accept-duplicates says you know',
    );
  }
  const operator = await Operator.of(values);
  const record = await operator.known(name);
  if ((await statusOf(record.execution, operator)) === 'RUNNING')
    throw new Error(`MM717: ${name}: run ${record.run} is under way; its report says who is in doubt`);
  const of = await reportedRun(record, values.run, operator);
  if (!(await has(of, LAYOUT.inDoubt, operator))) {
    const words = `${name}: run ${of.run} has no ${LAYOUT.inDoubt}; nobody is in doubt.`;
    return say({ what: 'resend-in-doubt', campaign: record.campaign, result: 'nobody' }, words, values, terminal, 1);
  }
  const action = await operator.action(values.why);
  const key = keyBeside(of, 'in-doubt');
  // Allowed first: the upload alone would leave them in doubt.
  await allowResend(campaignDigest(record.campaign), key, action, operator.control);
  const uploaded = await uploadAgain(of, LAYOUT.inDoubt, key, values.template, operator);
  if (values['no-wait'])
    return say({ what: 'resend-in-doubt', key, ...action }, `Asked for, as ${key}`, values, terminal);
  const followed = await follow(await runOf(uploaded, operator, terminal), operator, terminal);
  return conclude(followed, operator, terminal, values.json);
}
