import { digest } from '../../../../lambda-src/domain/ledger/keys';
import { consentUrls } from '../../../../lambda-src/domain/links/consent-link';
import { footerOf, unsubscribeHeaders } from '../../../../lambda-src/domain/sending/unsubscribe';
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

test('a header of exactly 996 characters with its name has the mailto, one of 997 does not', () => {
  const [{ name, value }] = unsubscribeHeaders(URLS, 'a@example.com') as [{ name: string; value: string }];
  const left = 996 - name.length - value.length;
  const of = (more: number) => unsubscribeHeaders(URLS, `${'a'.repeat(1 + more)}@example.com`)[0]!.value;
  expect(name.length + of(left).length).toBe(996);
  expect(of(left)).toContain('mailto:');
  expect(of(left + 1)).toBe(`<${URLS.unsubscribeUrl}>`);
});

test('the footer is in the language of its template', () => {
  expect(footerOf(URLS, FOOTER, 'de')).toEqual({
    html: expect.stringMatching(new RegExp(`^<p [^>]*><a href="${URLS.unsubscribeUrl}">Abmelden</a></p>$`)),
    text: `Abmelden: ${URLS.unsubscribeUrl}`,
  });
  expect(footerOf(URLS, FOOTER, 'fr')?.text).toBe(`Unsubscribe: ${URLS.unsubscribeUrl}`);
  expect(footerOf(URLS, undefined)).toBeUndefined();
});
