import { recordOf } from '../ledger/record-of';
import type { Item } from '../ledger/store';

/** Messages in a full sample. */
const SAMPLE = 50;
/** Answers after which a worker reports, before the first sample is full or once one of them was a refusal. */
const FIRST_REPORT = 10;
/** Refusals after which a worker reports at once. */
const REFUSALS_AT_ONCE = 3;
/** Milliseconds after which the worker that decided on a pause counts as dead. */
const LEFT_ALONE = 30_000;

/** Answers of SES that say whether it took a message. */
export interface Answers {
  readonly tried: number;
  readonly refused: number;
}

/** A pause that was decided on, until the campaign is paused and its owner alerted. */
export interface Trip {
  readonly why: string;
  /** SES's words for the last refusal, without addresses. */
  readonly last: string;
  readonly at: number;
}

/** What the workers of a run know together: the answers since the last full sample. */
export interface RefusalSample extends Answers {
  /** Whether a full sample went well. */
  readonly passed: boolean;
  /** How often the campaign had been resumed when it began to count. */
  readonly resumes: number;
  readonly trip?: Trip;
  /** The pause that its owner was alerted of. */
  readonly notified?: string;
}

interface RefusalItem extends Partial<Answers> {
  readonly passed?: boolean;
  readonly resumes?: number;
  readonly notified?: string;
  /** The trip. */
  readonly why?: string;
  readonly last?: string;
  readonly trippedAt?: number;
}

/** By the run's item in the ledger. */
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

/** Whether a worker adds its answers to the run's now: early enough for a pause, and seldom while all goes well. */
export const isReportDue = ({ tried, refused }: Answers, passed: boolean): boolean =>
  refused >= REFUSALS_AT_ONCE || tried >= (refused > 0 || !passed ? FIRST_REPORT : SAMPLE);

/** Whether the worker that decided on a pause is still about it. */
export const isUnderWay = ({ trip }: RefusalSample, now: number): boolean =>
  trip !== undefined && now - trip.at < LEFT_ALONE;

/**
 * The sample with a worker's answers, and why the campaign is to pause. Answers from before a resume are not held against
 * the run after it, and `maxPercent` of 100 never pauses.
 */
export function addAnswers(
  sample: RefusalSample,
  answers: Answers & { readonly resumes: number },
  maxPercent: number,
): { readonly sample: RefusalSample; readonly why?: string } {
  if (answers.resumes < sample.resumes) return { sample };
  const anew = answers.resumes > sample.resumes;
  const tried = (anew ? 0 : sample.tried) + answers.tried;
  const refused = (anew ? 0 : sample.refused) + answers.refused;
  const { resumes } = answers;
  if (maxPercent < 100 && refused * 100 > maxPercent * SAMPLE) {
    const why = `SES refused ${refused} of ${tried} messages in a row of up to ${SAMPLE}, more than ${maxPercent} %`;
    return { sample: { ...sample, resumes, tried: 0, refused: 0 }, why };
  }
  const full = tried >= SAMPLE;
  const counts = full ? { tried: 0, refused: 0 } : { tried, refused };
  return { sample: { ...sample, resumes, ...counts, passed: sample.passed || full } };
}
