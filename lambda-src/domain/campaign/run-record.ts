import { FORMAT, type Identity, type RunRef } from '../../../src/private/contract';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Condition, Item, Key, Store, Update } from '../ledger/store';
import type { BlockKind } from '../rate/blocks';

/**
 * registered: has not begun to send. sending: has, or had, the campaign's sending turn. settled: its report has been
 * written. rejected: its list was rejected at registration or by Plan. dead: its execution ended without a report.
 */
export type RunState = 'registered' | 'sending' | 'settled' | 'rejected' | 'dead';

/** One run of a campaign: Register's decisions and the run's state since. */
export interface RunRecord extends Key {
  readonly v: number;
  readonly mailer: string;
  readonly campaign: string;
  readonly identity: Identity;
  /** Number of the run in the campaign, from 1, in order of registration. */
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
  /** Time at which the campaign began to send, if before registration. */
  readonly continues?: string;
  readonly draft?: boolean;
  /** The campaign that a draft's rows belong to. */
  readonly targetCampaign?: string;
  /** Whether the list contains recipients in doubt to resend to. */
  readonly resending?: boolean;
  /** The earlier run of the same object that this run stopped. */
  readonly previous?: number;
  /** Code of the list's rejection at registration. */
  readonly rejectionCode?: string;
  readonly rejectionMessage?: string;
  /** Sending number in the campaign, from 1, in the order in which runs began to send. */
  readonly sending?: number;
  /** Reason for stopping the run. */
  readonly stopped?: string;
  /** Of a dead run: time at which its execution was found to have ended, in milliseconds. */
  readonly deadAt?: number;
}

/** The parts of a run that determine its record's key. */
export type RunName = Pick<RunRef, 'campaignDigest' | 'run' | 'draft'>;

/** Returns the partition of a campaign's runs. Send workers have no access to that of drafts. */
export const runsOf = ({ campaignDigest, draft }: Omit<RunName, 'run'>): string =>
  draft ? PARTITION.draft(campaignDigest) : PARTITION.run(campaignDigest);

/** Returns the key of an item of a run, such as `run#000001`. */
export const runItem = (of: RunName, what: 'run' | 'brake' | BlockKind): Key => ({
  pk: runsOf(of),
  sk: `${what}#${String(of.run).padStart(6, '0')}`,
});

export const runKey = (of: RunName): Key => runItem(of, 'run');

export const asRunRecord = (item: Item | undefined): RunRecord | undefined =>
  recordOf<RunRecord>('the record of a run', item);

/** Returns the expiry, in seconds, of an item needed only while a run is under way. `now` is in milliseconds. */
export const expiryOf = (now: number): number => Math.floor(now / 1000) + 30 * 86_400;

/** Reads all runs of a campaign, the first run first. */
export const readRuns = async (of: Omit<RunName, 'run'>, store: Store): Promise<readonly RunRecord[]> =>
  (await store.query(runsOf(of), 'run#')).map((item) => asRunRecord(item)!);

/** Whether the run may still send. */
export const isUnfinished = ({ state, rejectionCode }: RunRecord): boolean =>
  rejectionCode === undefined && (state === 'registered' || state === 'sending');

/** Whether the run's list was rejected, so that it sends nothing. */
export const isRejected = ({ state, rejectionCode }: RunRecord): boolean =>
  state === 'rejected' || rejectionCode !== undefined;

/**
 * Registers a run. The first execution to write a number gets it. A late repetition by that execution changes nothing,
 * because the run may already have begun; it finds its run by the execution's name.
 */
export function enter(record: RunRecord): Update {
  const { pk, sk, ...set } = record;
  return { key: { pk, sk }, when: { absent: 'run' }, set };
}

const OPEN: Condition = { any: [{ eq: ['state', 'registered'] }, { eq: ['state', 'sending'] }] };

/** Stops the run. Keeps the first reason, and leaves an ended run unchanged. */
export const stop = (key: Key, reason: string): Update => ({
  key,
  when: { all: [OPEN, { any: [{ absent: 'stopped' }, { eq: ['stopped', reason] }] }] },
  set: { stopped: reason },
});

/** Gives the run the campaign's sending turn. A run stopped earlier ends without a sending number. */
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

/** Ends a run whose report is written. */
export const conclude = (key: Key, state: 'settled' | 'rejected'): Update => ({
  key,
  when: { not: { absent: 'run' } },
  set: { state },
});

/** Marks a run whose execution ended without a report. Keeps the first time, because its workers stop at that time. */
export const bury = (key: Key, now: number): Update => ({
  key,
  when: { any: [OPEN, { eq: ['deadAt', now] }] },
  set: { state: 'dead', deadAt: now },
});

/** Converts a run's record to the reference that the run's functions pass on. */
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
