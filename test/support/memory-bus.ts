import type { Bus, BusEvent } from '../../lambda-src/domain/events/bus';

/** The owner's bus, and what was said on it. */
export function memoryBus(): Bus & { readonly events: BusEvent[] } {
  const events: BusEvent[] = [];
  return { events, publish: async (more) => void events.push(...more) };
}
