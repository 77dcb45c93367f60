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

/** The content of `summary.json`: the result of a run. */
export interface Summary {
  readonly v: typeof FORMAT;
  readonly campaign: string;
  /** The number of the run within the campaign, from 1. */
  readonly run: number;
  readonly status: 'completed' | 'draft' | 'rejected' | 'failed';
  /** The number of rows, without the header and empty lines. Absent if the list could not be read. */
  readonly rows?: number;
  /** The number of rows by outcome; they add up to `rows`. Present for a completed run only. */
  readonly counts?: Counts;
  /** The encoding that was detected because none was declared, with examples of converted cells. */
  readonly guess?: PlanDocument['guess'];
  /** How the list was read, if its content decided that and not RFC 4180 and its header. */
  readonly readAs?: PlanDocument['readAs'];
  /** Example cells in each possible encoding, if the list was rejected because its encoding is unknown. */
  readonly readings?: PlanDocument['readings'];
  /** The number of rows that opt out by a column of the list. They are among the suppressed. */
  readonly suppressedByList?: PlanDocument['suppressedByList'];
  /** The number of recipients whose top-level domain does not exist, by that domain. */
  readonly unknownTopLevels?: PlanDocument['unknownTopLevels'];
  /** The number of recipients who got a template's default texts, by their language, for which it has none. */
  readonly unknownLocales?: PlanDocument['unknownLocales'];
  /** Columns of yes and no, with their words for no for which a section of the template shows. */
  readonly yesNoSections?: PlanDocument['yesNoSections'];
  /** The templates whose texts came from a bucket: their location, modification time and versions. */
  readonly templateSources?: PlanDocument['templateSources'];
  /** Another campaign with the same list content within 24 hours. The recipients got both emails. */
  readonly sameListAs?: PlanDocument['sameListAs'];
  /** What would be sent. Present for a draft only. */
  readonly planned?: Pick<PlanDocument, 'recipients' | 'invalid' | 'duplicate' | 'invalidByCode' | 'estimate'>;
  /** The seconds that the run waited for the account's daily quota. Absent if it did not wait. */
  readonly quotaWaitSeconds?: number;
  /** The seconds that the run waited because SES's answers were unclear. Absent if it did not wait. */
  readonly unclearWaitSeconds?: number;
  /** The scheduled start of sending; absent if the run sends at once. */
  readonly sendAt?: string;
  /** The seconds that the run waited for its sending window. Absent if it did not wait. */
  readonly windowWaitSeconds?: number;
  /** The reasons why rows were not sent, with their counts, by outcome. */
  readonly reasons?: { readonly [outcome: string]: { readonly [reason: string]: number } };
  /**
   * The delivery of this run's emails, as of the run's end and again after the tracking period. Events may be lost or
   * late, so `unknown` is not a failure.
   */
  readonly tracking?: TrackingCounts &
    Breakdown & {
      readonly until: string;
      readonly final: boolean;
      /** The time of the next report. */
      readonly next?: string;
      /** Whether opens, and whether clicks, are tracked. */
      readonly opens?: boolean;
      readonly clicks?: boolean;
    };
  /** The result of the test emails. Present for a draft that was sent as a test only. */
  readonly test?: TestResult;
  /** Who approved or rejected the run. Without a decision, the run was cancelled or superseded. */
  readonly approval?: Pick<ApprovalRecord, 'askedAt' | 'decision' | 'by' | 'how' | 'at' | 'why'>;
  /** The suppression list that SES applies. SES accepts an email to such an address, so it counts as sent. */
  readonly suppression?: SuppressionSettings;
  readonly list: ListRef;
  readonly startedAt: string;
  readonly endedAt: string;
  /** The start of the campaign's first run. Present for a later run only. */
  readonly continues?: string;
  /** Why the whole list was rejected. */
  readonly rejection?: ListRejection;
  /** The error that ended the run. */
  readonly failure?: { readonly error: string; readonly cause?: string };
  /** The kinds of notices without a subscriber. Absent if each has one, or if SNS did not answer. */
  readonly unheard?: MissingSubscribers;
  /** The keys of the report's files in the bucket. */
  readonly files: readonly string[];
}

/** The kinds of notices whose topics have no confirmed subscription. */
export interface MissingSubscribers {
  readonly kinds: readonly HeardKind[];
  /** The number of unconfirmed subscriptions to these topics. */
  readonly pending: number;
}
