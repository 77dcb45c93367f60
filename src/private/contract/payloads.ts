/** What the state machine hands to the functions, and what they give back. */

import type { FORMAT, ListEncodingName } from './names';
import type { ListRejection, Recipient, RunRef, SameList, ShardRef } from './run-files';
import type { TemplateSource, WindowSettings } from './settings';

/** What Register gives. */
export interface RegisterOutput {
  readonly v: typeof FORMAT;
  /**
   * `ignored`: what S3 keeps for a folder. `draft` is none that an older state machine plans or sends. `locked`: the mailer
   * may send nothing before an operator takes over.
   */
  readonly decision: 'run' | 'draft' | 'duplicate' | 'superseded' | 'rejected' | 'ignored' | 'locked';
  /** Absent of what is ignored or locked. */
  readonly run?: RunRef;
  readonly rejection?: ListRejection;
}

/** A draft stands under another name, so that an older Plan, which would make it a list to be sent, fails at it. */
export type PlanInput = { readonly v: typeof FORMAT } & ({ readonly run: RunRef } | { readonly draft: RunRef });

/** What Plan gives; `plan.json` holds the same and the counts. */
export interface PlanOutput {
  readonly v: typeof FORMAT;
  /** `test`: a draft of which a reviewer gets mails. */
  readonly decision: 'send' | 'draft' | 'test' | 'rejected';
  readonly rejection?: ListRejection;
  readonly shardList: string;
  readonly shards: number;
  readonly recipients: number;
  /** `MaxConcurrency` of the Send map. */
  readonly workers: number;
  /** When sending begins, where that is not at once. */
  readonly sendAt?: string;
  /** A run that has not begun to send begins in it only. */
  readonly window?: WindowSettings;
}

/** Input of Register when a run asks for the campaign's sending turn. */
export interface TurnInput {
  readonly v: typeof FORMAT;
  /** The execution that asks. */
  readonly execution: string;
  readonly run: RunRef;
  readonly plan: PlanOutput;
  /** Of the last answer: since when it asks, in milliseconds. */
  readonly turn: { readonly since?: number };
}

export interface TurnOutput {
  readonly v: typeof FORMAT;
  /** `over`: nothing of the run is sent. */
  readonly decision: 'taken' | 'wait' | 'over';
  readonly waitSeconds: number;
  readonly since: number;
  /** With its sending number, once it is taken. */
  readonly run?: RunRef;
}

/** Input of the send worker and of Settle: one child of the map. */
export interface ShardInput {
  readonly v: typeof FORMAT;
  readonly run: RunRef;
  readonly shard: ShardRef;
  /** How often this child has called before. */
  readonly rounds: number;
  /** Of Settle: what was in doubt has been sent again. */
  readonly resent?: boolean;
}

/** What both give back: next to nothing, because a map's output must not grow with the list. */
export interface ShardProgress {
  readonly v: typeof FORMAT;
  readonly done: boolean;
  readonly waitSeconds: number;
  readonly rounds: number;
  /** Of Settle: doubts may be resent, and the send worker is to come once more. */
  readonly resend?: boolean;
  readonly resent?: boolean;
}

/** Input of the review function: mails of a draft to a reviewer, or the question whether a run may be sent. */
export interface ReviewInput {
  readonly v: typeof FORMAT;
  readonly of: 'test' | 'approval';
  readonly run: RunRef;
  readonly rounds: number;
}

/** What it gives back while a run waits for its approval. */
export interface ReviewProgress {
  readonly v: typeof FORMAT;
  readonly done: boolean;
  readonly approved: boolean;
  readonly waitSeconds: number;
  readonly rounds: number;
}

/** `test.json`. */
export interface TestDocument {
  readonly v: typeof FORMAT;
  readonly to: string;
  readonly recipients: readonly Recipient[];
}

/** `test-result.json`. */
export interface TestResult {
  readonly mails: number;
  /** Taken by SES. Fewer than `mails` without a failure: the function ended in between, and does not begin again. */
  readonly sent: number;
  readonly failed: readonly { readonly row: number; readonly reason: string }[];
}

export interface ReportInput {
  readonly v: typeof FORMAT;
  readonly run: RunRef;
  /** Absent when Plan did not end. */
  readonly plan?: PlanOutput;
  readonly rejection?: ListRejection;
  /** Step Functions' own words when a state failed. */
  readonly failure?: { readonly Error: string; readonly Cause?: string };
  /** Once more, after the tracking period. */
  readonly tracked?: boolean;
}

export interface ReportOutput {
  readonly v: typeof FORMAT;
  readonly status: 'completed' | 'draft' | 'rejected' | 'failed';
  readonly summary: string;
  /** Whether the run is to be reported again, and after how long. */
  readonly track: boolean;
  readonly trackSeconds: number;
}

/** `plan.json`. */
export interface PlanDocument extends PlanOutput {
  readonly rows: number;
  readonly invalid: number;
  readonly duplicate: number;
  /** Columns as the list names them, in order; ours left out. */
  readonly columns: readonly string[];
  /** The list's own; the CSV files we write for its owner have it too. */
  readonly delimiter?: string;
  readonly invalidByCode: { readonly [code: string]: number };
  /** How long it takes at most, where nobody has a mail yet. `quota`: messages in 24 hours; absent where SES sets no limit. */
  readonly estimate?: {
    readonly perSecond: number;
    readonly seconds: number;
    readonly quota?: number;
    readonly quotaLeft?: number;
  };
  /** Templates of which the texts were taken from a bucket. */
  readonly templateSources?: { readonly [template: string]: TemplateSource };
  /** Of the upload's metadata; a retry file is to have it, too. */
  readonly template?: string;
  /** Recipients whose language has no texts and who get the template's own, by language. */
  readonly unknownLocales?: { readonly [locale: string]: number };
  /** Where it was guessed: what the bytes were taken for, and cells as they became by it. */
  readonly guess?: { readonly encoding: ListEncodingName; readonly examples: readonly string[] };
  /** How the list was read, where its bytes decided it and not RFC 4180 and its header. */
  readonly readAs?: {
    /** `backslash`: `\"` is a quotation mark; `relaxed`: those around no whole cell are text; `literal`: all are. */
    readonly quotes?: 'backslash' | 'relaxed' | 'literal';
    /** Rows may leave off empty cells at their end. */
    readonly shortRows?: boolean;
    /** The column that was taken for the address, by what is in it. */
    readonly emailColumn?: string;
    /** The sheet of a workbook. */
    readonly sheet?: string;
    /** Of a workbook: rows that were excluded because they are hidden. */
    readonly hiddenRows?: number;
  };
  /** Of a list that is rejected because its encoding is not known: cells as they read in each that it may be. */
  readonly readings?: readonly { readonly encodings: readonly string[]; readonly examples: readonly string[] }[];
  /** Rows whose recipients want no email, as the list itself says. */
  readonly suppressedByList?: number;
  /** Recipients whose top-level domain does not exist, by its name. */
  readonly unknownTopLevels?: { readonly [topLevel: string]: number };
  /** Of a list in parts, in their order: names, and the rows that were read of each. */
  readonly parts?: readonly { readonly name: string; readonly rows: number }[];
  /** Another campaign that had a list of the same content within 24 hours. */
  readonly sameListAs?: SameList;
  /** Of a draft: keys of the rendered samples. */
  readonly samples?: readonly string[];
}
