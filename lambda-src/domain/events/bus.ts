import type { Log } from '../ports';

/** The owner's event bus. What is said on it is described in docs/events.md, and public. */
export interface Bus {
  /** Rejects where some could not be put. */
  publish(events: readonly BusEvent[]): Promise<void>;
}

/** Where the owner has none. */
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
} as const;

export interface BusEvent {
  readonly type: (typeof BUS_TYPES)[keyof typeof BUS_TYPES];
  readonly detail: {
    readonly version: typeof BUS_VERSION;
    /** Absent where it is about no campaign. */
    readonly campaign?: string;
    readonly [name: string]: unknown;
  };
}

/** A recipient's opt-out of a topic, `*` for all, or opt-in. `source`: where it came from. */
export const choiceEvent = (
  type: 'optedOut' | 'optedIn',
  detail: { readonly recipient: string; readonly topic: string; readonly at: string; readonly source?: string },
): BusEvent => ({ type: BUS_TYPES[type], detail: { version: BUS_VERSION, ...detail } });

/** Best effort: neither a run nor a recipient's choice may fail because of the owner's bus. */
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

/** PutEvents' own limits. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;
/** What an entry counts beside its detail: the time, the source and the type. */
const OVERHEAD = 14 + 64;

/** As many to a call as it takes. */
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
