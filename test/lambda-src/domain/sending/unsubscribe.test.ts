import { digest } from '../../../../lambda-src/domain/ledger/keys';
import { consentUrls } from '../../../../lambda-src/domain/links/consent-link';
import { unsubscribeHeaders, withFooter } from '../../../../lambda-src/domain/sending/unsubscribe';
import { KEYS } from '../../../support/run';

const URLS = consentUrls({ pks: [digest('bob@example.org')], topic: 'news' }, 'https://x.example', KEYS);
const FOOTER = { '': 'Unsubscribe', de: 'Abmelden' };

test('the headers of one click, in RFC 8058’s order', () => {
  expect(unsubscribeHeaders(URLS)).toEqual([
    { name: 'List-Unsubscribe', value: `<${URLS.unsubscribeUrl}>` },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ]);
  expect(unsubscribeHeaders(URLS, 'leave@example.com')[0].value).toBe(
    `<${URLS.unsubscribeUrl}>, <mailto:leave@example.com?subject=unsubscribe%20${URLS.token}>`,
  );
});

test('the longest there can be are short enough for SES', () => {
  const endpoint = `https://${'x'.repeat(288)}.com`;
  const keys = { current: 'k999999999', secrets: { k999999999: 'x' } };
  expect(endpoint).toHaveLength(300);
  const mailto = `${'m'.repeat(64)}@${'d'.repeat(190)}`;
  for (const foldings of [1, 2, 4]) {
    const pks = Array.from({ length: foldings }, (_, at) => digest(`${at}`));
    const urls = consentUrls({ pks, topic: 't'.repeat(64) }, endpoint, keys);
    const headers = unsubscribeHeaders(urls, mailto);
    for (const { name, value } of headers) {
      expect(name.length + value.length).toBeLessThanOrEqual(996);
      expect(value).toMatch(/^[ -~]{1,995}$/);
    }
    expect(headers[0]!.value).toContain(`<${urls.unsubscribeUrl}>`);
    expect(headers[0]!.value.includes('mailto:')).toBe(foldings === 1);
  }
});

test('a body without the link gets it at its end, in the language of its template', () => {
  const html = '<html><body><p>Hallo</p></body></html>';
  const made = withFooter({ html, text: 'Hallo\n' }, URLS, FOOTER, 'de');
  expect(made.html).toMatch(
    new RegExp(`^<html><body><p>Hallo</p><p [^>]*><a href="${URLS.unsubscribeUrl}">Abmelden</a></p></body></html>$`),
  );
  expect(made.text).toBe(`Hallo\n\nAbmelden: ${URLS.unsubscribeUrl}\n`);
  expect(withFooter({ text: 'x' }, URLS, FOOTER, 'fr')).toEqual({ text: `x\n\nUnsubscribe: ${URLS.unsubscribeUrl}\n` });
  expect(withFooter({ html: 'Hi' }, URLS, FOOTER).html).toMatch(/^Hi<p .*<\/p>$/);
});

test('a body that has the link, as a mail and its text do each by themselves, stays as it is', () => {
  const html = `<a href="${URLS.preferencesUrl}">x</a>`;
  const made = withFooter({ html, text: 'no link' }, URLS, FOOTER);
  expect(made.html).toBe(html);
  expect(made.text).toContain(URLS.unsubscribeUrl);
  expect(withFooter({ html: 'x', text: 'y' }, URLS, undefined)).toEqual({ html: 'x', text: 'y' });
});
