import {
  FORMAT,
  LAYOUT,
  METADATA,
  type PlanDocument,
  type PlanInput,
  type PlanOutput,
  type RunRef,
  type Settings,
  type Snapshot,
} from '../../../src/private/contract';
import { campaignName, isDraft } from '../../domain/campaign/campaign';
import { findSameList, rememberList } from '../../domain/campaign/same-list';
import { estimate } from '../../domain/cost/estimate';
import type { Store } from '../../domain/ledger/store';
import { SHORTEST_KEY, tooShort } from '../../domain/links/link-secret';
import type { LinkKeys } from '../../domain/links/sealed-link';
import type { ListOptions } from '../../domain/list/list';
import { listOptions } from '../../domain/list/list-options';
import { openList } from '../../domain/list/parts/open-list';
import { type JoinedList, readingParts } from '../../domain/list/parts/read-parts';
import { ReadAgain } from '../../domain/list/read-again';
import { ListRejected, rejectList } from '../../domain/list/rejections';
import { trimCell } from '../../domain/list/trim';
import { type Metrics, withAccountMetrics } from '../../domain/metrics';
import type { Account, Clock, Files, Log, SesQueries } from '../../domain/ports';
import { ownPerSecond } from '../../domain/rate/rate-record';
import { workersFor } from '../../domain/rate/workers';
import { toLine } from '../../domain/run/jsonl';
import { askSes } from './ask-ses';
import { templateSources } from './bucket-templates';
import { decide, outputOf } from './decide';
import { ListOptOuts, OptedOutByList } from './list/list-opt-outs';
import { RowTenant } from './list/row-tenant';
import { Recipients } from './recipients';
import { ReviewerSamples, SampleRows } from './review-samples';
import { RowHeaders } from './row-headers';
import { Samples } from './samples';
import { Sandbox } from './sandbox';
import { sendAtOf } from './send-at';
import { DEFAULT_LIMITS, LIMITS, Shards } from './shards';
import { SkippedRows } from './skipped-rows';
import { type Deployed, takeSnapshot } from './take-snapshot';
import { Tally } from './tally';
import { TemplateChoice } from './template-choice';

export interface PlanPorts extends Deployed {
  readonly files: Files;
  readonly ses: SesQueries;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: Settings;
  /** The ledger; absent if a list is checked on a developer's machine. */
  readonly store?: Store;
  /** Reads the keys of the links in emails; absent if nothing is sent. */
  readonly linkKeys?: () => Promise<LinkKeys>;
  /** The maximum number of recipients of a shard, if not the default. */
  readonly shardSize?: number;
}

