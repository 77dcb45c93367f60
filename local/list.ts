import { pick, type Random, random, shuffled } from './random';

/** A recipient who must get one email, and its expected content. */
export interface Person {
  /** The address that SES gets: trimmed, as written, with the domain in Punycode. */
  readonly to: string;
  readonly firstName: string;
  readonly city: string;
  readonly note: string;
}

export interface MadeList {
  /** The text to upload. */
  readonly text: string;
  /** The expected outcomes, known from how the list was made. */
  readonly expected: {
    readonly people: readonly Person[];
    readonly rows: number;
    readonly invalid: number;
    readonly duplicate: number;
  };
}

export interface ListOptions {
  readonly recipients: number;
  readonly seed?: number;
  readonly delimiter?: ',' | ';';
  /** Additional people after the others; the rest of the list does not change. */
  readonly more?: number;
}

export const HEADER = ['email', 'first name', 'city', 'note'] as const;

/** A row before it is written: its cells as typed into a spreadsheet, and its expected outcome. */
interface MadeRow {
  readonly cells: readonly string[];
  readonly person?: Person;
  readonly ends: 'sent' | 'invalid' | 'duplicate' | 'none';
}

/**
 * Makes a realistic list: typed by hand, exported from spreadsheets, with names from many languages. The same seed
 * makes the same list.
 */
export function makeList({ recipients, seed = 1, delimiter = ',', more = 0 }: ListOptions): MadeList {
  const next = random(seed);
  const good = Array.from({ length: recipients }, (_, i) => goodRow(i + 1, next));
  // Few enough that a list of any size is not rejected.
  const broken = brokenRows().slice(0, Math.floor(recipients / 25));
  const strange = [...broken, ...repeated(good, next), ...emptyRows()];
  const later = random(seed + 1);
  const added = Array.from({ length: more }, (_, i) => goodRow(recipients + i + 1, later));
  const rows = [...interleave(good, strange, next), ...added];
  const count = (end: MadeRow['ends']) => rows.filter(({ ends }) => ends === end).length;
  return {
    text: write([[...HEADER], ...rows.map(({ cells }) => cells)], delimiter, random(seed)),
    expected: {
      people: rows.filter(({ ends }) => ends === 'sent').map(({ person }) => person!),
      rows: count('sent') + count('invalid') + count('duplicate'),
      invalid: count('invalid'),
      duplicate: count('duplicate'),
    },
  };
}

const FIRST_NAMES = [
  ...['Ann', 'Bob', 'Chloé', 'Zoë', 'Jürgen', 'Søren', 'Łukasz', 'Đorđe', 'İlknur', 'François', 'Nuño', 'Þóra'],
  ...['Мария', 'Олексій', 'Ελένη', '美咲', '伟', '지민', 'محمد', 'שרה', 'प्रिया', 'สมชาย', 'ნინო', 'አበበ'],
  ...[
    "Sinéad O'Neil",
    'Dwayne "Rock"',
    'Tom & Jerry',
    'Anna-Lena',
    'J. R.',
    'Ann, the 2nd',
    'Bo; also Bob',
    '<Max>',
    'Ann 🎉',
  ],
];
const CITIES = [
  'Oslo',
  'Paris, Texas',
  'Zürich',
  'São Paulo',
  '東京',
  'Αθήνα',
  'Київ',
  'القاهرة',
  "L'Aquila",
  'Frankfurt; Main',
  '',
];
const NOTES = [
  ...[
    '',
    '',
    '',
    'member since 2019',
    'likes "plain" mail',
    'first line\nsecond line',
    'Dear all,\r\nsee you; soon,\r\nAnn',
  ],
  ...['100 % & more', 'a/b=c', '=SUM(A1:A9)', '"', ',', "it's {{city}}, they say", 'tab\there', 'C:\\new\\table'],
];
/** A domain as in a list, and as SES gets it. */
const DOMAINS: readonly (readonly [written: string, sent: string])[] = [
  ...(['example.org', 'example.net', 'Mail.Example.org', 'EXAMPLE.NET'] as const).map((d) => [d, d] as const),
  ['bücher.example', 'xn--bcher-kva.example'],
];
const LOCAL_PARTS = ['ann', 'Bob.Smith', 'CHLOE', 'news+letter', "o'neil", 'x_y-z', 'no.reply', '12345'];

/** Numbered, so that no two are duplicates by accident. */
function goodRow(n: number, next: Random): MadeRow {
  const [written, sent] = pick(DOMAINS, next);
  const local = `${pick(LOCAL_PARTS, next)}.${n}`;
  const person = {
    to: `${local}@${sent}`,
    firstName: pick(FIRST_NAMES, next),
    city: pick(CITIES, next),
    note: pick(NOTES, next),
  };
  const cells = [`${local}@${written}`, person.firstName, person.city, person.note];
  const padded = next() < 0.05 ? cells.map((cell) => (cell === '' ? cell : ` ${cell}  `)) : cells;
  // Spreadsheets can leave an empty cell after the last column.
  return { cells: next() < 0.02 ? [...padded, ''] : padded, person, ends: 'sent' };
}

function brokenRows(): MadeRow[] {
  const addresses = [
    ...[
      'no-at-sign.example.org',
      'two@@example.org',
      '@example.org',
      'nobody@',
      'dot.@example.org',
      'two words@example.org',
    ],
    ...['ann@localhost', 'jürgen@example.org', ''],
  ];
  return [
    ...addresses.map((address) => ({ cells: [address, 'Broken', 'Nowhere', ''], ends: 'invalid' as const })),
    { cells: ['short.row@example.org', 'Short'], ends: 'invalid' },
    // The template prints the first name, so the row is invalid.
    { cells: ['no.name@example.org', '', 'Nowhere', ''], ends: 'invalid' },
  ];
}

/** Returns duplicates of people on the list: in another case, padded, or with another spelling of the domain. */
function repeated(good: readonly MadeRow[], next: Random): MadeRow[] {
  const again = (spell: (address: string) => string): MadeRow => {
    const person = pick(good, next).person!;
    return { cells: [spell(person.to), 'Again', person.city, ''], ends: 'duplicate' };
  };
  return [again((a) => a.toUpperCase()), again((a) => `  ${a} `), again((a) => a.toLowerCase())];
}

const emptyRows = (): MadeRow[] => [[], [], ['', '', '', ''], ['  ']].map((cells) => ({ cells, ends: 'none' }));

/** Inserts the strange rows among the good ones. A duplicate comes after its original, because the first row counts. */
function interleave(good: readonly MadeRow[], strange: readonly MadeRow[], next: Random): MadeRow[] {
  const isLater = ({ ends }: MadeRow) => ends === 'duplicate';
  const early = shuffled([...good, ...strange.filter((row) => !isLater(row))], next);
  return [...early, ...strange.filter(isLater)];
}

function write(rows: readonly (readonly string[])[], delimiter: string, next: Random): string {
  const cell = (value: string) =>
    /[",;\r\n]/.test(value) || next() < 0.1 ? `"${value.replaceAll('"', '""')}"` : value;
  // As spreadsheets write them: a byte order mark and the line ends of the system.
  const lineEnd = delimiter === ',' ? '\r\n' : '\n';
  return `\uFEFF${rows.map((cells) => cells.map(cell).join(delimiter) + lineEnd).join('')}`;
}
