/**
 * The ledger as a port. Conditions are data: the DynamoDB adapter writes them as expressions and the simulation
 * evaluates them, so what is proved is what runs.
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Value = string | number | boolean | readonly string[] | { readonly [k: string]: Value | undefined };

export type Item = Key & { readonly [attribute: string]: Value | undefined };

/** As in DynamoDB, `eq` and `lt` are false where the attribute is absent. */
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

/** The number of keys that BatchGetItem takes in one request. */
export const READ_AT_ONCE = 100;

export interface Store {
  /** Strongly consistent; in the order asked. */
  read(keys: readonly Key[]): Promise<readonly (Item | undefined)[]>;
  /**
   * The items of one partition whose sort keys begin with `prefix`, in the order of their sort keys. With `newest`, only
   * so many, the last first. Strongly consistent.
   */
  query(pk: string, prefix: string, newest?: number): Promise<readonly Item[]>;
  /**
   * Writes if the condition holds. Rejects with UnknownWriteError if it is unknown whether the write was applied.
   * Clients repeat it freely, so a condition must hold again for the same caller after its own write.
   */
  write(update: Update): Promise<Written>;
}

export class UnknownWriteError extends Error {}

/** The meaning of a condition, for stores in memory. */
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
