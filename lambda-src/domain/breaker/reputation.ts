import type { TrackingSettings } from '../../../src/private/contract';
import { COUNT } from '../events/consequences';

/** Messages whose acceptance is known, and what SES counts against the sender of them. */
export interface ReputationSample {
  readonly messages: number;
  readonly bounces: number;
  readonly complaints: number;
}

/** Of a campaign that nothing is known of. */
export const NOTHING: ReputationSample = { messages: 0, bounces: 0, complaints: 0 };

/** By a campaign's live counts. */
export function sampleOf(counts: { readonly [name: string]: number }): ReputationSample {
  const of = (name: string): number => counts[name] ?? 0;
  // An event may be lost, and a delivery or a bounce shows as well that the message was accepted.
  const messages = Math.max(of('accepted'), of(COUNT.ended));
  return { messages, bounces: of(COUNT.againstBounce), complaints: of(COUNT.againstComplaint) };
}

/** What came after `base`: events that came in while the campaign was paused are not held against it after a resume. */
export const since = (base: ReputationSample, now: ReputationSample): ReputationSample => ({
  messages: now.messages - base.messages,
  bounces: now.bounces - base.bounces,
  complaints: now.complaints - base.complaints,
});

/**
 * Why a campaign is to pause. A sample is judged as if it had at least `breakerMinimum` messages: a few bounces of a small
 * list pause nothing, and a bad list pauses as soon as it has more of them than a good one of that size may have.
 */
export function whyPause(
  { messages, bounces, complaints }: ReputationSample,
  settings: TrackingSettings,
): string | undefined {
  const { maxBouncePercent, maxComplaintPercent, breakerMinimum } = settings;
  const over = (count: number, percent: number) => count * 100 > percent * Math.max(messages, breakerMinimum);
  const describe = (count: number, what: string, percent: number, prop: string) =>
    `${count} of ${messages} messages ${what}; allowed are ${percent} % of at least ${breakerMinimum} (tracking.${prop})`;
  if (over(bounces, maxBouncePercent)) return describe(bounces, 'bounced', maxBouncePercent, 'maxBouncePercent');
  if (over(complaints, maxComplaintPercent)) {
    return describe(complaints, 'were complained about', maxComplaintPercent, 'maxComplaintPercent');
  }
  return undefined;
}
