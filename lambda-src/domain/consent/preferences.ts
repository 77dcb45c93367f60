import { FORMAT } from '../../../src/private/contract';
import { type Person, preferencePartitions } from '../ledger/keys';
import { recordOf } from '../ledger/record-of';
import type { Condition, Item, Key, Store, Update } from '../ledger/store';
import {
  type BounceRules,
  EVENT_SOURCES,
  type EventSource,
  type EventWord,
  formatWords,
  isEventSource,
  liftWords,
  parseWords,
  type SpokenOf,
  silencedBy,
  withWord,
} from './event-words';

/**
 * What an address is opted out of, beside its records in the ledger: one item an address, one attribute a topic and
 * source. The folded address decides, so `Bob@x` does not get what `bob@x` left. A list never takes an opt-out back.
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
  hard_bounce: 'the address does not exist',
  soft_bounces: 'the mailbox took nothing for a long time',
  import: 'on an imported list of opt-outs',
} as const;
export type OptOutSource = keyof typeof OPT_OUT_SOURCES;

/** The recipient's own words: only they take them back, or somebody whom they asked to. */
export const OWN_SOURCES: ReadonlySet<OptOutSource> = new Set(['one_click', 'page', 'complaint']);

export interface OptOut extends Partial<SpokenOf> {
  /** ISO time: of the first word of this source; of an event by SES's clock. */
  readonly at: string;
  readonly source: OptOutSource;
}

/** An opt-out and its topic. */
export interface TopicOptOut extends OptOut {
  readonly topic: string;
}

/** `pk` is that of the address's records. */
export const preferencesKey = ({ pk }: Pick<Key, 'pk'>): Key => ({ pk, sk: 'preferences' });

export const asPreferences = (item: Item | undefined): Preferences | undefined =>
  recordOf<Preferences>('the preferences of an address', item);

/** Of the attributes that hold an opt-out; the topic and the source follow it. */
const PREFIX = 'optedOut:';
/** Holds the words of SES's events that the opt-outs of their sources rest on. */
const WORDS = 'eventWords';

const attributeOf = (topic: string, source: OptOutSource): string => `${PREFIX}${topic}:${source}`;

const attributeValue = ({ at, messageId, campaign }: OptOut): string =>
  messageId === undefined ? at : [at, messageId, campaign].join(' ');

/** Every opt-out of an address, the first word first. */
export function allOptOuts(preferences: Preferences | undefined): readonly TopicOptOut[] {
  const found = Object.entries(preferences ?? {}).flatMap(([name, said]) => {
    if (!name.startsWith(PREFIX) || typeof said !== 'string') return [];
    // Neither a topic nor a source has a colon.
    const [topic = '', source = ''] = name.slice(PREFIX.length).split(':');
    const [at = '', messageId, campaign] = said.split(' ');
    return [{ topic, source: source as OptOutSource, at, ...(messageId === undefined ? {} : { messageId, campaign }) }];
  });
  return found.sort((a, b) => (a.at + a.source < b.at + b.source ? -1 : 1));
}

/** The opt-outs of exactly this topic, the first word first. */
export const topicOptOuts = (preferences: Preferences | undefined, topic: string): readonly OptOut[] =>
  allOptOuts(preferences)
    .filter((one) => one.topic === topic)
    .map(({ topic: _, ...optOut }) => optOut);

/** The first word of exactly this topic. */
export const topicOptOut = (preferences: Preferences | undefined, topic: string): OptOut | undefined =>
  topicOptOuts(preferences, topic)[0];

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

/** The first word of a source stands: not applied means that it had said so already. */
export function optOut(of: Pick<Key, 'pk'>, topic: string, left: OptOut): Update {
  const attribute = attributeOf(topic, left.source);
  return {
    key: preferencesKey(of),
    when: { absent: attribute },
    set: { v: FORMAT, [attribute]: attributeValue(left) },
  };
}

/**
 * The recipient's own wish to be back. It takes back the opt-outs of the topic that they saw, whatever their source, and
 * no later one: a repetition that comes late must not undo a newer word.
 */
export function optIn(seen: Preferences, topic: string): Update {
  const left = topicOptOuts(seen, topic);
  const sources = left.map(({ source }) => source).filter(isEventSource);
  const words = topic === EVERY_TOPIC ? liftedOf(seen, sources) : undefined;
  return {
    key: preferencesKey(seen),
    when: {
      all: [
        ...left.map((one): Condition => ({ eq: [attributeOf(topic, one.source), attributeValue(one)] })),
        ...(words ? [asRead(seen)] : []),
      ],
    },
    set: { v: FORMAT, ...(words ? { [WORDS]: formatWords(words) } : {}) },
    remove: left.map(({ source }) => attributeOf(topic, source)),
  };
}

