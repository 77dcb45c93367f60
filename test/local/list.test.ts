import { parse } from 'csv-parse/sync';
import { makeList } from '../../local/list';

const read = (text: string, delimiter: string): string[][] =>
  parse(text, { delimiter, bom: true, relax_column_count: true, skip_empty_lines: false });

const filled = (records: string[][]) => records.filter((cells) => cells.some((cell) => cell.trim() !== ''));

describe('a made list', () => {
  const list = makeList({ recipients: 1000, seed: 7 });
  const rows = filled(read(list.text, ',')).slice(1);

  test('has as many rows and people as it says', () => {
    expect(list.expected).toMatchObject({ rows: 1014, invalid: 11, duplicate: 3 });
    expect(list.expected.people).toHaveLength(1000);
    expect(rows).toHaveLength(1014);
    expect(list.expected.invalid / list.expected.rows).toBeLessThan(0.05);
  });

  test('names nobody twice among those who get a mail', () => {
    expect(new Set(list.expected.people.map(({ to }) => to.toLowerCase())).size).toBe(1000);
  });

  test('says of everybody what its rows say', () => {
    const byAddress = new Map(
      [...rows].reverse().map((cells) => [cells[0]!.trim().replace('bücher.example', 'xn--bcher-kva.example'), cells]),
    );
    for (const { to, firstName, city, note } of list.expected.people) {
      expect(
        byAddress
          .get(to)
          ?.slice(1, 4)
          .map((cell) => cell.trim()),
      ).toEqual([firstName, city, note]);
    }
  });

  test.each([
    ['a byte order mark', /^\uFEFF"?email/],
    ['a quoted comma', /"Paris, Texas"/],
    ['a line break in a cell', /"first line\nsecond line"/],
    ['a doubled quotation mark', /""plain""/],
    ['accents', /Chloé/],
    ['other scripts', /美咲[\s\S]*/],
    ['an upper-case domain', /@EXAMPLE\.NET/],
    ['a padded address', /\n [^,\n]+@[^,\n]+ {2},/],
    ['an empty line', /\r\n\r\n/],
    ['a line of delimiters', /\r\n(""|),(""|),(""|),(""|)\r\n/],
    ['a short row', /\r\n"?short\.row@example\.org"?,"?Short"?\r\n/],
    ['a domain in letters beyond ASCII', /@bücher\.example/],
  ])('has %s', (_, pattern) => {
    expect(list.text).toMatch(pattern);
  });

  test('repeats people only below their first row', () => {
    const folded = rows.map(([address]) =>
      address!.trim().toLowerCase().replace('bücher.example', 'xn--bcher-kva.example'),
    );
    const repeats = folded.filter((address, i) => folded.indexOf(address) < i);
    expect(repeats).toHaveLength(3);
    expect(folded.slice(-3)).toEqual(repeats);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(makeList({ recipients: 50, seed: 3 }).text).toBe(makeList({ recipients: 50, seed: 3 }).text);
    expect(makeList({ recipients: 50, seed: 3 }).text).not.toBe(makeList({ recipients: 50, seed: 4 }).text);
  });
});

test('its semicolon twin holds the same', () => {
  const [comma, semicolon] = ([',', ';'] as const).map((delimiter) => makeList({ recipients: 200, delimiter }));
  expect(semicolon!.expected).toEqual(comma!.expected);
  expect(filled(read(semicolon!.text, ';'))).toEqual(filled(read(comma!.text, ',')));
  expect(semicolon!.text).toMatch(/^\uFEFF"?email"?;"?first name"?;/);
});

test('more people come after the others, who stay', () => {
  const before = makeList({ recipients: 100 });
  const after = makeList({ recipients: 100, more: 10 });
  expect(after.text.startsWith(before.text)).toBe(true);
  expect(after.expected.people.slice(0, 100)).toEqual(before.expected.people);
  expect(after.expected.people).toHaveLength(110);
});
