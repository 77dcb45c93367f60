import { FORMAT, markerOf, reportsOf } from '../../../src/private/contract';
import { recordOf } from '../ledger/record-of';
import type { Store } from '../ledger/store';
import type { Files, Keys } from '../ports';
import { above, type Marked, mailerKey, markedPrefix, markersIn, type Owned, type Owner } from './ownership';

/** Access to the objects and records that store the owner of a mailer's name and prefixes. */
export interface OwnedPorts {
  readonly store: Pick<Store, 'read'>;
  readonly files: Pick<Files, 'text'>;
  readonly keys: Keys;
}

/** Formats the marker object that stores a prefix's owner. */
export const markerText = ({ mailer, holder, tableId }: Owner): string =>
  JSON.stringify({ v: FORMAT, mailer, holder, tableId });

/** Reads the owners of a mailer's name, of its prefixes and of overlapping prefixes. */
export async function readOwned(
  mailer: string,
  prefixes: readonly string[],
  { store, files, keys }: OwnedPorts,
): Promise<Owned> {
  const marked = async (prefix: string): Promise<Marked> => ({
    prefix,
    owner: ownerIn(await files.text(markerOf(prefix))),
  });
  const recorded = async () => {
    const [item] = await store.read([mailerKey(mailer)]);
    return recordOf<Owner>('the record of a mailer', item);
  };
  const record = await recorded();
  const markers = await Promise.all(prefixes.map(marked));
  const below = (await Promise.all(prefixes.map((prefix) => keys(markersIn(prefix))))).flat();
  const around = new Set([...prefixes.flatMap(above), ...below.flatMap((key) => markedPrefix(key) ?? [])]);
  for (const prefix of prefixes) around.delete(prefix);
  const overlapping = (await Promise.all([...around].map(marked))).flatMap(({ prefix, owner }) =>
    owner ? [{ prefix, owner }] : [],
  );
  const unknown = !record && markers.every(({ owner }) => !owner);
  const reported = unknown && (await keys(reportsOf(mailer), 1)).length > 0;
  // Read the record again: if it exists now, another execution created it and the reports just now.
  return { record: reported ? await recorded() : record, markers, overlapping, reported };
}

/** An unreadable marker has an unknown owner. */
function ownerIn(text: string | undefined): Owner | undefined {
  if (text === undefined) return undefined;
  const { mailer, holder, tableId } = parsed(text);
  const known = [mailer, holder, tableId].map((one) => (typeof one === 'string' ? one : 'unknown'));
  return { mailer: known[0]!, holder: known[1]!, tableId: known[2]! };
}

function parsed(text: string): { readonly [name: string]: unknown } {
  try {
    return (JSON.parse(text) as { readonly [name: string]: unknown } | null) ?? {};
  } catch {
    return {};
  }
}
