import { expressions } from '../../../../lambda-src/aws/dynamo-store';
import {
  asPreferences,
  EVERY_TOPIC,
  optedOut,
  optIn,
  optOut,
  preferencesKey,
  topicOptOut,
} from '../../../../lambda-src/domain/consent/preferences';
import { recipientKey } from '../../../../lambda-src/domain/ledger/keys';
import { addressBounced, addressComplained, SOFT_BOUNCES } from '../../../../lambda-src/functions/track/bounces';
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

test('the first word stands, and a write that is repeated changes nothing', async () => {
  const { store, preferences } = setting();
  expect(await store.write(optOut(BOB, 'news', left))).toEqual({ applied: true });
  expect(await store.write(optOut(BOB, 'news', { at: 'later', source: 'complaint' }))).toEqual({ applied: false });
  expect(optedOut(preferences(), 'news')).toEqual(left);
});

test('coming back undoes the opt-out that was seen, never a later one', async () => {
  const { store, preferences } = setting();
  await store.write(optOut(BOB, 'news', left));
  const back = optIn(BOB, 'news', left);
  await store.write(back);
  expect(optedOut(preferences(), 'news')).toBeUndefined();
  const again = { at: '2026-11-26T01:00:00.000Z', source: 'page' } as const;
  await store.write(optOut(BOB, 'news', again));
  expect(await store.write(back)).toEqual({ applied: false });
  expect(optedOut(preferences(), 'news')).toEqual(again);
});

test('a topic of any allowed name can be written to DynamoDB', () => {
  const { ConditionExpression, ExpressionAttributeNames } = expressions(optOut(BOB, 'New-s_1', left));
  expect(ConditionExpression).toMatch(/^attribute_not_exists\(#\w+\)$/);
  expect(Object.keys(ExpressionAttributeNames).every((alias) => /^#\w+$/.test(alias))).toBe(true);
  expect(Object.values(ExpressionAttributeNames)).toContain('optedOut:New-s_1');
});

describe('by itself', () => {
  test('an address that does not exist, or complains, leaves everything, once', async () => {
    for (const event of [
      (store: ReturnType<typeof memoryStore>) => addressBounced(BOB, { permanent: true, messageId: 'm' }, NOW, store),
      (store: ReturnType<typeof memoryStore>) => addressComplained(BOB, NOW, store),
    ]) {
      const { store, preferences } = setting();
      expect(await event(store)).toBe(true);
      expect(await event(store)).toBe(false);
      expect(optedOut(preferences(), 'news')?.at).toBe(left.at);
    }
  });

  const soft = async (days: readonly number[], id = (at: number) => `m${at}`) => {
    const { store, preferences } = setting();
    for (const [at, day] of days.entries()) {
      await addressBounced(BOB, { permanent: false, messageId: id(at) }, NOW + day * DAY, store);
    }
    return optedOut(preferences(), 'news')?.source;
  };

  test('a mailbox that takes nothing for more than a week leaves everything', async () => {
    expect(await soft([0, 2, 4, 6, 7])).toBe('soft_bounces');
    expect(await soft([0, 1, 2, 3, 4, 5, 6, 6.5, 7])).toBe('soft_bounces');
  });

  test('one that is full over a holiday does not, nor one that is full now and then', async () => {
    expect(await soft([0, 1, 2, 3, 4, 5, 6])).toBeUndefined();
    expect(await soft([0, 30, 60, 89, 120])).toBeUndefined();
    expect(await soft([0, 2, 4, 7])).toBeUndefined();
  });

  test('an event that comes again counts once', async () => {
    expect(await soft([0, 2, 4, 6, 8], () => 'same')).toBeUndefined();
  });

  test('what is kept does not grow', async () => {
    const { store, preferences } = setting();
    for (let at = 0; at < 100; at++) {
      await addressBounced(BOB, { permanent: false, messageId: `m${at}` }, NOW + at * 1000, store);
    }
    expect(String(preferences()?.softBounces).split(',')).toHaveLength(SOFT_BOUNCES.messages);
  });

  test('of two events at once both count', async () => {
    const { store, preferences } = setting();
    await Promise.all(
      ['a', 'b', 'c'].map((messageId) => addressBounced(BOB, { permanent: false, messageId }, NOW, store)),
    );
    expect(String(preferences()?.softBounces).split(',')).toHaveLength(3);
  });
});
