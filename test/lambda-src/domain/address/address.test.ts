import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asciiAddress, foldAddress } from '../../../../lambda-src/domain/address/address';
import { parseAddress } from '../../../../lambda-src/domain/address/parse-address';

test.each([
  ['ann@example.com', 'ann@example.com'],
  ['  Ann.Lee+news@Example.COM\u00a0', 'Ann.Lee+news@Example.COM'],
  ['\u200bann@example.com\ufeff', 'ann@example.com'],
  ["o'hara@example.com", "o'hara@example.com"],
  ['ann@b\u00fccher.example', 'ann@b\u00fccher.example'],
  ['Ann <ann@example.com>', 'ann@example.com'],
  ["'ann@example.com' <ann@example.com>", 'ann@example.com'],
  [' "Lee, Ann" <Ann@Example.com>\u00a0', 'Ann@Example.com'],
  ['ann@xn--bcher-kva.example', 'ann@xn--bcher-kva.example'],
])('%j is an address', (cell, address) => {
  expect(parseAddress(cell)).toEqual({ address });
});

test.each([
  ['', 'MM403'],
  [' \u00a0\u200b', 'MM403'],
  ['ann', 'MM404'],
  ['ann@', 'MM404'],
  ['@example.com', 'MM404'],
  ['ann@example', 'MM404'],
  ['ann@@example.com', 'MM404'],
  ['ann@example..com', 'MM404'],
  ['ann..lee@example.com', 'MM404'],
  ['.ann@example.com', 'MM404'],
  ['ann lee@example.com', 'MM404'],
  ['ann@example.com; bo@example.com', 'MM404'],
  ['ann@example.com, bo@example.com', 'MM404'],
  ['"ann lee"@example.com', 'MM404'],
  ['Ann <ann>', 'MM404'],
  ['Ann <ann@example.com> <bo@example.com>', 'MM404'],
  ['Ann <ann@example.com>, Bo <bo@example.com>', 'MM404'],
  ['J <j\u00fcrgen@example.com>', 'MM405'],
  [`${' '.repeat(3)}${'a'.repeat(1_000_000)}<a@example.com>`, 'MM406'],
  ['ann@example.com.', 'MM404'],
  ['ann@[127.0.0.1]', 'MM404'],
  ['ann@127.0.0.1', 'MM404'],
  ['ann@exa_mple.com', 'MM404'],
  ['ann@example.com\nBcc: eve@example.com', 'MM404'],
  ['j\u00fcrgen@example.com', 'MM405'],
  ['用户@example.com', 'MM405'],
  ['ann@\u0130stanbul.com', 'MM404'],
  ['ann@\u212aelvin.com', 'MM404'],
  ['ann@example.com\u2126', 'MM404'],
  [`${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(200)}.com`, 'MM406'],
])('%j is refused as %s', (cell, code) => {
  expect(parseAddress(cell)).toMatchObject({ code });
});

test('one address folds alike however it is written', () => {
  const spellings = [
    'ann@b\u00fccher.example',
    ' ANN@B\u00dcCHER.example',
    'ann@bu\u0308cher.Example',
    'Ann@xn--bcher-kva.example',
  ];
  expect(new Set(spellings.map(foldAddress))).toEqual(new Set(['ann@xn--bcher-kva.example']));
  expect(foldAddress('ann+1@example.com')).not.toBe(foldAddress('ann@example.com'));
});

test('SES gets the domain in Punycode and the rest as written', () => {
  expect(asciiAddress('Ann.Lee@b\u00fccher.example')).toBe('Ann.Lee@xn--bcher-kva.example');
  expect(asciiAddress('Ann@Example.com')).toBe('Ann@Example.com');
  expect(asciiAddress('nobody')).toBeUndefined();
});

const faults: { cell: string; right: string }[] = JSON.parse(
  readFileSync(join(__dirname, '../../../fixtures/lists/addresses.json'), 'utf8'),
);
test.each(faults)('of public suites: $cell is invalid', ({ cell, right }) => {
  expect(right).toMatch(/^invalid/);
  expect(parseAddress(cell)).toMatchObject({ code: 'MM404' });
});

