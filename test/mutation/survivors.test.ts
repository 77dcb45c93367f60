import { existsSync, readFileSync } from 'node:fs';
import { baseCommit, fileAt } from './changes';
import { gateModules } from './modules';
import { compare, nameOf, REASONS, readSurvivors, SURVIVORS, type Survivor, type Survivors } from './survivors';

const { floor, survivors } = readSurvivors();
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim());

test('the floor is of modules that the gate knows', () => {
  const known = gateModules();
  expect(floor.filter((file) => !known.includes(file))).toEqual([]);
  expect(new Set(floor).size).toBe(floor.length);
});

test('each survivor has a reason, once, and another layer that holds it is named by its file', () => {
  expect(new Set(survivors.map(nameOf)).size).toBe(survivors.length);
  for (const { reason, because } of survivors) {
    expect(REASONS).toContain(reason);
    expect(because.length).toBeGreaterThan(20);
    if (reason === 'equivalent') continue;
    const [file] = /test\/[\w./-]+\.ts/.exec(because) ?? [];
    expect({ because, exists: file !== undefined && existsSync(file) }).toEqual({ because, exists: true });
  }
});

test('each survivor is of code that is there', () => {
  const gone = survivors.filter(
    ({ file, line }) => !existsSync(file) || !linesOf(readFileSync(file, 'utf8')).includes(line),
  );
  expect(gone).toEqual([]);
});

/** Entries that a list has and must not have beside an older one; `before` says what a file was like then. */
function grown(now: Survivors, older: string | undefined, before: (file: string) => string | undefined) {
  if (older === undefined) return [];
  const then = readSurvivors(older);
  const known = new Set(then.survivors.map(nameOf));
  // Code that is new, and modules that enter the floor, may bring their own. Outside the floor a draw may find more
  // changes to which no behavior differs.
  const mayBring = ({ file, reason }: Survivor) =>
    !then.floor.includes(file) && (reason === 'equivalent' || now.floor.includes(file));
  return now.survivors.filter(
    (one) => !known.has(nameOf(one)) && !mayBring(one) && linesOf(before(one.file) ?? '').includes(one.line),
  );
}

test('the list only shrinks: code that did not change gets a test, and no entry', () => {
  const base = baseCommit();
  if (base === undefined) return;
  expect(grown({ floor, survivors }, fileAt(base, SURVIVORS), (file) => fileAt(base, file))).toEqual([]);
});

test('no module leaves the floor', () => {
  const base = baseCommit();
  const older = base && fileAt(base, SURVIVORS);
  if (!older) return;
  expect(readSurvivors(older).floor.filter((file) => existsSync(file) && !floor.includes(file))).toEqual([]);
});

describe('what is compared', () => {
  const one: Survivor = {
    ...{
      file: 'a.ts',
      line: 'if (a > b) return;',
      mutator: 'EqualityOperator',
      original: 'a > b',
      replacement: 'a >= b',
    },
    ...{ reason: 'equivalent', because: 'a and b are never equal' },
  };
  const list = (...of: Survivor[]) => ({ floor: ['a.ts'], survivors: of });
  const text = JSON.stringify(list());

  test('a survivor without an entry is unexplained, by whatever it differs', () => {
    expect(compare([one], ['a.ts'], list(one))).toEqual({ unexplained: [], stale: [] });
    for (const other of ['file', 'line', 'mutator', 'original', 'replacement'] as const)
      expect(compare([{ ...one, [other]: 'x' }], [], list(one)).unexplained).toHaveLength(1);
  });

  test('an entry of which the mutant was caught is stale, where its module was tested as a whole', () => {
    expect(compare([], ['a.ts'], list(one)).stale).toEqual([one]);
    expect(compare([], [], list(one)).stale).toEqual([]);
  });

  test('an entry for old code makes the list grow, one for new code does not', () => {
    const other: Survivor = { ...one, file: 'b.ts', reason: 'simulation' };
    for (const entry of [one, other]) {
      expect(grown(list(entry), text, () => `  ${one.line}\n`)).toEqual([entry]);
      expect(grown(list(entry), text, () => 'if (a < b) return;\n')).toEqual([]);
      expect(grown(list(entry), text, () => undefined)).toEqual([]);
      expect(grown(list(entry), JSON.stringify(list(entry)), () => one.line)).toEqual([]);
    }
    expect(grown(list({ ...other, reason: 'equivalent' }), text, () => one.line)).toEqual([]);
    // A module that enters the floor brings its entries.
    expect(grown({ floor: ['a.ts', 'b.ts'], survivors: [other] }, text, () => one.line)).toEqual([]);
  });
});
