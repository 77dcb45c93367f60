import fc from 'fast-check';
import {
  asPreferences,
  EVERY_TOPIC,
  optedOut,
  optOut,
  preferencesKey,
  topicOptOut,
} from '../../../../lambda-src/domain/consent/preferences';
import { digest } from '../../../../lambda-src/domain/ledger/keys';
import { UnknownWriteError } from '../../../../lambda-src/domain/ledger/store';
import { consentUrls } from '../../../../lambda-src/domain/links/consent-link';
import { readLinkSecret, rotatedLinkSecret } from '../../../../lambda-src/domain/links/link-secret';
import type { LinkKeys } from '../../../../lambda-src/domain/links/sealed-link';
import { type HttpEvent, requestOf } from '../../../../lambda-src/domain/pages/http';
import { type ConsentPorts, consent } from '../../../../lambda-src/functions/consent/consent';
import { Limiter } from '../../../../lambda-src/functions/consent/limiter';
import type { ConsentPageDocument } from '../../../../src/private/contract';
import { memoryBus } from '../../../support/memory-bus';
import { memoryStore } from '../../../support/memory-store';
import { KEYS, silent, uncounted } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

const BOB = { pk: digest('bob@example.org') };
const PAGE: ConsentPageDocument = {
  v: 1,
  sender: 'Example News',
  language: 'en',
  topics: [
    { name: 'news', title: 'News', description: 'What is new' },
    { name: 'offers', title: 'Offers' },
  ],
};

function setting(more: Partial<ConsentPorts> = {}) {
  const store = memoryStore();
  const clock = virtualClock();
  const limiter = new Limiter(20, 6_000);
  const bus = memoryBus();
  const ports: ConsentPorts = {
    store,
    clock,
    log: silent,
    metrics: uncounted,
    bus,
    keys: async () => KEYS,
    page: PAGE,
    limiter,
    ...more,
  };
  const urls = consentUrls({ pks: [BOB.pk], topic: 'news' }, 'https://x.example/', KEYS);
  const preferences = () => asPreferences(store.get(preferencesKey(BOB)));
  const ask = (
    method: string,
    url: string,
    form?: string | Record<string, string | string[]>,
    event: HttpEvent = {},
  ) => {
    const fields = new URLSearchParams();
    if (typeof form === 'object') {
      for (const [name, values] of Object.entries(form)) for (const one of [values].flat()) fields.append(name, one);
    }
    const body = typeof form === 'object' ? fields.toString() : form;
    return consent(
      requestOf({
        rawPath: new URL(url, 'https://x.example').pathname,
        requestContext: { http: { method } },
        headers: body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
        body,
        ...event,
      }),
      ports,
    );
  };
  return { store, clock, ports, urls, preferences, ask, bus };
}

const ONE_CLICK = 'List-Unsubscribe=One-Click';

test('one click leaves the topic, at once and without a question', async () => {
  const { ask, urls, preferences } = setting();
  const { statusCode, body } = await ask('POST', urls.unsubscribeUrl, ONE_CLICK);
  expect(statusCode).toBe(200);
  expect(body).toContain('You will get no more “News” from Example News.');
  expect(optedOut(preferences(), 'news')).toEqual({ at: '2026-11-25T01:00:00.000Z', source: 'one_click' });
  expect(optedOut(preferences(), 'offers')).toBeUndefined();
});

