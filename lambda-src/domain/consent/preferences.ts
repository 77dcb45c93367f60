import { type BounceRules, FORMAT } from '../../../src/private/contract';
import { type Person, preferencePartitions } from '../ledger/keys';
import { recordOf } from '../ledger/record-of';
import type { Condition, Item, Key, Store, Update } from '../ledger/store';
import {
  decisiveWords,
  type EmailRef,
  EVENT_SOURCES,
  type EventSource,
  type EventWord,
  formatWords,
  isEventSource,
  liftWords,
  parseWords,
  withWord,
} from './event-words';

/**
 * The opt-outs of an address, one item beside its records, with one attribute per topic and source. It is found by the
 * folded address, so an opt-out of `bob@x` also applies to `Bob@x`. A list never lifts an opt-out.
 */
export interface Preferences extends Key {
  readonly v: number;
  readonly [attribute: string]: string | number | readonly string[] | undefined;
}

/** Every topic, including future ones. */
export const EVERY_TOPIC = '*';

/** Sources of opt-outs, with their text in reports. */
export const OPT_OUT_SOURCES = {
  one_click: 'opted out by one click',
  page: 'opted out on the preferences page',
  complaint: 'complained',
  hard_bounce: 'the address does not exist',
  soft_bounces: 'the mailbox took nothing for a long time',
  import: 'on an imported list of opt-outs',
} as const;
export type OptOutSource = keyof typeof OPT_OUT_SOURCES;

/**
 * Sources that are the recipient's own decision. Only the recipient, or someone acting on their request, may lift them.
 */
export const OWN_SOURCES: ReadonlySet<OptOutSource> = new Set(['one_click', 'page', 'complaint']);

export interface OptOut extends Partial<EmailRef> {
  /** ISO time of the first opt-out by this source. For an event, by SES's clock. */
  readonly at: string;
  readonly source: OptOutSource;
}

/** An opt-out with its topic. */
export interface TopicOptOut extends OptOut {
  readonly topic: string;
}

/** Returns the key of an address's preferences, in the partition of its records. */
export const preferencesKey = ({ pk }: Pick<Key, 'pk'>): Key => ({ pk, sk: 'preferences' });

export const asPreferences = (item: Item | undefined): Preferences | undefined =>
  recordOf<Preferences>('the preferences of an address', item);

/** Prefix of an attribute that holds an opt-out. The topic and source follow. */
const PREFIX = 'optedOut:';
/** Attribute with the words of SES events that cause opt-outs. */
const WORDS = 'eventWords';

const attributeOf = (topic: string, source: OptOutSource): string => `${PREFIX}${topic}:${source}`;

const attributeValue = ({ at, messageId, campaign }: OptOut): string =>
  messageId === undefined ? at : [at, messageId, campaign].join(' ');

/** Returns every opt-out of an address, the earliest first. */
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

/** Returns the opt-outs from exactly this topic, the earliest first. */
export const topicOptOuts = (preferences: Preferences | undefined, topic: string): readonly OptOut[] =>
  allOptOuts(preferences)
    .filter((one) => one.topic === topic)
    .map(({ topic: _, ...optOut }) => optOut);

/** Returns the earliest opt-out from exactly this topic. */
export const topicOptOut = (preferences: Preferences | undefined, topic: string): OptOut | undefined =>
  topicOptOuts(preferences, topic)[0];

/** Returns the opt-out that applies to a topic. Undefined if there is none, and for email without a topic. */
export function optedOut(preferences: Preferences | undefined, topic: string | undefined): OptOut | undefined {
  if (topic === undefined) return undefined;
  return topicOptOut(preferences, topic) ?? topicOptOut(preferences, EVERY_TOPIC);
}

/** Returns the opt-out that applies, for an address with preferences in several partitions. */
export const optedOutOfAny = (
  all: readonly (Preferences | undefined)[],
  topic: string | undefined,
): OptOut | undefined => all.map((preferences) => optedOut(preferences, topic)).find((found) => found !== undefined);

