import { allOptOuts, asPreferences } from '../../../lambda-src/domain/consent/preferences';
import type { Item } from '../../../lambda-src/domain/ledger/store';
import { csvLines } from '../../../lambda-src/domain/list/csv';

export interface Exported {
  readonly addresses: number;
  readonly optOuts: number;
  /** The number of opted-out recipients whose address was erased from the ledger. */
  readonly unknown: number;
}

/** Writes every opt-out as CSV that `suppress import` reads. `items` must be grouped by partition. */
export async function exportOptOuts(
  items: AsyncIterable<Item>,
  write: (text: string) => void,
  onItem: (items: number) => void = () => {},
): Promise<Exported> {
  write(csvLines([['email', 'topic', 'since', 'source', 'recipient']]));
  let [addresses, optOuts, unknown, seen] = [0, 0, 0, 0];
  let partition: { readonly pk: string; preferences?: Item; to?: string } | undefined;
  const end = () => {
    const found = allOptOuts(asPreferences(partition?.preferences));
    if (!partition || found.length === 0) return;
    const to = String(partition.preferences?.to ?? partition.to ?? '');
    addresses += 1;
    if (to === '') unknown += 1;
    for (const { topic, at, source } of found) {
      write(csvLines([[to, topic, at, source, partition.pk]]));
      optOuts += 1;
    }
  };
  for await (const item of items) {
    onItem(++seen);
    if (item.pk !== partition?.pk) {
      end();
      partition = { pk: item.pk };
    }
    if (item.sk === 'preferences') partition.preferences = item;
    else if (typeof item.to === 'string') partition.to ??= item.to;
  }
  end();
  return { addresses, optOuts, unknown };
}
