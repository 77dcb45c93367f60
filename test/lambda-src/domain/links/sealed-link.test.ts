import fc from 'fast-check';
import { digest } from '../../../../lambda-src/domain/ledger/keys';
import { approvalUrl, approverDigest, openApprovalLink } from '../../../../lambda-src/domain/links/approval-link';
import { type ConsentLink, consentUrls, openConsentLink } from '../../../../lambda-src/domain/links/consent-link';
import {
  LINKS_LAST_DAYS,
  readApprovalSecret,
  readLinkSecret,
  rotatedLinkSecret,
  tooShort,
} from '../../../../lambda-src/domain/links/link-secret';
import { type LinkKeys, openLink, sealLink } from '../../../../lambda-src/domain/links/sealed-link';

const KEYS: LinkKeys = { current: 'k1', secrets: { k1: 'first secret' } };
const FOREIGN: LinkKeys = { current: 'k1', secrets: { k1: 'another secret' } };
const field = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const pks = fc.array(fc.string().map(digest), { minLength: 1, maxLength: 4 });
const link = fc.record({ pks, topic: field });
const tokenOf = (of: ConsentLink, keys = KEYS) => consentUrls(of, 'https://x.example/', keys).token;

test('a link opens what it was made of', () => {
  fc.assert(fc.property(link, (of) => expect(openConsentLink(tokenOf(of), KEYS)).toEqual(of)));
});

test('it stands in a URL as it is, below the endpoint whether that ends in a slash or not', () => {
  const of = { pks: [digest('bob@example.org')], topic: 'news' };
  const { unsubscribeUrl, preferencesUrl, token } = consentUrls(of, 'https://x.example/a/', KEYS);
  expect(unsubscribeUrl).toBe(`https://x.example/a/u/${token}`);
  expect(preferencesUrl).toBe(`https://x.example/a/p/${token}`);
  const plain = consentUrls(of, 'https://x.example/a', KEYS);
  expect(plain.unsubscribeUrl).toBe(`https://x.example/a/u/${plain.token}`);
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

test('pieces of two links are no link', () => {
  fc.assert(
    fc.property(link, link, fc.nat(), fc.nat(), (a, b, cut, from) => {
      const [one, other] = [tokenOf(a), tokenOf(b)];
      const at = 4 + (cut % (one.length - 4));
      const pieces = [other.slice(at), other.slice(4 + (from % (other.length - 4)))];
      for (const piece of pieces) {
        // Both may end alike: then it is the link itself.
        fc.pre(piece !== one.slice(at));
        expect(openConsentLink(one.slice(0, at) + piece, KEYS)).toHaveProperty('unknownKey');
      }
    }),
  );
});

test('whatever else it is, it opens nothing and throws nothing', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(field, { maxLength: 6 }).map((f) => f.join('.')),
  );
  fc.assert(fc.property(anything, (token) => expect(openConsentLink(token, KEYS)).toHaveProperty('unknownKey')));
  for (const token of [
    '__proto__.c',
    'constructor.c',
    'k1.c',
    'k1.',
    `k1.${'a'.repeat(42)}`,
    `k1.${'a'.repeat(2000)}`,
  ]) {
    expect(openConsentLink(token, KEYS)).toHaveProperty('unknownKey');
  }
});

test('a foreign link opens nothing, nor one for another purpose', () => {
  fc.assert(
    fc.property(link, (of) => {
      expect(openConsentLink(tokenOf(of, FOREIGN), KEYS)).toEqual({ unknownKey: false });
      const approval = sealLink('approval', Buffer.from(of.topic), KEYS);
      expect(openConsentLink(approval, KEYS)).toEqual({ unknownKey: false });
      expect(openLink('approval', approval, KEYS)).toEqual({ content: Buffer.from(of.topic) });
      expect(openLink('approval', tokenOf(of), KEYS)).toEqual({ unknownKey: false });
    }),
  );
});

test('what would not come back whole is not sealed', () => {
  for (const wrong of ['', 'a', 'ü'.repeat(43), digest('a').slice(1), `${digest('a')}A`]) {
    expect(() => tokenOf({ pks: [digest('a'), wrong], topic: 'news' })).toThrow('MM530');
  }
});

/** What somebody has who knows every address, and how we fold and digest them, but no secret. */
const DICTIONARY = ['ann', 'bob', 'chloe', 'dan'].flatMap((name) => {
  const address = `${name}@example.org`;
  return [address, digest(address), approverDigest(address)];
});

