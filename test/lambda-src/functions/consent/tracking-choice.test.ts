import { asPreferences, preferencesKey } from '../../../../lambda-src/domain/consent/preferences';
import { pageChoices } from '../../../../lambda-src/domain/consent/tracking-consent';
import { digest } from '../../../../lambda-src/domain/ledger/keys';
import { consentUrls } from '../../../../lambda-src/domain/links/consent-link';
import { requestOf } from '../../../../lambda-src/domain/pages/http';
import { type ConsentPorts, consent } from '../../../../lambda-src/functions/consent/consent';
import { Limiter } from '../../../../lambda-src/functions/consent/limiter';
import type { ConsentPageDocument } from '../../../../src/private/contract';
import { memoryBus } from '../../../support/memory-bus';
import { memoryStore } from '../../../support/memory-store';
import { KEYS, silent, uncounted } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

const BOB = { pk: digest('bob@example.org') };

function setting(page: Partial<ConsentPageDocument> = { tracking: true }) {
  const store = memoryStore();
  const bus = memoryBus();
  const ports: ConsentPorts = {
    ...{ store, bus, clock: virtualClock(), log: silent, metrics: uncounted },
    keys: async () => KEYS,
    page: { v: 1, sender: 'Example News', language: 'en', topics: [{ name: 'news', title: 'News' }], ...page },
    limiter: new Limiter(20, 6_000),
  };
  const urls = consentUrls({ pks: [BOB.pk], topic: 'news' }, 'https://x.example/', KEYS);
  const ask = (method: string, url: string, body?: string, headers: Record<string, string> = {}) =>
    consent(
      requestOf({
        rawPath: new URL(url).pathname,
        requestContext: { http: { method } },
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body,
      }),
      ports,
    );
  const choices = () => pageChoices(asPreferences(store.get(preferencesKey(BOB))));
  return { ask, urls, choices, bus, store };
}

const AT = '2026-11-25T01:00:00.000Z';
const radio = (choice: string, body: string) =>
  new RegExp(`value="${choice}" id="tracking-${choice}"( checked)?`).exec(body);

test('the preferences page asks, with no answer chosen, and keeps the answer with its time and topic', async () => {
  const { ask, urls, choices, bus } = setting();
  const { body } = await ask('GET', urls.preferencesUrl);
  expect(body).toContain('If you agree, Example News sees when you open a mail');
  expect([radio('given', body)?.[1], radio('refused', body)?.[1]]).toEqual([undefined, undefined]);
  const saved = await ask('POST', urls.preferencesUrl, 'shown=news&topic=news&tracking=given');
  expect([radio('given', saved.body)?.[1], radio('refused', saved.body)?.[1]]).toEqual([' checked', undefined]);
  expect(choices()).toEqual([{ choice: 'given', at: AT, topic: 'news' }]);
  const again = await ask('GET', urls.preferencesUrl);
  expect(radio('given', again.body)?.[1]).toBe(' checked');
  await ask('POST', urls.preferencesUrl, 'shown=news&topic=news&tracking=refused');
  expect(choices().map(({ choice }) => choice)).toEqual(['given', 'refused']);
  expect(bus.events).toEqual(
    ['given', 'refused'].map((choice) => ({
      type: 'Recipient Tracking Choice',
      detail: { version: 1, recipient: BOB.pk, topic: 'news', at: AT, choice },
    })),
  );
});

test.each(['', '&tracking=', '&tracking=maybe', '&tracking=checked'])(
  'a form with the answer "%s" changes nothing',
  async (answer) => {
    const { ask, urls, store } = setting();
    await ask('POST', urls.preferencesUrl, `shown=news&topic=news${answer}`);
    expect(store.items.size).toBe(0);
  },
);

test('the answer is saved with an opt-out of everything', async () => {
  const { ask, urls, choices } = setting();
  await ask('POST', urls.preferencesUrl, 'shown=news&tracking=refused&leave=all');
  expect(choices().map(({ choice }) => choice)).toEqual(['refused']);
});

test('no GET saves an answer, and one click saves none', async () => {
  const { ask, urls, choices } = setting();
  await ask('GET', `${urls.preferencesUrl}?tracking=given`, 'tracking=given');
  await ask('POST', urls.unsubscribeUrl, 'List-Unsubscribe=One-Click&tracking=given');
  expect(choices()).toEqual([]);
});

test('a mailer that tracks nothing neither asks nor saves', async () => {
  const { ask, urls, store } = setting({});
  expect((await ask('GET', urls.preferencesUrl)).body).not.toContain('tracking-given');
  await ask('POST', urls.preferencesUrl, 'shown=news&topic=news&tracking=given');
  expect(store.items.size).toBe(0);
  const confirm = await ask('GET', urls.unsubscribeUrl);
  expect(confirm.body).not.toContain('../p/');
});

test('the unsubscribe page leads to the question, and it is asked in the reader’s language', async () => {
  const { ask, urls } = setting();
  expect((await ask('GET', urls.unsubscribeUrl)).body).toContain(`href="../p/${urls.token}"`);
  const { body } = await ask('GET', urls.preferencesUrl, undefined, { 'accept-language': 'fr' });
  expect(body).toContain('Pouvons-nous voir ce que vous lisez ?');
});
