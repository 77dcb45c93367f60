import { digest } from '../ledger/keys';
import { recordOf } from '../ledger/record-of';
import type { Item, Key } from '../ledger/store';
import { campaignPartition } from './campaign';

/** The newest version of one S3 object of a campaign. Only a newer version of the same object replaces a run. */
export interface ObjectRecord extends Key {
  readonly v: number;
  readonly listKey: string;
  /** S3's event sequencer, which orders versions of one key. */
  readonly sequencer?: string;
  /** The run of the newest version. Absent if only a resend was allowed and no version has arrived. */
  readonly run?: number;
  /** Whether the next version lists recipients in doubt to resend to. */
  readonly resendInDoubt?: boolean;
}

export const objectKey = (of: { readonly campaignDigest: string; readonly draft?: boolean }, listKey: string): Key => ({
  pk: campaignPartition(of.campaignDigest, of.draft),
  sk: `object#${digest(listKey)}`,
});

export const asObject = (item: Item | undefined): ObjectRecord | undefined =>
  recordOf<ObjectRecord>('the record of a list', item);

/**
 * Compares S3 sequencers of one key as text, the shorter one padded on the right with zeros. Negative if `a` is older.
 */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const [one, other] = [a, b].map((s) => s.toUpperCase().padEnd(length, '0')) as [string, string];
  return one < other ? -1 : one > other ? 1 : 0;
}
