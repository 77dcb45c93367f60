import type { TrackingSettings } from '../../../src/private/contract';
import type { MetricName } from '../../../src/private/contract/metric-names';
import { EVERY_TOPIC, type OptOutSource } from '../../domain/consent/preferences';
import { BUS_TYPES, BUS_VERSION, type Bus, type BusEvent, choiceEvent, publishRunEvent } from '../../domain/events/bus';
import { type EmailEvent, publicName, type TrackedRecord } from '../../domain/events/email-events';
import { campaignDigest } from '../../domain/ledger/keys';
import type { Store } from '../../domain/ledger/store';
import type { Metrics } from '../../domain/metrics';
import type { Clock, Log, NewId, Notices, Random } from '../../domain/ports';
import { addressBounced, addressComplained } from './bounces';
import { InvariantMonitor } from './invariant-monitor';
import { addLive } from './live-counts';
import { judgeCampaign } from './reputation-breaker';
import { parseSesEvent, type SesEvent } from './ses-event';
import { type Tracked, trackEvent } from './track-event';

export interface TrackerPorts {
  readonly store: Store;
  readonly notices: Notices;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: TrackingSettings;
}

/** A message of the tracking queue. */
export interface QueuedEvent {
  readonly messageId: string;
  readonly body: string;
  /** From 1. */
  readonly received: number;
}

interface Taken {
  readonly queued: QueuedEvent;
  readonly event: SesEvent;
  readonly tracked: Tracked;
}

/** Why an address is opted out of everything. */
const SOURCES = {
  hard_bounce: 'bounce',
  soft_bounce: 'soft_bounces',
  complaint: 'complaint',
} as const satisfies Record<NonNullable<SesEvent['address']>, OptOutSource>;

/** Outcomes in an event on the bus, which takes a quarter of a megabyte. */
const OUTCOMES = 100;

/** Metrics by email event; bounces are permanent ones. */
const COUNTED: { readonly [emailEvent in EmailEvent]?: MetricName } = {
  delivered: 'Delivered',
  bounced: 'Bounced',
  complained: 'Complained',
};

/** One batch of events: each by itself, then all together. */
export class Tracker {
  private readonly taken: Taken[] = [];
  private readonly counts: Record<string, number> = {};
  private readonly monitor: InvariantMonitor;

  constructor(private readonly ports: TrackerPorts) {
    this.monitor = new InvariantMonitor(ports);
  }

  /** Rejects if the event is to come again. */
  async take(queued: QueuedEvent): Promise<void> {
    const { store, clock, metrics } = this.ports;
    const event = parseSesEvent(queued.body);
    if (!event) return this.count('not ours');
    const tracked = await trackEvent(event, { ...this.ports, monitor: this.monitor });
    this.count(tracked.result);
    const metric = tracked.result === 'fresh' && event.emailEvent && COUNTED[event.emailEvent];
    if (metric) metrics.count(metric);
    // Whatever the record says, and again if the event comes again: an address stays unusable.
    const { record, address, messageId } = event;
    const of = { pk: record.pk, to: tracked.record?.to };
    const permanent = address === 'hard_bounce';
    if (tracked.record && address) {
      const optedOut =
        address === 'complaint'
          ? await addressComplained(of, clock.now(), store)
          : await addressBounced(of, { permanent, messageId }, clock.now(), store);
      if (optedOut) await this.publishOptOut(record.pk, SOURCES[address]);
    }
    this.taken.push({ queued, event, tracked });
  }

  /**
   * Counts, judges, tells. Queue ids of those that are to come again. A tracker that dies before it has counted leaves one
   * batch uncounted: the breaker is that much slower, and no report is wrong by it.
   */
  async end(): Promise<string[]> {
    const fresh = this.taken.filter(({ tracked }) => tracked.result === 'fresh');
    for (const [digest, counts] of liveCounts(fresh)) await addLive(digest, counts, this.ports);
    const suspects = new Set(this.taken.filter(({ event }) => event.against).flatMap(campaignOf));
    for (const digest of suspects) await judgeCampaign(digest, this.ports.settings, this.ports);
    const failed = await this.publishOutcomes();
    this.ports.log.info('tracked', { ...this.counts, untold: failed.length });
    return failed;
  }

  /** Best effort, as for opt-outs by a link: the ledger has it. */
  private publishOptOut(recipient: string, source: OptOutSource): Promise<void> {
    const at = new Date(this.ports.clock.now()).toISOString();
    return publishRunEvent(choiceEvent('optedOut', { recipient, topic: EVERY_TOPIC, source, at }), this.ports);
  }

  /** Publishes again what comes again: it may not have been published. */
  private async publishOutcomes(): Promise<string[]> {
    const { bus, log, settings } = this.ports;
    const news = this.taken.filter(
      ({ tracked, queued }) => tracked.result === 'fresh' || (tracked.result === 'known' && queued.received > 1),
    );
    try {
      await bus.publish(outcomeEvents(news, settings.addressesInEvents ?? false));
      return [];
    } catch (error) {
      log.error('MM609: outcomes could not be put on the event bus; they are tried again', { error: String(error) });
      return news.map(({ queued }) => queued.messageId);
    }
  }

  private count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

const campaignOf = ({ tracked }: Taken): string[] => (tracked.record ? [campaignDigest(tracked.record.campaign)] : []);

function liveCounts(fresh: readonly Taken[]): Map<string, Record<string, number>> {
  const all = new Map<string, Record<string, number>>();
  for (const one of fresh) {
    for (const digest of campaignOf(one)) {
      const counts = all.get(digest) ?? {};
      all.set(digest, counts);
      const { emailEvent, against } = one.event;
      for (const name of [emailEvent, against && `against${against === 'bounce' ? 'Bounce' : 'Complaint'}`]) {
        if (name) counts[name] = (counts[name] ?? 0) + 1;
      }
    }
  }
  return all;
}

/** By campaign. A recipient is a digest, unless the owner asked for addresses. */
export function outcomeEvents(news: readonly Pick<Taken, 'event' | 'tracked'>[], addresses: boolean): BusEvent[] {
  const byCampaign = new Map<string, object[]>();
  for (const { event, tracked } of news) {
    const { record } = tracked;
    if (!record || !event.emailEvent) continue;
    byCampaign.set(record.campaign, [...(byCampaign.get(record.campaign) ?? []), outcomeOf(event, record, addresses)]);
  }
  return [...byCampaign].flatMap(([campaign, outcomes]) =>
    Array.from({ length: Math.ceil(outcomes.length / OUTCOMES) }, (_, at) => ({
      type: BUS_TYPES.outcomes,
      detail: { version: BUS_VERSION, campaign, outcomes: outcomes.slice(at * OUTCOMES, (at + 1) * OUTCOMES) },
    })),
  );
}

/** SES's or the receiving server's words may quote the address. */
const kindOf = ({ details = {} }: SesEvent): string | undefined =>
  details.bounceType ?? details.softBounceType ?? details.suppressedBy ?? details.complaintType ?? details.delayType;

function outcomeOf(event: SesEvent, { pk, run, row, to }: TrackedRecord, addresses: boolean): object {
  const { emailEvent, at, messageId } = event;
  return {
    outcome: publicName(emailEvent!),
    at,
    recipient: pk,
    messageId,
    run,
    row,
    kind: kindOf(event),
    ...(addresses ? { address: to } : {}),
  };
}
