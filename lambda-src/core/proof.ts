import { accepted } from './record';
import type { Key, Store } from './store';

/** SES's own word that it took a message: an event that carries our tags. */
export interface Proof {
  readonly record: Key;
  readonly messageId: string;
}

/**
 * `sent`: the record says so now, whatever it said before. `second`: it has another message's id, which must never be.
 * `unknown`: there is no such record, and none is made from an event.
 */
export async function prove({ record, messageId }: Proof, store: Store): Promise<'sent' | 'second' | 'unknown'> {
  const update = accepted(record, messageId);
  const { applied } = await store.write({ ...update, when: { all: [{ not: { absent: 'state' } }, update.when] } });
  if (applied) return 'sent';
  const [found] = await store.read([record]);
  return found ? 'second' : 'unknown';
}
