import { FORMAT } from '../../../src/private/contract';
import { FOLDING, FOLDINGS } from '../../domain/address/address';
import { PARTITION } from '../../domain/ledger/partitions';
import { recordOf } from '../../domain/ledger/record-of';
import type { Item, Key, Store } from '../../domain/ledger/store';

/** Which versions of address folding the ledger's campaigns and opt-outs are keyed by. */
export const foldingsKey = (): Key => ({ pk: PARTITION.ledger(), sk: 'foldings' });

const USED = 'used:';

/**
 * Notes the version of campaigns that begin now, before anything is written by it. Throws where a later package has used
 * one that this does not know: it would not find the opt-outs that are kept by that one.
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
