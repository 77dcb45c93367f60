import type { TrackingSettings } from '../../../src/private/contract';
import { COUNT } from '../events/consequences';

/** Emails accepted by SES, and events that SES counts against the sender. */
export interface ReputationSample {
  readonly messages: number;
  readonly bounces: number;
  /** Bounces in which the receiving server refuses the sender, not the recipient. */
  readonly blocked: number;
  readonly complaints: number;
}

/** Sample of a campaign without events. */
export const NOTHING: ReputationSample = { messages: 0, bounces: 0, blocked: 0, complaints: 0 };

/** Returns the sample from a campaign's live counts. */
export function sampleOf(counts: { readonly [name: string]: number }): ReputationSample {
  const of = (name: string): number => counts[name] ?? 0;
  // An event may be lost; a delivery or bounce also proves acceptance.
  const messages = Math.max(of('accepted'), of(COUNT.ended));
  return {
    messages,
    bounces: of(COUNT.againstBounce),
    blocked: of('blocked'),
    complaints: of(COUNT.againstComplaint),
  };
}

/** Subtracts `base`. After a resume, this excludes events from before it. */
export const since = (base: ReputationSample, now: ReputationSample): ReputationSample => ({
  messages: now.messages - base.messages,
  bounces: now.bounces - base.bounces,
  blocked: now.blocked - base.blocked,
  complaints: now.complaints - base.complaints,
});

/** Advice for a sender whose emails receiving servers block. */
const BLOCKED_ADVICE =
  'receivers refuse your domain or IP address, not the recipients. ' +
  'Look at DMARC, DKIM and the reputation of the IP address: the alert on blocked emails has the domains and what to look at';

/**
 * Returns the reason to pause, if any. A sample counts as at least `breakerMinimum` emails: a few bounces of a small
 * list do not pause it, and a bad list pauses once its bounces exceed the limit for that size.
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
    return blocked === 0 ? why : `${why}; ${blocked} of them were blocked: ${BLOCKED_ADVICE}`;
  }
  if (over(complaints, maxComplaintPercent)) {
    return describe(complaints, 'were complained about', maxComplaintPercent, 'maxComplaintPercent');
  }
  return undefined;
}
