import fc from 'fast-check';
import { approvalUrl, openApprovalLink } from '../../../lambda-src/core/approval-link';
import { consentUrls, openConsentLink } from '../../../lambda-src/core/consent-link';
import { digest } from '../../../lambda-src/core/keys';
import {
  LINKS_LAST_DAYS,
  readApprovalSecret,
  readLinkSecret,
  rotatedLinkSecret,
  tooShort,
} from '../../../lambda-src/core/link-secret';
import { type LinkKeys, openLink, signLink } from '../../../lambda-src/core/signed-link';

const KEYS: LinkKeys = { current: 'k1', secrets: { k1: 'first secret' } };
const FOREIGN: LinkKeys = { current: 'k1', secrets: { k1: 'another secret' } };
const field = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const link = fc.record({ pk: fc.string().map(digest), topic: field });
const tokenOf = (of: { pk: string; topic: string }, keys = KEYS) => consentUrls(of, 'https://x.example/', keys).token;

test('a link opens what it was made of', () => {
  fc.assert(fc.property(link, (of) => expect(openConsentLink(tokenOf(of), KEYS)).toEqual(of)));
});

test('it stands in a URL as it is, below the endpoint whether that ends in a slash or not', () => {
  const of = { pk: digest('bob@example.org'), topic: 'news' };
  const { unsubscribeUrl, preferencesUrl, token } = consentUrls(of, 'https://x.example/a/', KEYS);
  expect(unsubscribeUrl).toBe(`https://x.example/a/u/${token}`);
  expect(preferencesUrl).toBe(`https://x.example/a/p/${token}`);
  expect(consentUrls(of, 'https://x.example/a', KEYS)).toEqual({ unsubscribeUrl, preferencesUrl, token });
  expect(new URL(unsubscribeUrl).href).toBe(unsubscribeUrl);
  expect(unsubscribeUrl).not.toMatch(/bob|example\.org/);
});

test('changed in any one character, cut or made longer, it opens nothing', () => {
  fc.assert(
    fc.property(link, fc.nat(), fc.string({ minLength: 1, maxLength: 3 }), (of, at, more) => {
      const token = tokenOf(of);
      const position = at % token.length;
      const other = [...'ABab01-_.'].filter((character) => character !== token[position]);
      for (const character of other) {
        const forged = token.slice(0, position) + character + token.slice(position + 1);
        expect(openConsentLink(forged, KEYS)).toHaveProperty('unknownKey');
      }
      expect(openConsentLink(token.slice(0, position), KEYS)).toHaveProperty('unknownKey');
      expect(openConsentLink(token + more, KEYS)).toHaveProperty('unknownKey');
      expect(openConsentLink(more + token, KEYS)).toHaveProperty('unknownKey');
    }),
  );
});

test('parts of two links are no link', () => {
  fc.assert(
    fc.property(link, link, fc.nat(15), (a, b, mask) => {
      const [one, other] = [tokenOf(a).split('.'), tokenOf(b).split('.')];
      const mixed = one.map((part, at) => (mask & (1 << at) ? other[at] : part)).join('.');
      const opened = openConsentLink(mixed, KEYS);
      if ('pk' in opened) expect([a, b]).toContainEqual(opened);
    }),
  );
});

test('whatever else it is, it opens nothing and throws nothing', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(field, { maxLength: 6 }).map((f) => f.join('.')),
  );
  fc.assert(fc.property(anything, (token) => expect(openConsentLink(token, KEYS)).toHaveProperty('unknownKey')));
  for (const token of ['a.b.__proto__.c', 'a.b.constructor.c', `${'a'.repeat(2000)}.b.k1.c`]) {
    expect(openConsentLink(token, KEYS)).toHaveProperty('unknownKey');
  }
});

test('a foreign link opens nothing, nor one for another purpose', () => {
  fc.assert(
    fc.property(link, (of) => {
      expect(openConsentLink(tokenOf(of, FOREIGN), KEYS)).toEqual({ unknownKey: false });
      const approval = signLink('approval', [of.pk, of.topic], KEYS);
      expect(openConsentLink(approval, KEYS)).toEqual({ unknownKey: false });
      expect(openLink('approval', approval, KEYS)).toEqual({ fields: [of.pk, of.topic] });
    }),
  );
});