describe('a cell that holds more than an address is taken apart where it means one thing', () => {
  test.each([
    ['mailto:ann@example.com', 'ann@example.com'],
    ['MailTo: ann@example.com', 'ann@example.com'],
    ['ann@example.com,', 'ann@example.com'],
    ['ann@example.com ; ', 'ann@example.com'],
    ['Ann <ann@example.com>;', 'ann@example.com'],
    ['<ann@example.com>', 'ann@example.com'],
    ['ann@example.com<mailto:ann@example.com>', 'ann@example.com'],
    ['ANN@example.com <ann@example.com>', 'ann@example.com'],
    ['"ann@example.com" <mailto:ann@example.com>', 'ann@example.com'],
    ["'ann@example.com", 'ann@example.com'],
    ['an\u200bn@example.com', 'ann@example.com'],
    ['ann@exam\u00adple.com', 'ann@example.com'],
    ['ann\u2060@example.com', 'ann@example.com'],
    ['Ann @ Work <ann@example.com>', 'ann@example.com'],
    ['prvs=0123abc=ann@example.com', 'prvs=0123abc=ann@example.com'],
    ['SRS0=HHH=TT=example.org=ann@example.com', 'SRS0=HHH=TT=example.org=ann@example.com'],
    ['ann@example。com', 'ann@example。com'],
  ])('%j', (cell, address) => {
    expect(parseAddress(cell)).toEqual({ address });
  });
});

describe('nobody is mailed by a cell that means two, or something else', () => {
  test.each([
    ...['ann@a.example , Bo <bo@b.example>', 'Bo <bo@b.example>; ann@a.example', 'ann@a.example ::: bo@b.example'],
    ...[
      'ann@a.example <bo@b.example>',
      'ann@a.example / bo@b.example',
      'ann@a.example\nbo@b.example',
      'ann@a.example bo@b.example',
    ],
    ...['ann@a.example|bo@b.example', '"ann@a.example" <bo@b.example>;', 'Ann (ann@a.example) <bo@b.example>'],
  ])('two: %j', (cell) => {
    expect(parseAddress(cell)).toMatchObject({ code: 'MM404', reason: expect.stringMatching(/two addresses/) });
  });

  test.each([
    ...['?ann@example.com', '#ann@example.com', '*ann@example.com', '%ann@example.com', '/ann@example.com'],
    ...['[ann@example.com', '(ann@example.com', '•ann@example.com', '➜ann@example.com', 'email=ann@example.com'],
    ...['mailto=ann@example.com', '%20ann@example.com', '{{email}}@example.com'],
  ])('something before it: %j', (cell) => {
    expect(parseAddress(cell)).toMatchObject({ code: 'MM404', reason: expect.stringMatching(/stands before it/) });
  });

  test.each([
    ...[
      'ann@example.net\twork',
      'ann@müller.example/bob',
      'ann@müller.example?x',
      'ann@müller.example\\bob',
      'ann@müller%2eexample',
    ],
    ...[
      'ann@①②.example',
      'ann@example.com™',
      'ann@my–company.example',
      'ann@my‐company.example',
      'ann@exämple☃.org',
      'ann@ⅷ.example',
    ],
    ...[
      'ann@ｅxample.com',
      'ann@exa\u0301mple\u200f.com',
      'ann@a·b.example',
      'ann@٠۰.example',
      'ann@-ä.example',
      'ann@ä-.example',
    ],
    ...['ann@ä..example', `ann@${'ä'.repeat(70)}.example`, 'ann@\u0301a.example', 'ann@аb\u05d0.example'],
  ])('a domain that IDNA 2008 does not allow: %j', (cell) => {
    expect(parseAddress(cell)).toMatchObject({ code: 'MM404' });
    expect(asciiAddress('x@example.com')).toBe('x@example.com');
  });

  test.each([
    ...['a@xn--a.example', 'a@XN--9999.example', 'a@ab--cd.example'],
    ...['a@host.local', 'a@x.localhost', 'a@example.invalid', 'a@x.onion', 'a@example.test', 'a@1.in-addr.arpa'],
  ])('a certain bounce: %j', (cell) => {
    expect(parseAddress(cell)).toMatchObject({ code: 'MM404', reason: expect.stringMatching(/no email reaches/) });
  });

  test.each([
    ...[
      'ann@straße.example',
      'ann@faß.de',
      'ann@ελλάδα.gr',
      'ann@例え.jp',
      'ann@пример.рф',
      'ann@उदाहरण.भारत',
      'ann@مثال.إختبار',
    ],
    ...[
      'ann@l·la.cat',
      'ann@ουτοπία.δπθ.gr',
      'ann@xn--bcher-kva.example',
      'ann@bu\u0308cher.example',
      'ann@BÜCHER.Example',
      'ann@a--b.example',
    ],
  ])('a domain that it allows: %j', (cell) => {
    expect(parseAddress(cell)).toHaveProperty('address');
  });
});
