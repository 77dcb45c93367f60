import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { campaignLabel } from '../../lambda-src/domain/campaign/campaign';
import { countsWords } from '../../lambda-src/domain/campaign/campaign-counts';
import type { RunRecord } from '../../lambda-src/domain/campaign/run-record';
import type { Summary } from '../../lambda-src/functions/report/summary';
import { countsOf, knownCampaign, newestOfLists } from '../shared/campaign-runs';
import { conclude, type Followed } from '../shared/follow';
import { MAILER_OPTIONS, MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { numberedRun, RUN_OPTION } from '../shared/reported';
import { statusOf, summaryOf } from '../shared/runs';
import { onlyOperand, parse, type Terminal } from '../shared/verb';

export const summary = "prints a campaign's results, and downloads the files of its reports";

export const usage = `Usage: cdk-mailmatrix report CAMPAIGN --mailer STACK/ID [options]

Prints the outcomes of the campaign's recipients, each counted once, and the last report of each of its lists.

  --download DIR       saves the files of the reports in DIR, or in DIR/<run> if there are several. They hold addresses
  --run NUMBER         prints the report of this run only
${MAILER_USAGE}

Exit code: 0 every recipient who can get an email got one, 1 the list was rejected or recipients are in doubt or not
attempted, 2 there is no report, or the command failed.

  cdk-mailmatrix report may-newsletter --download may --mailer Mail/Mailer
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('report', args, {
    ...MAILER_OPTIONS,
    ...RUN_OPTION,
    download: { type: 'string' },
  });
  const name = onlyOperand('report', 'campaign', positionals);
  const operator = await Operator.of(values);
  const known = await knownCampaign(name, operator);
  const { runs } = known;
  const of = values.run === undefined ? reportedOfLists(runs) : [numberedRun(runs, values.run)];
  const ended: Ended[] = [];
  for (const one of of) {
    const found = await summaryOf(one, operator);
    if (found) ended.push(endedOf(one, found));
  }
  if (ended.length === 0) throw new Error(await noReport(name, of.at(-1) ?? runs.at(-1)!, operator));
  for (const { run: number, folder, summary: report } of values.download === undefined ? [] : ended) {
    const directory = ended.length === 1 ? values.download! : join(values.download!, String(number));
    await download(folder, report.files, directory, operator);
  }
  if (values.run !== undefined) return conclude(ended[0]!, operator, terminal, values.json);
  const counts = await countsOf(known, operator);
  if (values.json)
    terminal.stdout.write(`${JSON.stringify({ campaign: name, ...counts, runs: ended }, undefined, 2)}\n`);
  else terminal.stdout.write(`${name}: ${countsWords(counts)}\n\n`);
  const silenced = { ...terminal, stdout: { write: () => {} } };
  const codes = ended.map((one) => conclude(one, operator, values.json ? silenced : terminal));
  return Math.max(...codes);
}

/** The newest settled run of each list; without any, the last run, which may have the report of a rejected list. */
function reportedOfLists(runs: readonly RunRecord[]): readonly RunRecord[] {
  const settled = runs.filter(({ state }) => state === 'settled');
  const newest = newestOfLists(settled);
  return newest.length > 0 ? newest : runs.slice(-1);
}

type Ended = Followed & { readonly folder: string; readonly summary: Summary };

const endedOf = ({ campaign, execution, run, folder }: RunRecord, found: Summary): Ended => ({
  campaign: campaignLabel({ campaign }),
  execution,
  run,
  status: found.status,
  folder,
  summary: found,
});

async function noReport(name: string, { run, execution }: RunRecord, operator: Operator): Promise<string> {
  const status = await statusOf(execution, operator);
  const how = status === 'RUNNING' ? ' yet: it is under way' : `; it ended as ${status}`;
  return `MM716: ${name}: run ${run} has no report${how}`;
}

async function download(
  folder: string,
  keys: readonly string[],
  directory: string,
  { files }: Operator,
): Promise<void> {
  mkdirSync(directory, { recursive: true });
  for (const key of [`${folder}summary.json`, ...keys]) {
    const body = await files.open(key);
    if (!body) continue;
    // A flat directory: a folder in the key becomes part of the file's name.
    const file = join(directory, key.slice(folder.length).replaceAll('/', '-'));
    await pipeline(body, createWriteStream(file, { mode: 0o600 }));
  }
}
