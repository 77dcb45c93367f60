import {
  holds,
  type Item,
  type Key,
  type Store,
  type Update,
  type Written,
} from '../../../lambda-src/domain/ledger/store';
import { queried } from '../../support/memory-store';
import { ask } from './network';
import type { Process, World } from './world';

const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

/** The ledger's table: DynamoDB's semantics, by the conditions' own meaning. */
export class Ledger {
  private readonly items = new Map<string, Item>();

  constructor(
    private readonly world: World,
    /** Sees every change as it happens. */
    private readonly onChange: (before: Item | undefined, after: Item) => void,
  ) {}

  get(key: Key): Item | undefined {
    const name = nameOf(key);
    const item = this.items.get(name);
    if (item?.expires === undefined || !this.world.chance(this.world.faults.expired)) return item;
    this.world.tell(() => `${name.slice(0, 20)} expires`);
    this.items.delete(name);
    return undefined;
  }

  /** Every item, whether or not it has expired. */
  get all(): readonly Item[] {
    return [...this.items.values()];
  }

  query(...[pk, prefix, newest]: Parameters<Store['query']>): readonly Item[] {
    const keys = queried(this.items.values(), pk, prefix, newest);
    return keys.map((key) => this.get(key)).filter((item) => item !== undefined);
  }

  apply({ key, when, set, remove }: Update): Written {
    const before = this.get(key);
    if (!holds(when, before)) return { applied: false };
    const after: Record<string, unknown> = { ...before, pk: key.pk, sk: key.sk };
    for (const [attribute, value] of Object.entries(set)) if (value !== undefined) after[attribute] = value;
    for (const attribute of remove ?? []) delete after[attribute];
    this.items.set(nameOf(key), after as Item);
    this.onChange(before, after as Item);
    return { applied: true };
  }

  /** The table without disturbances. */
  readonly direct: Store = {
    read: async (keys) => keys.map((key) => this.get(key)),
    query: async (...of) => this.query(...of),
    write: async (update) => this.apply(update),
  };

  /** The table as one process reaches it. */
  port(process: Process): Store {
    const { world } = this;
    const get = (keys: readonly Key[]) => ask(process, () => keys.map((key) => this.get(key)));
    return {
      read: async (keys) => {
        // A batch is no snapshot: its items may be read at different times.
        if (keys.length < 2 || !world.chance(0.3)) return get(keys);
        const half = keys.length >> 1;
        return (await Promise.all([get(keys.slice(0, half)), get(keys.slice(half))])).flat();
      },
      query: (...of) => ask(process, () => this.query(...of)),
      write: (update) =>
        ask(process, () => {
          const written = this.apply(update);
          world.tell(() => `${process.name} writes ${told(update)}: ${written.applied ? 'applied' : 'not applied'}`);
          return written;
        }),
    };
  }
}

function told({ key, set }: Update): string {
  const { state, claimId, reason, deadline, next, run, stopped } = set;
  return `${key.pk.slice(0, 6)} ${JSON.stringify({ state, claimId, reason, deadline, next, run, stopped })}`;
}
