import {
  allOptOuts,
  asPreferences,
  type OptOutSource,
  preferencesKey,
} from '../../../lambda-src/domain/consent/preferences';
import { type ReportedEvent, saysMore } from '../../../lambda-src/domain/events/consequences';
import { asTracked } from '../../../lambda-src/domain/events/email-events';
import type { Item } from '../../../lambda-src/domain/ledger/store';
import type { SesEvent } from '../../../lambda-src/functions/track/ses-event';
import { parseSesEvent } from '../../../lambda-src/functions/track/ses-event';
import { pick } from '../../../local/random';
import { HAPPENED, type Happened, sesEvent } from '../../../local/ses/event';
import { TAGS } from '../../../src/private/contract';
import type { Judge } from '../judge/judge';
import type { Seen } from '../judge/seen';
import type { Ledger } from '../world/ledger';
import { keyOf } from '../world/names';
import type { Message } from '../world/ses';
import type { World } from '../world/world';

interface Queued {
  readonly messageId: string;
  readonly body: string;
  readonly received: number;
}

/** The only events that opt an address out, by source. */
const OPTS_OUT: { readonly [source in OptOutSource]?: readonly Happened[] } = {
  hard_bounce: ['hard-bounce', 'no-mailbox', 'no-domain'],
  soft_bounces: ['soft-bounce', 'undetermined', 'auto-reply'],
  complaint: ['complaint', 'complaint-without-type'],
};
/** Those that opt an address out at the first time. */
const AT_ONCE: readonly Happened[] = ['hard-bounce', 'no-mailbox', 'complaint', 'complaint-without-type'];
/** As the queue is deployed: then an event is a dead letter. */
const RECEIVED = 6;

export interface TrackingPorts {
  readonly world: World;
  readonly ledger: Ledger;
  readonly judge: Judge;
  readonly seen: (what: Seen) => void;
  /** Calls the tracker with a batch; what it could not take is to come again. Rejects where it died. */
  readonly track: (batch: readonly Queued[]) => Promise<readonly string[]>;
}

/** SES's events on their way: late, repeated, in any order, in batches whose tracker may die at any await. */
export class Tracking {
  private ids = 0;
  private waiting: Queued[] = [];
  /** What happened to each message. */
  private readonly happened = new Map<string, Set<Happened>>();
  /** What a tracker said that it took. */
  private readonly taken: SesEvent[] = [];

  constructor(private readonly ports: TrackingPorts) {}

  /** An event of a message comes, perhaps twice. */
  happen(message: Message): void {
    const { world, seen } = this.ports;
    const happened = pick(HAPPENED, world.random);
    seen(`an event: ${happened}`);
    this.happened.set(message.id, (this.happened.get(message.id) ?? new Set()).add(happened));
    const event = sesEvent(
      {
        messageId: message.id,
        from: 'news@example.com',
        to: message.to,
        subject: 'Hello',
        configurationSet: 'mail',
        sentAt: world.now,
        tags: { [TAGS.recipient]: message.pk, [TAGS.campaign]: message.sk, [TAGS.claim]: message.claimId },
      },
      happened,
      world.now + world.between(0, 60_000),
    );
    const body = JSON.stringify(event);
    do {
      this.arrive({ messageId: `event-${++this.ids}`, body, received: 1 }, world.late());
    } while (world.chance(0.3));
  }

  /** Every event that a tracker took is on its record, and opts out the address if, and only if, it says so. */
  check(): void {
    const { ledger, judge } = this.ports;
    for (const event of this.taken) {
      const { record, messageId, at, type } = event;
      const found = asTracked(ledger.get(record));
      if (!found) return judge.blame('record truth', `an event of ${messageId} was taken, and there is no record`);
      this.checkAddress(event);
      if (found.messageId === messageId && saysMore(found, event as ReportedEvent))
        judge.blame('record truth', `${type} of ${messageId} at ${at} was taken; ${keyOf(record)} does not say so`);
    }
    for (const item of ledger.all) if (item.sk === 'preferences') this.checkPreferences(item);
  }

  /** A bounce or complaint that a tracker took opted its address out. */
  private checkAddress({ record, messageId, emailEvent }: SesEvent): void {
    const { ledger, judge } = this.ports;
    const source = emailEvent === 'complained' ? 'complaint' : emailEvent === 'bounced' ? 'hard_bounce' : undefined;
    const said = [...this.happened.get(messageId)!].filter((one) => AT_ONCE.includes(one));
    if (!source || !said.some((one) => OPTS_OUT[source]!.includes(one))) return;
    const optOuts = allOptOuts(asPreferences(ledger.get(preferencesKey(record))));
    if (!optOuts.some((one) => one.source === source && one.topic === '*'))
      judge.blame('opted out', `${said.join()} of ${messageId} was taken, and ${keyOf(record)} is not opted out`);
  }

  /** Every opt-out by an event names a message to which such an event happened. */
  private checkPreferences(item: Item): void {
    for (const { source, messageId } of allOptOuts(asPreferences(item))) {
      const said = [...(this.happened.get(messageId ?? '') ?? [])];
      const may = OPTS_OUT[source];
      if (may && !said.some((one) => may.includes(one)))
        this.ports.judge.blame(
          'opted out',
          `${item.pk.slice(0, 6)} is opted out by ${source}; ${messageId} had ${said.join()}`,
        );
    }
  }

  private arrive(queued: Queued, after: number): void {
    const { world } = this.ports;
    world.after(after, () => {
      this.waiting.push(queued);
      // Whatever comes in a second is a batch.
      if (this.waiting.length === 1) world.after(1000, () => void this.deliver());
    });
  }

  private async deliver(): Promise<void> {
    const { world, track } = this.ports;
    const batch = this.waiting.splice(0);
    let again: readonly string[];
    try {
      again = await track(batch);
    } catch {
      again = batch.map(({ messageId }) => messageId);
    }
    for (const queued of batch) {
      if (!again.includes(queued.messageId)) this.taken.push(parseSesEvent(queued.body)!);
      // Delivered once more now and then, though it was taken.
      else if (queued.received < RECEIVED) this.arrive({ ...queued, received: queued.received + 1 }, world.late());
      if (!again.includes(queued.messageId) && world.chance(world.faults.late / 4)) {
        this.arrive({ ...queued, received: queued.received + 1 }, world.late());
      }
    }
  }
}