test('by either kind of form that RFC 8058 allows, and by none', async () => {
  const multipart = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
  for (const [body, type, encode] of [
    [multipart, 'multipart/form-data; boundary=b', false],
    [ONE_CLICK, 'application/x-www-form-urlencoded', true],
    ['', undefined, false],
    ['not a form', 'multipart/form-data; boundary=b', false],
    ['x'.repeat(100_000), 'application/x-www-form-urlencoded', false],
  ] as const) {
    const { ask, urls, preferences } = setting();
    const event = { headers: { 'Content-Type': type }, isBase64Encoded: encode };
    const sent = encode ? Buffer.from(body).toString('base64') : body;
    expect((await ask('POST', urls.unsubscribeUrl, sent, event)).statusCode).toBe(200);
    expect(optedOut(preferences(), 'news')?.source).toBe('one_click');
  }
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', ''])('%s changes nothing', async (method) => {
  const { ask, urls, store } = setting();
  for (const url of [urls.unsubscribeUrl, urls.preferencesUrl]) {
    const { statusCode } = await ask(method, `${url}?List-Unsubscribe=One-Click`, ONE_CLICK);
    expect(statusCode).toBe(method === 'GET' || method === 'HEAD' ? 200 : 405);
  }
  expect(store.items.size).toBe(0);
});

test('the page asks first, and its button leaves', async () => {
  const { ask, urls, preferences } = setting();
  const { statusCode, body } = await ask('GET', urls.unsubscribeUrl);
  expect(statusCode).toBe(200);
  expect(body).toContain('Do you want to stop getting “News” from Example News?');
  expect(body).toContain(`href="../p/${urls.token}"`);
  await ask('POST', urls.unsubscribeUrl, { confirm: 'yes' });
  expect(optedOut(preferences(), 'news')?.source).toBe('page');
});

test('it says the same of whoever has left and of whoever has not, known or not', async () => {
  const { ask, urls, store } = setting();
  const before = await ask('GET', urls.unsubscribeUrl);
  const first = await ask('POST', urls.unsubscribeUrl, ONE_CLICK);
  expect(await ask('GET', urls.unsubscribeUrl)).toEqual(before);
  expect(await ask('POST', urls.unsubscribeUrl, ONE_CLICK)).toEqual(first);
  expect(store.items.size).toBe(1);
});

test('forged, cut and foreign links opt nobody out, and all get the same answer', async () => {
  const { ask, urls, store } = setting();
  const foreign = consentUrls({ pks: [BOB.pk], topic: 'news' }, 'https://x.example/', {
    current: 'k1',
    secrets: { k1: 'x' },
  });
  const { token } = urls;
  const wrong = [
    foreign.token,
    token.slice(0, -1),
    `${token}A`,
    token.replace('k1.', 'k2.'),
    token.slice(0, -4) + foreign.token.slice(-4),
    'x',
    'k1.c',
  ];
  const answers = new Set<string>();
  for (const path of ['u', 'p']) {
    for (const bad of wrong) {
      for (const method of ['GET', 'POST'])
        answers.add(JSON.stringify(await ask(method, `/${path}/${bad}`, ONE_CLICK)));
    }
  }
  for (const path of ['/', '/u', `/x/${token}`, `/u/${token}/`, '/favicon.ico', '/robots.txt']) {
    answers.add(JSON.stringify(await ask('GET', path, ONE_CLICK)));
  }
  expect(answers.size).toBe(1);
  expect(JSON.parse([...answers][0])).toMatchObject({ statusCode: 404 });
  expect(store.items.size).toBe(0);
});

test('no request of any shape opts anybody out without a link', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        rawPath: fc.oneof(
          fc.string(),
          fc.webPath(),
          fc.webPath().map((path) => `/u${path}`),
        ),
        requestContext: fc.constant({ http: { method: 'POST' } }),
        headers: fc.option(fc.dictionary(fc.string(), fc.string()), { nil: null }),
        body: fc.option(fc.string(), { nil: null }),
        isBase64Encoded: fc.boolean(),
      }),
      async (event) => {
        const { store, ports } = setting();
        const { statusCode } = await consent(requestOf(event), ports);
        expect(statusCode).toBe(404);
        expect(store.items.size).toBe(0);
      },
    ),
  );
});

test('the events of a load balancer and a REST API are read as well', async () => {
  const { urls, preferences, ports } = setting();
  const event = {
    httpMethod: 'POST',
    path: `/prod/consent/u/${urls.token}`,
    multiValueHeaders: { 'Content-Type': ['application/x-www-form-urlencoded'] },
    headers: null,
    body: ONE_CLICK,
  };
  expect((await consent(requestOf(event), ports)).statusCode).toBe(200);
  expect(optedOut(preferences(), 'news')).toBeDefined();
});

