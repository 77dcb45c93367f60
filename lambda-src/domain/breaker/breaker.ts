import { asCampaign, campaignKey } from '../campaign/campaign';
import { type Controlled, type ControlPorts, type PauseGuard, pauseCampaign } from '../campaign/control';
import type { Bus } from '../events/bus';
import { publishPause } from '../events/pause-events';
import type { Metrics } from '../metrics';
import type { Log, Notices } from '../ports';
import { alertOf, type Signal } from './alert';

export interface BreakerPorts extends ControlPorts {
  readonly bus: Bus;
  readonly notices: Notices;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Name of the signal in the campaign's record, its actions and events on the owner's bus. */
const PAUSED_BY: { readonly [signal in Signal]: string } = { refusals: 'brake', reputation: 'circuit breaker' };

const LOGGED: { readonly [signal in Signal]: string } = {
  refusals: 'paused by its brake',
  reputation: 'MM608: a campaign was paused by the circuit breaker',
};

/** Pauses the campaign, unless the guard shows that the signal is out of date. */
export async function pauseBy(
  signal: Signal,
  campaignDigest: string,
  why: string,
  guard: PauseGuard,
  ports: BreakerPorts,
): Promise<Controlled> {
  const done = await pauseCampaign(campaignDigest, { who: PAUSED_BY[signal], why }, ports, guard);
  if (done !== 'superseded') ports.log.error(LOGGED[signal], { campaign: campaignDigest, run: guard.run, why, done });
  if (done === 'done') ports.metrics.count('CampaignsPaused');
  return done;
}

/**
 * Alerts the owner of a campaign that this signal paused, once per pause. Returns the time of the last pause that the
 * owner was alerted of, which the caller stores as `notified`. The alert precedes that write: a repeated alert is
 * better than none.
 */
export async function alertOnce(
  signal: Signal,
  campaignDigest: string,
  { notified, last }: { readonly notified?: string; readonly last?: string },
  ports: BreakerPorts,
): Promise<string | undefined> {
  const [item] = await ports.store.read([campaignKey(campaignDigest)]);
  const campaign = asCampaign(item);
  const by = PAUSED_BY[signal];
  if (campaign?.paused === undefined || campaign.pausedBy !== by || campaign.pausedAt === notified) return notified;
  const { subject, text } = alertOf(signal, campaign, last);
  await ports.notices.publish(subject, text, { kind: 'alert' });
  const { campaign: name, run, turn = run, paused, pausedAt } = campaign;
  // Omit the receiving server's text, which may quote an address.
  await publishPause({ campaign: name, run: turn, why: paused, by, at: pausedAt }, ports);
  return pausedAt;
}
