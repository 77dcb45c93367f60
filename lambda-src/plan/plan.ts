import {
  FORMAT,
  LAYOUT,
  METADATA,
  type Pinned,
  type PlanDocument,
  type PlanInput,
  type PlanOutput,
  type RunRef,
  type Settings,
  type ShardRef,
} from '../../src/private/contract';
import { campaignName, isDraft } from '../core/campaign';
import { estimate } from '../core/estimate';
import { toLine } from '../core/jsonl';
import { SHORTEST_KEY, tooShort } from '../core/link-secret';
import { type List, readList } from '../core/list';
import { type Metrics, told } from '../core/metrics';
import {
  type Account,
  type Body,
  type Clock,
  type Files,
  ListDeniedError,
  ListGoneError,
  type Log,
  type Ses,
} from '../core/ports';
import { ownPerSecond } from '../core/rate-record';
import { Refused, refused } from '../core/refusals';
import { findSameList, rememberList } from '../core/same-list';
import type { LinkKeys } from '../core/sealed-link';
import type { Store } from '../core/store';
import { trimCell } from '../core/trim';
import { workersFor } from '../core/workers';
import { templateSources } from './bucket-templates';
import { TemplateChoice } from './choice';
import { decide, outputOf } from './decide';
import { LeftOutRows } from './left-out';
import { type Deployed, pin } from './pin';
import { Recipients } from './recipients';
import { SampleRows, TestRows } from './sample-rows';
import { Samples } from './samples';
import { Sandbox } from './sandbox';
import { sendAtOf } from './send-at';
import { askSes } from './sender';
import { LIMITS, Shards, UNPINNED } from './shards';
import { Tally } from './tally';

export interface PlanPorts extends Deployed {
  readonly files: Files;
  readonly ses: Ses;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: Settings;
  /** The ledger; absent where a list is checked on the owner's machine. */
  readonly store?: Store;
  /** The keys of the links in mail; absent where nothing is sent. */
  readonly linkKeys?: () => Promise<LinkKeys>;
  /** Recipients of a shard, where it is not to be the usual number. */
  readonly shardSize?: number;
}

