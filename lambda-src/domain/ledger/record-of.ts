import { checkFormat } from '../run/check-format';
import type { Item } from './store';

/**
 * An item of the ledger as a record of a known kind; undefined where there is no item. Throws MM518 for a record that another
 * version of the package wrote in another format. `kind` names it in the message: "the record of a run".
 */
export function recordOf<Of>(kind: string, item: Item): Of;
export function recordOf<Of>(kind: string, item: Item | undefined): Of | undefined;
export function recordOf<Of>(kind: string, item: Item | undefined): Of | undefined {
  return item && (checkFormat(kind, item as Item & { readonly v: number }) as unknown as Of);
}
