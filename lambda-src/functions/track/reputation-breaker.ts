import { FORMAT, type TrackingSettings } from '../../../src/private/contract';
import { type CampaignRecord, campaignFolder, campaignKey, campaignLabel } from '../../domain/campaign/campaign';
import { type ControlPorts, type Pause, pauseCampaign } from '../../domain/campaign/control';
import type { Bus } from '../../domain/events/bus';
import { COUNT } from '../../domain/events/consequences';
import { publishPause } from '../../domain/events/pause-events';
import { PARTITION } from '../../domain/ledger/partitions';
import type { Item, Key } from '../../domain/ledger/store';
import type { Metrics } from '../../domain/metrics';
import type { Log, Notices } from '../../domain/ports';
import { escapeControlCharacters, shellWord } from '../../domain/text/escape-control-characters';
import { ascii } from '../../domain/text/notice-text';
import { type LiveCounts, liveKeys, sumOf } from './live-counts';

export interface ReputationBreakerPorts extends ControlPorts {
  readonly bus: Bus;
  readonly notices: Notices;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Who it is that pauses, on the campaign's record. */
export const BREAKER = 'circuit breaker';

/** `messages` whose acceptance is known, and what SES holds against the sender of them. */
export interface Sample {
  readonly messages: number;
  readonly bounces: number;
  readonly complaints: number;
}

/** A campaign since the breaker last looked at it paused: what was paused for once is not paused for again. */
interface BreakerItem extends Key {
  readonly base?: Sample;
  /** The pause that was told of. */
  readonly notified?: string;
}

export function sampleOf(counts: LiveCounts): Sample {
  const of = (name: string): number => counts[name] ?? 0;
  // Events are lost now and then; a delivery or a bounce says as well that the message was accepted.
  const messages = Math.max(of('accepted'), of(COUNT.ended));
  return { messages, bounces: of(COUNT.againstBounce), complaints: of(COUNT.againstComplaint) };
}

/**
 * Why a sample is too bad to go on. It is judged as if it had `breakerMinimum` messages at least: a few bounces of a small
 * list stop nothing, and a bad list is stopped as soon as it has more than even a good one could have.
 */
export function whyPause({ messages, bounces, complaints }: Sample, settings: TrackingSettings): string | undefined {
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

/** Pauses a campaign that would cost the account its reputation, and tells, once a pause. */
export async function judgeCampaign(
  digest: string,
  settings: TrackingSettings,
  ports: ReputationBreakerPorts,
): Promise<void> {
  const { store, notices, log } = ports;
  const key: Key = { pk: PARTITION.breaker(digest), sk: 'breaker' };
  const [item, campaign, ...parts] = await store.read([key, campaignKey(digest), ...liveKeys(digest)]);
  const { base = NOTHING, notified } = (item ?? {}) as BreakerItem;
  const now = sampleOf(sumOf(parts));
  const why = whyPause(since(base, now), settings);
  const pausedBefore = campaign?.paused !== undefined;
  if (!campaign || (!why && !pausedBefore)) return;

  if (why && !pausedBefore) {
    const done = await pauseCampaign(digest, { who: BREAKER, why }, ports);
    if (done === 'done') ports.metrics.count('CampaignsPaused');
    log.error('MM608: a campaign was paused by the circuit breaker', { campaign: digest, why, done });
  }
  const { paused, pausedAt, pausedBy } = ((await store.read([campaignKey(digest)]))[0] ?? {}) as Item & Pause;
  // Told before it is noted: rather twice than not at all.
  if (paused !== undefined && pausedBy === BREAKER && pausedAt !== notified) {
    const { subject, text } = alertOf(campaign as unknown as CampaignRecord, paused);
    await notices.publish(subject, text, { kind: 'alert' });
    const { campaign: name, run, turn = run } = campaign as unknown as CampaignRecord;
    await publishPause({ campaign: name, run: turn, why: paused, by: BREAKER, at: pausedAt }, ports);
  }
  if (paused === undefined) return;
  // What still comes in of a paused campaign is not held against it once its owner has it go on.
  await store.write({
    key,
    when: { not: { eq: ['v', -1] } },
    set: { v: FORMAT, base: { ...now }, ...(pausedBy === BREAKER ? { notified: pausedAt } : {}) },
  });
}

const NOTHING: Sample = { messages: 0, bounces: 0, complaints: 0 };

const since = (base: Sample, now: Sample): Sample => ({
  messages: now.messages - base.messages,
  bounces: now.bounces - base.bounces,
  complaints: now.complaints - base.complaints,
});

function alertOf({ campaign }: CampaignRecord, why: string) {
  const label = campaignLabel({ campaign });
  const name = escapeControlCharacters(label);
  return {
    subject: ascii(`MailMatrix: ${name} was paused`),
    text: [
      `${name} is paused: ${why}. SES reviews accounts above such rates, and stops them.`,
      'Nobody new is mailed. Who bounced for good or complained is not mailed again by this mailer.',
      'Look where the list came from. To go on with the rest as it is:',
      `  cdk-mailmatrix resume ${shellWord(label)}`,
      'or end it:',
      `  cdk-mailmatrix cancel ${shellWord(label)}`,
      'Once it goes on it is judged anew, by what comes from then on.',
      escapeControlCharacters(`Its runs: ${campaignFolder(campaign)}`),
    ].join('\n'),
  };
}