/** Takes opt-outs back that no event brought, as they were read. */
export const removeOptOut = (seen: Preferences, optOuts: readonly TopicOptOut[]): Update => ({
  key: preferencesKey(seen),
  when: { all: optOuts.map((one): Condition => ({ eq: [attributeOf(one.topic, one.source), attributeValue(one)] })) },
  set: { v: FORMAT },
  remove: optOuts.map(({ topic, source }) => attributeOf(topic, source)),
});

const asRead = (preferences: Preferences | undefined): Condition =>
  preferences?.[WORDS] === undefined ? { absent: WORDS } : { eq: [WORDS, preferences[WORDS] as string] };

function liftedOf(seen: Preferences, sources: readonly EventSource[]): EventWord[] | undefined {
  if (sources.length === 0) return undefined;
  return sources.reduce((words, source) => liftWords(words, source), eventWordsOf(seen));
}

/** The words of SES's events about an address. */
export const eventWordsOf = (preferences: Preferences | undefined): EventWord[] => parseWords(preferences?.[WORDS]);

/** What changed by a word or by lifting it: sources that opt the address out now, and that do no more. */
export interface Changed {
  readonly optedOut: readonly OptOut[];
  readonly optedIn: readonly OptOut[];
}

/** The event words of an address after a change, and the opt-outs that rest on them. */
export function changeWords(
  found: Preferences | undefined,
  of: Pick<Key, 'pk'>,
  change: (words: readonly EventWord[]) => readonly EventWord[],
  rules: BounceRules,
): { readonly update?: Update; readonly changed: Changed } {
  const before = eventWordsOf(found);
  const words = change(before);
  const text = formatWords(words);
  const silenced = silencedBy(words, rules);
  const set: Record<string, string | undefined> = {};
  const remove: string[] = [];
  const optedOut: OptOut[] = [];
  const optedIn: OptOut[] = [];
  for (const source of EVENT_SOURCES) {
    const attribute = attributeOf(EVERY_TOPIC, source);
    const word = silenced[source];
    const was = topicOptOuts(found, EVERY_TOPIC).find((one) => one.source === source);
    if (word) {
      const { at, messageId, campaign } = word;
      const left: OptOut = { at, source, messageId, campaign };
      set[attribute] = attributeValue(left);
      if (!was) optedOut.push(left);
    } else if (was) {
      remove.push(attribute);
      optedIn.push(was);
    }
  }
  const changed = { optedOut, optedIn };
  if (text === formatWords(before)) return { changed: { optedOut: [], optedIn: [] } };
  if (text === undefined) remove.push(WORDS);
  return {
    changed,
    update: { key: preferencesKey(of), when: asRead(found), set: { v: FORMAT, ...set, [WORDS]: text }, remove },
  };
}

/** Under every folding of the address, so that no campaign of another version misses it. */
export async function hearWords(
  of: Person,
  words: readonly EventWord[],
  rules: BounceRules,
  store: Store,
): Promise<Changed> {
  return changeEverywhere(
    preferencePartitions(of),
    (known) => words.reduce((all, word) => withWord(all, word, rules), [...known]),
    rules,
    store,
  );
}

/** Of several partitions of one address: what the first of them changed tells. */
export async function changeEverywhere(
  partitions: readonly string[],
  change: (words: readonly EventWord[]) => readonly EventWord[],
  rules: BounceRules,
  store: Store,
): Promise<Changed> {
  const all: Changed[] = [];
  for (const pk of partitions) all.push(await changeOne(pk, change, rules, store));
  const each = (of: keyof Changed): OptOut[] => {
    const sources = new Map(all.flatMap((one) => one[of]).map((left) => [left.source, left]));
    return [...sources.values()];
  };
  return { optedOut: each('optedOut'), optedIn: each('optedIn') };
}

async function changeOne(
  pk: string,
  change: (words: readonly EventWord[]) => readonly EventWord[],
  rules: BounceRules,
  store: Store,
): Promise<Changed> {
  // Somebody else's event may come between reading and writing.
  for (;;) {
    const found = asPreferences((await store.read([preferencesKey({ pk })]))[0]);
    const { update, changed } = changeWords(found, { pk }, change, rules);
    if (!update || (await store.write(update)).applied) return changed;
  }
}

/** In the order asked, as they are now; nothing is asked where there is no topic to leave. */
export async function readPreferences(
  keys: readonly Pick<Key, 'pk'>[],
  store: Store,
): Promise<readonly (Preferences | undefined)[]> {
  return (await store.read(keys.map(preferencesKey))).map(asPreferences);
}
