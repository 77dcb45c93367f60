import {
  CONTEXTS,
  encoded,
  escapeHtml,
  inSheet,
  isAllowed,
  isCss,
  writtenInHtml,
} from '../../../../lambda-src/domain/template/escape';

describe('a link begins with a scheme that an email may link to', () => {
  test.each([
    'https://example.com',
    'http://example.com',
    'HTTPS://EXAMPLE.COM/a',
    'mailto:a@example.com',
    ' https://example.com ',
  ])('%j is one', (value) => {
    expect(isAllowed(value, CONTEXTS.link)).toBe(true);
    expect(encoded(value, CONTEXTS.link)).toBe(value.trim());
  });

  // The same two tricks, before, inside and behind the part that looks harmless.
  test.each([
    'javascript:x//https://y',
    'javascript:alert(1)',
    'javascript://mailto:a@example.com',
    'data:text/html,mailto:x',
    'x https://example.com',
    'xhttps://example.com',
    '//https://example.com',
    'https:/example.com',
    'https:example.com',
    'httpss://example.com',
    'https://',
    'https:// example.com',
    'mailto:',
    'mailto: a@example.com',
    'mailtox:a@example.com',
    '',
  ])('%j is none, and becomes a link to nowhere', (value) => {
    expect(isAllowed(value, CONTEXTS.link)).toBe(false);
    expect(encoded(value, CONTEXTS.link)).toBe('#');
  });
});

describe('a value is encoded for the place in which it stands', () => {
  test.each([
    ['link', 'https://example.com/a b?q=ü&r=%20#x', 'https://example.com/a%20b?q=%C3%BC&r=%20#x'],
    // `%` alone is no encoding; two digits of it are.
    ['link', 'https://example.com/%2F%2f%zz%1', 'https://example.com/%2F%2f%25zz%251'],
    ['link', 'https://example.com/"<>', 'https://example.com/%22%3C%3E'],
    ['path', 'a b/c?d#e&f=%', 'a%20b/c%3Fd%23e%26f%3D%25'],
    ['query', 'a b/c?d#e&f=%', 'a%20b%2Fc%3Fd%23e%26f%3D%25'],
    ['opaque', 'ann+news@example.com,ben@example.com', 'ann+news@example.com,ben@example.com'],
    ['opaque', 'a b/c?d&e', 'a%20b%2Fc%3Fd%26e'],
    ['css', '#a1B2c3', '#a1B2c3'],
    ['css', '12.5%, -3px Größe', '12.5%, -3px Größe'],
    ['css', '', ''],
    ['css', 'red;color:blue', ''],
    ['css', ';red', ''],
    ['css', 'red;', ''],
    ['css', 'url(x)', ''],
    ['css', '}a{', ''],
    ['plain', `a b/<"`, `a b/<"`],
  ] as const)('%s: %j becomes %j', (place, value, written) => {
    expect(encoded(value, CONTEXTS[place])).toBe(written);
  });

  test.each(['link', 'path', 'query', 'opaque'] as const)('half a character does not break a %s', (place) => {
    const before = place === 'link' ? 'https://x/' : '';
    expect(encoded(`${before}a\uD800b`, CONTEXTS[place])).toBe(`${before}a%EF%BF%BDb`);
    // A whole one stays whole.
    expect(encoded(`${before}😀`, CONTEXTS[place])).toBe(`${before}%F0%9F%98%80`);
  });

  test('a value without a place, and in a place that this version does not know, stays as it is', () => {
    expect(encoded('a b', undefined)).toBe('a b');
    expect(encoded('a b', 'z')).toBe('a b');
    expect(isAllowed('a b', 'z')).toBe(true);
  });
});

