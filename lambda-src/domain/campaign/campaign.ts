import { type ListRef, type RunRef, reportsOf } from '../../../src/private/contract';
import { digest, partsOf } from '../ledger/keys';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Item, Key } from '../ledger/store';

/** The record of a campaign: its last run, the run that may send, and any pause. */
export interface CampaignRecord extends Key {
  readonly v: number;
  readonly mailer: string;
  /** `<mailer>/<name>`. */
  readonly campaign: string;
  /** Number of the last registered run, from 1. */
  readonly run: number;
  /** Time at which the first run began to send. Absent if no email can have been sent. */
  readonly begun?: string;
  /** Time at which the last run began to send. The campaign's name closes a fixed time after it. */
  readonly activeAt?: string;
  /** The run that has, or last had, the sending turn. */
  readonly turn?: number;
  /** That run's sending number, the highest assigned so far. */
  readonly sending?: number;
  /** Reason of a pause. No further recipient is sent to until a resume; see `control.ts`. */
  readonly paused?: string;
  readonly pausedAt?: string;
  readonly pausedBy?: string;
  /** Number of resumes by the command. The breaker restarts its counts at each. */
  readonly resumes?: number;
}

/**
 * Returns the partition of a campaign's record. A draft has its own, where send workers find no campaign to send for.
 */
export const campaignPartition = (campaignDigest: string, draft = false): string =>
  draft ? PARTITION.draft(campaignDigest) : PARTITION.campaign(campaignDigest);

export const campaignKey = (campaignDigest: string, draft = false): Key => ({
  pk: campaignPartition(campaignDigest, draft),
  sk: 'campaign',
});

export const asCampaign = (item: Item | undefined): CampaignRecord | undefined =>
  recordOf<CampaignRecord>('the record of a campaign', item);

/** An upload, as S3's event describes it. */
export interface Upload {
  readonly list: ListRef;
  readonly sequencer: string;
  readonly eventTime: string;
  readonly uploadedBy?: string;
}

const LIST_EXTENSION = /(\.(csv|tsv|txt|xlsx|xls|ods|manifest))?(\.gz)?$/i;

/** Returns the campaign's name: the key after the intake prefix, without the file extension. */
export const campaignName = (key: string, prefix: string): string =>
  key.slice(prefix.length).replace(LIST_EXTENSION, '');

/** Returns the campaign's name without the mailer. */
export const campaignLabel = ({ campaign }: Pick<RunRef, 'campaign'>): string => partsOf(campaign)[1];

/** Returns the name of a draft's own campaign. Its prefix makes a clash with a list's name unlikely. */
export const draftName = (key: string, prefix: string): string => `!draft/${campaignName(key, prefix)}`;

/** Whether the run is a draft, by its own flag or by the prefix of its list. A draft sends nothing to recipients. */
export const isDraft = ({ draft, list }: RunRef, draftsPrefix: string | undefined): boolean =>
  draft === true || (draftsPrefix !== undefined && list.key.startsWith(draftsPrefix));

/** Returns the run's sending number. Throws MM542 if the run does not have the campaign's turn; claims require one. */
export function sendingNumber({ run, sending }: RunRef): number {
  if (sending === undefined) throw new Error(`MM542: run ${run} sends before it has its turn; this must never be`);
  return sending;
}

/** S3 keys are limited to 1,024 bytes, and file names follow the campaign's name. */
const MAX_NAME = 700;

/** Returns the folder that contains the folders of a campaign's runs. */
export function campaignFolder(campaign: string): string {
  const [mailer, name] = partsOf(campaign);
  return `${reportsOf(mailer)}${cut(name)}/`;
}

/** Returns the folder of a run, named by its number and start time. */
export function runFolder(campaign: string, run: number, startedAt: string): string {
  const time = startedAt.replace(/\.\d+/, '').replace(/[-:]/g, '');
  return `${campaignFolder(campaign)}${String(run).padStart(4, '0')}-${time}/`;
}

/** Shortens a long name, with a digest of the whole name to keep it unique. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME) return name;
  const whole = new TextDecoder().decode(Buffer.from(name).subarray(0, MAX_NAME - 100), { stream: true });
  return `${whole}~${digest(name)}`;
}