describe('the preferences', () => {
  const chosen = (body: string) => [...body.matchAll(/value="(\w+)"[^>]* checked/g)].map(([, name]) => name);

  test('show the topics, and which of them the reader gets', async () => {
    const { ask, urls, store } = setting();
    const { body } = await ask('GET', urls.preferencesUrl);
    expect(chosen(body)).toEqual(['news', 'offers']);
    expect(body).toContain('What is new');
    await store.write(optOut(BOB, 'news', { at: 'x', source: 'one_click' }));
    expect(chosen((await ask('GET', urls.preferencesUrl)).body)).toEqual(['offers']);
  });

  test('are as the reader chooses: out, and in again by their own wish', async () => {
    const { ask, urls, preferences } = setting();
    const shown = ['news', 'offers'];
    const { body } = await ask('POST', urls.preferencesUrl, { shown, topic: 'offers' });
    expect(body).toContain('Your choice is saved');
    expect(chosen(body)).toEqual(['offers']);
    expect(optedOut(preferences(), 'news')?.source).toBe('page');
    expect(chosen((await ask('POST', urls.preferencesUrl, { shown, topic: shown })).body)).toEqual(shown);
    expect(optedOut(preferences(), 'news')).toBeUndefined();
  });

  test('by the button for everything, are nothing; and who comes back to one topic gets that one', async () => {
    const { ask, urls, preferences } = setting();
    const shown = ['news', 'offers'];
    expect(chosen((await ask('POST', urls.preferencesUrl, { shown, topic: shown, leave: 'all' })).body)).toEqual([]);
    expect(topicOptOut(preferences(), EVERY_TOPIC)).toBeDefined();
    expect(chosen((await ask('POST', urls.preferencesUrl, { shown, topic: 'offers' })).body)).toEqual(['offers']);
    expect(optedOut(preferences(), 'news')).toBeDefined();
  });

  test('that are saved without anything chosen keep who left everything out', async () => {
    const { ask, urls, preferences } = setting();
    await ask('POST', urls.preferencesUrl, { leave: 'all' });
    await ask('POST', urls.preferencesUrl, { shown: ['news', 'offers'] });
    expect(topicOptOut(preferences(), EVERY_TOPIC)).toBeDefined();
  });

  test('know no topic that the page did not show', async () => {
    const { ask, urls, store, preferences } = setting();
    await store.write(optOut(BOB, 'secret', { at: 'x', source: 'page' }));
    await ask('POST', urls.preferencesUrl, { shown: ['secret', 'evil:name', 'news'], topic: ['secret', 'news'] });
    expect(optedOut(preferences(), 'secret')).toBeDefined();
    expect(Object.keys(preferences() ?? {}).sort()).toEqual(['optedOut:secret:page', 'pk', 'sk', 'v']);
  });

  test('have the topic of a link whose template is no more', async () => {
    const { ask, store } = setting();
    const old = consentUrls({ pks: [BOB.pk], topic: 'old' }, 'https://x.example/', KEYS);
    expect(chosen((await ask('GET', old.preferencesUrl)).body)).toEqual(['news', 'offers', 'old']);
    await ask('POST', old.unsubscribeUrl, ONE_CLICK);
    expect(optedOut(asPreferences(store.get(preferencesKey(BOB))), 'old')).toBeDefined();
  });
});

