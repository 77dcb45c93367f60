import { FORMAT, type ListRef, type RunRef, reportsOf } from '../../src/private/contract';
import { digest, partsOf } from './keys';
import { PARTITION } from './partitions';
import type { Condition, Item, Key, Update } from './store';

/** The record of a campaign: which run is the newest, of which upload, and whether it may go on. */
export interface CampaignRecord extends Key {
  readonly v: number;
  /** The name of the mailer. */
  readonly mailer: string;
  /** `<mailer>/<name>`. */
  readonly campaign: string;
  /** 1, 2, 3…; an older run stops at its next reservation. */
  readonly run: number;
  readonly execution: string;
  readonly bucket: string;
  readonly listKey: string;
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
  readonly sequencer: string;
  readonly eventTime: string;
  readonly folder: string;
  /** When the first run began. */
  readonly begun: string;
  readonly startedAt: string;
  /** When the last run that was not refused began; the name closes by it. */
  readonly activeAt: string;
  readonly uploadedBy?: string;
  /** A list under the drafts' prefix: never sent. */
  readonly draft?: boolean;
  /** The campaign that the rows of a draft belong to. */
  readonly boundTo?: string;
  /** Why the run of `run` was refused at registration. */
  readonly refusalCode?: string;
  readonly refusalMessage?: string;
  /** Why no more of `run` is sent. */
  readonly stopped?: string;
  /** The list is of those in doubt, and they are sent their mail again. */
  readonly resending?: boolean;
  /** The key under which the next upload is such a list. */
  readonly resendInDoubt?: string;
  /** Why nobody new is mailed until somebody resumes the campaign; see `control.ts`. */
  readonly paused?: string;
  readonly pausedAt?: string;
  readonly pausedBy?: string;
}

export const campaignKey = (campaignDigest: string): Key => ({
  pk: PARTITION.campaign(campaignDigest),
  sk: 'campaign',
});

/** A draft's record lies where no send worker, of whatever version, finds a campaign that it may send for. */
export const draftKey = (campaignDigest: string): Key => ({ pk: PARTITION.draft(campaignDigest), sk: 'campaign' });

export const asCampaign = (item: Item | undefined): CampaignRecord | undefined =>
  item as unknown as CampaignRecord | undefined;

/** An upload, as S3 told of it. */
export interface Upload {
  readonly list: ListRef;
  readonly sequencer: string;
  readonly eventTime: string;
  readonly uploadedBy?: string;
}

const LIST_EXTENSION = /(\.(csv|tsv|txt|xlsx|xls|ods))?(\.gz)?$/i;

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

/**
 * S3 orders uploads of one key by sequencers, compared as text once the shorter is padded on the right. Uploads under
 * different keys (a retry file beside the list) have only the event's time in common.
 */
export function isNewer(upload: Upload, record: CampaignRecord): boolean {
  const length = Math.max(upload.sequencer.length, record.sequencer.length);
  const [mine, theirs] = [upload.sequencer, record.sequencer].map((s) => s.toUpperCase().padEnd(length, '0')) as [
    string,
    string,
  ];
  if (upload.list.key !== record.listKey && upload.eventTime !== record.eventTime) {
    return upload.eventTime > record.eventTime;
  }
  return mine > theirs;
}

export const isSameUpload = (upload: Upload, record: CampaignRecord): boolean =>
  upload.list.key === record.listKey && upload.sequencer === record.sequencer;

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

/** Makes a run the newest of its campaign, if the record is still as it was read. */
export function begin(found: CampaignRecord | undefined, next: CampaignRecord): Update {
  const unchanged: Condition = found
    ? { all: [{ eq: ['run', found.run] }, { eq: ['execution', found.execution] }] }
    : { absent: 'run' };
  const { pk, sk, ...set } = next;
  return {
    key: { pk, sk },
    when: { any: [unchanged, { all: [{ eq: ['run', next.run] }, { eq: ['execution', next.execution] }] }] },
    set,
    remove: (
      [
        'refusalCode',
        'refusalMessage',
        'stopped',
        'versionId',
        'uploadedBy',
        'boundTo',
        'resending',
        'resendInDoubt',
      ] as const
    ).filter((name) => next[name] === undefined),
  };
}

export function asRun(record: CampaignRecord, campaignDigest: string): RunRef {
  return {
    v: FORMAT,
    mailer: record.mailer,
    campaign: record.campaign,
    campaignDigest,
    run: record.run,
    sending: record.run,
    folder: record.folder,
    list: {
      bucket: record.bucket,
      key: record.listKey,
      versionId: record.versionId,
      etag: record.etag,
      size: record.size,
    },
    startedAt: record.startedAt,
    uploadedAt: record.eventTime,
    ...(record.draft ? { draft: true } : {}),
    ...(record.resending ? { resendInDoubt: true } : {}),
    ...(record.boundTo === undefined ? {} : { boundTo: record.boundTo }),
    ...(record.run > 1 ? { continues: record.begun } : {}),
  };
}
