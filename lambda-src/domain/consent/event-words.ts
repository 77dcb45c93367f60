import type { BounceRules } from '../../../src/private/contract';
import type { BounceWord } from '../events/consequences';
import { DAY } from '../time-units';

/**
 * Kinds of event words. A word summarizes what SES's events about one email show about its address. When an operator
 * lifts an opt-out, its words stay as *lifted*, so that a repeated event changes nothing. Each kind outranks those
 * before it: of two words about one email, the higher one is kept, whatever the order of arrival.
 */
const KINDS = [
  'general_bounce',
  'reply',
  'soft_bounce',
  'about_email',
  'lifted_soft_bounce',
  'no_domain',
  'lifted_no_domain',
  'hard_bounce',
  'lifted_hard_bounce',
  'complaint',
  'lifted_complaint',
] as const;
type WordKind = (typeof KINDS)[number];

/** The email that an event is about. */
export interface EmailRef {
  readonly messageId: string;
  /** Digest of the email's campaign. */
  readonly campaign: string;
}

export interface EventWord extends EmailRef {
  readonly kind: WordKind;
  /** ISO time, by SES's clock. */
  readonly at: string;
}

/** Maximum number of words that cause no opt-out. Older ones are dropped. */
const MOST_WORDS = 20;

/** Parses words as stored in an attribute: separated by commas, their fields by spaces. */
export const parseWords = (text: unknown): EventWord[] =>
  typeof text !== 'string' || text === ''
    ? []
    : text.split(',').map((one) => {
        const [kind, at, messageId, campaign] = one.split(' ') as [WordKind, string, string, string];
        return { kind, at, messageId, campaign };
      });

/** Formats words for an attribute. Undefined if there are none. */
export const formatWords = (words: readonly EventWord[]): string | undefined =>
  words.length === 0
    ? undefined
    : words.map(({ kind, at, messageId, campaign }) => [kind, at, messageId, campaign].join(' ')).join(',');

const byTime = (a: EventWord, b: EventWord): number => {
  const [x, y] = [a, b].map(({ at, messageId, kind }) => `${at} ${messageId} ${kind}`) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
};

const rank = ({ kind }: EventWord): number => KINDS.indexOf(kind);
const isSoft = ({ kind }: EventWord): boolean => kind === 'soft_bounce' || kind === 'general_bounce';
const isComplaint = ({ kind }: Pick<EventWord, 'kind'>): boolean => kind.endsWith('complaint');

/** Adds a word. Removes words about the same email that it outranks. */
export function withWord(words: readonly EventWord[], word: EventWord, rules: BounceRules): EventWord[] {
  const isOf = (other: EventWord) => other.messageId === word.messageId && isComplaint(other) === isComplaint(word);
  const known = words.find(isOf);
  const better = !known || rank(word) > rank(known) || (rank(word) === rank(known) && word.at !== known.at);
  return better ? pruneWords([...words.filter((other) => !isOf(other)), word].sort(byTime), rules) : [...words];
}

/** Keeps words that cause an opt-out, the newest of the others, and the first soft bounce, which shows the start. */
function pruneWords(words: readonly EventWord[], rules: BounceRules): EventWord[] {
  const stays = ({ kind }: EventWord) => kind === 'hard_bounce' || kind === 'complaint';
  const isRecent = ({ at }: EventWord) => age({ at }, words.at(-1)!.at) <= rules.softBounceWithinDays;
  const others = words.filter((word) => !stays(word) && !isSoft(word) && isRecent(word));
  const kept = new Set([...softBouncesToKeep(words, rules), ...others.slice(-MOST_WORDS)]);
  return words.filter((word) => stays(word) || kept.has(word));
}

function softBouncesToKeep(words: readonly EventWord[], rules: BounceRules): readonly EventWord[] {
  const all = words.filter(isSoft);
  const deciding = softBounceOf(all, rules);
  const last = deciding ?? words.at(-1)!;
  const within = all.filter((word) => word.at <= last.at && age(word, last.at) <= rules.softBounceWithinDays);
  const ends = [...within.slice(0, 1), ...within.slice(1).slice(1 - MOST_WORDS)];
  return [...ends, ...all.filter(({ at }) => at > last.at)].slice(0, MOST_WORDS);
}

/** The words that cause an opt-out, by its source. */
export interface DecisiveWords {
  readonly hard_bounce?: EventWord;
  readonly soft_bounces?: EventWord;
  readonly complaint?: EventWord;
}
export type EventSource = keyof DecisiveWords;
export const EVENT_SOURCES = ['hard_bounce', 'soft_bounces', 'complaint'] as const satisfies readonly EventSource[];

/** Returns the words that cause an opt-out, by its source. */
export const decisiveWords = (words: readonly EventWord[], rules: BounceRules): DecisiveWords => ({
  hard_bounce: words.find(({ kind }) => kind === 'hard_bounce') ?? noDomainOf(words, rules),
  soft_bounces: softBounceOf(words, rules),
  complaint: words.find(({ kind }) => kind === 'complaint'),
});

function noDomainOf(words: readonly EventWord[], { noDomainDays }: BounceRules): EventWord | undefined {
  const all = words.filter(({ kind }) => kind === 'no_domain');
  return all.find((word, at) => at > 0 && Date.parse(word.at) - Date.parse(all[at - 1]!.at) <= noDomainDays * DAY);
}

function softBounceOf(words: readonly EventWord[], rules: BounceRules): EventWord | undefined {
  const { softBounces, softBounceDays, softBounceWithinDays } = rules;
  const all = words.filter(isSoft);
  return all.find(({ at: last }, at) => {
    const within = all.slice(0, at + 1).filter((word) => age(word, last) <= softBounceWithinDays);
    return within.length >= softBounces && age(within[0]!, last) >= softBounceDays;
  });
}

/** Returns an age in days. */
const age = ({ at }: Pick<EventWord, 'at'>, until: string): number => (Date.parse(until) - Date.parse(at)) / DAY;

/** The kinds of words that cause an opt-out of each source, and their lifted kinds. */
const CAUSES: { readonly [source in EventSource]: { readonly [kind in WordKind]?: WordKind } } = {
  hard_bounce: { hard_bounce: 'lifted_hard_bounce', no_domain: 'lifted_no_domain' },
  soft_bounces: { soft_bounce: 'lifted_soft_bounce', general_bounce: 'lifted_soft_bounce' },
  complaint: { complaint: 'lifted_complaint' },
};

export const isEventSource = (source: string): source is EventSource => Object.hasOwn(CAUSES, source);

/** Lifts the words of one source, for all or some emails. */
export const liftWords = (
  words: readonly EventWord[],
  source: EventSource,
  of: (word: EventWord) => boolean = () => true,
): EventWord[] =>
  words.map((word) => {
    const lifted = CAUSES[source][word.kind];
    return lifted && of(word) ? { ...word, kind: lifted } : word;
  });

/** Converts the consequences of an email's events to words. */
export const wordsOf = (
  { bounce, complaint }: { readonly bounce?: BounceWord; readonly complaint?: { readonly at: string } },
  of: EmailRef,
): EventWord[] => [
  ...(bounce ? [{ ...of, ...bounce }] : []),
  ...(complaint ? [{ ...of, kind: 'complaint' as const, at: complaint.at }] : []),
];
