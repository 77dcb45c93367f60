import { asPreferences, type OptOut, optedOut, preferencesKey } from './preferences';
import { asRecord, type RecipientRecord } from './record';
import type { Key, Store } from './store';

/** How it stands with a recipient before their mail: the record, and whether they left its topic. */
export interface Standing {
  readonly record?: RecipientRecord;
  readonly left?: OptOut;
}

/** In the order asked, as it is now, in one read. Of mail without a topic no preferences are read. */
export async function readStandings<Of extends Key>(
  recipients: readonly Of[],
  topicOf: (recipient: Of) => string | undefined,
  store: Store,
): Promise<readonly Standing[]> {
  const topics = recipients.map(topicOf);
  const leavable = recipients.filter((_, at) => topics[at] !== undefined);
  const items = await store.read([...recipients.map(({ pk, sk }) => ({ pk, sk })), ...leavable.map(preferencesKey)]);
  let next = recipients.length;
  return topics.map((topic, at) => ({
    record: asRecord(items[at]),
    left: topic === undefined ? undefined : optedOut(asPreferences(items[next++]), topic),
  }));
}