describe('a link of an address that was folded in two ways', () => {
  const OTHER = { pk: digest('BOB@example.org') };
  const both = consentUrls({ pks: [BOB.pk, OTHER.pk], topic: 'news' }, 'https://x.example/', KEYS);
  const leftOf = (store: ReturnType<typeof memoryStore>, topic: string) =>
    [BOB, OTHER].map((of) => topicOptOut(asPreferences(store.get(preferencesKey(of))), topic)?.source);

  test('opts out under both, and tells once', async () => {
    const { ask, store, bus } = setting();
    await ask('POST', both.unsubscribeUrl, ONE_CLICK);
    expect(leftOf(store, 'news')).toEqual(['one_click', 'one_click']);
    expect(bus.events.map(({ detail }) => detail.recipient)).toEqual([BOB.pk]);
  });

  test('shows an opt-out under either, and takes it back under both', async () => {
    for (const of of [BOB, OTHER]) {
      const { ask, store } = setting();
      await store.write(optOut(of, 'news', { at: '2026-01-01T00:00:00.000Z', source: 'import' }));
      await store.write(optOut(of, EVERY_TOPIC, { at: '2026-01-01T00:00:00.000Z', source: 'import' }));
      const { body } = await ask('GET', both.preferencesUrl);
      expect(body).not.toContain(' checked');
      await ask('POST', both.preferencesUrl, { shown: ['news', 'offers'], topic: ['news'] });
      expect(leftOf(store, 'news')).toEqual([undefined, undefined]);
      expect(leftOf(store, EVERY_TOPIC)).toEqual([undefined, undefined]);
      expect(leftOf(store, 'offers')).toEqual(['page', 'page']);
    }
  });
});

test('a link that is two rotations old opts out', async () => {
  let text = JSON.stringify({ v: 1, current: 'k1', k1: 'a'.repeat(64) });
  const { unsubscribeUrl } = consentUrls({ pks: [BOB.pk], topic: 'news' }, 'https://x.example/', readLinkSecret(text));
  for (const day of [1, 2]) text = rotatedLinkSecret(text, `${day}`.repeat(64), day * 86_400_000);
  const { ask, preferences } = setting({ keys: async () => readLinkSecret(text) });
  expect((await ask('POST', unsubscribeUrl, ONE_CLICK)).statusCode).toBe(200);
  expect(optedOut(preferences(), 'news')?.source).toBe('one_click');
});

test('the owner’s bus is told of what changed, once, by digest', async () => {
  const { ask, urls, bus } = setting();
  await ask('POST', urls.unsubscribeUrl, ONE_CLICK);
  await ask('POST', urls.unsubscribeUrl, ONE_CLICK);
  await ask('POST', urls.preferencesUrl, { shown: 'news', topic: 'news' });
  const at = '2026-11-25T01:00:00.000Z';
  const recipient = BOB.pk;
  expect(bus.events).toEqual([
    { type: 'Recipient Opted Out', detail: { version: 1, recipient, topic: 'news', source: 'one_click', at } },
    { type: 'Recipient Opted In', detail: { version: 1, recipient, topic: 'news', at } },
  ]);
});

