/** A sample row for a template without a list: ordinary values, long ones, or characters that need escaping. */
export interface SampleRow {
  readonly about: string;
  readonly valueFor: (column: string) => string;
}

const KINDS: readonly [name: RegExp, ordinary: string, long: string, signs: string][] = [
  [
    /e_?mail|^mail$/,
    'anna.keller@example.com',
    'maximiliane.von-und-zu-hohenstein@mail.example.com',
    "o'brien+news@example.com",
  ],
  [/first_?name|given|vorname|prenom/, 'Anna', 'Maximiliane Alexandrina', 'Zoë "Zo"'],
  [/last_?name|surname|family|nachname/, 'Keller', 'von und zu Hohenstein-Wildungen', "O'Brien & <Söhne>"],
  [/salutation|title|anrede/, 'Ms', 'Professor Doctor', 'M. & Mme'],
  [
    /company|firm|organi[sz]ation|employer/,
    'Keller Ltd',
    'Hohenstein Holding for Agricultural Machinery International',
    'Müller & Söhne <GmbH>',
  ],
  [
    /name|recipient|member$/,
    'Anna Keller',
    'Maximiliane Alexandrina von und zu Hohenstein-Wildungen',
    'Zoë "Zo" O\'Brien & <Söhne>',
  ],
  [
    /url|link|href|website/,
    'https://example.com/offers/4711',
    `https://example.com/${'very-long-path/'.repeat(8)}?a=1&b=2`,
    'https://example.com/?q=a&b="c"&d=ü',
  ],
  [
    /image|photo|logo|picture/,
    'https://example.com/picture.png',
    'https://example.com/a/rather/long/way/to/a/picture.png',
    'https://example.com/p.png?a=1&b=2',
  ],
  [/date|birthday|deadline|until|valid/, '12 March 2027', 'Wednesday, the 30th of September 2027', '31. März ’27'],
  [/time|hour/, '18:30', '18:30 to 23:59 (Central European Summer Time)', '6 p.m.'],
  [
    /city|town|place|venue/,
    'Zürich',
    'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch',
    "L'Aquila & <Köln>",
  ],
  [
    /street|address|road/,
    '12 Station Road',
    '1234 Extraordinarily Long Boulevard of the Republic, Apartment 5678',
    'Rue de l’Été 5 & 7',
  ],
  [/zip|postal|postcode/, '8001', 'SW1A 1AA-EXTENDED', 'D-10115'],
  [/country/, 'Switzerland', 'United Kingdom of Great Britain and Northern Ireland', 'Côte d’Ivoire'],
  [/phone|mobile|tel/, '+41 44 668 18 00', '+41 44 668 18 00 extension 12345', '(044) 668-18-00'],
  [/price|amount|total|sum|balance|discount/, '€ 49.90', 'CHF 1’234’567’890.00', '< 50 % & up'],
  [/code|voucher|coupon|token|number|_?id$/, 'SPRING-4711', 'SPRING-4711-8822-AAAA-BBBB-CCCC-DDDD-EEEE', 'A&B<C>"D"'],
  [/lang|locale/, 'en', 'en', 'de-CH'],
  [/count|points|quantity|age|year/, '42', '1,234,567,890', '-7'],
];

const OTHER = [
  'Something',
  'Something that goes on and on, as texts from a database often do when nobody limits them',
  'Fish & <chips> "£5"',
];

const valueAt = (column: string, at: 0 | 1 | 2): string =>
  (KINDS.find(([name]) => name.test(column))?.[at + 1] as string | undefined) ?? OTHER[at]!;

export const SAMPLE_ROWS: readonly SampleRow[] = [
  { about: 'an ordinary person', valueFor: (column) => valueAt(column, 0) },
  { about: 'long words', valueFor: (column) => valueAt(column, 1) },
  { about: 'awkward signs', valueFor: (column) => valueAt(column, 2) },
];

/** Samples that filters can read. */
const READABLE = { number: '1234.5', date: '2026-12-31 18:30' };

/** Returns a sample row's value for a column, by what the template's filters read in it. */
export const sampleFor = ({ valueFor }: SampleRow, column: string, reads: keyof typeof READABLE | undefined): string =>
  reads === undefined ? valueFor(column) : READABLE[reads];

/** A sample value for an empty cell. */
export const sampleValue = (column: string): string => valueAt(column, 0);
