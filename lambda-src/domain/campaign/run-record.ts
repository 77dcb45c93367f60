import { FORMAT, type Identity, type RunRef } from '../../../src/private/contract';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Condition, Item, Key, Store, Update } from '../ledger/store';
import type { BlockKind } from '../rate/blocks';

/**
 * registered: it has not begun to send. sending: it has, or had, the campaign's sending turn. settled: its report says how
 * everybody ended. rejected: its list was rejected, at registration or by Plan. dead: its execution ended without a report.
 */
export type RunState = 'registered' | 'sending' | 'settled' | 'rejected' | 'dead';

/** One run of a campaign: what Register decided, and what happened to it since. */
export interface RunRecord extends Key {
  readonly v: number;
  readonly mailer: string;
  readonly campaign: string;
  readonly identity: Identity;
  /** 1, 2, 3… within the campaign, in the order of registration. */
  readonly run: number;
  readonly execution: string;
  readonly state: RunState;
  readonly bucket: string;
  readonly listKey: string;
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
  readonly sequencer: string;
  readonly eventTime: string;
  readonly uploadedBy?: string;
  readonly folder: string;
  readonly startedAt: string;
  /** When the campaign began to send, if it had at registration. */
  readonly continues?: string;
  readonly draft?: boolean;
  /** The campaign that the rows of a draft belong to. */
  readonly targetCampaign?: string;
  /** The list holds recipients in doubt, who are sent their email again. */
  readonly resending?: boolean;
  /** The former run of the same object, which this one stopped. */
  readonly previous?: number;
  /** Why the list was rejected at registration. */
  readonly rejectionCode?: string;
  readonly rejectionMessage?: string;
  /** Sending number: 1, 2, 3… within the campaign, in the order in which its runs began to send. */
  readonly sending?: number;
  /** Why no more of it is sent. */
  readonly stopped?: string;
  /** When its execution was found to have ended, in milliseconds; of a dead run. */
  readonly deadAt?: number;
}

/** A run, as far as its record is found by it. */
export type RunName = Pick<RunRef, 'campaignDigest' | 'run' | 'draft'>;

/** Partition of the runs of a campaign. A draft's lie where no send worker looks. */
export const runsOf = ({ campaignDigest, draft }: Omit<RunName, 'run'>): string =>
  draft ? PARTITION.draft(campaignDigest) : PARTITION.run(campaignDigest);

/** The key of an item of a run, such as `run#000001`. */
export const runItem = (of: RunName, what: 'run' | 'brake' | BlockKind): Key => ({
  pk: runsOf(of),
  sk: `${what}#${String(of.run).padStart(6, '0')}`,
});

export const runKey = (of: RunName): Key => runItem(of, 'run');

export const asRunRecord = (item: Item | undefined): RunRecord | undefined =>
  recordOf<RunRecord>('the record of a run', item);

/** When an item that only a run under way needs expires, in seconds; `now` in milliseconds. */
export const expiryOf = (now: number): number => Math.floor(now / 1000) + 30 * 86_400;

/** All runs of a campaign, the first one first. */
export const readRuns = async (of: Omit<RunName, 'run'>, store: Store): Promise<readonly RunRecord[]> =>
  (await store.query(runsOf(of), 'run#')).map((item) => asRunRecord(item)!);

/** Whether something of it may still be sent. */
export const isUnfinished = ({ state, rejectionCode }: RunRecord): boolean =>
  rejectionCode === undefined && (state === 'registered' || state === 'sending');

/** Whether its list was rejected: nothing of it was or is sent. */
export const isRejected = ({ state, rejectionCode }: RunRecord): boolean =>
  state === 'rejected' || rejectionCode !== undefined;

/**
 * A number is given once: to the execution that enters it first. A call of that execution that comes late changes nothing,
 * because the run may have begun; it finds its run by the execution.
 */
export function enter(record: RunRecord): Update {
  const { pk, sk, ...set } = record;
  return { key: { pk, sk }, when: { absent: 'run' }, set };
}

const OPEN: Condition = { any: [{ eq: ['state', 'registered'] }, { eq: ['state', 'sending'] }] };

/** Stops the run. The first reason is kept, and a run that has ended stays as it is. */
export const stop = (key: Key, reason: string): Update => ({
  key,
  when: { all: [OPEN, { any: [{ absent: 'stopped' }, { eq: ['stopped', reason] }] }] },
  set: { stopped: reason },
});

/** The run has the campaign's sending turn. One that was stopped before ends without a sending number. */
export const beginSending = (key: Key, sending: number): Update => ({
  key,
  when: {
    any: [
      { all: [{ eq: ['state', 'registered'] }, { absent: 'stopped' }] },
      { all: [{ eq: ['state', 'sending'] }, { eq: ['sending', sending] }] },
    ],
  },
  set: { state: 'sending', sending },
});

/** The run is over: its report is written. */
export const conclude = (key: Key, state: 'settled' | 'rejected'): Update => ({
  key,
  when: { not: { absent: 'run' } },
  set: { state },
});

/**
 * Marks a run whose execution ended without a report. The first time is kept, because its workers stop from then on.
 */
export const bury = (key: Key, now: number): Update => ({
  key,
  when: { any: [OPEN, { eq: ['deadAt', now] }] },
  set: { state: 'dead', deadAt: now },
});

export const asRun = (record: RunRecord, campaignDigest: string): RunRef => ({
  v: FORMAT,
  mailer: record.mailer,
  campaign: record.campaign,
  campaignDigest,
  identity: record.identity,
  run: record.run,
  ...(record.sending === undefined ? {} : { sending: record.sending }),
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
  ...(record.targetCampaign === undefined ? {} : { targetCampaign: record.targetCampaign }),
  ...(record.continues === undefined ? {} : { continues: record.continues }),
});
