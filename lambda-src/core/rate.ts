import { FORMAT, type Settings } from '../../src/private/contract';
import type { Account, Clock, NewId } from './ports';
import type { Item, Key, Store } from './store';
import { TIMING } from './timing';

/** Who shares the ledger shares this record, and so the rate. */
export const RATE_KEY: Key = { pk: 'rate', sk: 'rate' };

export interface RatePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** What may be sent a second: the owner's bound, or the account's share. */
export function allowedPerSecond(
  { maxPerSecond = Number.POSITIVE_INFINITY, accountShare }: Settings['rate'],
  account: Account,
): number {
  return Math.min(maxPerSecond, account.maxPerSecond * accountShare);
}

/**
 * Reserves the next free slots, at most a second ahead, in one conditional update; at least one of those wanted. A slot
 * is the time at which a message may go, `lead` milliseconds from now at the earliest.
 */
export async function reserve(
  wanted: number,
  perSecond: number,
  ports: RatePorts,
  lead = 0,
): Promise<readonly number[]> {
  const { store, clock, newId } = ports;
  const interval = 1000 / perSecond;
  for (;;) {
    const [found] = await store.read([RATE_KEY]);
    const now = clock.now();
    const first = Math.max(now + lead, nextOf(found));
    const ahead = first - now;
    // Half of it free, or every message would cost a reservation of its own.
    if (ahead > TIMING.ahead / 2) {
      await clock.sleep(ahead - TIMING.ahead / 2);
      continue;
    }
    const count = Math.max(1, Math.min(wanted, Math.floor((TIMING.ahead - ahead) / interval)));
    // New for every reservation: a repeated write must know its own, and a reader that another was quicker.
    const reservation = newId();
    const { applied } = await store.write({
      key: RATE_KEY,
      when: {
        any: [
          found?.reservation === undefined
            ? { absent: 'reservation' }
            : { eq: ['reservation', String(found.reservation)] },
          { eq: ['reservation', reservation] },
        ],
      },
      set: { v: FORMAT, next: first + count * interval, reservation },
    });
    if (applied) return Array.from({ length: count }, (_, at) => first + at * interval);
  }
}

const nextOf = (item: Item | undefined): number => (typeof item?.next === 'number' ? item.next : 0);
