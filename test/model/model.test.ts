import { execFileSync, spawnSync } from 'node:child_process';
import * as path from 'node:path';
import {
  accepted,
  claim,
  claimable,
  close,
  end,
  expire,
  extend,
  type Grantor,
  grant,
  type RecipientRecord,
  restore,
  STATE,
  type State,
} from '../../lambda-src/domain/ledger/record';
import { holds, type Item, type Update } from '../../lambda-src/domain/ledger/store';

const MODEL = path.join(__dirname, 'claim_model.py');
const MINUTES = 60_000;

test(
  'no order of events sends twice, and each weaker condition does',
  () => {
    const { status, stdout, stderr, error } = spawnSync('python3', [MODEL], { encoding: 'utf8' });
    if (error) throw error;
    expect(`${stdout}${stderr}`.split('\n').filter((line) => !/^(ok| {5}|$)/.test(line))).toEqual([]);
    expect(stdout.match(/^ok /gm)).toHaveLength(31);
    expect(status).toBe(0);
  },
  10 * MINUTES,
);

/** State, claim, run, attempt, deadline, closed, the grant's run and claim, earlier doubts; 0 is none. */
type Abstract = readonly [string, number, number, number, number, number, number, number, readonly number[]];

const key = { pk: 'p', sk: 's' };
const REASON = 'why';
const COUNTED = { countedIn: 1, countedFrom: '', countedAs: 'in_doubt' };
const of = { row: 1, campaign: 'c', to: 't' };
const idOf = (claim: number) => (claim === 0 ? 'none' : `claim-${claim}`);
const numberOf = (id: unknown) => Number(/\d+$/.exec(String(id ?? ''))?.[0] ?? 0);

function itemOf([state, held, run, attempt, deadline, closed, grantRun, grantClaim, doubts]: Abstract) {
  if (state === 'none') return undefined;
  return {
    ...{ ...key, ...of, v: 1, state: state as State, claimId: idOf(held), run, sending: run, attempt, deadline },
    ...(closed ? { closed } : {}),
    ...(grantRun ? { grantSending: grantRun, grantClaim: idOf(grantClaim) } : {}),
    ...(doubts.length > 0 ? { earlierDoubts: doubts.map(idOf) } : {}),
    ...(state === STATE.sent ? { messageId: 'm' } : {}),
  } satisfies RecipientRecord;
}

function abstractOf(item: Item): Abstract {
  const { state, claimId, sending, attempt, deadline, closed, grantSending, grantClaim, earlierDoubts } = item;
  const numbers = [attempt, deadline, closed, grantSending].map((value) => Number(value ?? 0));
  const [attempts, until, closedTo, granted] = numbers as [number, number, number, number];
  return [
    ...([String(state), numberOf(claimId), Number(sending ?? 0), attempts, until, closedTo, granted] as const),
    numberOf(grantClaim),
    ((earlierDoubts ?? []) as readonly string[]).map(numberOf),
  ];
}

function written({ key, when, set, remove = [] }: Update, item: Item | undefined): Abstract | undefined {
  if (!holds(when, item)) return undefined;
  const after = new Map<string, unknown>(Object.entries({ ...item, ...key }));
  for (const [name, value] of Object.entries(set)) if (value !== undefined) after.set(name, value);
  for (const name of remove) after.delete(name);
  return abstractOf(Object.fromEntries(after) as Item);
}

const mine = (claim: number, run: number) => ({ claimId: idOf(claim), run, sending: run, deadline: 0, ...of });

/** By the model's names: its arguments as record.ts takes them. */
const OPERATIONS: { readonly [name: string]: (...given: never[]) => Update } = {
  claim: (found: Abstract, me: number, run: number) => claim(key, itemOf(found), mine(me, run)),
  close: (found: Abstract, run: number) => close(key, itemOf(found), { ...of, run, sending: run }, COUNTED),
  restore: (found: Abstract, me: number, run: number, state: 'open' | 'refused') =>
    restore(key, mine(me, run), state, REASON, itemOf(found)!),
  grant: (held: number, deadline: number, run: number, by: Grantor) =>
    grant(key, { claimId: idOf(held), deadline }, run, by),
  extend: (held: number, deadline: number) => extend(key, idOf(held), deadline),
  expire: (held: number, deadline: number) => expire(key, idOf(held), deadline),
  end: (held: number, state: 'refused' | 'open' | 'in_doubt') => end(key, idOf(held), state, REASON),
  accepted: () => accepted(key, 'm'),
};

interface Row {
  readonly operation: string;
  readonly arguments: readonly never[];
  /** By the record's place. */
  readonly allowed: { readonly [at: number]: Abstract };
}

test('the model’s writes are those of record.ts, on every record', () => {
  const [first, ...lines] = execFileSync('python3', [MODEL, '--table'], { encoding: 'utf8', maxBuffer: 1 << 26 })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { records } = first as { readonly records: readonly Abstract[] };
  const items = records.map((record) => itemOf(record) as Item | undefined);
  const rows = lines as readonly Row[];
  expect(records.length).toBeGreaterThan(1000);
  expect(new Set(rows.map(({ operation }) => operation))).toEqual(new Set([...Object.keys(OPERATIONS), 'claimable']));

  const apart: string[] = [];
  for (const { operation, arguments: given, allowed } of rows) {
    if (operation === 'claimable') {
      for (const [at, item] of items.entries()) {
        const may = claimable(item as RecipientRecord | undefined, Number(given[0]));
        if (may !== at in allowed) apart.push(`claimable ${given}: ${JSON.stringify(records[at])}`);
      }
      continue;
    }
    const update = OPERATIONS[operation]!(...given);
    for (const [at, item] of items.entries()) {
      const after = written(update, item);
      if (!after && !(at in allowed)) continue;
      const [model, code] = [allowed[at], after].map((record) => JSON.stringify(record));
      if (model !== code && apart.length < 10)
        apart.push(
          `${operation} ${JSON.stringify(given)} on ${JSON.stringify(records[at])}: model ${model}, code ${code}`,
        );
    }
  }
  expect(apart).toEqual([]);
});
