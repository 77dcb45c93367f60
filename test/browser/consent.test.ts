import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContextOptions, Page } from 'playwright-core';
import {
  asPreferences,
  EVERY_TOPIC,
  optedOut,
  preferencesKey,
  topicOptOut,
} from '../../lambda-src/domain/consent/preferences';
import { digest } from '../../lambda-src/domain/ledger/keys';
import { consentUrls } from '../../lambda-src/domain/links/consent-link';
import { requestOf } from '../../lambda-src/domain/pages/http';
import { PAGE_TEXTS } from '../../lambda-src/domain/pages/page-texts';
import { consent } from '../../lambda-src/functions/consent/consent';
import { Limiter } from '../../lambda-src/functions/consent/limiter';
import type { ConsentPageDocument } from '../../src/private/contract';
import { memoryBus } from '../support/memory-bus';
import { memoryStore } from '../support/memory-store';
import { KEYS, silent, uncounted } from '../support/run';
import { accessibilityProblems, DESKTOP, PHONE, screenshot, withPage } from './support';

const BOB = { pk: digest('bob@example.org') };
const PAGE: ConsentPageDocument = {
  v: 1,
  sender: 'Example Garden',
  language: 'en',
  topics: [
    { name: 'news', title: 'News from the garden', description: 'Once a month: what is in bloom, and what to do.' },
    { name: 'offers', title: 'Offers', description: 'When something is cheaper, at most twice a month.' },
    { name: 'events', title: 'Courses and open days' },
  ],
};

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The function's own logic behind a server, as behind its URL. */
async function site(document: ConsentPageDocument = PAGE, burst = 20) {
  const store = memoryStore();
  const ports = {
    store,
    clock: { now: Date.now, sleep: async () => {} },
    log: silent,
    metrics: uncounted,
    bus: memoryBus(),
    keys: async () => KEYS,
    page: document,
    limiter: new Limiter(burst, 6_000),
  };
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { statusCode, headers, body } = await consent(
      requestOf({
        rawPath: request.url,
        requestContext: { http: { method: request.method } },
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString('base64'),
        isBase64Encoded: true,
      }),
      ports,
    );
    response.writeHead(statusCode, headers).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const urls = consentUrls({ pks: [BOB.pk], topic: 'news' }, endpoint, KEYS);
  return { urls, endpoint, preferences: () => asPreferences(store.get(preferencesKey(BOB))) };
}

/** Each by a name, so that its picture can be looked at. */
const LOOKS: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['desktop', DESKTOP],
  ['phone', PHONE],
  ['dark', { ...DESKTOP, colorScheme: 'dark' }],
  ['large', { viewport: { width: 320, height: 700 }, deviceScaleFactor: 2 }],
];

/** Nothing to complain about, and nothing beside the screen. */
async function isGood(page: Page, name: string): Promise<void> {
  await screenshot(page, name);
  expect(await accessibilityProblems(page)).toEqual([]);
  const beside = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(beside).toBeLessThanOrEqual(0);
}

describe.each(LOOKS)('%s', (look, options) => {
  test('who presses the button has left', async () => {
    const { urls, preferences } = await site();
    await withPage(
      async (page) => {
        await page.goto(urls.unsubscribeUrl);
        await isGood(page, `consent-confirm-${look}`);
        expect(preferences()).toBeUndefined();
        await page.getByRole('button', { name: 'Unsubscribe' }).click();
        await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
        await isGood(page, `consent-left-${look}`);
        expect(optedOut(preferences(), 'news')?.source).toBe('page');
      },
      { ...options, javaScriptEnabled: true },
    );
  });

  test('the topics are a reader’s to choose', async () => {
    const { urls, preferences } = await site();
    await withPage(async (page) => {
      await page.goto(urls.unsubscribeUrl);
      await page.getByRole('link', { name: 'Choose what you get' }).click();
      await isGood(page, `consent-preferences-${look}`);
      await page.getByLabel('Offers').uncheck();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('status').waitFor();
      await isGood(page, `consent-saved-${look}`);
      await expect(page.getByLabel('Offers').isChecked()).resolves.toBe(false);
      await expect(page.getByLabel('News from the garden').isChecked()).resolves.toBe(true);
      expect([optedOut(preferences(), 'offers')?.source, optedOut(preferences(), 'news')]).toEqual(['page', undefined]);
      await page.getByRole('button', { name: 'Unsubscribe from everything' }).click();
      await page.getByRole('status').waitFor();
      expect(topicOptOut(preferences(), EVERY_TOPIC)).toBeDefined();
      await expect(page.getByRole('checkbox', { checked: true }).count()).resolves.toBe(0);
    }, options);
  });

  test('a link that does not work says so', async () => {
    const { urls } = await site();
    await withPage(
      async (page) => {
        await page.goto(urls.unsubscribeUrl.slice(0, -1));
        await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
        await isGood(page, `consent-invalid-${look}`);
      },
      options,
      // The browser's own word on a 404.
      (complaint) => /404/.test(complaint),
    );
  });
});

