import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { campaignLabel } from '../lambda-src/core/campaign';
import { conclude } from './follow';
import { MAILER_OPTIONS, MAILER_USAGE } from './mailer';
import { Operator } from './operator';
import { RUN_OPTION, RUN_USAGE, reportedRun } from './reported';
import { statusOf, summaryOf } from './runs';
import { only, parse, type Terminal } from './verb';

export const summary = 'how the last run of a campaign ended, and its files';

export const usage = `Usage: cdk-mailmatrix report CAMPAIGN --mailer STACK/ID [options]

Prints the report of the campaign's last run; with --download also saves its files, which hold addresses.

  --download DIR       saves summary.json, results.csv and whatever else there is in DIR
${RUN_USAGE}
${MAILER_USAGE}

Exit code: 0 everybody was mailed who could be, 1 the list was refused or somebody is in doubt or was not attempted,
2 there is no report, or it could not be read.

  cdk-mailmatrix report may-newsletter --download may --mailer Mail/Mailer
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('report', args, {
    ...MAILER_OPTIONS,
    ...RUN_OPTION,
    download: { type: 'string' },
  });
  const name = only('report', 'campaign', positionals);
  const operator = await Operator.of(values);
  const record = await operator.known(name);
  const of = await reportedRun(record, values.run, operator);
  const summary = await summaryOf(of, operator);
  if (!summary) {
    const status = await statusOf(record.execution, operator);
    throw new Error(
      `MM716: ${name}: run ${of.run} has no report${status === 'RUNNING' ? ' yet: it is under way' : `; it ended as ${status}`}`,
    );
  }
  if (values.download !== undefined) await download(of.folder, summary.files, values.download, operator);
  const { execution } = record;
  const ended = {
    campaign: campaignLabel(record),
    execution,
    run: of.run,
    status: summary.status,
    folder: of.folder,
    summary,
  };
  return conclude(ended, operator, terminal, values.json);
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
    // What was a folder in the bucket is a part of the name here.
    const file = join(directory, key.slice(folder.length).replaceAll('/', '-'));
    await pipeline(body, createWriteStream(file, { mode: 0o600 }));
  }
}
