import { parseAddress } from '../../../lambda-src/domain/address/parse-address';
import { recipientKey } from '../../../lambda-src/domain/ledger/keys';
import { pick, type Random, shuffled } from '../../../local/random';
import { RESERVED_COLUMNS } from '../../../src/private/contract';
import { keyOf } from '../world/names';

export interface Person {
  readonly email: string;
  readonly name: string;
  readonly seat: string;
}

export function crowd(size: number, seats: boolean, next: Random, called = 'p'): Person[] {
  const people: Person[] = [];
  for (let i = 0; people.length < size; i++) {
    people.push({ email: `${called}${i}@example.com`, name: `N${i}`, seat: '1' });
    if (seats && next() < 0.4 && people.length < size)
      people.push({ email: `${called}${i}@example.com`, name: `M${i}`, seat: '2' });
  }
  return people;
}

/** A name's first letter is the seat. */
const again = (person: Person): Person => ({ ...person, name: `${person.name[0]}again` });
export const seatOf = (name: string): string => (name.startsWith('M') ? '2' : '1');

/** A list of these people, with now and then a row that is wrong or repeated. */
export function list(people: readonly Person[], seats: boolean, next: Random): string {
  const row = ({ email, name, seat }: Person) => (seats ? `${email},${name},${seat}` : `${email},${name}`);
  const rows = people.map(row);
  if (next() < 0.3) rows.push(row(again(pick(people, next))).toUpperCase());
  if (next() < 0.3) rows.push(row({ email: 'nobody', name: 'Nobody', seat: '1' }));
  if (next() < 0.2) rows.push('short@example.com');
  return [seats ? 'email,name,seat' : 'email,name', ...shuffled(rows, next), ''].join('\n');
}

/** The same few people are in every seed. */
const records = new Map<string, string | undefined>();

/** The key of a recipient's record; undefined for an invalid address. */
function recordOf(email: string, campaign: string, seat: string | undefined): string | undefined {
  const who = `${campaign} ${email} ${seat}`;
  if (!records.has(who)) {
    records.set(who, 'code' in parseAddress(email) ? undefined : keyOf(recipientKey(email, campaign, seat)));
  }
  return records.get(who);
}

export interface Row {
  readonly kind: 'recipient' | 'invalid' | 'duplicate';
  readonly email: string;
  /** Of its record. */
  readonly key?: string;
  /** The claim in doubt that it names. */
  readonly claim?: string;
}

/** The lines of a CSV file without line breaks in its cells. */
export function cellsOf(csv: string): string[][] {
  return csv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      if (!line.includes('"')) return line.split(',');
      return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
      );
    });
}

/** A list that says which campaign it belongs to. */
export function boundList(csv: string, campaign: string): string {
  const [header, ...rows] = csv.split('\n');
  return [
    `${header},${RESERVED_COLUMNS.campaign}`,
    ...rows.map((row) => (row === '' ? row : `${row},${campaign}`)),
  ].join('\n');
}

/** The campaign that a retry file says it belongs to. */
export function targetCampaign(csv: string): string | undefined {
  const [header, first] = cellsOf(csv);
  const column = header!.indexOf(RESERVED_COLUMNS.campaign);
  return column < 0 ? undefined : first?.[column];
}

/** What the rows of a list are, told apart by no more than these lists need. */
export function rowsOf(csv: string, campaign: string, keyColumn: string | undefined): Row[] {
  const [header, ...lines] = cellsOf(csv);
  const column = (name: string) => header!.indexOf(name);
  const seen = new Set<string>();
  return lines.map((cells) => {
    const email = cells[column('email')]!;
    const foreign = column(RESERVED_COLUMNS.campaign) >= 0 && cells[column(RESERVED_COLUMNS.campaign)] !== campaign;
    if (cells.length !== header!.length || foreign) return { kind: 'invalid', email };
    const key = recordOf(email, campaign, keyColumn === undefined ? undefined : cells[column(keyColumn)]);
    if (key === undefined) return { kind: 'invalid', email };
    if (seen.has(key)) return { kind: 'duplicate', email };
    seen.add(key);
    return { kind: 'recipient', email, key, claim: cells[column(RESERVED_COLUMNS.claim)] };
  });
}
