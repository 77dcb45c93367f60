import { BOUNCE_RULES, type TrackingSettings } from '../../../src/private/contract';
import type { MetricName } from '../../../src/private/contract/metric-names';
import { wordsOf } from '../../domain/consent/event-words';
import { EVERY_TOPIC, hearWords, type OptOut } from '../../domain/consent/preferences';
import { BUS_TYPES, BUS_VERSION, type Bus, type BusEvent, choiceEvent, publishRunEvent } from '../../domain/events/bus';
import { COUNT, consequencesOf } from '../../domain/events/consequences';
import { type EmailEvent, publicName, type TrackedRecord } from '../../domain/events/email-events';
import { AUTH_FAILURE } from '../../domain/events/ses-cases';
import { campaignDigest } from '../../domain/ledger/keys';
import type { Store } from '../../domain/ledger/store';
import type { Metrics } from '../../domain/metrics';
import type { Clock, Log, NewId, Notices, Random } from '../../domain/ports';
import { alertBlocked, type BlockedEmail } from './blocked-alert';
import { InvariantMonitor } from './invariant-monitor';
import { addLive } from './live-counts';
import { judgeCampaign } from './reputation-breaker';
import { parseSesEvent, type SesEvent } from './ses-event';
import { type Tracked, trackEvent } from './track-event';
import { alertUnknownKind, unknownKind } from './unknown-kinds';

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

/** A message from the tracking queue. */
export interface QueuedEvent {
  readonly messageId: string;
  readonly body: string;
  /** The number of times the message was received, from 1. */
  readonly received: number;
}

interface Taken {
  readonly queued: QueuedEvent;
  readonly event: SesEvent;
  readonly tracked: Tracked;
}

/** The maximum number of outcomes per bus event: EventBridge limits an event to 256 KB. */
const OUTCOMES = 100;

/** Metrics by email event. `Bounced` counts permanent bounces only. */
const COUNTED: { readonly [emailEvent in EmailEvent]?: MetricName } = {
  delivered: 'Delivered',
  bounced: 'Bounced',
  complained: 'Complained',
};

/** Processes a batch of events: `take` records each event, then `end` evaluates the whole batch. */
export class Tracker {
  private readonly taken: Taken[] = [];
  private readonly counts: Record<string, number> = {};
  private readonly monitor: InvariantMonitor;

  constructor(private readonly ports: TrackerPorts) {
    this.monitor = new InvariantMonitor(ports);
  }

  /** Records an event. Rejects if the queue must deliver the event again. */
  async take(queued: QueuedEvent): Promise<void> {
    const { metrics } = this.ports;
    const event = parseSesEvent(queued.body);
    if (!event) return this.count('not ours');
    const tracked = await trackEvent(event, { ...this.ports, monitor: this.monitor });
    this.count(tracked.result);
    const metric = tracked.result === 'fresh' && event.emailEvent && COUNTED[event.emailEvent];
    if (metric) metrics.count(metric);
    // Also for a repeated event: an earlier tracker may have died after it wrote the record.
    await this.applyConsequences(event, tracked);
    this.taken.push({ queued, event, tracked });
  }

  /**
   * Updates live counts, checks the breaker and publishes outcomes. Returns the queue ids of events to deliver again.
   * If a tracker dies before it counts, the breaker misses one batch; reports are not affected.
   */
  async end(): Promise<string[]> {
    const added = liveCounts(this.taken);
    for (const [digest, counts] of added) await addLive(digest, counts, this.ports);
    const suspects = new Set(this.taken.filter(isAgainst).flatMap(campaignOf));
    for (const digest of suspects) await judgeCampaign(digest, this.ports.settings, this.ports);
    await this.alertUnknownKinds();
    for (const { campaign, run, emails } of blockedEmails(this.taken))
      await alertBlocked(campaign, run, emails, this.ports);
    const failed = await this.publishOutcomes();
    this.ports.log.info('tracked', { ...this.counts, untold: failed.length });
    return failed;
  }

  private async alertUnknownKinds(): Promise<void> {
    for (const { event, tracked } of this.taken) {
      const kind = unknownKind(event);
      if (kind !== undefined && tracked.record) await alertUnknownKind(kind, tracked.record, this.ports);
    }
  }

  /** Applies the consequences of the message's events to its address, such as an opt-out after a bounce. */
  private async applyConsequences({ record: key, messageId }: SesEvent, { record, after }: Tracked): Promise<void> {
    if (!record || !after) return;
    const words = wordsOf(consequencesOf(after), { messageId, campaign: campaignDigest(record.campaign) });
    if (words.length === 0) return;
    const { pk } = key;
    const { store, settings } = this.ports;
    const rules = settings.bounceRules ?? BOUNCE_RULES;
    const { optedOut, optedIn } = await hearWords({ pk, to: record.to }, words, rules, store);
    for (const choice of optedOut) await this.publishChoice('optedOut', pk, choice);
    for (const choice of optedIn) await this.publishChoice('optedIn', pk, choice);
  }

  /** Publishes an opt-out or opt-in. Best effort, because the ledger already has it. */
  private publishChoice(type: 'optedOut' | 'optedIn', recipient: string, { at, source }: OptOut): Promise<void> {
    return publishRunEvent(choiceEvent(type, { recipient, topic: EVERY_TOPIC, source, at }), this.ports);
  }

  /** Publishes new outcomes, and those of repeated events, which may not have been published before. */
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

/** Whether the message counts against its campaign in the reputation breaker. */
const isAgainst = ({ tracked: { after } }: Taken): boolean => {
  const { counts } = consequencesOf(after ?? {});
  return counts.has(COUNT.againstBounce) || counts.has(COUNT.againstComplaint);
};

interface BlockedRun {
  readonly campaign: string;
  readonly run: number;
  readonly emails: readonly BlockedEmail[];
}

/** Returns the runs with blocked emails, or with reports of failed authentication, and those that are not yet counted. */
function blockedEmails(taken: readonly Taken[]): Iterable<BlockedRun> {
  const runs = new Map<string, BlockedRun>();
  for (const { event, tracked } of taken) {
    const { record, result } = tracked;
    const { emailEvent, details = {}, at } = event;
    const isBlocked = emailEvent === 'blocked' || (emailEvent === 'noted' && details.notedType === AUTH_FAILURE);
    if (!record || !isBlocked) continue;
    const { campaign, run, to } = record;
    const { emails } = runs.get(`${campaign} ${run}`) ?? { emails: [] };
    runs.set(`${campaign} ${run}`, { campaign, run, emails: result === 'fresh' ? [...emails, { to, at }] : emails });
  }
  return runs.values();
}

/** Returns the counts that these events add, by campaign. The sums do not depend on the order of events. */
function liveCounts(taken: readonly Taken[]): Map<string, Record<string, number>> {
  const all = new Map<string, Record<string, number>>();
  for (const { tracked } of taken) {
    if (!tracked.record || !tracked.isWritten) continue;
    const digest = campaignDigest(tracked.record.campaign);
    const counts = all.get(digest) ?? {};
    const [before, after] = [tracked.before, tracked.after].map((events) => consequencesOf(events ?? {}).counts);
    for (const name of after!) if (!before!.has(name)) counts[name] = (counts[name] ?? 0) + 1;
    all.set(digest, counts);
  }
  return all;
}

/** Makes the bus events with outcomes, by campaign. Recipients are digests, unless the owner enabled addresses. */
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

/** Returns the kind of event for the bus. Error texts are left out, because they may quote the address. */
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
