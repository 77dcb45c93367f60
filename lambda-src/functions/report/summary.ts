import type {
  Counts,
  FORMAT,
  HeardKind,
  ListRef,
  ListRejection,
  PlanDocument,
  SuppressionSettings,
  TestResult,
} from '../../../src/private/contract';
import type { ApprovalRecord } from '../../domain/campaign/approval';
import type { TrackingCounts } from '../../domain/events/email-events';
import type { Breakdown } from './breakdown/breakdown';

/** `summary.json`: how a run ended. */
export interface Summary {
  readonly v: typeof FORMAT;
  readonly campaign: string;
  /** 1, 2, 3… within the campaign. */
  readonly run: number;
  readonly status: 'completed' | 'draft' | 'rejected' | 'failed';
  /** Rows of the list; its header and empty lines do not count. Absent when it could not be counted. */
  readonly rows?: number;
  /** By outcome; they add up to `rows`. Only of a completed run. */
  readonly counts?: Counts;
  /** The encoding that was found where none was declared, with converted cells. */
  readonly guess?: PlanDocument['guess'];
  /** How the list was read, where its bytes decided it and not RFC 4180 and its header. */
  readonly readAs?: PlanDocument['readAs'];
  /** Of a list that is rejected because its encoding is not known: cells as they read in each that it may be. */
  readonly readings?: PlanDocument['readings'];
  /** Rows that opt out by the list's own column; they are among the suppressed. */
  readonly suppressedByList?: PlanDocument['suppressedByList'];
  /** Recipients whose top-level domain does not exist, by its name. */
  readonly unknownTopLevels?: PlanDocument['unknownTopLevels'];
  /** Recipients who got a template's own texts, because it has none in their language. */
  readonly unknownLocales?: PlanDocument['unknownLocales'];
  /** Templates with texts from a bucket: where, when, which versions. */
  readonly templateSources?: PlanDocument['templateSources'];
  /** Another campaign that had a list of the same content within 24 hours: its recipients got both emails. */
  readonly sameListAs?: PlanDocument['sameListAs'];
  /** What would be sent. Only of a draft. */
  readonly planned?: Pick<PlanDocument, 'recipients' | 'invalid' | 'duplicate' | 'invalidByCode' | 'estimate'>;
  /** How long it waited for the account's daily quota, in seconds. Absent where it did not. */
  readonly quotaWaitSeconds?: number;
  /** How long it waited for clear answers of SES, in seconds. Absent where it did not. */
  readonly unclearWaitSeconds?: number;
  /** When sending was to begin; absent for at once. */
  readonly sendAt?: string;
  /** How long it waited for its sending window, in seconds. Absent where it did not. */
  readonly windowWaitSeconds?: number;
  /** Reasons with their counts, by outcome, of rows that were not sent. */
  readonly reasons?: { readonly [outcome: string]: { readonly [reason: string]: number } };
  /**
   * What is known of the mail that this run sent: after its end, and once more after the tracking period. Events may be
   * lost or late, so `unknown` is no failure.
   */
  readonly tracking?: TrackingCounts &
    Breakdown & {
      readonly until: string;
      readonly final: boolean;
      /** When it is to be reported again. */
      readonly next?: string;
      /** Whether opens and clicks are learnt of; absent where they are not. */
      readonly opens?: boolean;
      readonly clicks?: boolean;
    };
  /** Test emails; only of a draft that was sent as a test. */
  readonly test?: TestResult;
  /** Who said that the run may be sent, or may not; without a decision it was cancelled or superseded. */
  readonly approval?: Pick<ApprovalRecord, 'askedAt' | 'decision' | 'by' | 'how' | 'at' | 'why'>;
  /** Whose list of its own SES looked into: such a mail counts as sent, and SES does not deliver it. */
  readonly suppression?: SuppressionSettings;
  readonly list: ListRef;
  readonly startedAt: string;
  readonly endedAt: string;
  /** When the campaign's first run began, on a later one. */
  readonly continues?: string;
  /** Why the list was rejected whole. */
  readonly rejection?: ListRejection;
  /** What broke. */
  readonly failure?: { readonly error: string; readonly cause?: string };
  /** Kinds of notices without a subscriber. Absent if each has one, or if SNS did not say. */
  readonly unheard?: MissingSubscribers;
  /** Keys in the bucket. */
  readonly files: readonly string[];
}

/** No subscription to the topics of these kinds is confirmed. */
export interface MissingSubscribers {
  readonly kinds: readonly HeardKind[];
  /** Subscriptions to them that wait to be confirmed. */
  readonly pending: number;
}