describe('what goes wrong', () => {
  test('a bus that takes nothing keeps nobody from leaving', async () => {
    const publish = async () => {
      throw new Error('no');
    };
    const { ask, urls, preferences } = setting({ bus: { publish } });
    expect((await ask('POST', urls.unsubscribeUrl, ONE_CLICK)).statusCode).toBe(200);
    expect(optedOut(preferences(), 'news')).toBeDefined();
  });

  test('an opt-out that was perhaps not written is not acknowledged', async () => {
    const store = memoryStore();
    const { ask, urls } = setting({
      store: {
        ...store,
        write: async () => {
          throw new UnknownWriteError('?');
        },
      },
    });
    const { statusCode, headers } = await ask('POST', urls.unsubscribeUrl, ONE_CLICK);
    expect(statusCode).toBe(503);
    expect(headers['retry-after']).toBe('60');
  });

  test('one recipient cannot make the ledger busy, by one link or by many', async () => {
    let reads = 0;
    const store = memoryStore();
    const { ask, urls, clock } = setting({
      store: {
        ...store,
        read: (keys) => {
          reads += 1;
          return store.read(keys);
        },
      },
    });
    const codes = [];
    for (let at = 0; at < 50; at++) {
      codes.push((await ask('GET', urls.preferencesUrl)).statusCode);
      const another = consentUrls({ pks: [BOB.pk], topic: 'news' }, 'https://x.example/', KEYS);
      codes.push((await ask('GET', another.preferencesUrl)).statusCode);
    }
    expect(codes.filter((code) => code === 429)).toHaveLength(80);
    expect(reads).toBe(20);
    clock.set(clock.now() + 6_000);
    expect((await ask('POST', urls.unsubscribeUrl, ONE_CLICK)).statusCode).toBe(200);
    // Others are not held up by it.
    const ann = consentUrls({ pks: [digest('ann')], topic: 'news' }, 'https://x.example/', KEYS);
    expect((await ask('POST', ann.unsubscribeUrl, ONE_CLICK)).statusCode).toBe(200);
  });

  test('a link of a key that is newer than what was read is opened by reading again', async () => {
    const next: LinkKeys = { current: 'k2', secrets: { ...KEYS.secrets, k2: 'second' } };
    const asked: boolean[] = [];
    const { ask, preferences } = setting({
      keys: async (unknownKey) => {
        asked.push(unknownKey);
        return unknownKey ? next : KEYS;
      },
    });
    const { unsubscribeUrl } = consentUrls({ pks: [BOB.pk], topic: 'news' }, 'https://x.example/', next);
    await ask('POST', unsubscribeUrl, ONE_CLICK);
    expect(optedOut(preferences(), 'news')).toBeDefined();
    expect(asked).toEqual([false, true]);
  });
});

describe('the pages', () => {
  test('allow no script, no frame and nothing from elsewhere', async () => {
    const { ask, urls } = setting();
    const { headers, body } = await ask('GET', urls.unsubscribeUrl);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(body).not.toMatch(/<script|\bsrc=|https?:|\sstyle=|\bon\w+=/);
    expect(Buffer.byteLength(body)).toBeLessThan(5_000);
  });

  test.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de', 'Abmelden'],
    ['xx, fr;q=0.5, en;q=0.1', 'fr', 'Se désabonner'],
    ['en;q=0, xx', 'en', 'Unsubscribe'],
    [undefined, 'en', 'Unsubscribe'],
    ['🙂;;;,,q=,*', 'en', 'Unsubscribe'],
  ])('speak the reader’s language: %s', async (accepted, language, words) => {
    const { ask, urls } = setting();
    const { body, headers } = await ask('GET', urls.unsubscribeUrl, undefined, {
      headers: { 'accept-language': accepted },
    });
    expect(body).toContain(`<html lang="${language}" dir="ltr">`);
    expect(body).toContain(words);
    expect(headers['content-language']).toBe(language);
  });

  test('say the owner’s words, in a language of theirs, escaped', async () => {
    const page: ConsentPageDocument = {
      ...PAGE,
      sender: 'A & <B>',
      language: 'he',
      texts: { he: { leaveButton: 'להסיר', 'topic.news.title': '<חדשות>' } },
    };
    const { ask, urls } = setting({ page });
    const { body } = await ask('GET', urls.unsubscribeUrl);
    expect(body).toContain('<html lang="he" dir="rtl">');
    expect(body).toContain('להסיר');
    expect(body).toContain('&lt;חדשות&gt;');
    expect(body).toContain('A &amp; &lt;B&gt;');
  });
});

test('a request that the ledger does not answer is to be repeated', async () => {
  const { ports, urls } = setting();
  const errors: string[] = [];
  const broken = { ...ports.store, write: () => Promise.reject(new Error('the ledger is away')) };
  const log = { ...ports.log, error: (message: string) => void errors.push(message) };
  const event = { rawPath: new URL(urls.unsubscribeUrl).pathname, requestContext: { http: { method: 'POST' } } };
  const { statusCode, headers } = await consent(requestOf(event), { ...ports, store: broken, log });
  expect([statusCode, headers['retry-after']]).toEqual([503, '60']);
  expect(errors).toEqual(['MM532: a request for an opt-out could not be answered']);
});
