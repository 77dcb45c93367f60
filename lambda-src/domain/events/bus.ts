import type { TrackingChoice } from '../../../src/private/contract';
import type { Log } from '../ports';

/** The owner's event bus. docs/events.md describes its public events. */
export interface Bus {
  /** Rejects if some events could not be published. */
  publish(events: readonly BusEvent[]): Promise<void>;
}

/** For owners without a bus. */
export const NO_BUS: Bus = { publish: async () => {} };

export const BUS_SOURCE = 'mailmatrix';

/** Version of every `detail`. */
export const BUS_VERSION = 1;

export const BUS_TYPES = {
  started: 'Run Started',
  ended: 'Run Ended',
  rejected: 'Run Rejected',
  paused: 'Campaign Paused',
  resumed: 'Campaign Resumed',
  allPaused: 'All Campaigns Paused',
  allResumed: 'All Campaigns Resumed',
  outcomes: 'Outcomes',
  optedOut: 'Recipient Opted Out',
  optedIn: 'Recipient Opted In',
  trackingChoice: 'Recipient Tracking Choice',
} as const;

export interface BusEvent {
  readonly type: (typeof BUS_TYPES)[keyof typeof BUS_TYPES];
  readonly detail: {
    readonly version: typeof BUS_VERSION;
    /** Absent if the event concerns no campaign. */
    readonly campaign?: string;
    readonly [name: string]: unknown;
  };
}

/** A recipient's choice. Topic `*` means all topics; `source` is the origin of an opt-out. */
export interface ChoiceDetail {
  readonly recipient: string;
  readonly topic: string;
  readonly at: string;
  readonly source?: string;
  /** Whether the recipient allows tracking. */
  readonly choice?: TrackingChoice;
}

/** Builds the event of a recipient's choice. */
export const choiceEvent = (type: 'optedOut' | 'optedIn' | 'trackingChoice', detail: ChoiceDetail): BusEvent => ({
  type: BUS_TYPES[type],
  detail: { version: BUS_VERSION, ...detail },
});

/** Publishes without failing: the owner's bus must not stop a run or a recipient's choice. */
export async function publishRunEvent(
  event: BusEvent,
  { bus, log }: { readonly bus: Bus; readonly log: Log },
): Promise<void> {
  try {
    await bus.publish([event]);
  } catch (error) {
    log.error('MM609: the event bus did not take an event', { type: event.type, error: String(error) });
  }
}

/** Limits of PutEvents. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;
/** Bytes that an entry counts besides its detail: time, source and type. */
const OVERHEAD = 14 + 64;

/** Divides events into calls, each with as many as PutEvents accepts. */
export function calls(events: readonly BusEvent[]): BusEvent[][] {
  const all: BusEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event.detail)) + OVERHEAD;
    if (bytes + size > MOST_BYTES || all.at(-1)!.length >= MOST_ENTRIES) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)!.push(event);
    bytes += size;
  }
  return all;
}
