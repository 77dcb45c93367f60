import { BOUNCE_RULES, type BounceRules, FORMAT } from '../../../src/private/contract';
import { recordOf } from '../ledger/record-of';
import type { Item, Key, Store, Update } from '../ledger/store';
import type { Clock, NewId } from '../ports';
import { decisiveWords, type EventSource, type EventWord, isEventSource, liftWords } from './event-words';
import {
  allOptOuts,
  asPreferences,
  changeWords,
  eventWordsOf,
  type OptOutSource,
  type Preferences,
  preferencesKey,
  removeOptOut,
  type TopicOptOut,
} from './preferences';

/** An operator's decision to lift opt-outs of one source. */
export interface Lift {
  readonly source: OptOutSource;
  /** Limits the lift to one topic. */
  readonly topic?: string;
  /** Limits the lift to opt-outs caused by events of some emails. */
  readonly messages?: (word: EventWord) => boolean;
  readonly who: string;
  readonly why: string;
}

/** The log entry of a lifted opt-out, stored beside the address's preferences. */
export interface Lifted extends TopicOptOut {
  /** ISO time. */
  readonly liftedAt: string;
  readonly who: string;
  readonly why: string;
}

export interface LiftPorts {
  readonly store: Store;
  /** The mailer's rules. @default BOUNCE_RULES */
  readonly rules?: BounceRules;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: NewId;
}

const SK = 'lifted#';

/** Lifts the opt-outs of one source, in every partition of an address. Opt-outs of other sources stay. */
export async function lift(partitions: readonly string[], what: Lift, ports: LiftPorts): Promise<readonly Lifted[]> {
  const all = await Promise.all(partitions.map((pk) => liftOne(pk, what, ports)));
  // The same opt-out may exist under several folding versions.
  return [...new Map(all.flat().map((one) => [one.topic, one])).values()];
}

async function liftOne(pk: string, what: Lift, ports: LiftPorts): Promise<readonly Lifted[]> {
  const { source, topic, messages, who, why } = what;
  const { store, clock, newId, rules = BOUNCE_RULES } = ports;
  for (;;) {
    const [item] = await store.query(pk, preferencesKey({ pk }).sk);
    const found = asPreferences(item);
    const isMeant = (one: TopicOptOut) => one.source === source && (topic === undefined || one.topic === topic);
    const optOuts = allOptOuts(found).filter(isMeant);
    if (!found || optOuts.length === 0) return [];
    const { update, gone } = isEventSource(source)
      ? liftEvents(found, source, optOuts, rules, messages)
      : { update: removeOptOut(found, optOuts), gone: optOuts };
    if (!update) return [];
    const liftedAt = new Date(clock.now()).toISOString();
    const lifted = gone.map((one): Lifted => ({ ...one, liftedAt, who, why }));
    // Log first: an entry about an opt-out that stayed is better than a lift without an entry.
    for (const one of lifted) await store.write(lineOf(pk, one, newId()));
    if ((await store.write(update)).applied) return lifted;
  }
}

/**
 * Lifts opt-outs caused by events. One counts as lifted if its event no longer causes it, even if another event does.
 */
function liftEvents(
  found: Preferences,
  source: EventSource,
  optOuts: readonly TopicOptOut[],
  rules: BounceRules,
  messages: Lift['messages'],
): { readonly update?: Update; readonly gone: readonly TopicOptOut[] } {
  const change = (words: readonly EventWord[]) => liftWords(words, source, messages);
  const { update } = changeWords(found, found, change, rules);
  const still = decisiveWords(change(eventWordsOf(found)), rules)[source];
  return { update, gone: optOuts.filter(({ messageId }) => messageId !== still?.messageId) };
}

const lineOf = (pk: string, lifted: Lifted, id: string) => ({
  key: { pk, sk: `${SK}${lifted.liftedAt}#${id}` },
  when: { any: [{ absent: 'liftedAt' }, { eq: ['liftedAt', lifted.liftedAt] }] } as const,
  set: { v: FORMAT, ...lifted },
});

/** Returns the lifted opt-outs among an address's ledger items. */
export function liftedOf(items: readonly Item[]): readonly Lifted[] {
  const found = items
    .filter(({ sk }) => sk.startsWith(SK))
    .map((item) => recordOf<Key & Lifted & { readonly v: number }>('the record of a lifted opt-out', item))
    .map(({ pk: _, sk: __, v: ___, ...one }): Lifted => one);
  const isSame = (a: Lifted, b: Lifted) =>
    a.topic === b.topic && a.source === b.source && a.at === b.at && a.who === b.who;
  return found.filter((one, at) => found.findIndex((other) => isSame(one, other)) === at);
}
