import { FORMAT } from '../../../src/private/contract';
import { FOLDING, FOLDINGS } from '../../domain/address/address';
import { PARTITION } from '../../domain/ledger/partitions';
import { recordOf } from '../../domain/ledger/record-of';
import type { Item, Key, Store } from '../../domain/ledger/store';

/** Returns the key of the record with the versions of address folding that the ledger's keys use. */
export const foldingsKey = (): Key => ({ pk: PARTITION.ledger(), sk: 'foldings' });

const USED = 'used:';

/**
 * Records the current version of address folding before any key uses it. Throws if the ledger uses a version that this
 * package does not know, because it would not find the opt-outs under such keys.
 */
export async function noteFolding(store: Pick<Store, 'read' | 'write'>): Promise<void> {
  const [item] = await store.read([foldingsKey()]);
  const used = Object.keys(recordOf<Item>('the record of address foldings', item) ?? {}).flatMap((name) =>
    name.startsWith(USED) ? [name.slice(USED.length)] : [],
  );
  const unknown = used.filter((version) => !Object.hasOwn(FOLDINGS, version));
  if (unknown.length > 0) {
    throw new Error(
      `MM527: the ledger has addresses folded by version ${unknown.join(', ')}; this package knows ${Object.keys(FOLDINGS).join(', ')}. Deploy the later package again`,
    );
  }
  if (used.includes(String(FOLDING))) return;
  const name = `${USED}${FOLDING}`;
  await store.write({
    key: foldingsKey(),
    when: { any: [{ absent: name }, { eq: [name, true] }] },
    set: { v: FORMAT, [name]: true },
  });
}
