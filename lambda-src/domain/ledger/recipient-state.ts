import { asPreferences, type OptOut, optedOutOfAny, preferencesKey } from '../consent/preferences';
import { currentChoice, type PageChoice } from '../consent/tracking-consent';
import { type Person, preferencePartitions } from './keys';
import { asRecord, type RecipientRecord } from './record';
import type { Key, Store } from './store';

/** A recipient's state before sending: their record, any opt-out from the email's topic, and their tracking choice. */
export interface RecipientState {
  readonly record?: RecipientRecord;
  readonly optOut?: OptOut;
  readonly trackingChoice?: PageChoice;
}

/**
 * Reads the current states in one read, in the given order. Skips preferences for recipients without a topic, unless
 * the email is `tracked`.
 */
export async function readRecipientStates<Of extends Key & Person>(
  recipients: readonly Of[],
  topicOf: (recipient: Of) => string | undefined,
  store: Store,
  tracked = false,
): Promise<readonly RecipientState[]> {
  const topics = recipients.map(topicOf);
  const partitions = recipients.map((recipient, at) =>
    topics[at] === undefined && !tracked ? [] : preferencePartitions(recipient),
  );
  const items = await store.read([
    ...recipients.map(({ pk, sk }) => ({ pk, sk })),
    ...partitions.flat().map((pk) => preferencesKey({ pk })),
  ]);
  let next = recipients.length;
  return topics.map((topic, at) => {
    const preferences = partitions[at]!.map(() => asPreferences(items[next++]));
    return {
      record: asRecord(items[at]),
      optOut: optedOutOfAny(preferences, topic),
      trackingChoice: currentChoice(preferences),
    };
  });
}
