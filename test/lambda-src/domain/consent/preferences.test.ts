import { expressions } from '../../../../lambda-src/aws/dynamo-store';
import type { EventWord } from '../../../../lambda-src/domain/consent/event-words';
import {
  asPreferences,
  EVERY_TOPIC,
  eventWordsOf,
  hearWords,
  optedOut,
  optedOutOfAny,
  optIn,
  optOut,
  preferencesKey,
  topicOptOut,
  topicOptOuts,
} from '../../../../lambda-src/domain/consent/preferences';
import { recipientKey } from '../../../../lambda-src/domain/ledger/keys';
import { BOUNCE_RULES } from '../../../../src/private/contract';
import { memoryStore } from '../../../support/memory-store';

const BOB = recipientKey('bob@example.org', 'any');
const DAY = 86_400_000;
const NOW = Date.parse('2026-11-25T01:00:00Z');
const left = { at: '2026-11-25T01:00:00.000Z', source: 'one_click' } as const;

function setting() {
  const store = memoryStore();
  return { store, preferences: () => asPreferences(store.get(preferencesKey(BOB))) };
}

test('who leaves a topic has left that one, under any spelling of the address and in every campaign', async () => {
  const { store, preferences } = setting();
  await store.write(optOut(recipientKey(' BOB@Example.org', 'other'), 'news', left));
  expect(optedOut(preferences(), 'news')).toEqual(left);
  expect(optedOut(preferences(), 'offers')).toBeUndefined();
  // Mail without a topic is mail that somebody must get.
  expect(optedOut(preferences(), undefined)).toBeUndefined();
});

test('who leaves everything has left what nobody has thought of yet', async () => {
  const { store, preferences } = setting();
  await store.write(optOut(BOB, EVERY_TOPIC, left));
  expect(optedOut(preferences(), 'next_year')).toEqual(left);
  expect(topicOptOut(preferences(), 'next_year')).toBeUndefined();
});

test('of several opt-outs the earliest from the topic itself is the reason, before one from every topic', async () => {
  const { store, preferences } = setting();
  const complaint = { at: '2026-11-20T01:00:00.000Z', source: 'complaint' } as const;
  const page = { at: '2026-11-26T01:00:00.000Z', source: 'page' } as const;
  await store.write(optOut(BOB, EVERY_TOPIC, complaint));
  expect(optedOut(preferences(), 'news')).toEqual(complaint);
  await store.write(optOut(BOB, 'news', page));
  expect(optedOut(preferences(), 'news')).toEqual(page);
  await store.write(optOut(BOB, 'news', left));
  expect(optedOut(preferences(), 'news')).toEqual(left);
  expect(optedOutOfAny([undefined, preferences()], 'news')).toEqual(left);
  expect(optedOutOfAny([preferences(), undefined], 'offers')).toEqual(complaint);
  expect(optedOutOfAny([undefined], 'news')).toBeUndefined();
});

test('each source keeps its first word, and a write that is repeated changes nothing', async () => {
  const { store, preferences } = setting();
  expect(await store.write(optOut(BOB, 'news', left))).toEqual({ applied: true });
  expect(await store.write(optOut(BOB, 'news', { ...left, at: 'later' }))).toEqual({ applied: false });
  const imported = { at: '2026-11-26T01:00:00.000Z', source: 'import' } as const;
  expect(await store.write(optOut(BOB, 'news', imported))).toEqual({ applied: true });
  expect(topicOptOuts(preferences(), 'news')).toEqual([left, imported]);
  expect(optedOut(preferences(), 'news')).toEqual(left);
});

test('coming back undoes the opt-outs that were seen, never a later one', async () => {
  const { store, preferences } = setting();
  await store.write(optOut(BOB, 'news', left));
  await store.write(optOut(BOB, 'news', { ...left, source: 'import' }));
  const back = optIn(preferences()!, 'news');
  await store.write(back);
  expect(optedOut(preferences(), 'news')).toBeUndefined();
  const again = { at: '2026-11-26T01:00:00.000Z', source: 'page' } as const;
  await store.write(optOut(BOB, 'news', again));
  expect(await store.write(back)).toEqual({ applied: false });
  expect(optedOut(preferences(), 'news')).toEqual(again);
});

test('a reader who comes back to everything is not silenced by the bounce that was delivered before', async () => {
  const { store, preferences } = setting();
  const bounce = { kind: 'hard_bounce', at: left.at, messageId: 'm', campaign: 'c' } as const;
  await hearWords(BOB, [bounce], BOUNCE_RULES, store);
  expect((await store.write(optIn(preferences()!, EVERY_TOPIC))).applied).toBe(true);
  await hearWords(BOB, [bounce], BOUNCE_RULES, store);
  expect(optedOut(preferences(), 'news')).toBeUndefined();
  await hearWords(BOB, [{ ...bounce, messageId: 'another' }], BOUNCE_RULES, store);
  expect(optedOut(preferences(), 'news')?.messageId).toBe('another');
});

