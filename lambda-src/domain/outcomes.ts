import { type Counts, OUTCOMES, type Outcome } from '../../src/private/contract';
import type { MetricName } from '../../src/private/contract/metric-names';

/** State of a row's email: SES accepted it, acceptance is uncertain, it was not sent, or the row is not a recipient. */
type OutcomeKind = 'accepted' | 'uncertain' | 'unsent' | 'skipped';

interface OutcomeEntry {
  readonly kind: OutcomeKind;
  /** Whether this run made a request to SES for the recipient. */
  readonly attempted: boolean;
  /** Whether a campaign's counts include the outcome. They count each recipient once, whichever run decided it. */
  readonly counted: boolean;
  /** The file to upload to retry the row; a key of `LAYOUT`. Plan writes `invalid`, Report the others. */
  readonly file?: 'retry' | 'inDoubt' | 'invalid';
  /** Whether `resume` starts a new run for a list with such recipients. */
  readonly resumed: boolean;
  /** Whether the notice about the run is an alert. */
  readonly alerts: boolean;
  /** The metric that Report counts. Plan counts `RowsInvalid`. */
  readonly metric?: MetricName;
  /** Whether a reason in `summary.json` begins with the row's error code. */
  readonly codedReason: boolean;
  /** Color of the bar in `report.html`. */
  readonly tone: 'good' | 'main' | 'soft' | 'warn' | 'bad';
  /** Name in `report.html`. */
  readonly label: string;
  /** Explanation for readers who do not know SES. */
  readonly meaning: string;
  /** Name in notices, before the count. */
  readonly noticeLabel: string;
}

/** All properties of outcomes. Every function, report and command that distinguishes outcomes reads this table. */
export const OUTCOME_TABLE = {
  sent: {
    kind: 'accepted',
    attempted: true,
    counted: true,
    resumed: false,
    alerts: false,
    metric: 'Sent',
    codedReason: false,
    tone: 'good',
    label: 'Sent',
    meaning: 'the mail service (Amazon SES) took the mail in this run',
    noticeLabel: 'sent',
  },
  already_sent: {
    kind: 'accepted',
    attempted: false,
    counted: false,
    resumed: false,
    alerts: false,
    metric: 'AlreadySent',
    codedReason: false,
    tone: 'main',
    label: 'Already sent',
    meaning: 'had their mail from an earlier run, and got no second one',
    noticeLabel: 'already sent',
  },
  refused: {
    kind: 'unsent',
    attempted: true,
    counted: true,
    file: 'retry',
    resumed: false,
    alerts: false,
    metric: 'Refused',
    codedReason: false,
    tone: 'bad',
    label: 'Refused by SES',
    meaning: 'SES would not take this one; retry.csv tries them again',
    noticeLabel: 'refused by SES',
  },
  invalid: {
    kind: 'skipped',
    attempted: false,
    counted: false,
    file: 'invalid',
    resumed: false,
    alerts: false,
    codedReason: true,
    tone: 'warn',
    label: 'Invalid row',
    meaning: 'the row names nobody who can be mailed; invalid.csv says why',
    noticeLabel: 'invalid rows',
  },
  duplicate: {
    kind: 'skipped',
    attempted: false,
    counted: false,
    resumed: false,
    alerts: false,
    codedReason: true,
    tone: 'soft',
    label: 'Duplicate row',
    meaning: 'an earlier row is for the same person, who gets one mail',
    noticeLabel: 'duplicate rows',
  },
  suppressed: {
    kind: 'unsent',
    attempted: false,
    counted: true,
    resumed: false,
    alerts: false,
    metric: 'Suppressed',
    codedReason: false,
    tone: 'soft',
    label: 'Opted out',
    meaning: 'left this kind of mail, complained, or their address does not exist',
    noticeLabel: 'opted out',
  },
  in_doubt: {
    kind: 'uncertain',
    attempted: true,
    counted: true,
    file: 'inDoubt',
    resumed: false,
    alerts: true,
    metric: 'InDoubt',
    codedReason: false,
    tone: 'bad',
    label: 'In doubt',
    meaning: 'nobody knows whether SES took it; in-doubt.csv names them',
    noticeLabel: 'in doubt',
  },
  not_attempted: {
    kind: 'unsent',
    attempted: false,
    counted: true,
    file: 'retry',
    resumed: true,
    alerts: true,
    metric: 'NotAttempted',
    codedReason: false,
    tone: 'bad',
    label: 'Not attempted',
    meaning: 'stopped before it was their turn; retry.csv tries them',
    noticeLabel: 'not attempted',
  },
} as const satisfies Record<Outcome, OutcomeEntry>;

/** Returns an outcome's entry, with every property. */
export const entryOf = (outcome: Outcome): OutcomeEntry => OUTCOME_TABLE[outcome];

export type CountedOutcome = {
  [outcome in Outcome]: (typeof OUTCOME_TABLE)[outcome]['counted'] extends true ? outcome : never;
}[Outcome];

export const COUNTED_OUTCOMES = OUTCOMES.filter((outcome): outcome is CountedOutcome => entryOf(outcome).counted);

export const noCounts = (): Counts => Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Counts;

export const noCampaignCounts = (): Record<CountedOutcome, number> =>
  Object.fromEntries(COUNTED_OUTCOMES.map((outcome) => [outcome, 0])) as Record<CountedOutcome, number>;

/** Counts rows whose outcome fulfills a condition. Counts written by an earlier version may lack an outcome. */
export const countWhere = (counts: Partial<Counts>, fulfills: (entry: OutcomeEntry) => boolean): number =>
  OUTCOMES.reduce((sum, outcome) => sum + (fulfills(entryOf(outcome)) ? (counts[outcome] ?? 0) : 0), 0);

/** Counts recipients that have no email, certainly or possibly, and that a later run may send to. */
export const countUnfinished = (counts: Partial<Counts>): number =>
  countWhere(counts, ({ file }) => file === 'retry' || file === 'inDoubt');
