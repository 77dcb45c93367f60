/** Inputs and outputs of the functions that the state machine calls. */

import type { FORMAT, ListEncodingName } from './names';
import type { ListRejection, Recipient, RunRef, SameList, ShardRef } from './run-files';
import type { TemplateSource, WindowSettings } from './settings';

/** Output of Register. */
export interface RegisterOutput {
  readonly v: typeof FORMAT;
  /**
   * `ignored`: an object that stands for a folder. `draft` is a separate decision so that an older state machine
   * neither plans nor sends it. `locked`: the mailer may not send before an operator takes over.
   */
  readonly decision: 'run' | 'draft' | 'duplicate' | 'superseded' | 'rejected' | 'ignored' | 'locked';
  /** Absent if `ignored` or `locked`. */
  readonly run?: RunRef;
  readonly rejection?: ListRejection;
}

/** A draft has another property name, so that an older Plan fails on it instead of sending it. */
export type PlanInput = { readonly v: typeof FORMAT } & ({ readonly run: RunRef } | { readonly draft: RunRef });

/** Output of Plan. `plan.json` holds the same and the counts. */
export interface PlanOutput {
  readonly v: typeof FORMAT;
  /** `test`: a draft with test emails for a reviewer. */
  readonly decision: 'send' | 'draft' | 'test' | 'rejected';
  readonly rejection?: ListRejection;
  readonly shardList: string;
  readonly shards: number;
  readonly recipients: number;
  /** `MaxConcurrency` of the Send map. */
  readonly workers: number;
  /** Time at which sending begins. Absent: at once. */
  readonly sendAt?: string;
  /** The window in which sending may begin, for a run that has not begun. */
  readonly window?: WindowSettings;
}

/** Input of Register when a run asks for the campaign's sending turn. */
export interface TurnInput {
  readonly v: typeof FORMAT;
  /** ARN of the run's execution. */
  readonly execution: string;
  readonly run: RunRef;
  readonly plan: PlanOutput;
  /** From the previous answer: the time since which the run waits, in milliseconds. */
  readonly turn: { readonly since?: number };
}

export interface TurnOutput {
  readonly v: typeof FORMAT;
  /** `over`: the run sends nothing. */
  readonly decision: 'taken' | 'wait' | 'over';
  readonly waitSeconds: number;
  readonly since: number;
  /** The run with its sending number, once it has the turn. */
  readonly run?: RunRef;
}

/** Input of the send worker and of Settle: one child of the map. */
export interface ShardInput {
  readonly v: typeof FORMAT;
  readonly run: RunRef;
  readonly shard: ShardRef;
  /** Number of earlier calls of this child. */
  readonly rounds: number;
  /** From Settle: emails in doubt have been sent again. */
  readonly resent?: boolean;
}

/** Output of both. Small, because a map's output must not grow with the list. */
export interface ShardProgress {
  readonly v: typeof FORMAT;
  readonly done: boolean;
  readonly waitSeconds: number;
  readonly rounds: number;
  /** From Settle: emails in doubt may be resent, and the send worker must be called again. */
  readonly resend?: boolean;
  readonly resent?: boolean;
}

/** Input of the review function: test emails of a draft, or the approval of a run. */
export interface ReviewInput {
  readonly v: typeof FORMAT;
  readonly of: 'test' | 'approval';
  readonly run: RunRef;
  readonly rounds: number;
}

/** Output of the review function while a run waits for approval. */
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
  /**
   * Emails that SES accepted. Fewer than `mails` without a failure: the function ended early and does not start again.
   */
  readonly sent: number;
  readonly failed: readonly { readonly row: number; readonly reason: string }[];
}

export interface ReportInput {
  readonly v: typeof FORMAT;
  readonly run: RunRef;
  /** Absent if Plan did not finish. */
  readonly plan?: PlanOutput;
  readonly rejection?: ListRejection;
  /** Step Functions' error when a state failed. */
  readonly failure?: { readonly Error: string; readonly Cause?: string };
  /** True for the second report, after the tracking period. */
  readonly tracked?: boolean;
}

export interface ReportOutput {
  readonly v: typeof FORMAT;
  readonly status: 'completed' | 'draft' | 'rejected' | 'failed';
  readonly summary: string;
  /** Whether the run gets a second report, and after how long. */
  readonly track: boolean;
  readonly trackSeconds: number;
}

/** `plan.json`. */
export interface PlanDocument extends PlanOutput {
  readonly rows: number;
  readonly invalid: number;
  readonly duplicate: number;
  /** Column names as in the list, in order, without MailMatrix's own. */
  readonly columns: readonly string[];
  /** The list's delimiter, which CSV files for its owner use too. */
  readonly delimiter?: string;
  readonly invalidByCode: { readonly [code: string]: number };
  /** Maximum duration, if no recipient has an email yet. `quota`: emails in 24 hours; absent if SES sets no limit. */
  readonly estimate?: {
    readonly perSecond: number;
    readonly seconds: number;
    readonly quota?: number;
    readonly quotaLeft?: number;
  };
  /** Templates whose texts were read from a bucket. */
  readonly templateSources?: { readonly [template: string]: TemplateSource };
  /** The template of the upload's metadata, which a retry file needs too. */
  readonly template?: string;
  /** Recipients who get the template's own texts for lack of texts in their language, by language. */
  readonly unknownLocales?: { readonly [locale: string]: number };
  /** Columns of yes and no that a section depends on, with their words for no for which the section shows. */
  readonly yesNoSections?: { readonly [column: string]: readonly string[] };
  /** The guessed encoding, and cells as decoded. Absent if not guessed. */
  readonly guess?: { readonly encoding: ListEncodingName; readonly examples: readonly string[] };
  /** How the list was read, where its bytes decided it and not RFC 4180 and its header. */
  readonly readAs?: {
    /**
     * `backslash`: `\"` is a quotation mark. `relaxed`: quotation marks that do not enclose a whole cell are text.
     * `literal`: all are text.
     */
    readonly quotes?: 'backslash' | 'relaxed' | 'literal';
    /** Whether rows may omit empty cells at their end. */
    readonly shortRows?: boolean;
    /** The address column that was detected by its content. */
    readonly emailColumn?: string;
    /** The sheet of a workbook. */
    readonly sheet?: string;
    /** For a workbook: the number of hidden rows that were excluded. */
    readonly hiddenRows?: number;
  };
  /** For a list rejected because its encoding is ambiguous: example cells in each possible encoding. */
  readonly readings?: readonly { readonly encodings: readonly string[]; readonly examples: readonly string[] }[];
  /** Rows that the list itself marks as opted out. */
  readonly suppressedByList?: number;
  /** Recipients whose top-level domain does not exist, by its name. */
  readonly unknownTopLevels?: { readonly [topLevel: string]: number };
  /** For a list in parts: names in order, and the rows of each. */
  readonly parts?: readonly { readonly name: string; readonly rows: number }[];
  /** Another campaign whose list had the same content within 24 hours. */
  readonly sameListAs?: SameList;
  /** For a draft: keys of the rendered samples. */
  readonly samples?: readonly string[];
}