/** From an uploaded list to shards, or to the reason why there are none. Nothing is sent before it has ended. */
export async function plan(input: PlanInput, ports: PlanPorts): Promise<PlanOutput> {
  let run: RunRef = 'draft' in input ? { ...input.draft, draft: true } : input.run;
  const { files, clock, log, metrics } = ports;
  const begun = clock.now();
  const tally = new Tally();
  const samples = new Samples(files, run);
  const looks: Looks = { rows: new SampleRows() };
  const limits = { ...LIMITS, recipients: ports.shardSize ?? LIMITS.recipients };
  let shards: readonly ShardRef[] = [];
  let workers = 1;
  let takes: PlanDocument['estimate'];
  let refusal: PlanOutput['refusal'];
  let sendAt: string | undefined;
  let window: PlanOutput['window'];
  let sameListAs: PlanDocument['sameListAs'];
  try {
    const pinned = await pin(run.folder, files, { settings: ports.settings, shards: limits }, ports);
    tally.templateSources = templateSources(pinned.templates);
    if (isDraft(run, pinned.settings.intake.draftsPrefix)) run = { ...run, draft: true };
    await judgeKeys(pinned, ports);
    window = pinned.settings.rate.window;
    const account = await askSes(told(ports.ses, metrics), pinned.templates.identities);
    const dealt = new Shards(files, run, pinned.shards ?? UNPINNED);
    const read = await stream(run, pinned, account, { ...ports, tally, shards: dealt, samples, looks });
    sendAt = read.sendAt;
    sameListAs = await sameList(read.content!, run, pinned.settings.intake, ports);
    shards = dealt.refs;
    await writeLooks(run, looks, pinned.settings, files);
    const perSecond = ownPerSecond(pinned.settings.rate, account);
    workers = workersFor(perSecond, shards.length);
    takes = estimate(tally.sendable, perSecond, account);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refusal = { code: error.code, message: error.says };
  }

  const shardList = `${run.folder}${LAYOUT.shardList}`;
  const mine: PlanDocument = {
    v: FORMAT,
    decision: refusal ? 'refused' : run.draft ? (looks.test ? 'test' : 'draft') : 'send',
    ...(refusal ? { refusal } : {}),
    shardList,
    shards: refusal ? 0 : shards.length,
    workers,
    ...(sendAt === undefined || refusal || run.draft ? {} : { sendAt }),
    ...(window === undefined || refusal || run.draft ? {} : { window }),
    ...tally.counts(),
    ...(takes ? { estimate: takes } : {}),
    ...(sameListAs ? { sameListAs } : {}),
    ...(run.draft && !refusal ? { samples: samples.keys } : {}),
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
    code: document.refusal?.code,
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

/** Remembers the list, and looks for another campaign that had the same. Of two at once each finds the other, or one does. */
async function sameList(
  content: string,
  run: RunRef,
  { draftsPrefix = '' }: Settings['intake'],
  { store, clock }: PlanPorts,
): Promise<PlanDocument['sameListAs']> {
  if (!store) return undefined;
  const target = run.draft
    ? (run.boundTo ?? `${run.mailer}/${campaignName(run.list.key, draftsPrefix)}`)
    : run.campaign;
  if (!run.draft) await rememberList(content, run, clock.now(), store);
  return findSameList(content, target, clock.now(), store);
}

/** What a send worker would sign with, while nobody has a mail yet: a run that is under way is not held up by it. */
async function judgeKeys({ templates: { templates } }: Pinned, { linkKeys }: PlanPorts): Promise<void> {
  if (!linkKeys || Object.values(templates).every(({ topic }) => topic === undefined)) return;
  const short = tooShort(await linkKeys());
  if (short !== undefined) throw refused('MM340', short, SHORTEST_KEY);
}

/** Rows for the eyes of those who look at a run before it is sent. */
interface Looks {
  readonly rows: SampleRows;
  test?: TestRows;
}

async function writeLooks(run: RunRef, { rows, test }: Looks, { approval }: Settings, files: Files): Promise<void> {
  const put = (name: string, content: unknown) =>
    files.put(`${run.folder}${name}`, JSON.stringify(content), 'application/json');
  if (test) await put(LAYOUT.test, { v: FORMAT, to: test.to, recipients: test.chosen });
  if (approval && !run.draft) await put(LAYOUT.sampleRows, rows.chosen);
}

interface Streaming extends PlanPorts {
  readonly looks: Looks;
  readonly tally: Tally;
  readonly shards: Shards;
  readonly samples: Samples;
}

/** Row by row, in flat memory but for the digests of the recipients seen. When it is to be sent, if not at once, and what it is. */
async function stream(
  run: RunRef,
  { settings, templates }: Pinned,
  account: Account,
  ports: Streaming,
): Promise<{ readonly sendAt?: string; readonly content?: string }> {
  const { intake } = settings;
  if (run.list.size > intake.maxBytes) throw refused('MM315', run.list.size, intake.maxBytes);
  const { body, metadata } = await open(run, ports.files);
  try {
    const sendAt = sendAtOf(metadata, run, ports.clock.now());
    const list = await readList(body, intake);
    ports.tally.columns = list.header.columns.map(({ name }) => name);
    ports.tally.delimiter = list.delimiter;
    if (run.draft) ports.looks.test = TestRows.of(metadata, settings);
    ports.tally.template = trimCell(metadata[METADATA.template] ?? '') || undefined;
    const prefix = (run.draft ? intake.draftsPrefix : undefined) ?? intake.prefix;
    const choice = new TemplateChoice(templates, list.header, { run, metadata }, { ...intake, prefix });
    const recipients = new Recipients(list.header, choice, run, intake);
    ports.tally.unknownLocales = recipients.unknownLocales;
    const sandbox = account.productionAccess ? undefined : new Sandbox(ports.ses, account);
    await deal(run, list, recipients, choice, intake, { ...ports, sandbox });
    ports.tally.judge(intake.maxInvalidPercent);
    ports.tally.limit(settings.brakes?.maxRecipients);
    await sandbox?.check();
    return { sendAt, content: list.text.content };
  } finally {
    body.destroy();
  }
}

async function deal(
  run: RunRef,
  list: List,
  recipients: Recipients,
  choice: TemplateChoice,
  { maxRows }: Settings['intake'],
  { files, tally, shards, samples, looks, sandbox }: Streaming & { readonly sandbox?: Sandbox },
): Promise<void> {
  const leftOut = new LeftOutRows(files, run, list);
  let refusal: Refused | undefined;
  try {
    for await (const row of list.rows) {
      if (row.row > maxRows) throw refused('MM314', maxRows);
      const made = recipients.of(row);
      tally.add(made);
      if (list.text.guessed) tally.guessed(list.text.encoding, row.cells);
      if ('outcome' in made) {
        await leftOut.add(row, made);
      } else {
        sandbox?.note(made.to);
        looks.rows.add(made);
        looks.test?.add(made);
        if (run.draft) await samples.add(made, choice.of(row.cells)!.template);
        else await shards.add(made);
      }
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refusal = error;
  }
  // Also of a refused list: what is known by now helps whoever mends it.
  await leftOut.end();
  await shards.end();
  if (refusal) throw refusal;
}

async function open(run: RunRef, files: Files): Promise<{ body: Body; metadata: { readonly [name: string]: string } }> {
  try {
    return await files.openList(run.list);
  } catch (error) {
    if (error instanceof ListGoneError) throw refused('MM318');
    if (error instanceof ListDeniedError) throw refused('MM319');
    throw error;
  }
}
