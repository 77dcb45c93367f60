import { FORMAT } from '../../../src/private/contract';
import { type Person, preferencePartitions } from '../ledger/keys';
import { recordOf } from '../ledger/record-of';
import type { Item, Key, Store, Update } from '../ledger/store';

/**
 * What an address has left, beside its records in the ledger: one item an address, one attribute a topic. The folded
 * address decides, so `Bob@x` does not get what `bob@x` left. A list never takes an opt-out back.
 */
export interface Preferences extends Key {
  readonly v: number;
  readonly [attribute: string]: string | number | readonly string[] | undefined;
}

/** Every topic, those to come as well. */
export const EVERY_TOPIC = '*';

/** What said so, and how a report says it. */
export const OPT_OUT_SOURCES = {
  one_click: 'opted out by one click',
  page: 'opted out on the preferences page',
  complaint: 'complained',
  bounce: 'the address does not exist',
  soft_bounces: 'the mailbox took nothing for a long time',
  import: 'on an imported list of opt-outs',
} as const;
export type OptOutSource = keyof typeof OPT_OUT_SOURCES;

export interface OptOut {
  /** ISO time of the first opt-out. */
  readonly at: string;
  readonly source: OptOutSource;
}

/** `pk` is that of the address's records. */
export const preferencesKey = ({ pk }: Pick<Key, 'pk'>): Key => ({ pk, sk: 'preferences' });

export const asPreferences = (item: Item | undefined): Preferences | undefined =>
  recordOf<Preferences>('the preferences of an address', item);

/** Of the attributes that hold an opt-out; the topic follows it. */
const OPT_OUT_PREFIX = 'optedOut:';

const attributeOf = (topic: string): string => OPT_OUT_PREFIX + topic;

/** The opt-out that keeps an address from a topic; undefined if there is none, and for mail without a topic. */
export function optedOut(preferences: Preferences | undefined, topic: string | undefined): OptOut | undefined {
  if (topic === undefined) return undefined;
  return topicOptOut(preferences, topic) ?? topicOptOut(preferences, EVERY_TOPIC);
}

/** The same of an address whose preferences are in several partitions. */
export const optedOutOfAny = (
  all: readonly (Preferences | undefined)[],
  topic: string | undefined,
): OptOut | undefined => all.map((preferences) => optedOut(preferences, topic)).find((found) => found !== undefined);

/** The opt-out of exactly this topic. */
export function topicOptOut(preferences: Preferences | undefined, topic: string): OptOut | undefined {
  const said = preferences?.[attributeOf(topic)];
  if (typeof said !== 'string') return undefined;
  const [at, source] = said.split(' ');
  return { at: at!, source: source as OptOutSource };
}

/** The topics that an address has left. */
export const topicsLeft = (preferences: Preferences): string[] =>
  Object.keys(preferences).flatMap((name) =>
    name.startsWith(OPT_OUT_PREFIX) && typeof preferences[name] === 'string' ? [name.slice(OPT_OUT_PREFIX.length)] : [],
  );

/** The first opt-out is kept: not applied means that there was one. */
export function optOut(of: Pick<Key, 'pk'>, topic: string, { at, source }: OptOut): Update {
  const attribute = attributeOf(topic);
  return {
    key: preferencesKey(of),
    when: { absent: attribute },
    set: { v: FORMAT, [attribute]: `${at} ${source}` },
  };
}

/**
 * The recipient's own wish to be back. It takes back the opt-out that they saw and no later one: a repetition that
 * comes late must not undo a newer word.
 */
export function optIn(of: Pick<Key, 'pk'>, topic: string, { at, source }: OptOut): Update {
  const attribute = attributeOf(topic);
  return {
    key: preferencesKey(of),
    when: { eq: [attribute, `${at} ${source}`] },
    set: { v: FORMAT },
    remove: [attribute],
  };
}

/** An address that does not exist, or that complained, gets no further email on any topic. */
export async function optOutOfAll(of: Person, source: OptOutSource, now: number, store: Store): Promise<boolean> {
  const choice = { at: new Date(now).toISOString(), source };
  return optOutEverywhere(of, EVERY_TOPIC, choice, store);
}

/** Under every folding of the address, so that no campaign of another version misses it. True where one is new. */
export async function optOutEverywhere(of: Person, topic: string, choice: OptOut, store: Store): Promise<boolean> {
  const updates = preferencePartitions(of).map((pk) => optOut({ pk }, topic, choice));
  const written = await Promise.all(updates.map((update) => store.write(update)));
  return written.some(({ applied }) => applied);
}

/** In the order asked, as they are now; nothing is asked where there is no topic to leave. */
export async function readPreferences(
  keys: readonly Pick<Key, 'pk'>[],
  store: Store,
): Promise<readonly (Preferences | undefined)[]> {
  return (await store.read(keys.map(preferencesKey))).map(asPreferences);
}