test('a topic of any allowed name can be written to DynamoDB', () => {
  const { ConditionExpression, ExpressionAttributeNames } = expressions(optOut(BOB, 'New-s_1', left));
  expect(ConditionExpression).toMatch(/^attribute_not_exists\(#\w+\)$/);
  expect(Object.keys(ExpressionAttributeNames).every((alias) => /^#\w+$/.test(alias))).toBe(true);
  expect(Object.values(ExpressionAttributeNames)).toContain('optedOut:New-s_1:one_click');
});

describe('by SES’s events', () => {
  const word = (kind: EventWord['kind'], day: number, messageId: string): EventWord => ({
    kind,
    at: new Date(NOW + day * DAY).toISOString(),
    messageId,
    campaign: 'campaign',
  });
  const hear = (store: ReturnType<typeof memoryStore>, ...words: EventWord[]) =>
    hearWords(BOB, words, BOUNCE_RULES, store);

  test('an address that does not exist, or complains, leaves everything, once, since SES’s own time', async () => {
    for (const kind of ['hard_bounce', 'complaint'] as const) {
      const { store, preferences } = setting();
      const source = kind;
      const said = { at: left.at, source, messageId: 'm', campaign: 'campaign' };
      expect(await hear(store, word(kind, 0, 'm'))).toEqual({ optedOut: [said], optedIn: [] });
      expect(await hear(store, word(kind, 0, 'm'))).toEqual({ optedOut: [], optedIn: [] });
      expect(optedOut(preferences(), 'news')).toEqual(said);
    }
  });

  const soft = async (days: readonly number[], id = (at: number) => `m${at}`, order = days.map((_, at) => at)) => {
    const { store, preferences } = setting();
    for (const at of order) await hear(store, word('soft_bounce', days[at]!, id(at)));
    return optedOut(preferences(), 'news')?.source;
  };

  test('a mailbox that takes nothing for more than a week leaves everything, in whatever order it is heard', async () => {
    expect(await soft([0, 2, 4, 6, 7])).toBe('soft_bounces');
    expect(await soft([0, 1, 2, 3, 4, 5, 6, 6.5, 7])).toBe('soft_bounces');
    expect(await soft([0, 2, 4, 6, 7], undefined, [4, 1, 0, 3, 2])).toBe('soft_bounces');
  });

  test('one that is full over a holiday does not, nor one that is full now and then', async () => {
    expect(await soft([0, 1, 2, 3, 4, 5, 6])).toBeUndefined();
    expect(await soft([0, 30, 60, 89, 120])).toBeUndefined();
    expect(await soft([0, 2, 4, 7])).toBeUndefined();
  });

  test('an event that comes again counts once', async () => {
    expect(await soft([0, 2, 4, 6, 8], () => 'same')).toBeUndefined();
  });

  test('a soft bounce that was an automatic reply is taken back, and the opt-out that rested on it', async () => {
    const { store, preferences } = setting();
    for (const day of [0, 2, 4, 6, 8]) await hear(store, word('general_bounce', day, `m${day}`));
    expect(optedOut(preferences(), 'news')?.source).toBe('soft_bounces');
    expect((await hear(store, word('reply', 4, 'm4'))).optedIn).toMatchObject([{ source: 'soft_bounces' }]);
    expect(optedOut(preferences(), 'news')).toBeUndefined();
    await hear(store, word('general_bounce', 4, 'm4'));
    expect(optedOut(preferences(), 'news')).toBeUndefined();
  });

  test('a domain that does not exist twice within a week is a hard bounce', async () => {
    for (const [days, source] of [
      [[0], undefined],
      [[0, 8], undefined],
      [[0, 6], 'hard_bounce'],
      [[0, 8, 9], 'hard_bounce'],
    ] as const) {
      const { store, preferences } = setting();
      for (const day of days) await hear(store, word('no_domain', day, `m${day}`));
      expect([days, optedOut(preferences(), 'news')?.source]).toEqual([days, source]);
    }
  });

  test('what is kept does not grow, and keeps since when it has been so', async () => {
    const { store, preferences } = setting();
    for (let at = 0; at < 100; at++) await hear(store, word('soft_bounce', at / 50, `m${at}`));
    expect(eventWordsOf(preferences())).toHaveLength(20);
    await hear(store, word('soft_bounce', 7, 'last'));
    expect(optedOut(preferences(), 'news')?.source).toBe('soft_bounces');
    // Transactional email goes on; the opt-out stays.
    for (let at = 0; at < 50; at++) await hear(store, word('soft_bounce', 100 + at * 10, `later${at}`));
    expect(optedOut(preferences(), 'news')?.source).toBe('soft_bounces');
    expect(eventWordsOf(preferences())).toHaveLength(20);
  });

  test('of two events at once both count', async () => {
    const { store, preferences } = setting();
    await Promise.all(['a', 'b', 'c'].map((messageId) => hear(store, word('soft_bounce', 0, messageId))));
    expect(eventWordsOf(preferences())).toHaveLength(3);
  });
});
