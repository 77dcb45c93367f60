import { recordOf } from '../ledger/record-of';
import type { Item } from '../ledger/store';

/** The default of monitoring.refusalSampleSize. */
const SAMPLE = 50;
/** Answers after which a worker reports, before the first full sample or if one of them is a refusal. */
const FIRST_REPORT = 10;
/** Refusals after which a worker reports immediately. */
const REFUSALS_AT_ONCE = 3;
/** Milliseconds after which the worker that decided on a pause is considered dead. */
const TRIP_TIMEOUT = 30_000;

/** Counts of SES answers that accept or refuse an email. */
export interface Answers {
  readonly tried: number;
  readonly refused: number;
}

/** A decision to pause, kept until the campaign is paused and its owner alerted. */
export interface Trip {
  readonly why: string;
  /** SES's text for the last refusal, redacted. */
  readonly last: string;
  readonly at: number;
}

/** Answers to all workers of a run since the last full sample. */
export interface RefusalSample extends Answers {
  /** Whether a full sample stayed below the limit. */
  readonly passed: boolean;
  /** Number of times the campaign had been resumed when counting began. */
  readonly resumes: number;
  readonly trip?: Trip;
  /** Time of the pause that the owner was alerted of. */
  readonly notified?: string;
}

interface RefusalItem extends Partial<Answers> {
  readonly passed?: boolean;
  readonly resumes?: number;
  readonly notified?: string;
  /** Reason of the trip. */
  readonly why?: string;
  readonly last?: string;
  readonly trippedAt?: number;
}

/** Parses the run's item in the ledger. */
export function asRefusalSample(item: Item | undefined): RefusalSample {
  const found = recordOf<RefusalItem>('the record of what SES refused of a run', item) ?? {};
  const { tried = 0, refused = 0, passed = false, resumes = 0, notified, why, last = '', trippedAt = 0 } = found;
  return {
    tried,
    refused,
    passed,
    resumes,
    notified,
    ...(why === undefined ? {} : { trip: { why, last, at: trippedAt } }),
  };
}

/** Whether a worker reports its answers now: early enough to pause, and rarely while few are refused. */
export const isReportDue = ({ tried, refused }: Answers, passed: boolean, size = SAMPLE): boolean =>
  refused >= REFUSALS_AT_ONCE || tried >= (refused > 0 || !passed ? Math.min(FIRST_REPORT, size) : size);

/** Whether the worker that decided on a pause is still handling it. */
export const isUnderWay = ({ trip }: RefusalSample, now: number): boolean =>
  trip !== undefined && now - trip.at < TRIP_TIMEOUT;

/**
 * Adds a worker's answers to the sample, and returns the reason to pause, if any. Ignores answers from before a resume.
 * With `maxPercent` 100 it never pauses.
 */
export function addAnswers(
  sample: RefusalSample,
  answers: Answers & { readonly resumes: number },
  maxPercent: number,
  size = SAMPLE,
): { readonly sample: RefusalSample; readonly why?: string } {
  if (answers.resumes < sample.resumes) return { sample };
  const anew = answers.resumes > sample.resumes;
  const tried = (anew ? 0 : sample.tried) + answers.tried;
  const refused = (anew ? 0 : sample.refused) + answers.refused;
  const { resumes } = answers;
  if (maxPercent < 100 && refused * 100 > maxPercent * size) {
    const why = `SES refused ${refused} of ${tried} messages in a row of up to ${size}, more than ${maxPercent} %`;
    return { sample: { ...sample, resumes, tried: 0, refused: 0 }, why };
  }
  const full = tried >= size;
  const counts = full ? { tried: 0, refused: 0 } : { tried, refused };
  return { sample: { ...sample, resumes, ...counts, passed: sample.passed || full } };
}
