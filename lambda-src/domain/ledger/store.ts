/**
 * The ledger as a port. Conditions are data: DynamoDB's adapter turns them into expressions and the simulation
 * evaluates them, so tests verify the conditions that production uses.
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Value = string | number | boolean | readonly string[] | { readonly [k: string]: Value | undefined };

export type Item = Key & { readonly [attribute: string]: Value | undefined };

/** As in DynamoDB, `eq` and `lt` are false if the attribute is absent. */
export type Condition =
  | { readonly absent: string }
  | { readonly eq: readonly [attribute: string, value: string | number | boolean] }
  | { readonly lt: readonly [attribute: string, value: string | number] }
  | { readonly not: Condition }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

export interface Update {
  readonly key: Key;
  readonly when: Condition;
  readonly set: { readonly [attribute: string]: Value | undefined };
  readonly remove?: readonly string[];
}

export interface Written {
  readonly applied: boolean;
}

/** BatchGetItem's limit of keys per request. */
export const READ_AT_ONCE = 100;

export interface Store {
  /** Reads items with strong consistency, in the given order. */
  read(keys: readonly Key[]): Promise<readonly (Item | undefined)[]>;
  /**
   * Reads the items of one partition whose sort key begins with `prefix`, in sort key order, with strong consistency.
   * `newest` limits the result to the last items, in descending order.
   */
  query(pk: string, prefix: string, newest?: number): Promise<readonly Item[]>;
  /**
   * Writes if the condition holds. Rejects with UnknownWriteError if it is unknown whether the write was applied.
   * Clients may repeat a write, so the condition must still hold for the same caller after its own write.
   */
  write(update: Update): Promise<Written>;
}

/** Thrown if it is unknown whether a write was applied. */
export class UnknownWriteError extends Error {}

/** Evaluates a condition, for in-memory stores. */
export function holds(condition: Condition, item: Item | undefined): boolean {
  if ('absent' in condition) return item?.[condition.absent] === undefined;
  if ('eq' in condition) return item?.[condition.eq[0]] === condition.eq[1];
  if ('lt' in condition) {
    const found = item?.[condition.lt[0]];
    return (
      found !== undefined && typeof found === typeof condition.lt[1] && (found as number) < (condition.lt[1] as number)
    );
  }
  if ('not' in condition) return !holds(condition.not, item);
  if ('all' in condition) return condition.all.every((c) => holds(c, item));
  return condition.any.some((c) => holds(c, item));
}
