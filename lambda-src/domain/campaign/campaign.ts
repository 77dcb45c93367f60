import { type ListRef, type RunRef, reportsOf } from '../../../src/private/contract';
import { digest, partsOf } from '../ledger/keys';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Item, Key } from '../ledger/store';

/** The record of a campaign: its last run, which run sends, and whether it is paused. */
export interface CampaignRecord extends Key {
  readonly v: number;
  /** The name of the mailer. */
  readonly mailer: string;
  /** `<mailer>/<name>`. */
  readonly campaign: string;
  /** The last run that was registered: 1, 2, 3… */
  readonly run: number;
  /** When the first run began to send; absent before any email can have been sent. */
  readonly begun?: string;
  /** When the last run began to send; the name closes by it. */
  readonly activeAt?: string;
  /** The run that has the sending turn, or had it last. */
  readonly turn?: number;
  /** That run's sending number, the last one given. */
  readonly sending?: number;
  /** Why no further recipient is mailed until the campaign is resumed; see `control.ts`. */
  readonly paused?: string;
  readonly pausedAt?: string;
  readonly pausedBy?: string;
  /** How often the command resumed it: the breaker counts anew from each resume. */
  readonly resumes?: number;
}

/** A draft's record lies where no send worker finds a campaign that it may send for. */
export const campaignPartition = (campaignDigest: string, draft = false): string =>
  draft ? PARTITION.draft(campaignDigest) : PARTITION.campaign(campaignDigest);

export const campaignKey = (campaignDigest: string, draft = false): Key => ({
  pk: campaignPartition(campaignDigest, draft),
  sk: 'campaign',
});

export const asCampaign = (item: Item | undefined): CampaignRecord | undefined =>
  recordOf<CampaignRecord>('the record of a campaign', item);

/** An upload, as in S3's event. */
export interface Upload {
  readonly list: ListRef;
  readonly sequencer: string;
  readonly eventTime: string;
  readonly uploadedBy?: string;
}

const LIST_EXTENSION = /(\.(csv|tsv|txt|xlsx|xls|ods|manifest))?(\.gz)?$/i;

/** The campaign's name: the key under the intake prefix, extension left off. */
export const campaignName = (key: string, prefix: string): string =>
  key.slice(prefix.length).replace(LIST_EXTENSION, '');

/** The campaign as its owner calls it: without the mailer. */
export const campaignLabel = ({ campaign }: Pick<RunRef, 'campaign'>): string => partsOf(campaign)[1];

/** A draft is a campaign of its own, under a name that no list beside it is likely to have. */
export const draftName = (key: string, prefix: string): string => `!draft/${campaignName(key, prefix)}`;

/** Whether nothing of the run may be sent: it says so, or its list lies where drafts do. */
export const isDraft = ({ draft, list }: RunRef, draftsPrefix: string | undefined): boolean =>
  draft === true || (draftsPrefix !== undefined && list.key.startsWith(draftsPrefix));

/** The sending number of a run that has the campaign's turn; nothing is claimed without one. */
export function sendingNumber({ run, sending }: RunRef): number {
  if (sending === undefined) throw new Error(`MM542: run ${run} sends before it has its turn; this must never be`);
  return sending;
}

/** S3 takes 1,024 bytes in a key, and what a run writes has names of its own behind it. */
const MAX_NAME = 700;

/** Where the runs of a campaign have their folders. */
export function campaignFolder(campaign: string): string {
  const [mailer, name] = partsOf(campaign);
  return `${reportsOf(mailer)}${cut(name)}/`;
}

export function runFolder(campaign: string, run: number, startedAt: string): string {
  const time = startedAt.replace(/\.\d+/, '').replace(/[-:]/g, '');
  return `${campaignFolder(campaign)}${String(run).padStart(4, '0')}-${time}/`;
}

function cut(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME) return name;
  const whole = new TextDecoder().decode(Buffer.from(name).subarray(0, MAX_NAME - 100), { stream: true });
  return `${whole}~${digest(name)}`;
}
