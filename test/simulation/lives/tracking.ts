import { asTracked, timeOf } from '../../../lambda-src/domain/events/email-events';
import type { SesEvent } from '../../../lambda-src/functions/track/ses-event';
import { parseSesEvent } from '../../../lambda-src/functions/track/ses-event';
import { type Happened, sesEvent } from '../../../local/ses/event';
import { TAGS } from '../../../src/private/contract';
import type { Judge } from '../judge/judge';
import type { Ledger } from '../world/ledger';
import { keyOf } from '../world/names';
import type { Message } from '../world/ses';
import type { World } from '../world/world';

interface Queued {
  readonly messageId: string;
  readonly body: string;
  readonly received: number;
}

/** What neither leaves an address nor pauses a campaign, which are other lives. */
const KINDS: readonly Happened[] = ['send', 'delivery', 'delay', 'open', 'machine-open', 'click', 'unsubscribe'];
/** As the queue is deployed: then an event is a dead letter. */
const RECEIVED = 6;

export interface TrackingPorts {
  readonly world: World;
  readonly ledger: Ledger;
  readonly judge: Judge;
  /** Calls the tracker with a batch; what it could not take is to come again. Rejects where it died. */
  readonly track: (batch: readonly Queued[]) => Promise<readonly string[]>;
}

/** SES's events on their way: late, repeated, in any order, in batches whose tracker may die at any await. */
export class Tracking {
  private ids = 0;
  private waiting: Queued[] = [];
  /** What a tracker said that it took. */
  private readonly taken: SesEvent[] = [];

  constructor(private readonly ports: TrackingPorts) {}

  /** An event of a message comes, perhaps twice. */
  happen(message: Message): void {
    const { world } = this.ports;
    const happened = KINDS[world.between(0, KINDS.length)]!;
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

  /** Every event that a tracker took is on its record, the earliest of each kind. */
  check(): void {
    const { ledger, judge } = this.ports;
    for (const { record, messageId, emailEvent, at, type } of this.taken) {
      const found = asTracked(ledger.get(record));
      if (!found) return judge.blame('record truth', `an event of ${messageId} was taken, and there is no record`);
      if (found.messageId !== messageId) continue;
      const said = found[timeOf(emailEvent!)];
      if (said === undefined || said > at) {
        judge.blame('record truth', `${type} of ${messageId} at ${at} was taken; ${keyOf(record)} says ${said}`);
      }
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