describe('CSS takes colors, numbers, names, font lists and web addresses', () => {
  test.each([
    '#f00',
    'red',
    'rgb(1, 2 3)',
    'rgba(1,2,3,.5)',
    'hsl(120deg 75% 25% / 60%)',
    '12px',
    '-.5em',
    '1px solid #ccc',
    'Arial, "Times New Roman", \'Größe 1\', sans-serif',
    'url(https://i.example/a.png?x=1&y=2)',
    'url("https://i.example/a.png"), #fff',
    'url(http://x)',
    'url( https://i.example/a.png )',
    'url("http://i.example/a.png")',
    "url('http://i.example/a.png')",
    "url('https://i.example/a.png')",
    '00ff00',
    '1/2',
  ])('%j', (value) => {
    expect(isAllowed(value, CONTEXTS.css)).toBe(true);
    expect(encoded(value, CONTEXTS.css)).toBe(value);
  });

  test.each([
    'red;color:blue',
    'red}',
    'expression(alert(1))',
    'url(javascript:x)',
    'url(https://x) ;',
    'url(https://x/)y',
    'url("https://x\')',
    'url(xhttps://x)',
    'url(https://x;y)',
    "url('https://x;y')",
    'rgb(1;2)',
    'rgb(1,x)',
    "'a;b'",
    '"a;b"',
    'var(--x)',
    '"a\\"',
    'a:b',
    'red !important',
    '</style>',
    '/* x */',
    '('.repeat(5),
    `rgb(${'1'.repeat(100_000)}`,
  ])('not %j', (value) => {
    expect(isAllowed(value, CONTEXTS.css)).toBe(false);
    expect(encoded(value, CONTEXTS.css)).toBe('');
  });

  test('spaces around a value are no part of it', () => {
    expect(encoded(' red ', CONTEXTS.css)).toBe('red');
    expect(encoded(' https://x/a ', CONTEXTS.cssLink)).toBe('https://x/a');
  });

  test.each(['http://x', 'https://x', 'HTTPS://x/a'])('an address begins with %s', (value) => {
    expect(isAllowed(value, CONTEXTS.cssLink)).toBe(true);
  });

  test.each(['mailto:a@x', 'x https://y', 'javascript:x//https://y', 'https:// x', ''])('no address is %j', (value) => {
    expect(isAllowed(value, CONTEXTS.cssLink)).toBe(false);
    expect(encoded(value, CONTEXTS.cssLink)).toBe('');
  });

  test('its places are those of attributes and of sheets', () => {
    const { css, cssLink, cssHost, cssPath, cssQuery, ...others } = CONTEXTS;
    const places = [css, cssLink, cssHost, cssPath, cssQuery];
    expect([...places, ...places.map(inSheet)].every(isCss)).toBe(true);
    expect(Object.values(others).some(isCss)).toBe(false);
  });

  test('an attribute escapes as HTML does, a style sheet does not', () => {
    const value = 'url("https://i.example/?a=1&b=2")';
    expect(writtenInHtml(value, CONTEXTS.css)).toBe('url(&quot;https://i.example/?a=1&amp;b=2&quot;)');
    expect(writtenInHtml(value, inSheet(CONTEXTS.css))).toBe(value);
  });

  test.each([
    ['cssLink', `https://x/a'b(c)"d\\e;f*g`, 'https://x/a%27b%28c%29%22d%5Ce%3Bf%2Ag'],
    ['cssHost', `x.example:80/a'b(c)`, 'x.example:80/a%27b%28c%29'],
    ['cssPath', `a'b(c)/d`, 'a%27b%28c%29/d'],
    ['cssQuery', `a'b(c)/d`, 'a%27b%28c%29%2Fd'],
  ] as const)('%s: %j becomes %j', (place, value, written) => {
    expect(encoded(value, CONTEXTS[place])).toBe(written);
  });
});

describe('the host of a link', () => {
  test.each([
    ['example.com', 'example.com'],
    ['shop.example.com:8443', 'shop.example.com:8443'],
    ['bücher.example/a b', 'bücher.example/a%20b'],
    ['[2001:db8::1]:80', '[2001:db8::1]:80'],
    [' a-1.example ', 'a-1.example'],
    ['x', 'x'],
    ['7', '7'],
    ['x.', 'x.'],
  ])('%j becomes %j', (value, written) => {
    expect(isAllowed(value, CONTEXTS.host)).toBe(true);
    expect(encoded(value, CONTEXTS.host)).toBe(written);
  });

  test.each(['a@b.example', 'example.com?x', 'x y', '-a', 'a-', 'a_', 'a.b-', '', 'a:b', 'javascript:1x'])(
    '%j is none',
    (value) => {
      expect(isAllowed(value, CONTEXTS.host)).toBe(false);
      expect(encoded(value, CONTEXTS.host)).toBe('');
    },
  );
});

test('the footer is HTML already, and is not escaped again', () => {
  expect(writtenInHtml('<p>a & b</p>', CONTEXTS.footer)).toBe('<p>a & b</p>');
  expect(writtenInHtml('<p>')).toBe('&lt;p&gt;');
});

test('every character that HTML gives a meaning is escaped, wherever it stands and as often as it comes', () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
  );
  expect(escapeHtml('Bücher, 3 = 3')).toBe('Bücher, 3 = 3');
});
