import { checkFormat } from '../run/check-format';
import type { Item } from './store';

/**
 * Returns a ledger item as a record, or undefined if there is no item. Throws MM518 if another version of the package
 * wrote it in another format. `kind` names the record in that error, for example "the record of a run".
 */
export function recordOf<Of>(kind: string, item: Item): Of;
export function recordOf<Of>(kind: string, item: Item | undefined): Of | undefined;
export function recordOf<Of>(kind: string, item: Item | undefined): Of | undefined {
  return item && (checkFormat(kind, item as Item & { readonly v: number }) as unknown as Of);
}
