import type { TrackingSettings } from '../../../src/private/contract';
import { COUNT } from '../events/consequences';

/** Messages whose acceptance is known, and what SES counts against the sender of them. */
export interface ReputationSample {
  readonly messages: number;
  readonly bounces: number;
  /** Bounces of which the receiver refuses the sender and not the recipient. */
  readonly blocked: number;
  readonly complaints: number;
}

/** Of a campaign that nothing is known of. */
export const NOTHING: ReputationSample = { messages: 0, bounces: 0, blocked: 0, complaints: 0 };

/** By a campaign's live counts. */
export function sampleOf(counts: { readonly [name: string]: number }): ReputationSample {
  const of = (name: string): number => counts[name] ?? 0;
  // An event may be lost, and a delivery or a bounce shows as well that the message was accepted.
  const messages = Math.max(of('accepted'), of(COUNT.ended));
  return {
    messages,
    bounces: of(COUNT.againstBounce),
    blocked: of('blocked'),
    complaints: of(COUNT.againstComplaint),
  };
}

/** What came after `base`: events that came in while the campaign was paused are not held against it after a resume. */
export const since = (base: ReputationSample, now: ReputationSample): ReputationSample => ({
  messages: now.messages - base.messages,
  bounces: now.bounces - base.bounces,
  blocked: now.blocked - base.blocked,
  complaints: now.complaints - base.complaints,
});

/** What a sender looks at whose email receivers refuse. */
const LOOK_AT =
  'receivers refuse your domain or IP address, not the recipients. ' +
  'Look at DMARC, DKIM and the reputation of the IP address; `cdk-mailmatrix doctor` reads the first two';

/**
 * Why a campaign is to pause. A sample is judged as if it had at least `breakerMinimum` messages: a few bounces of a small
 * list pause nothing, and a bad list pauses as soon as it has more of them than a good one of that size may have.
 */
export function whyPause(
  { messages, bounces, blocked, complaints }: ReputationSample,
  settings: TrackingSettings,
): string | undefined {
  const { maxBouncePercent, maxComplaintPercent, breakerMinimum } = settings;
  const over = (count: number, percent: number) => count * 100 > percent * Math.max(messages, breakerMinimum);
  const describe = (count: number, what: string, percent: number, prop: string) =>
    `${count} of ${messages} messages ${what}; allowed are ${percent} % of at least ${breakerMinimum} (tracking.${prop})`;
  if (over(bounces, maxBouncePercent)) {
    const why = describe(bounces, 'bounced', maxBouncePercent, 'maxBouncePercent');
    return blocked === 0 ? why : `${why}; ${blocked} of them were blocked: ${LOOK_AT}`;
  }
  if (over(complaints, maxComplaintPercent)) {
    return describe(complaints, 'were complained about', maxComplaintPercent, 'maxComplaintPercent');
  }
  return undefined;
}