/** Turns an uploaded list into shards, or rejects it. No email is sent before it returns. */
export async function plan(input: PlanInput, ports: PlanPorts): Promise<PlanOutput> {
  let run: RunRef = 'draft' in input ? { ...input.draft, draft: true } : input.run;
  const { files, clock, log, metrics } = ports;
  const begun = clock.now();
  let made = beginning(run, files);
  const limits = { ...LIMITS, recipients: ports.shardSize ?? LIMITS.recipients };
  let workers = 1;
  let estimated: PlanDocument['estimate'];
  let rejection: PlanOutput['rejection'];
  let sendAt: string | undefined;
  let window: PlanOutput['window'];
  let sameListAs: PlanDocument['sameListAs'];
  try {
    const snapshot = await takeSnapshot(run.folder, files, { settings: ports.settings, shards: limits }, ports);
    if (isDraft(run, snapshot.settings.intake.draftsPrefix)) run = { ...run, draft: true };
    const begin = (): Made => {
      made = beginning(run, files, snapshot);
      return made;
    };
    begin();
    await checkLinkKeys(snapshot, ports);
    window = snapshot.settings.rate.window;
    const account = await askSes(withAccountMetrics(ports.ses, metrics), snapshot.templates.identities);
    const read = await stream(run, snapshot, account, { ...ports, begin });
    sendAt = read.sendAt;
    sameListAs = await sameList(read.content!, run, snapshot.settings.intake, ports);
    await writeReviewSamples(run, made.reviewSamples, snapshot.settings, files);
    const perSecond = ownPerSecond(snapshot.settings.rate, account);
    workers = workersFor(perSecond, made.shards.refs.length);
    estimated = estimate(made.tally.sendable, perSecond, account);
  } catch (error) {
    if (!(error instanceof ListRejected)) throw error;
    rejection = { code: error.code, message: error.says };
    made.tally.readings = error.readings;
  }

  const { tally, reviewSamples, samples, shards: dealt } = made;
  const shards = rejection ? [] : dealt.refs;
  const shardList = `${run.folder}${LAYOUT.shardList}`;
  const mine: PlanDocument = {
    v: FORMAT,
    decision: rejection ? 'rejected' : run.draft ? (reviewSamples.test ? 'test' : 'draft') : 'send',
    ...(rejection ? { rejection } : {}),
    shardList,
    shards: shards.length,
    workers,
    ...(sendAt === undefined || rejection || run.draft ? {} : { sendAt }),
    ...(window === undefined || rejection || run.draft ? {} : { window }),
    ...tally.counts(),
    ...(estimated ? { estimate: estimated } : {}),
    ...(sameListAs ? { sameListAs } : {}),
    ...(run.draft && !rejection ? { samples: samples.keys } : {}),
  };
  if (mine.decision === 'send') await files.put(shardList, shards.map(toLine).join(''), 'application/jsonl');
  const document = await decide(run, mine, files);
  if (document === mine && document.decision === 'send') {
    metrics.count('RowsPlanned', document.rows);
    metrics.count('RowsInvalid', document.invalid);
  }
  log.info('planned', {
    run: run.run,
    decision: document.decision,
    code: document.rejection?.code,
    rows: document.rows,
    recipients: document.recipients,
    invalid: document.invalid,
    duplicate: document.duplicate,
    shards: document.shards,
    workers: document.workers,
    seconds: document.estimate?.seconds,
    milliseconds: clock.now() - begun,
  });
  return outputOf(document);
}

/** The results of one reading of the list. */
interface Made {
  readonly tally: Tally;
  readonly shards: Shards;
  readonly samples: Samples;
  readonly reviewSamples: ReviewSamples;
}

function beginning(run: RunRef, files: Files, snapshot?: Snapshot): Made {
  const tally = new Tally();
  if (snapshot) tally.templateSources = templateSources(snapshot.templates);
  const shards = new Shards(files, run, snapshot?.shards ?? DEFAULT_LIMITS);
  return { tally, shards, samples: new Samples(files, run), reviewSamples: { rows: new SampleRows() } };
}

/**
 * Stores the list's digest, and looks for another campaign with the same content. Of two concurrent campaigns, at least
 * one finds the other.
 */
async function sameList(
  content: string,
  run: RunRef,
  { draftsPrefix = '' }: Settings['intake'],
  { store, clock }: PlanPorts,
): Promise<PlanDocument['sameListAs']> {
  if (!store) return undefined;
  const target = run.draft
    ? (run.targetCampaign ?? `${run.mailer}/${campaignName(run.list.key, draftsPrefix)}`)
    : run.campaign;
  if (!run.draft) await rememberList(content, run, clock.now(), store);
  return findSameList(content, target, clock.now(), store);
}

/** Checks the link keys before any email is sent, so that an invalid key does not stop a run halfway. */
async function checkLinkKeys({ templates: { templates } }: Snapshot, { linkKeys }: PlanPorts): Promise<void> {
  if (!linkKeys || Object.values(templates).every(({ topic }) => topic === undefined)) return;
  const short = tooShort(await linkKeys());
  if (short !== undefined) throw rejectList('MM340', short, SHORTEST_KEY);
}

/** The rows to review before the run is sent. */
interface ReviewSamples {
  readonly rows: SampleRows;
  test?: ReviewerSamples;
}

async function writeReviewSamples(
  run: RunRef,
  { rows, test }: ReviewSamples,
  { approval }: Settings,
  files: Files,
): Promise<void> {
  const put = (name: string, content: unknown) =>
    files.put(`${run.folder}${name}`, JSON.stringify(content), 'application/json');
  if (test) await put(LAYOUT.test, { v: FORMAT, to: test.to, recipients: test.chosen });
  if (approval && !run.draft) await put(LAYOUT.sampleRows, rows.chosen);
}

