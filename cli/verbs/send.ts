import { basename } from 'node:path';
import { campaignName } from '../../lambda-src/domain/campaign/campaign';
import { readRuns } from '../../lambda-src/domain/campaign/run-record';
import { campaignDigest } from '../../lambda-src/domain/ledger/keys';
import { sendAtOf } from '../../lambda-src/functions/plan/send-at';
import { targetCampaign } from '../../lambda-src/functions/register/target-campaign';
import { METADATA } from '../../src/private/contract';
import { ACT_OPTIONS, recordAction, say, WHY_USAGE } from '../shared/act';
import { isUnderWay } from '../shared/campaign-runs';
import { passesCheck } from '../shared/check/check-first';
import { encodingOf, hiddenOf } from '../shared/check/checked-list';
import { conclude, follow, runOf } from '../shared/follow';
import { localFiles } from '../shared/list/local-files';
import { isInParts, type LocalList, listSize, localList } from '../shared/list/local-list';
import { MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { isMeant } from '../shared/same-list';
import { extension, upload } from '../shared/upload';
import { parse, type Terminal } from '../shared/verb';

export const summary = 'sends a recipient list, and shows the progress';

export const usage = `Usage: cdk-mailmatrix send FILE… --mailer STACK/ID [options]

Uploads the list and follows its run until its report is written. Interrupting the command (Ctrl-C) does not stop the run.
Several files are parts of one list, sent as one run; they need --campaign.
Sending to an existing campaign needs --continue. Retry and invalid-rows files name their campaign themselves, and do not.

  --campaign NAME      the campaign. Default: the file's name without .csv or .xlsx
  --template NAME      the template of all rows
  --at TIME            the earliest time to send, at most 180 days ahead, in any zone: 2026-12-01T08:00:00+01:00
  --continue           sends to an existing campaign: recipients on the list who have no email of it yet get one. A file
                       named like the campaign replaces its list; any other file is a further list, which waits for its turn
  --same-list          sends although another campaign had the same list within 24 hours. Default: asks
  --encoding NAME      the list's encoding, by its name in the WHATWG Encoding Standard. Default: the mailer's setting
  --email-column NAME  the column that holds the address. Default: the mailer's setting
  --accept-rows-in-cells   accepts cells whose text looks like further rows of the list
  --sheet NAME         the sheet that holds the list, in a workbook with several sheets
  --hidden include|exclude   whether hidden and filtered rows of a workbook belong to the list. Default: rejects the list
  --app DIR, --templates DIR   the output of \`cdk synth\`, or a folder of templates, for the check before the upload:
                       it also checks that every variable has a column
  --no-check           uploads without the local check; the mailer checks the list in any case
  --many-opt-outs      sends although the list marks more than a fifth of its rows as opted out. Default: asks
  --dry-run            plans the list on AWS and renders three samples, without sending (an upload under drafts/)
  --test-to ADDRESS    sends chosen rows to a reviewer only, as a dry run. These emails count in no report
  --rows 1,5,9         the rows of a test; 1 is the first row after the header
  --sample NUMBER      the number of rows of a test, one of each template and language first. Default: 3
  --no-wait            ends after the upload, without following the run
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 every recipient who can get an email got one, 1 the list was rejected or recipients are in doubt or not
attempted, 2 the command failed.

  cdk-mailmatrix send people.csv --mailer Mail/Mailer --campaign may-newsletter
`;

const OPTIONS = {
  ...ACT_OPTIONS,
  campaign: { type: 'string' },
  template: { type: 'string' },
  at: { type: 'string' },
  continue: { type: 'boolean' },
  'same-list': { type: 'boolean' },
  encoding: { type: 'string' },
  'email-column': { type: 'string' },
  'accept-rows-in-cells': { type: 'boolean' },
  sheet: { type: 'string' },
  hidden: { type: 'string' },
  app: { type: 'string' },
  templates: { type: 'string' },
  'no-check': { type: 'boolean' },
  'many-opt-outs': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'test-to': { type: 'string' },
  rows: { type: 'string' },
  sample: { type: 'string' },
  'no-wait': { type: 'boolean' },
} as const;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('send', args, OPTIONS);
  const list = localList('send', positionals);
  const file = list.name;
  listSize(list);
  if (isInParts(list) && values.campaign === undefined)
    throw new Error('MM701: send: --campaign must name the campaign of a list in parts');
  const name = campaignOf(file, values.campaign);
  const sendAt = timeOf(values.at);
  const operator = await Operator.of(values);
  const { intakePrefix, draftsPrefix } = operator.connection;
  const test = testMetadata(values);
  const dry = values['dry-run'] || test !== undefined;
  const ofList = listMetadata(values);
  const existing = await findExisting(list, ofList, name, operator);
  if (existing.begun !== undefined && !existing.bound && !values.continue && !dry) {
    throw new Error(
      `MM715: the campaign ${name} is there already, begun ${existing.begun}: sending under its name would continue it, and mail ` +
        'only those on the list who have no mail of it yet. --continue does that; --campaign OTHER makes it a mailing of its own',
    );
  }
  if (!values['no-check'] && !(await passesCheck(list, existing.campaign, values, operator, terminal))) {
    return say({ what: 'send', result: 'not sent' }, 'Not sent.', values, terminal, 1);
  }
  if (dry) terminal.stderr.write(`${forecast(name, existing)}\n`);
  else if (!values['same-list'] && !(await isMeant(list, existing.campaign, operator.control, terminal))) {
    return say({ what: 'send', result: 'not sent' }, 'Not sent.', values, terminal, 1);
  }

  const further = existing.begun !== undefined && !existing.bound && !dry && !isNamed(file, name);
  const key = `${dry ? draftsPrefix : intakePrefix}${further ? besideList(file, name) : `${name}${extension(file)}`}`;
  const metadata = {
    ...test,
    ...ofList,
    ...(values.template === undefined ? {} : { [METADATA.template]: values.template }),
    ...(sendAt === undefined ? {} : { [METADATA.sendAt]: sendAt }),
    ...(further ? { [METADATA.campaign]: encodeURIComponent(existing.campaign) } : {}),
  };
  const action = await operator.action(values.why);
  if (!dry) await recordAction('send', action, { campaign: existing.campaign, list: key }, operator.control);
  const uploaded = await upload(list, key, metadata, operator, terminal);
  if (values['no-wait']) {
    const words = `Uploaded as s3://${operator.connection.bucket}/${key}`;
    return say({ what: 'send', key, etag: uploaded.etag, ...action }, words, values, terminal);
  }
  const followed = await follow(await runOf(uploaded, operator, terminal), operator, terminal);
  return conclude(followed, operator, terminal, values.json);
}