test('no dictionary of addresses tells whose a link is, nor whether two are of one recipient', () => {
  const decoded = (token: string) => Buffer.from(token.split('.').at(-1)!, 'base64url');
  const bits = (wanted: Buffer, token: string) => decoded(token).includes(wanted);
  const [one, again] = [1, 2].map(() => tokenOf({ pks: [digest('bob@example.org')], topic: 'news' }));
  const approval = approvalUrl(
    { campaignDigest: digest('c'), run: 1 } as never,
    'bob@example.org',
    { answerBy: 1 },
    'https://x',
    KEYS,
  );
  for (const token of [one!, again!, approval.split('/').at(-1)!]) {
    for (const word of [...DICTIONARY, 'news']) {
      expect(token).not.toContain(word);
      expect(bits(Buffer.from(word), token)).toBe(false);
      expect(bits(Buffer.from(word, 'base64url'), token)).toBe(false);
    }
  }
  const blocks = (token: string) => {
    const bytes = decoded(token);
    return new Set(Array.from({ length: bytes.length - 3 }, (_, at) => bytes.toString('hex', at, at + 4)));
  };
  // Nothing in common, of four bytes anywhere: a guess sealed again is no help.
  expect([...blocks(one!)].filter((block) => blocks(again!).has(block))).toEqual([]);
});

test('every link has a salt of its own, so that no key and nonce are used twice', () => {
  const salts = Array.from({ length: 10_000 }, () => {
    const token = sealLink('consent', Buffer.of(0), KEYS);
    return Buffer.from(token.slice(3), 'base64url').toString('hex', 0, 16);
  });
  expect(new Set(salts).size).toBe(salts.length);
});

test('a link that was sent stays good: it is read as it was first made', () => {
  const sent = 'k1.w3iklPLvjAUExNp-QIh3uFAJ5M5PeVajEHJOGNJWfhF-UvcfQKkrYpHwYjnF2_NmzPz-pPcsesJqXLX2mHZA9mKxuBbz';
  expect(openConsentLink(sent, KEYS)).toEqual({ pks: [digest('bob@example.org')], topic: 'news' });
});

test('a link is short, and costs far less than a tenth of a millisecond', () => {
  const of = { pks: [digest('bob@example.org')], topic: 'general' };
  expect(tokenOf(of)).toHaveLength(99);
  const { user } = process.cpuUsage();
  for (let at = 0; at < 5_000; at++) tokenOf(of);
  expect(process.cpuUsage().user - user).toBeLessThan(5_000 * 100);
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
    const of = { pks: [digest('a')], topic: 'news' };
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
    const of = { pks: [digest('a')], topic: 'news' };
    const old = tokenOf(of, readLinkSecret(made));
    let text = made;
    for (let month = 1; month <= 13; month++) {
      text = rotatedLinkSecret(text, `secret${month}`, NOW + month * 30 * DAY);
      expect(openConsentLink(old, readLinkSecret(text))).toEqual(of);
      expect(readLinkSecret(text).current).toBe(`k${month + 1}`);
    }
    expect(LINKS_LAST_DAYS).toBe(400);
    // k1 was followed by k2 a month after NOW.
    const last = NOW + 30 * DAY + LINKS_LAST_DAYS * DAY;
    expect(openConsentLink(old, readLinkSecret(rotatedLinkSecret(text, 'last', last)))).toEqual(of);
    const later = rotatedLinkSecret(text, 'last', last + 1);
    expect(openConsentLink(old, readLinkSecret(later))).toEqual({ unknownKey: true });
    expect(Object.keys(readLinkSecret(later).secrets)).not.toContain('k1');
  });

  test('whose key was taken out opens none of its links, and no id is given twice', () => {
    const two = JSON.parse(rotatedLinkSecret(made, 'next', NOW));
    const { k1: _leaked, ...without } = two;
    expect(
      openConsentLink(
        tokenOf({ pks: [digest('a')], topic: 'b' }, readLinkSecret(made)),
        readLinkSecret(JSON.stringify(without)),
      ),
    ).toEqual({ unknownKey: true });
    expect(readLinkSecret(rotatedLinkSecret(JSON.stringify(without), 'x', NOW)).current).toBe('k3');
  });
});

test('a token that is longer than any link is not looked at, whatever its key', () => {
  const of = (length: number) => openLink('consent', `gone.${'A'.repeat(length - 'gone.'.length)}`, KEYS);
  expect(of(1024)).toEqual({ unknownKey: true });
  expect(of(1025)).toEqual({ unknownKey: false });
});
