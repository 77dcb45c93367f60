import { FORMAT, type ListRejection, markerOf } from '../../../src/private/contract';
import type { Store } from '../../domain/ledger/store';
import { markerText, type OwnedPorts, readOwned } from '../../domain/mailer/owned';
import { lockOf, mailerKey, type Owner } from '../../domain/mailer/ownership';
import type { Files } from '../../domain/ports';
import { noteFolding } from './foldings';

export interface GuardPorts extends OwnedPorts {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly files: Pick<Files, 'text' | 'putIfAbsent'>;
}

/**
 * Returns why the mailer is locked until an operator takes over; undefined if it may send. The first mailer with a name
 * and a prefix becomes their owner.
 */
export async function guard(
  me: Owner,
  prefixes: readonly string[],
  ports: GuardPorts,
): Promise<ListRejection | undefined> {
  // Read again after every write: another mailer may have claimed an overlapping prefix meanwhile.
  for (;;) {
    const owned = await readOwned(me.mailer, prefixes, ports);
    const lock = lockOf(me, owned);
    const unmarked = owned.markers.filter(({ owner }) => !owner);
    if (lock) return lock;
    if (!owned.record) await ports.store.write(owning(me));
    else if (unmarked.length === 0) {
      await noteFolding(ports.store);
      return undefined;
    } else {
      // Mark all prefixes in one order, and stop at the first that another mailer marked: else each could own one.
      for (const { prefix } of unmarked)
        if (!(await ports.files.putIfAbsent(markerOf(prefix), markerText(me), 'application/json'))) break;
    }
  }
}

/** The owner record. It is written before the markers, so a missing marker next to a record was never written. */
const owning = ({ mailer, holder, tableId }: Owner) => ({
  key: mailerKey(mailer),
  when: { absent: 'holder' },
  set: { v: FORMAT, mailer, holder, tableId },
});
