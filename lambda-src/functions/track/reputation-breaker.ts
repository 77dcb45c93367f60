import { FORMAT, type TrackingSettings } from '../../../src/private/contract';
import { alertOnce, type BreakerPorts, pauseBy } from '../../domain/breaker/breaker';
import { NOTHING, type ReputationSample, sampleOf, since, whyPause } from '../../domain/breaker/reputation';
import { asCampaign, campaignKey } from '../../domain/campaign/campaign';
import { PARTITION } from '../../domain/ledger/partitions';
import { recordOf } from '../../domain/ledger/record-of';
import type { Key } from '../../domain/ledger/store';
import { liveKeys, sumOf } from './live-counts';

interface BreakerItem {
  /** The campaign's counts when it was last found paused. Later rates are relative to them. */
  readonly base?: ReputationSample;
  /** The pause of which the owner was last alerted. */
  readonly notified?: string;
}

/** Pauses a campaign with too many bounces or complaints, and alerts its owner. */
export async function judgeCampaign(digest: string, settings: TrackingSettings, ports: BreakerPorts): Promise<void> {
  const { store } = ports;
  const key: Key = { pk: PARTITION.breaker(digest), sk: 'breaker' };
  const [item, found, ...parts] = await store.read([key, campaignKey(digest), ...liveKeys(digest)]);
  const { base = NOTHING, notified } = recordOf<BreakerItem>('the record of a circuit breaker', item) ?? {};
  const campaign = asCampaign(found);
  if (!campaign) return;
  const now = sampleOf(sumOf(parts));
  if (campaign.paused === undefined) {
    const why = whyPause(since(base, now), settings);
    if (why === undefined) return;
    const { resumes = 0 } = campaign;
    if ((await pauseBy('reputation', digest, why, { resumes }, ports)) === 'superseded') return;
  }
  const alerted = await alertOnce('reputation', digest, { notified }, ports);
  // Events that arrive while the campaign is paused must not count against it after a resume.
  await store.write({ key, when: { not: { eq: ['v', -1] } }, set: { v: FORMAT, base: { ...now }, notified: alerted } });
}
