import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isRenewing } from '../support/renewing';

/** Jest itself over files of tests, and then what `npm test` makes of its results. */
const ROOT = path.resolve(__dirname, '..', '..');
const JEST = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'results-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

interface Part {
  readonly passed: number;
  readonly failed: number;
  readonly again: number;
  readonly tests: number;
  readonly problems: readonly string[];
}

/** The parts of a run, each a file of tests, in that order. */
function partsOf(floors: { readonly [part: string]: number }, ...parts: readonly [string, string][]): readonly Part[] {
  const written = parts.map(([name, source], at) => {
    fs.writeFileSync(path.join(folder, 'one.test.js'), source);
    fs.writeFileSync(path.join(folder, 'jest.config.json'), '{}');
    const file = path.join(folder, `${at}.json`);
    spawnSync(process.execPath, [JEST, '--ci', '--silent', '--json', `--outputFile=${file}`], { cwd: folder });
    return [name, file];
  });
  const script = `import { Results } from ${JSON.stringify(path.join(ROOT, 'scripts', 'results.mjs'))};
    const results = new Results(${JSON.stringify(floors)});
    console.log(JSON.stringify(${JSON.stringify(written)}.map(([name, file]) => results.part(name, file))));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

const TWO = "test('a', () => {}); test('b', () => {});";

test('tests that pass are counted, and a second run of one is not', () => {
  const [first, second] = partsOf({ unit: 2, again: 2 }, ['unit', TWO], ['again', `${TWO} test('c', () => {});`]);
  expect(first).toEqual({ passed: 2, failed: 0, again: 0, tests: 2, problems: [] });
  expect(second).toEqual({ passed: 1, failed: 0, again: 2, tests: 3, problems: [] });
});

test.each([
  ['.only', "test.only('a', () => {}); test('b', () => {});", 'pending', 'b'],
  ['.skip', "test('a', () => {}); test.skip('b', () => {});", 'pending', 'b'],
  ['.todo', "test('a', () => {}); test.todo('b');", 'todo', 'b'],
  ['a skipped block', "test('a', () => {}); describe.skip('of', () => test('b', () => {}));", 'pending', 'of b'],
])('%s fails the run', (_, source, status, name) => {
  const [part] = partsOf({ unit: 1 }, ['unit', source]);
  expect(part).toMatchObject({ passed: 1, failed: 1, tests: 1 });
  expect(part!.problems).toEqual([expect.stringMatching(`^MM931: .*one.test.js: "${name}" must run, got ${status}`)]);
});

test('fewer tests than the floor, and a part without one, fail the run', () => {
  const [below, none] = partsOf({ unit: 3 }, ['unit', TWO], ['new', TWO]);
  expect(below).toMatchObject({ failed: 1, problems: [expect.stringMatching(/^MM932: unit: must have 3 .* got 2/)] });
  expect(none).toMatchObject({ failed: 1, problems: [expect.stringMatching(/^MM932: new: .* got none/)] });
});

test('a failed test, a file that does not load, and no results fail the run', () => {
  const [failed, broken] = partsOf(
    { unit: 1, broken: 0 },
    ['unit', "test('a', () => { throw new Error(); });"],
    ['broken', 'throw new Error();'],
  );
  expect(failed).toMatchObject({ passed: 0, failed: 1 });
  expect(broken).toMatchObject({ passed: 0, failed: 1 });
  expect(JSON.parse(inScripts("new Results({}).part('x', 'none.json')"))).toMatchObject({ passed: 0, failed: 1 });
});

test('floors are raised, and not lowered', () => {
  expect(JSON.parse(inScripts('raised({ unit: 3, security: 2 }, { unit: 2, security: 5, new: 1 })'))).toEqual({
    unit: 3,
    security: 5,
    new: 1,
  });
});

test('golden files are renewed by `npx projen golden`, and never under CI', () => {
  expect(isRenewing({})).toBe(false);
  expect(isRenewing({ CI: '1' })).toBe(false);
  expect(isRenewing({ MAILMATRIX_GOLDEN: 'renew' })).toBe(true);
  expect(() => isRenewing({ MAILMATRIX_GOLDEN: 'renew', CI: '1' })).toThrow('not renewed under CI');
  expect(() => isRenewing({ MAILMATRIX_GOLDEN: '1' })).toThrow('must be "renew"');
  const asking = fs
    .globSync('test/!(floor|newest)/**/*.ts', { cwd: ROOT })
    .filter((file) => fs.readFileSync(path.join(ROOT, file), 'utf8').includes(['env', 'MAILMATRIX_GOLDEN'].join('.')));
  expect(asking).toEqual([path.join('test', 'support', 'renewing.ts')]);
});

test('no task and no part passes without tests', () => {
  for (const file of ['.projen/tasks.json', 'package.json', 'scripts/from-nothing.mjs']) {
    expect([file, fs.readFileSync(path.join(ROOT, file), 'utf8').includes('passWithNoTests')]).toEqual([file, false]);
  }
});

function inScripts(expression: string): string {
  const script = `import { Results, raised } from ${JSON.stringify(path.join(ROOT, 'scripts', 'results.mjs'))};
    console.log(JSON.stringify(${expression}));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}
