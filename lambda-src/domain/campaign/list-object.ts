import { digest } from '../ledger/keys';
import { recordOf } from '../ledger/record-of';
import type { Item, Key } from '../ledger/store';
import { campaignPartition } from './campaign';

/** The newest version of one object of a campaign: only a newer version of the same object replaces a run. */
export interface ObjectRecord extends Key {
  readonly v: number;
  readonly listKey: string;
  /** S3's order of the versions of one key. */
  readonly sequencer?: string;
  /** The run of its newest version. Absent where none has come yet, and only a decision about it is kept. */
  readonly run?: number;
  /** Its next version lists recipients in doubt, who are sent their email again. */
  readonly resendInDoubt?: boolean;
}

export const objectKey = (of: { readonly campaignDigest: string; readonly draft?: boolean }, listKey: string): Key => ({
  pk: campaignPartition(of.campaignDigest, of.draft),
  sk: `object#${digest(listKey)}`,
});

export const asObject = (item: Item | undefined): ObjectRecord | undefined =>
  recordOf<ObjectRecord>('the record of a list', item);

/**
 * S3 orders the versions of one key by sequencers, compared as text once the shorter is padded on the right. Below zero:
 * the first is older.
 */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const [one, other] = [a, b].map((s) => s.toUpperCase().padEnd(length, '0')) as [string, string];
  return one < other ? -1 : one > other ? 1 : 0;
}