/** Whether a file is named like the campaign, and so is a newer version of the campaign's own list. */
const isNamed = (file: string, name: string): boolean => campaignName(basename(file), '') === basename(name);

/** The key of a further list, such as `may.more.csv`. Its own object, because a newer version replaces a list's run. */
const besideList = (file: string, name: string): string => `${name}.${basename(file)}`;

/** Metadata that say how to read the list. S3 metadata are ASCII, so names are URI-encoded. */
function listMetadata(values: {
  readonly encoding?: string;
  readonly 'email-column'?: string;
  readonly 'accept-rows-in-cells'?: boolean;
  readonly sheet?: string;
  readonly hidden?: string;
}): { readonly [name: string]: string } {
  const encoding = encodingOf(values.encoding);
  const column = values['email-column'];
  const hidden = hiddenOf(values.hidden);
  return {
    ...(encoding === undefined ? {} : { [METADATA.encoding]: encoding }),
    ...(column === undefined ? {} : { [METADATA.emailColumn]: encodeURIComponent(column) }),
    ...(values['accept-rows-in-cells'] ? { [METADATA.acceptRowsInCells]: 'true' } : {}),
    ...(values.sheet === undefined ? {} : { [METADATA.sheet]: encodeURIComponent(values.sheet) }),
    ...(hidden === undefined ? {} : { [METADATA.hidden]: hidden }),
  };
}

/** Metadata that make a draft a test; undefined if it is none. */
function testMetadata({ 'test-to': to, rows, sample }: { 'test-to'?: string; rows?: string; sample?: string }) {
  if (to === undefined) {
    if (rows === undefined && sample === undefined) return undefined;
    throw new Error('MM701: send: --rows and --sample are of a test: --test-to says for whom');
  }
  if (rows !== undefined && sample !== undefined)
    throw new Error('MM701: send: got --rows and --sample, allowed is one');
  const chosen = sample === undefined ? rows : `sample:${sample}`;
  return { [METADATA.testTo]: to, ...(chosen === undefined ? {} : { [METADATA.testRows]: chosen }) };
}

function campaignOf(file: string, option: string | undefined): string {
  const name = option ?? campaignName(basename(file), '');
  if (/^[^/\s!][^\n]*[^/\s]$|^[^/\s!]$/.test(name) && !name.includes('//')) return name;
  throw new Error(
    `MM701: send: got the campaign ${JSON.stringify(name)}, allowed is a name, or folders and a name: may-newsletter`,
  );
}

/** Validates --at as Plan does, before the upload. */
function timeOf(at: string | undefined): string | undefined {
  if (at === undefined) return undefined;
  try {
    const now = new Date().toISOString();
    sendAtOf({ [METADATA.sendAt]: at }, { uploadedAt: now, startedAt: now }, Date.now());
    return at;
  } catch (error) {
    throw new Error(`MM701: --at: ${(error as Error).message}`);
  }
}

interface Existing {
  /** The campaign's full name. */
  readonly campaign: string;
  /** When the campaign began to send, or when its active run started; undefined if neither. */
  readonly begun?: string;
  /** The campaign that the file itself names. */
  readonly bound?: string;
}

async function findExisting(
  list: LocalList,
  metadata: { readonly [name: string]: string },
  name: string,
  operator: Operator,
): Promise<Existing> {
  const files = localFiles(list, { onRead: () => {} });
  files.metadata = metadata;
  const bound = await targetCampaign({ list: files.ref }, files);
  const campaign = bound ?? operator.fullName(name);
  const found = await operator.campaign(campaign);
  return { campaign, bound, begun: found && (found.begun ?? (await waitsSince(campaign, operator))) };
}

/** The start of an active run. Ended runs do not count: the correction of a rejected list still begins the campaign. */
async function waitsSince(campaign: string, operator: Operator): Promise<string | undefined> {
  for (const run of await readRuns({ campaignDigest: campaignDigest(campaign) }, operator.control.store))
    if (await isUnderWay(run, operator)) return run.startedAt;
  return undefined;
}

const forecast = (name: string, { begun, bound }: Existing): string => {
  if (bound !== undefined)
    return begun === undefined
      ? `Sent, it would be rejected: it belongs to ${bound}, which this mailer does not know.`
      : `Sent, it would continue ${bound}, begun ${begun}.`;
  return begun === undefined
    ? `Sent, it would begin the campaign ${name}.`
    : `Sent with --continue, it would continue ${name}, begun ${begun}: only those who have no mail of it yet get one.`;
};
