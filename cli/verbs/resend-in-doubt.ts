import { allowResend } from '../../lambda-src/domain/campaign/control';
import { isUnfinished } from '../../lambda-src/domain/campaign/run-record';
import { LAYOUT } from '../../src/private/contract';
import { ACT_OPTIONS, say, WHY_USAGE } from '../shared/act';
import { followAll, hasReportFile, keyBeside, uploadAgain } from '../shared/again';
import { countsOf, knownCampaign, newestOfLists } from '../shared/campaign-runs';
import { MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { numberedRun, RUN_OPTION } from '../shared/reported';
import { onlyOperand, parse, type Terminal } from '../shared/verb';

export const summary = 'resends to recipients whose delivery is uncertain; some may get the email twice';

export const usage = `Usage: cdk-mailmatrix resend-in-doubt CAMPAIGN --accept-duplicates --mailer STACK/ID [options]

Uploads the in-doubt.csv of each list of the campaign as a new list. Check these files first: a recipient whose email arrived
gets it a second time. Each recipient gets at most one more email, after any request of the earlier attempt has expired.

  --accept-duplicates  required: confirms that recipients may get the email twice
  --template NAME      the template of all rows. Default: the template of the list's last run
  --no-wait            ends after the upload, without following the run
  --run NUMBER         the file of this run only. Default: the last run of each list
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 every recipient got an email, 1 no recipient is in doubt, or some are again, 2 the command failed.

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
  const name = onlyOperand('resend-in-doubt', 'campaign', positionals);
  if (!values['accept-duplicates']) {
    throw new Error(
      'MM701: resend-in-doubt: whoever did get the mail gets a second one; --accept-duplicates says you know',
    );
  }
  const operator = await Operator.of(values);
  const known = await knownCampaign(name, operator);
  const { campaign, digest, runs } = known;
  const counts = await countsOf(known, operator);
  const nobody = !counts.approximate && counts.counts.in_doubt === 0;
  const newest = nobody ? [] : newestOfLists(runs);
  const candidates = values.run === undefined ? newest : [numberedRun(runs, values.run)];
  const reported = candidates.filter(({ state }) => state === 'settled');
  const found = await Promise.all(reported.map((one) => hasReportFile(one, LAYOUT.inDoubt, operator)));
  const of = reported.filter((_, at) => found[at]);
  if (of.length === 0) {
    const busy = candidates.find((one) => isUnfinished(one));
    if (busy) throw new Error(`MM717: ${name}: run ${busy.run} has not ended; its report says who is in doubt`);
    const words = `${name}: nobody is in doubt.`;
    return say({ what: 'resend-in-doubt', campaign, result: 'nobody' }, words, values, terminal, 1);
  }
  const action = await operator.action(values.why);
  const uploads = [];
  for (const one of of) {
    const key = keyBeside(one, 'in-doubt');
    // The grant must precede the upload: without it the recipients stay in doubt.
    await allowResend(digest, key, action, operator.control);
    uploads.push(await uploadAgain(one, LAYOUT.inDoubt, key, values.template, operator));
  }
  const keys = uploads.map(({ key }) => key);
  if (values['no-wait'])
    return say({ what: 'resend-in-doubt', keys, ...action }, `Asked for, as ${keys.join(', ')}`, values, terminal);
  return followAll(uploads, operator, terminal, values.json);
}
