import type { RunRef } from '../../../src/private/contract';
import { moveOf } from '../../domain/campaign/counts';
import { count, type RecipientRecord, STATE } from '../../domain/ledger/record';
import type { Key, Store } from '../../domain/ledger/store';

/**
 * Returns a recipient's move in the campaign's counts, as Settle decided it: from the outcome that an earlier run counted
 * to the outcome that this run counts. If an event has since proved that an uncertain email was sent, writes that the
 * recipient moves to *sent*, unless a later run has counted the recipient or sent to it.
 */
export async function recount(
  { key, move }: { readonly key: Key; readonly move?: string },
  record: RecipientRecord | undefined,
  { sending }: RunRef,
  store: Store,
): Promise<string | undefined> {
  if (!record || sending === undefined || record.countedIn !== sending) return move;
  const { state, countedFrom = '', countedAs = '' } = record;
  // A later run's claim is counted by that run.
  const proven = state === STATE.sent && countedAs === 'in_doubt' && record.sending <= sending;
  if (!proven) return moveOf(countedFrom, countedAs);
  const { applied } = await store.write(count(key, record, { countedIn: sending, countedFrom, countedAs: 'sent' }));
  // Not applied if another writer has changed the record since it was read.
  return applied ? moveOf(countedFrom, 'sent') : move;
}
