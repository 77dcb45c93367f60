import fc from 'fast-check';
import { optOut, type Preferences, preferencesKey } from '../../../../lambda-src/domain/consent/preferences';
import {
  currentChoice,
  type PageChoice,
  pageChoices,
  saveChoice,
  trackingConsent,
  tracks,
} from '../../../../lambda-src/domain/consent/tracking-consent';
import type { TrackingChoice } from '../../../../src/private/contract';
import { memoryStore } from '../../../support/memory-store';
import { runRef, TRACKING } from '../../../support/run';

const AT = '2026-11-20T08:00:00.000Z';
const run = { ...runRef(), uploadedAt: '2026-11-24T09:00:00.000Z' };
const settings = { ...TRACKING, opens: true, consentColumn: 'Pixel', consentValues: ['yes'] };
const page = (choice: TrackingChoice, at = AT): PageChoice => ({ choice, at, topic: 'news' });

const BY_LIST = {
  source: 'list',
  at: '2026-11-24T09:00:00.000Z',
  column: 'Pixel',
  list: 's3://lists/campaigns/may.csv v1',
};
const BY_PAGE = { source: 'page', at: AT, topic: 'news' };

test.each([
  ['nothing is known', undefined, undefined, undefined],
  ['the list says yes', 'given', undefined, BY_LIST],
  ['the list says no', 'refused', undefined, undefined],
  ['the page says yes', undefined, 'given', BY_PAGE],
  ['the page says no', undefined, 'refused', undefined],
  ['both say yes', 'given', 'given', BY_PAGE],
  ['the page withdraws the consent in the list', 'given', 'refused', undefined],
  ['the list withdraws the consent on the page', 'refused', 'given', undefined],
  ['both say no', 'refused', 'refused', undefined],
] as const)('%s', (_, list, choice, expected) => {
  const onPage = choice && page(choice);
  expect(trackingConsent(list, onPage, run, settings)).toEqual(expected);
  // Neither opens nor clicks are tracked: no consent matters.
  expect(trackingConsent(list, onPage, run, { ...settings, opens: undefined })).toBeUndefined();
  expect(trackingConsent(list, onPage, run, undefined)).toBeUndefined();
  expect(trackingConsent(list, onPage, run, { ...settings, opens: undefined, clicks: true })).toEqual(expected);
});

test('without a requirement to consent an unknown answer is enough, and a refusal still counts', () => {
  const free = { ...settings, consentRequired: false };
  expect(trackingConsent(undefined, undefined, run, free)).toEqual({ source: 'not_required' });
  expect(trackingConsent('refused', undefined, run, free)).toBeUndefined();
  expect(trackingConsent(undefined, page('refused'), run, free)).toBeUndefined();
  expect(trackingConsent('given', undefined, run, free)).toEqual(BY_LIST);
});

test('a list without upload time and version is named by its run’s start and its ETag', () => {
  const { uploadedAt: _, ...started } = { ...run, list: { ...run.list, versionId: undefined } };
  expect(trackingConsent('given', undefined, started, settings)).toMatchObject({
    at: run.startedAt,
    list: 's3://lists/campaigns/may.csv e1',
  });
});

test('a mailer tracks by either of opens and clicks', () => {
  expect([{ opens: true }, { clicks: true }, {}].map((on) => tracks({ ...TRACKING, ...on }))).toEqual([
    true,
    true,
    false,
  ]);
  expect(tracks(undefined)).toBe(false);
});

test('choices are kept in order, in every partition, and repeating one changes nothing', async () => {
  const store = memoryStore();
  await store.write(optOut({ pk: 'a' }, 'news', { at: AT, source: 'page' }));
  const read = (pk: string) => store.get(preferencesKey({ pk })) as Preferences | undefined;
  expect(await saveChoice(['a', 'b'], page('given'), store)).toBe(true);
  expect(await saveChoice(['a', 'b'], page('given', '2026-11-21T08:00:00.000Z'), store)).toBe(false);
  expect(await saveChoice(['a', 'b'], page('refused', '2026-11-22T08:00:00.000Z'), store)).toBe(true);
  for (const pk of ['a', 'b']) {
    expect(pageChoices(read(pk))).toEqual([page('given'), page('refused', '2026-11-22T08:00:00.000Z')]);
  }
  expect(read('a')).toMatchObject({ 'optedOut:news:page': AT });
  expect(currentChoice([read('a'), read('b'), undefined])).toEqual(page('refused', '2026-11-22T08:00:00.000Z'));
  expect(currentChoice([undefined])).toBeUndefined();
});

test('two choices at once are both kept', async () => {
  const store = memoryStore();
  await Promise.all([
    saveChoice(['a'], page('given'), store),
    saveChoice(['a'], page('refused', '2026-11-22T08:00:00.000Z'), store),
  ]);
  expect(pageChoices(store.get(preferencesKey({ pk: 'a' })) as Preferences)).toHaveLength(2);
});

test('of many choices the newest twenty are kept', async () => {
  const store = memoryStore();
  const all = Array.from({ length: 30 }, (_, at) =>
    page(at % 2 === 0 ? 'given' : 'refused', `2026-11-20T08:00:${String(at).padStart(2, '0')}.000Z`),
  );
  for (const one of all) await saveChoice(['a'], one, store);
  expect(pageChoices(store.get(preferencesKey({ pk: 'a' })) as Preferences)).toEqual(all.slice(10));
});

test('of partitions that differ the newest choice counts, and of two at one time the refusal', () => {
  const choices = fc.record({
    choice: fc.constantFrom<TrackingChoice>('given', 'refused'),
    second: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(choices, { minLength: 1, maxLength: 4 }), (all) => {
      const preferences = all.map(({ choice, second }) => ({
        ...preferencesKey({ pk: 'a' }),
        v: 1,
        trackingChoices: `given ${AT} old,${choice} 2026-11-25T08:00:0${second}.000Z news`,
      }));
      const last = Math.max(...all.map(({ second }) => second));
      const refused = all.some(({ choice, second }) => second === last && choice === 'refused');
      expect(currentChoice(preferences)?.choice).toBe(refused ? 'refused' : 'given');
    }),
  );
});
