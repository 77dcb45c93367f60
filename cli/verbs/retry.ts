import { LAYOUT } from '../../src/private/contract';
import { ACT_OPTIONS, recordAction, say, WHY_USAGE } from '../shared/act';
import { followAll, hasReportFile, keyBeside, uploadAgain } from '../shared/again';
import {
  countsOf,
  isDone,
  isRetried,
  isUnderWay,
  type Known,
  knownCampaign,
  newestOfLists,
} from '../shared/campaign-runs';
import { MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { numberedRun, type Reported, RUN_OPTION } from '../shared/reported';
import { onlyOperand, parse, type Terminal } from '../shared/verb';

export const summary = 'retries recipients that a campaign could not send to or never reached';

export const usage = `Usage: cdk-mailmatrix retry CAMPAIGN --mailer STACK/ID [options]

Uploads the retry.csv of each list of the campaign as a new list: recipients that SES refused or that were not attempted.
It leaves out recipients in doubt; see resend-in-doubt.

  --template NAME      the template of all rows. Default: the template of the list's last run
  --no-wait            ends after the uploads, without following the runs
  --run NUMBER         the file of this run only. Default: the last run of each list
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 every recipient who can get an email got one, 1 nobody to retry, or recipients are left again,
2 the command failed.

  cdk-mailmatrix retry may-newsletter --mailer Mail/Mailer
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('retry', args, {
    ...ACT_OPTIONS,
    ...RUN_OPTION,
    template: { type: 'string' },
    'no-wait': { type: 'boolean' },
  });
  const name = onlyOperand('retry', 'campaign', positionals);
  const operator = await Operator.of(values);
  const known = await knownCampaign(name, operator);
  const { campaign } = known;
  const of = await filesOf(known, values.run, operator);
  if (of.length === 0) {
    const busy = await underWay(known, operator);
    if (busy.length > 0)
      throw new Error(`MM717: ${name}: run ${busy.join(', ')} is under way; its report says whom to try again`);
    const words = `${name}: there is nobody to try again.`;
    return say({ what: 'retry', campaign, result: 'nobody' }, words, values, terminal, 1);
  }
  const action = await operator.action(values.why);
  const uploads = [];
  for (const one of of) {
    const key = keyBeside(one, 'retry');
    await recordAction('retry', action, { campaign, list: key }, operator.control);
    uploads.push(await uploadAgain(one, LAYOUT.retry, key, values.template, operator));
  }
  const keys = uploads.map(({ key }) => key);
  if (values['no-wait'])
    return say({ what: 'retry', keys, ...action }, `Asked for, as ${keys.join(', ')}`, values, terminal);
  return followAll(uploads, operator, terminal, values.json);
}

/** Runs whose retry file no later run has sent. */
async function filesOf(known: Known, wanted: string | undefined, operator: Operator): Promise<readonly Reported[]> {
  const { runs } = known;
  if (wanted === undefined && isDone(await countsOf(known, operator))) return [];
  const candidates =
    wanted === undefined
      ? newestOfLists(runs).filter((run) => run.state === 'settled' && !isRetried(run, runs))
      : [numberedRun(runs, wanted)];
  const found = await Promise.all(candidates.map((run) => hasReportFile(run, LAYOUT.retry, operator)));
  return candidates.filter((_, at) => found[at]);
}

async function underWay({ runs }: Known, operator: Operator): Promise<readonly number[]> {
  const found = await Promise.all(runs.map((run) => isUnderWay(run, operator)));
  return runs.filter((_, at) => found[at]).map(({ run }) => run);
}
