import { holds, type Item, type Key, type Store } from '../../lambda-src/domain/ledger/store';

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** What a query finds among these. */
export function queried(items: Iterable<Item>, pk: string, prefix: string, newest?: number): Item[] {
  const found = [...items].filter((item) => item.pk === pk && item.sk.startsWith(prefix));
  found.sort((a, b) => (a.sk < b.sk ? -1 : 1));
  return newest === undefined ? found : found.reverse().slice(0, newest);
}

/** The ledger in memory: what DynamoDB does with the same conditions, and nothing goes wrong. */
export function memoryStore(): Store & { readonly items: Map<string, Item>; get(key: Key): Item | undefined } {
  const items = new Map<string, Item>();
  return {
    items,
    get: (key) => items.get(nameOf(key)),
    read: async (keys) => keys.map((key) => items.get(nameOf(key))),
    query: async (pk, prefix, newest) => queried(items.values(), pk, prefix, newest),
    write: async ({ key, when, set, remove = [] }) => {
      const found = items.get(nameOf(key));
      if (!holds(when, found)) return { applied: false };
      const kept = Object.entries({ ...found, ...set }).filter(
        ([name, to]) => to !== undefined && !remove.includes(name),
      );
      items.set(nameOf(key), { ...Object.fromEntries(kept), pk: key.pk, sk: key.sk });
      return { applied: true };
    },
  };
}
