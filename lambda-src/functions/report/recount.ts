import type { RunRef } from '../../../src/private/contract';
import { moveOf } from '../../domain/campaign/counts';
import { count, type RecipientRecord, STATE } from '../../domain/ledger/record';
import type { Key, Store } from '../../domain/ledger/store';

/**
 * The current move of a recipient in the campaign's counts. Settle decided it; a doubt that was proven since moves to
 * *sent*, unless a later run has taken over the recipient or has sent to it.
 */
export async function recount(
  { key, move }: { readonly key: Key; readonly move?: string },
  record: RecipientRecord | undefined,
  { sending }: RunRef,
  store: Store,
): Promise<string | undefined> {
  if (!record || sending === undefined || record.countedIn !== sending) return move;
  const { state, countedFrom = '', countedAs = '' } = record;
  // Sent by a later claim, it is counted by that claim's run.
  const proven = state === STATE.sent && countedAs === 'in_doubt' && record.sending <= sending;
  if (!proven) return moveOf(countedFrom, countedAs);
  const { applied } = await store.write(count(key, record, { countedIn: sending, countedFrom, countedAs: 'sent' }));
  return applied ? moveOf(countedFrom, 'sent') : move;
}
