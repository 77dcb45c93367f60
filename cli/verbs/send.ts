import { basename } from 'node:path';
import { campaignName } from '../../lambda-src/domain/campaign/campaign';
import { readRuns } from '../../lambda-src/domain/campaign/run-record';
import { campaignDigest } from '../../lambda-src/domain/ledger/keys';
import { sendAtOf } from '../../lambda-src/functions/plan/send-at';
import { targetCampaign } from '../../lambda-src/functions/register/target-campaign';
import { METADATA } from '../../src/private/contract';
import { ACT_OPTIONS, recordAction, say, WHY_USAGE } from '../shared/act';
import { isUnderWay } from '../shared/campaign-runs';
import { passes } from '../shared/check/check-first';
import { encodingOf, hiddenOf } from '../shared/check/checked-list';
import { conclude, follow, runOf } from '../shared/follow';
import { localFiles } from '../shared/list/local-files';
import { isInParts, type LocalList, listSize, localList } from '../shared/list/local-list';
import { MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { isMeant } from '../shared/same-list';
import { extension, upload } from '../shared/upload';
import { parse, type Terminal } from '../shared/verb';

export const summary = 'sends a recipient list, and shows how far it is';

export const usage = `Usage: cdk-mailmatrix send FILE… --mailer STACK/ID [options]

Uploads the list and follows its run until the report is there. Interrupting it (Ctrl-C) leaves the run alone.
Several files are parts of one list, planned and sent as one run; --campaign is required then.
A campaign that is there already is not sent to again unless you say --continue; retry and invalid-rows files belong
to their campaign and need no more.

  --campaign NAME      the campaign; else the file's name without .csv or .xlsx
  --template NAME      the template of all rows
  --at TIME            not before that time: 2026-12-01T08:00:00+01:00; any zone, at most 180 days ahead
  --continue           the campaign is there already: those on the list who have no mail of it yet get one. A file of the
                       campaign's name replaces the campaign's list; any other waits until no other list of it is sent
  --same-list          another campaign had the same list within 24 hours, and this is meant; else send asks
  --encoding NAME      what the list's bytes are, as the WHATWG Encoding Standard names it; else as the mailer says
  --email-column NAME  the column that holds the address; likewise
  --accept-rows-in-cells   cells that hold what looks like rows of the list are meant so
  --sheet NAME         of a workbook with several: the sheet that is the list
  --hidden include|exclude   of a workbook: whether hidden and filtered rows are rows of the list; else it is rejected
  --app DIR, --templates DIR   what \`cdk synth\` has written, or a folder of templates: the check before the upload
                       looks whether every variable has a column
  --no-check           uploads the list without the check; the mailer checks it anyway, and decides
  --many-opt-outs      more than a fifth of the rows want no email, as the list itself says, and it is the right list;
                       else send asks
  --dry-run            plans the list on AWS and renders three samples; nothing is sent (as an upload under drafts/)
  --test-to ADDRESS    mails chosen rows to a reviewer, and nobody else; nothing of it counts (as a draft, --dry-run)
  --rows 1,5,9         which rows, of a test; 1 is the first after the header
  --sample NUMBER      or so many, of a test: one of each template and language first; 3 where neither is given
  --no-wait            ends once the list is uploaded
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 everybody was mailed who could be, 1 the list was rejected or somebody is in doubt or was not attempted,
2 it could not be done.

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
  const existing = await whatIsThere(list, ofList, name, operator);
  if (existing.begun !== undefined && !existing.bound && !values.continue && !dry) {
    throw new Error(
      `MM715: the campaign ${name} is there already, begun ${existing.begun}: sending under its name would continue it, and mail ` +
        'only those on the list who have no mail of it yet. --continue does that; --campaign OTHER makes it a mailing of its own',
    );
  }
  if (!values['no-check'] && !(await passes(list, existing.campaign, values, operator, terminal))) {
    return say({ what: 'send', result: 'not sent' }, 'Not sent.', values, terminal, 1);
  }
  if (dry) terminal.stderr.write(`${foretold(name, existing)}\n`);
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

/** Whether a file is called as the campaign: then it is a newer version of the campaign's own list. */
const isNamed = (file: string, name: string): boolean => campaignName(basename(file), '') === basename(name);

/** A further list of a campaign is an object of its own, so that it stops no other: `may.more.csv`. */
const besideList = (file: string, name: string): string => `${name}.${basename(file)}`;

/** How this list is to be read. Metadata are ASCII. */
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

/** What makes a draft a test. */
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

function campaignOf(file: string, given: string | undefined): string {
  const name = given ?? campaignName(basename(file), '');
  if (/^[^/\s!][^\n]*[^/\s]$|^[^/\s!]$/.test(name) && !name.includes('//')) return name;
  throw new Error(
    `MM701: send: got the campaign ${JSON.stringify(name)}, allowed is a name, or folders and a name: may-newsletter`,
  );
}

/** As Plan will read it: what it would refuse is not uploaded. */
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
  /** Its full name. */
  readonly campaign: string;
  /** When the campaign began to send, or since when a run of it waits; undefined where neither is so. */
  readonly begun?: string;
  /** The campaign that the file itself says it belongs to. */
  readonly bound?: string;
}

async function whatIsThere(
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

/** A rejected list began nothing: its correction is no second mailing. */
async function waitsSince(campaign: string, operator: Operator): Promise<string | undefined> {
  for (const run of await readRuns({ campaignDigest: campaignDigest(campaign) }, operator.control.store))
    if (await isUnderWay(run, operator)) return run.startedAt;
  return undefined;
}

const foretold = (name: string, { begun, bound }: Existing): string => {
  if (bound !== undefined)
    return begun === undefined
      ? `Sent, it would be rejected: it belongs to ${bound}, which this mailer does not know.`
      : `Sent, it would continue ${bound}, begun ${begun}.`;
  return begun === undefined
    ? `Sent, it would begin the campaign ${name}.`
    : `Sent with --continue, it would continue ${name}, begun ${begun}: only those who have no mail of it yet get one.`;
};
