import { FORMAT } from '../../../src/private/contract';
import { asPreferences, EVERY_TOPIC, optOutOfAll, preferencesKey, topicOptOut } from '../../domain/consent/preferences';
import type { Person } from '../../domain/ledger/keys';
import type { Store } from '../../domain/ledger/store';
import { DAY } from '../../domain/time-units';

/** A full mailbox may be a holiday. So many messages that came back, the first and the last a week apart, are not. */
export const SOFT_BOUNCES = { messages: 5, apart: 7 * DAY, within: 90 * DAY } as const;

interface SoftBounce {
  readonly at: number;
  readonly messageId: string;
}

/** What an event of SES does to its address's preferences; true where the address left everything by it. */
export async function addressBounced(
  of: Person,
  bounce: { readonly permanent: boolean; readonly messageId: string },
  now: number,
  store: Store,
): Promise<boolean> {
  if (bounce.permanent) return optOutOfAll(of, 'bounce', now, store);
  const key = preferencesKey(of);
  // Another bounce may come between read and write.
  for (;;) {
    const found = asPreferences((await store.read([key]))[0]);
    if (topicOptOut(found, EVERY_TOPIC)) return false;
    const was = found?.softBounces;
    const earlier = parse(typeof was === 'string' ? was : '').filter(({ at }) => now - at <= SOFT_BOUNCES.within);
    // Events come more than once.
    if (earlier.some(({ messageId }) => messageId === bounce.messageId)) return false;
    const all = [...earlier, { at: now, messageId: bounce.messageId }];
    const enough = all.length >= SOFT_BOUNCES.messages && now - all[0]!.at >= SOFT_BOUNCES.apart;
    if (enough) return optOutOfAll(of, 'soft_bounces', now, store);
    // The first tells how long it has been so; of the others the last ones are enough.
    const kept = all.length > SOFT_BOUNCES.messages ? [all[0]!, ...all.slice(2)] : all;
    const { applied } = await store.write({
      key,
      when: typeof was === 'string' ? { eq: ['softBounces', was] } : { absent: 'softBounces' },
      set: { v: FORMAT, softBounces: written(kept) },
    });
    if (applied) return false;
  }
}

export const addressComplained = (of: Person, now: number, store: Store): Promise<boolean> =>
  optOutOfAll(of, 'complaint', now, store);

const written = (bounces: readonly SoftBounce[]): string =>
  bounces.map(({ at, messageId }) => `${new Date(at).toISOString()} ${messageId}`).join(',');

const parse = (text: string): SoftBounce[] =>
  text
    .split(',')
    .filter(Boolean)
    .map((one) => {
      const [at = '', messageId = ''] = one.split(' ');
      return { at: Date.parse(at), messageId };
    });
