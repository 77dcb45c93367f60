/** A run and the files of its folder. */

import type { FORMAT, Outcome, SkippedOutcome } from './names';

/** An exact version of a recipient list: by version id in a versioned bucket, else by ETag. */
export interface ListRef {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
}

/**
 * How campaigns and their recipients are identified. The first run that sends stores it for the campaign: with another
 * identity every recipient would be new, and get the email again.
 */
export type Identity = {
  /** `upload`: every upload is a campaign of its own. */
  readonly by: 'key' | 'upload';
  /** The column that identifies a recipient together with the address. Absent: the address alone. */
  readonly column?: string;
  /** Version of address folding. */
  readonly folding: number;
  /** For `upload`: the campaign that all uploads under the list's name would belong to. */
  readonly base?: string;
};

/** One execution over one upload, as every state after Register gets it. */
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
  /** When the campaign's first run began. Absent for the first run. */
  readonly continues?: string;
  /** Planned and reported, never sent. */
  readonly draft?: boolean;
  /** The owner decided to resend the emails in doubt that this list names. */
  readonly resendInDoubt?: boolean;
  /** For a draft of a file that MailMatrix wrote: the campaign that it would continue. */
  readonly targetCampaign?: string;
}

/** Why a list was rejected as a whole. Never contains recipient data. */
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
  /** For a list in parts: 1 for the first in `PlanDocument.parts`. */
  readonly part?: number;
  /** As written in the list. */
  readonly to: string;
  readonly pk: string;
  readonly sk: string;
  readonly template: string;
  /** The row's own From name. Absent: the template's. */
  readonly fromName?: string;
  /** The row's own Reply-To mailbox. Absent: the template's. */
  readonly replyTo?: string;
  /** The row's own SES tenant. Absent: the mailer's. */
  readonly tenant?: string;
  /** The language that the template's filters format values in. Absent: that of the template's texts. */
  readonly locale?: string;
  /** Values by folded column name. */
  readonly vars: { readonly [name: string]: string };
  /** Original cells, in the order of `PlanDocument.columns`. */
  readonly cells: readonly string[];
  /** For a list to resend: the id of the claim in doubt that the row names. */
  readonly doubt?: string;
  /** Consent to tracking by the list's column. Absent if unknown. */
  readonly trackingConsent?: TrackingChoice;
}

/** A recipient's answer to whether their opens and clicks may be tracked. */
export type TrackingChoice = 'given' | 'refused';

/** A line of `skipped.jsonl`: a row that did not become a recipient. */
export interface SkippedRow {
  readonly row: number;
  readonly line: number;
  readonly part?: number;
  readonly outcome: SkippedOutcome;
  readonly code: string;
  readonly reason: string;
  /** Original cells. */
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
  /** For an email in doubt: the id of the claim. */
  readonly claim?: string;
  /** Move in the campaign's counts, `<from>><as>`. Absent if the recipient belongs to another run or does not move. */
  readonly move?: string;
}