test('by the keyboard alone, and without JavaScript', async () => {
  const { urls, preferences } = await site();
  await withPage(
    async (page) => {
      await page.goto(urls.preferencesUrl);
      // News, offers, events, save.
      for (const key of ['Tab', 'Space', 'Tab', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
      await page.getByRole('status').waitFor();
      expect(optedOut(preferences(), 'news')?.source).toBe('page');
      expect(optedOut(preferences(), 'offers')).toBeUndefined();
    },
    { ...DESKTOP, javaScriptEnabled: false },
  );
});

test('a reader who is too quick is told so', async () => {
  const { urls } = await site(PAGE, 0);
  await withPage(
    async (page) => {
      await page.goto(urls.preferencesUrl);
      await isGood(page, 'consent-busy');
    },
    DESKTOP,
    (complaint) => /429/.test(complaint),
  );
});

test.each(Object.keys(PAGE_TEXTS))('every page reads well in %s', async (locale) => {
  const { urls } = await site();
  const texts = PAGE_TEXTS[locale as keyof typeof PAGE_TEXTS];
  await withPage(
    async (page) => {
      await page.goto(urls.unsubscribeUrl);
      await isGood(page, `consent-confirm-${locale}`);
      await page.getByRole('link', { name: texts.choose }).click();
      await isGood(page, `consent-preferences-${locale}`);
    },
    { ...PHONE, locale },
  );
});

test('a mailer with one topic only asks about mail, and words that run from right to left do', async () => {
  const general = await site({ ...PAGE, topics: [{ name: 'general' }] });
  await withPage(async (page) => {
    const urls = consentUrls({ pks: [BOB.pk], topic: 'general' }, general.endpoint, KEYS);
    await page.goto(urls.unsubscribeUrl);
    await isGood(page, 'consent-confirm-general');
    await expect(page.getByRole('link').count()).resolves.toBe(0);
    await page.goto(urls.preferencesUrl);
    await isGood(page, 'consent-preferences-general');
  });
  const he = { leaveTitle: 'הסרה מרשימת התפוצה', leaveButton: 'להסיר אותי', 'topic.news.title': 'חדשות' };
  const hebrew = await site({ ...PAGE, language: 'he', texts: { he } });
  await withPage(
    async (page) => {
      await page.goto(hebrew.urls.unsubscribeUrl);
      await isGood(page, 'consent-confirm-rtl');
    },
    { ...PHONE, locale: 'he' },
  );
});

test('a page of the owner’s gets its styles and pictures, and nothing else', async () => {
  const template = `<!doctype html><html lang="{{lang}}"><head><title>{{title}}</title>
<style>main { background: #123456; color: #fff }</style></head><body><main><h1>{{title}}</h1><p>{{message}}</p>
<img alt="Logo" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">
{{#confirm}}<form method="post"><button>{{text.leaveButton}}</button></form>{{/confirm}}</main></body></html>`;
  const { urls } = await site({ ...PAGE, template });
  await withPage(async (page) => {
    await page.goto(urls.unsubscribeUrl);
    const colour = await page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor");
    expect(colour).toBe('rgb(18, 52, 86)');
    await expect(page.evaluate("document.querySelector('img').naturalWidth")).resolves.toBe(1);
    await isGood(page, 'consent-own');
  });
});
