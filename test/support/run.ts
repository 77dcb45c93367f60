import { campaignKey } from '../../lambda-src/domain/campaign/campaign';
import { enter, type RunRecord, runKey } from '../../lambda-src/domain/campaign/run-record';
import { campaignDigest, recipientKey } from '../../lambda-src/domain/ledger/keys';
import { type ConsentLink, type ConsentUrls, consentUrls } from '../../lambda-src/domain/links/consent-link';
import type { LinkKeys } from '../../lambda-src/domain/links/sealed-link';
import type { Owner } from '../../lambda-src/domain/mailer/ownership';
import { toLine } from '../../lambda-src/domain/run/jsonl';
import {
  FORMAT,
  LAYOUT,
  type PlanDocument,
  type Recipient,
  type RecipientOutcome,
  type RunRef,
  type Settings,
  type ShardInput,
  type SkippedRow,
  type Snapshot,
  type TemplatesDocument,
  type TrackingSettings,
} from '../../src/private/contract';
import { memoryFiles } from './memory-files';
import { memoryStore } from './memory-store';

export { uncounted } from '../../lambda-src/domain/metrics';

export const MAILER = 'mailer';
export const CAMPAIGN = `${MAILER}/may`;

export const SETTINGS: Settings = {
  v: FORMAT,
  mailer: MAILER,
  intake: { prefix: 'campaigns/', maxRows: 1000, maxBytes: 1_000_000, maxInvalidPercent: 5 },
  rate: { accountShare: 1 },
  inDoubt: 'hold',
  closesAfterDays: 30,
};

export const TEMPLATES: TemplatesDocument = {
  v: FORMAT,
  templates: {
    welcome: {
      subject: 'Welcome, {{name}}',
      html: '<p>Hello {{name}}</p>',
      text: 'Hello {{name}}',
      fromAddress: 'Bücher & mehr <news@example.com>',
      replyTo: [],
      topic: 'general',
    },
  },
  identities: ['example.com'],
};

/** A link as a mailer of one key signs it. */
export const KEYS: LinkKeys = { current: 'k1', secrets: { k1: 'secret' } };
export const urls = (link: ConsentLink): ConsentUrls => consentUrls(link, 'https://leave.example.com/', KEYS);
export const TRACKING: TrackingSettings = {
  periodSeconds: 259_200,
  maxBouncePercent: 5,
  maxComplaintPercent: 0.1,
  breakerMinimum: 1000,
};

/** Who the mailer is to the ledger and the bucket. */
export const OWNER: Owner = { mailer: MAILER, holder: '111122223333/eu-west-1/Mail', tableId: 'table-1' };

/** A mailer that may send. */
export const unlocked = async () => undefined;

export const silent = { info() {}, warn() {}, error() {} };

export function runRef(run = 1): RunRef {
  return {
    v: FORMAT,
    mailer: MAILER,
    campaign: CAMPAIGN,
    campaignDigest: campaignDigest(CAMPAIGN),
    identity: { by: 'key', folding: 1 },
    run,
    sending: run,
    folder: `reports/mailer/may/000${run}-20261125T010000Z/`,
    list: { bucket: 'lists', key: 'campaigns/may.csv', versionId: 'v1', etag: 'e1', size: 100 },
    startedAt: '2026-11-25T01:00:00.000Z',
  };
}

export const recipientFor = (row: number, name = `p${row}`): Recipient => ({
  row,
  line: row + 1,
  to: `${name}@example.org`,
  ...recipientKey(`${name}@example.org`, CAMPAIGN),
  template: 'welcome',
  vars: { email: `${name}@example.org`, name },
  cells: [`${name}@example.org`, name],
});

/** A planned run with one shard, as Register and Plan leave it. */
export async function plannedRun(recipients: readonly Recipient[], run = 1, settings = SETTINGS) {
  const files = memoryFiles();
  const store = memoryStore();
  const ref = runRef(run);
  const snapshot: Snapshot = { v: FORMAT, settings, templates: TEMPLATES };
  const key = `${ref.folder}${LAYOUT.shards}00001.jsonl`;
  await files.put(`${ref.folder}${LAYOUT.snapshot}`, JSON.stringify(snapshot), 'application/json');
  const head = toLine({ v: FORMAT, campaign: CAMPAIGN, run, shard: 1 });
  await files.put(key, head + recipients.map(toLine).join(''), 'application/jsonl');
  await register(store, run);
  const input: ShardInput = {
    v: FORMAT,
    run: ref,
    shard: { v: FORMAT, shard: 1, key, rows: recipients.length },
    rounds: 0,
  };
  return { files, store, ref, input };
}

interface SettledRun {
  readonly outcomes: readonly RecipientOutcome[];
  readonly skipped?: readonly Pick<Partial<SkippedRow>, 'outcome'>[];
  readonly plan: Pick<PlanDocument, 'columns' | 'delimiter'>;
}

/** What Plan and Settle leave of a run of one shard, for Report. */
export async function settledRun(
  { folder }: RunRef,
  { shard }: ShardInput,
  { outcomes, skipped = [], plan: more }: SettledRun,
  files: ReturnType<typeof memoryFiles>,
): Promise<PlanDocument> {
  const invalid = skipped.filter(({ outcome }) => outcome === 'invalid').length;
  const plan: PlanDocument = {
    v: FORMAT,
    decision: 'send',
    rows: outcomes.length + skipped.length,
    recipients: outcomes.length,
    invalid,
    duplicate: skipped.length - invalid,
    shardList: `${folder}${LAYOUT.shardList}`,
    shards: 1,
    workers: 1,
    invalidByCode: {},
    ...more,
  };
  const put = (name: string, body: string) => files.put(`${folder}${name}`, body, 'x');
  await put('outcomes/00001.jsonl', outcomes.map(toLine).join(''));
  if (skipped.length > 0) await put('skipped.jsonl', skipped.map(toLine).join(''));
  await put('plan.json', JSON.stringify(plan));
  await put('shards.jsonl', toLine(shard));
  return plan;
}

/** As Register leaves a run. */
export function runRecord(run: number, ref = runRef(run)): RunRecord {
  const { mailer, campaign, identity, folder, list, startedAt } = ref;
  return {
    ...runKey(ref),
    ...{ v: FORMAT, mailer, campaign, identity, run, execution: `arn:${run}`, state: 'registered', folder, startedAt },
    ...{ bucket: list.bucket, listKey: list.key, etag: list.etag, size: list.size },
    ...{ sequencer: `000${run}`, eventTime: '2026-11-25T01:00:00Z' },
  };
}

/** Gives a run of the campaign its sending turn, whoever had it; its sending number is its run's. */
export async function register(store: ReturnType<typeof memoryStore>, run: number): Promise<void> {
  const { mailer, campaign, campaignDigest: digest, startedAt } = runRef(run);
  await store.write(enter({ ...runRecord(run), state: 'sending', sending: run }));
  await store.write({
    key: campaignKey(digest),
    when: { absent: 'never' },
    set: { v: FORMAT, mailer, campaign, run, turn: run, sending: run, begun: startedAt, activeAt: startedAt },
  });
}