/**
 * Reads the list row by row; memory grows only by the digests of the recipients. Returns the scheduled start, if any,
 * and the digest of the list's content.
 */
async function stream(
  run: RunRef,
  { settings, templates }: Snapshot,
  account: Account,
  ports: PlanPorts & { begin(): Made },
): Promise<{ readonly sendAt?: string; readonly content?: string }> {
  const { intake } = settings;
  const { maxBytes } = intake;
  const opened = await openList(run, ports.files);
  const { metadata } = opened;
  let sendAt: string | undefined;
  let options: ListOptions;
  try {
    sendAt = sendAtOf(metadata, run, ports.clock.now());
    options = { ...listOptions(intake, metadata), maxBytes };
  } catch (error) {
    opened.close();
    throw error;
  }
  const parts = await opened.parts();
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size > maxBytes) {
    opened.close();
    throw rejectList('MM315', size, maxBytes);
  }
  const optedOut = new OptedOutByList();
  return readingParts(parts, options, async (list) => {
    const made = ports.begin();
    const { tally } = made;
    tally.template = trimCell(metadata[METADATA.template] ?? '') || undefined;
    tally.list = list;
    if (run.draft) made.reviewSamples.test = ReviewerSamples.of(metadata, settings);
    const prefix = (run.draft ? intake.draftsPrefix : undefined) ?? intake.prefix;
    const choice = new TemplateChoice(templates, list.header, { run, metadata }, { ...intake, prefix });
    const optOuts = ListOptOuts.of(list.header, intake.optOut, optedOut);
    const headers = new RowHeaders(list.header, intake);
    const tenants = new RowTenant(list.header, { tenant: settings.tenant, column: intake.tenantColumn });
    const recipients = new Recipients(list.header, choice, run, headers, tenants, optOuts, settings.tracking);
    tally.found = recipients;
    const sandbox = account.productionAccess ? undefined : new Sandbox(ports.ses, account);
    const dealing = { recipients, choice, sandbox, optOuts, maxRows: intake.maxRows };
    await deal(run, list, dealing, { ...made, files: ports.files });
    tally.judge(intake.maxInvalidPercent);
    tally.limit(settings.limits?.maxRecipients);
    await sandbox?.check();
    return { sendAt, content: list.content };
  });
}

interface Dealing {
  readonly recipients: Recipients;
  readonly choice: TemplateChoice;
  readonly sandbox?: Sandbox;
  readonly optOuts?: ListOptOuts;
  readonly maxRows: number;
}

async function deal(
  run: RunRef,
  list: JoinedList,
  { recipients, choice, sandbox, optOuts, maxRows }: Dealing,
  { files, tally, shards, samples, reviewSamples }: Made & Pick<PlanPorts, 'files'>,
): Promise<void> {
  const skipped = new SkippedRows(files, run, list);
  let rejection: ListRejected | undefined;
  try {
    for await (const row of list.rows) {
      if (row.row > maxRows) throw rejectList('MM314', maxRows);
      const made = recipients.of(row);
      tally.add(made);
      if (list.text.guessed) tally.addExamples(list.text.encoding, row.cells);
      if ('outcome' in made) {
        await skipped.add(row, made);
      } else {
        sandbox?.note(made.to);
        reviewSamples.rows.add(made);
        reviewSamples.test?.add(made);
        if (run.draft) await samples.add(made, choice.of(row.cells)!.template);
        else await shards.add(made);
      }
    }
    if (optOuts?.late) throw new ReadAgain(async () => ({}));
  } catch (error) {
    if (error instanceof ReadAgain) {
      await skipped.abandon();
      await shards.abandon();
    }
    if (!(error instanceof ListRejected)) throw error;
    rejection = error;
  }
  // Write the files even for a rejected list: the rows read so far help to correct it.
  await skipped.end();
  await shards.end();
  if (rejection) throw rejection;
}
