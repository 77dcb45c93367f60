/** A run, and what lies in its folder. */

import type { FORMAT, Outcome, SkippedOutcome } from './names';

/** A recipient list, exactly: by version where the bucket has versions, else by ETag. */
export interface ListRef {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
}

/**
 * By what campaigns and their recipients are told apart. The first run that sends pins it to the campaign: by another
 * identity everybody would be new, and get the email again.
 */
export type Identity = {
  /** `upload`: every upload is a campaign of its own. */
  readonly by: 'key' | 'upload';
  /** The list's column that counts beside the address; absent: the address alone. */
  readonly column?: string;
  /** Version of address folding. */
  readonly folding: number;
  /** Of `upload`: the campaign that all uploads under the list's name would be. */
  readonly base?: string;
};

/** One execution over one upload: what every state after Register knows of it. */
export interface RunRef {
  readonly v: typeof FORMAT;
  /** The name of the mailer. */
  readonly mailer: string;
  /** `<mailer>/<key under the intake prefix, extension left off>`. */
  readonly campaign: string;
  /** Sort key of the campaign's recipient records when no key column is set. */
  readonly campaignDigest: string;
  readonly identity: Identity;
  /** Run id: 1, 2, 3… within the campaign, in the order of registration. */
  readonly run: number;
  /**
   * Sending number: 1, 2, 3… within the campaign, in the order in which its runs began to send. It orders claims and
   * closings. Absent until the run has the campaign's sending turn.
   */
  readonly sending?: number;
  /** `reports/<mailer>/<campaign>/<run id>/`. */
  readonly folder: string;
  readonly list: ListRef;
  readonly startedAt: string;
  /** When the list was uploaded. */
  readonly uploadedAt?: string;
  /** When the campaign's first run began, on a later one. */
  readonly continues?: string;
  /** Planned and reported, never sent. */
  readonly draft?: boolean;
  /** The owner chose, for this list of those in doubt, that they are sent their mail again. */
  readonly resendInDoubt?: boolean;
  /** Of a draft that is a file of ours: the campaign that it would continue. */
  readonly targetCampaign?: string;
}

/** Why a list was rejected whole. Never holds recipient data. */
export interface ListRejection {
  readonly code: string;
  readonly message: string;
}

/** Another campaign whose list has the same content: recipients of both get two emails. */
export interface SameList {
  /** `<mailer>/<name>`. */
  readonly campaign: string;
  readonly run: number;
  /** When its list was planned; ISO 8601. */
  readonly at: string;
}

/** A line of `shards.jsonl`. */
export interface ShardRef {
  readonly v: typeof FORMAT;
  readonly shard: number;
  readonly key: string;
  readonly rows: number;
}

/** First line of a shard. */
export interface ShardHead {
  readonly v: typeof FORMAT;
  readonly campaign: string;
  readonly run: number;
  readonly shard: number;
}

/** Every other line of a shard: one recipient. */
export interface Recipient {
  /** 1 for the first row after the header. */
  readonly row: number;
  /** Physical line in the list or its part, where the row begins. */
  readonly line: number;
  /** Of a list in parts: 1 for the first in `PlanDocument.parts`. */
  readonly part?: number;
  /** As written in the list. */
  readonly to: string;
  readonly pk: string;
  readonly sk: string;
  readonly template: string;
  /** By folded column name. */
  readonly vars: { readonly [name: string]: string };
  /** As they were, in the order of `PlanDocument.columns`. */
  readonly cells: readonly string[];
  /** Of a list that is to be resent: the id of the claim in doubt that the row names. */
  readonly doubt?: string;
}

/** A line of `skipped.jsonl`: a row that became no recipient. */
export interface SkippedRow {
  readonly row: number;
  readonly line: number;
  readonly part?: number;
  readonly outcome: SkippedOutcome;
  readonly code: string;
  readonly reason: string;
  /** The cells as they were. */
  readonly cells: readonly string[];
}

/** A line of `outcomes/<shard>.jsonl`. */
export interface RecipientOutcome {
  readonly row: number;
  readonly line: number;
  readonly part?: number;
  readonly to: string;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly messageId?: string;
  /** Of one in doubt: the id of the claim. */
  readonly claim?: string;
  /** In the campaign's counts, `<from>><as>`; absent where the recipient is another run's, or stays as it was. */
  readonly move?: string;
}