/** Opts an address out. Not applied if the source has already done so, because the first time is kept. */
export function optOut(of: Pick<Key, 'pk'>, topic: string, entry: OptOut): Update {
  const attribute = attributeOf(topic, entry.source);
  return {
    key: preferencesKey(of),
    when: { absent: attribute },
    set: { v: FORMAT, [attribute]: attributeValue(entry) },
  };
}

/**
 * Opts a recipient back in at their own wish. Lifts the opt-outs of the topic that they saw, of any source, but no
 * later one: a late repetition must not undo a newer decision.
 */
export function optIn(seen: Preferences, topic: string): Update {
  const optOuts = topicOptOuts(seen, topic);
  const sources = optOuts.map(({ source }) => source).filter(isEventSource);
  const words = topic === EVERY_TOPIC ? liftedOf(seen, sources) : undefined;
  return {
    key: preferencesKey(seen),
    when: {
      all: [
        ...optOuts.map((one): Condition => ({ eq: [attributeOf(topic, one.source), attributeValue(one)] })),
        ...(words ? [asRead(seen)] : []),
      ],
    },
    set: { v: FORMAT, ...(words ? { [WORDS]: formatWords(words) } : {}) },
    remove: optOuts.map(({ source }) => attributeOf(topic, source)),
  };
}

/** Removes opt-outs not caused by events, if unchanged since they were read. */
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

/** Returns the words of SES events about an address. */
export const eventWordsOf = (preferences: Preferences | undefined): EventWord[] => parseWords(preferences?.[WORDS]);

/** Sources that a change of words opted out or back in. */
export interface Changed {
  readonly optedOut: readonly OptOut[];
  readonly optedIn: readonly OptOut[];
}

/** Changes the event words of an address and updates the opt-outs that they cause. */
export function changeWords(
  found: Preferences | undefined,
  of: Pick<Key, 'pk'>,
  change: (words: readonly EventWord[]) => readonly EventWord[],
  rules: BounceRules,
): { readonly update?: Update; readonly changed: Changed } {
  const before = eventWordsOf(found);
  const words = change(before);
  const text = formatWords(words);
  const decisive = decisiveWords(words, rules);
  const set: Record<string, string | undefined> = {};
  const remove: string[] = [];
  const optedOut: OptOut[] = [];
  const optedIn: OptOut[] = [];
  for (const source of EVENT_SOURCES) {
    const attribute = attributeOf(EVERY_TOPIC, source);
    const word = decisive[source];
    const previous = topicOptOuts(found, EVERY_TOPIC).find((one) => one.source === source);
    if (word) {
      const { at, messageId, campaign } = word;
      const entry: OptOut = { at, source, messageId, campaign };
      set[attribute] = attributeValue(entry);
      if (!previous) optedOut.push(entry);
    } else if (previous) {
      remove.push(attribute);
      optedIn.push(previous);
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

/** Adds words under every folding of the address, so that campaigns with an older folding version also see them. */
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

/** Changes several partitions of one address. Reports each source's change once. */
export async function changeEverywhere(
  partitions: readonly string[],
  change: (words: readonly EventWord[]) => readonly EventWord[],
  rules: BounceRules,
  store: Store,
): Promise<Changed> {
  const all: Changed[] = [];
  for (const pk of partitions) all.push(await changeOne(pk, change, rules, store));
  const each = (of: keyof Changed): OptOut[] => {
    const sources = new Map(all.flatMap((one) => one[of]).map((entry) => [entry.source, entry]));
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
  // Repeat if another event was written between read and write.
  for (;;) {
    const found = asPreferences((await store.read([preferencesKey({ pk })]))[0]);
    const { update, changed } = changeWords(found, { pk }, change, rules);
    if (!update || (await store.write(update)).applied) return changed;
  }
}

/** Reads current preferences, in the given order. */
export async function readPreferences(
  keys: readonly Pick<Key, 'pk'>[],
  store: Store,
): Promise<readonly (Preferences | undefined)[]> {
  return (await store.read(keys.map(preferencesKey))).map(asPreferences);
}