test('what would not come back whole is not signed', () => {
  for (const wrong of ['', 'a.b', 'a b', 'ü']) expect(() => signLink('consent', [wrong], KEYS)).toThrow('MM530');
});

describe('the secret', () => {
  const made = '{"v":1,"current":"k1","k1":"abc"}';
  const NOW = Date.parse('2026-11-25T01:00:00Z');
  const DAY = 86_400_000;

  test('is read as Secrets Manager made it', () => {
    expect(readLinkSecret(made)).toEqual({ current: 'k1', secrets: { k1: 'abc' } });
  });

  test('that is not ours is an error which does not tell it', () => {
    for (const text of ['', 'abc', '{}', '{"v":1,"current":"k1"}', '{"v":1,"current":"x","x":"abc"}', 'null']) {
      expect(() => readLinkSecret(text)).toThrow(/^MM531: [^"]*$/);
    }
  });

  test.each([
    ['one character', 'a', 1],
    ['31', 'a'.repeat(31), 31],
    ['32', 'a'.repeat(32), undefined],
  ])('with a key of %s: whether it is long enough for new links', (_, key, short) => {
    const text = JSON.stringify({ v: 1, current: 'k2', k1: 'b'.repeat(40), k2: key });
    expect(tooShort(readLinkSecret(text))).toBe(short);
    if (short === undefined) expect(readApprovalSecret(text)).toEqual(readLinkSecret(text));
    else expect(() => readApprovalSecret(text)).toThrow(new RegExp(`^MM534: .* ${short} characters`));
  });

  test('with a short key that was followed by a long one lets people leave by its links, and approves nothing by them', () => {
    const text = JSON.stringify({ v: 1, current: 'k2', k1: 'short', k2: 'b'.repeat(64) });
    const of = { pk: digest('a'), topic: 'news' };
    const short: LinkKeys = { current: 'k1', secrets: { k1: 'short' } };
    expect(openConsentLink(tokenOf(of, short), readLinkSecret(text))).toEqual(of);
    const guessed = approvalUrl(
      { campaignDigest: 'c', run: 1 } as never,
      'a@b.ch',
      { answerBy: 1 },
      'https://x',
      short,
    );
    expect(openApprovalLink(guessed.split('/').at(-1)!, readApprovalSecret(text))).toEqual({ unknownKey: true });
  });

  test('gets new keys, and links of the old ones stay good for longer than sixty days', () => {
    const of = { pk: digest('a'), topic: 'news' };
    const old = tokenOf(of, readLinkSecret(made));
    let text = made;
    for (let month = 1; month <= 13; month++) {
      text = rotatedLinkSecret(text, `secret${month}`, NOW + month * 30 * DAY);
      expect(openConsentLink(old, readLinkSecret(text))).toEqual(of);
      expect(readLinkSecret(text).current).toBe(`k${month + 1}`);
    }
    expect(LINKS_LAST_DAYS).toBeGreaterThan(60);
    const later = rotatedLinkSecret(text, 'last', NOW + 30 * DAY + (LINKS_LAST_DAYS + 1) * DAY);
    expect(openConsentLink(old, readLinkSecret(later))).toEqual({ unknownKey: true });
    expect(Object.keys(readLinkSecret(later).secrets)).not.toContain('k1');
  });

  test('whose key was taken out opens none of its links, and no id is given twice', () => {
    const two = JSON.parse(rotatedLinkSecret(made, 'next', NOW));
    const { k1: _leaked, ...without } = two;
    expect(
      openConsentLink(tokenOf({ pk: 'a', topic: 'b' }, readLinkSecret(made)), readLinkSecret(JSON.stringify(without))),
    ).toEqual({ unknownKey: true });
    expect(readLinkSecret(rotatedLinkSecret(JSON.stringify(without), 'x', NOW)).current).toBe('k3');
  });
});
