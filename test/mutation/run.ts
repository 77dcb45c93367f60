import { parseArgs } from 'node:util';
import { pick, random } from '../../local/random';
import { baseCommit, changedLines, type Lines } from './changes';
import { gateModules, nearestTests, nightlyModules } from './modules';
import { isCaught, type Mutant, Stryker, type Tested } from './stryker';
import { compare, nameOf, readSurvivors } from './survivors';

const USAGE = `Usage: npx projen mutate [FILE…] [options]

Changes the code at one point at a time and runs the nearest tests. Without a file: what changed since main. Of modules
in the floor (test/mutation/survivors.json) that is the whole module, of others the changed lines. A survivor without a
reason there fails the run, of other modules only on a pull request or with --base; else they are printed.

  --nightly         every module of the nightly run, as a whole
  --sample N        N mutants of modules outside the floor, drawn by a seed; all unit tests may catch them
  --seed S          that seed; else one by the clock, which is printed
  --nearest         only by the tests that carry the module's name
  --base COMMIT     what to compare with
  --minutes M       the longest time, 10 by default; what is left is named
  --json            prints survivors without a reason as entries of survivors.json
`;

/** What is to be tested of a module. */
interface Work {
  readonly file: string;
  /** All of it, where undefined. */
  readonly lines?: Lines;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{
      nightly: { type: 'boolean' },
      nearest: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
    ...{ sample: { type: 'string' }, seed: { type: 'string' }, base: { type: 'string' } },
    minutes: { type: 'string', default: '10' },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const at = ({ file, location }: Mutant): string => `${file}:${location.start.line}:${location.start.column}`;
const describe = (mutant: Mutant): string =>
  `${at(mutant)} ${mutant.mutator}\n    - ${mutant.original}\n    + ${mutant.replacement.replace(/\s+/g, ' ').slice(0, 200)}`;

const known = readSurvivors();
const stryker = new Stryker();
const ends = Date.now() + Number(values.minutes) * 60_000;

/** False where the time was up first. */
async function inTime(work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, ends - Date.now()));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function changes(base: string): Work[] {
  say(`compared with ${base}`);
  const changed = changedLines(base);
  return gateModules().flatMap((file) => {
    const lines = changed.get(file);
    if (!lines) return [];
    return known.floor.includes(file) ? [{ file }] : [{ file, lines }];
  });
}

/** Whether it begins in one of these lines. */
const isIn = (lines: Lines | undefined, { location: { start } }: Mutant): boolean =>
  !lines || lines.some(([from, to]) => start.line >= from && start.line <= to);

/** Every mutant of these files, and the files that Stryker cannot change. */
async function discover(files: readonly string[]): Promise<{ mutants: Mutant[]; unreadable: string[] }> {
  try {
    return { mutants: await stryker.discover(files), unreadable: [] };
  } catch (error) {
    if (files.length === 1) {
      say(`${files[0]}: ${(error as Error).message}`);
      return { mutants: [], unreadable: [...files] };
    }
  }
  const each = [];
  for (const file of files) each.push(await discover([file]));
  return {
    mutants: each.flatMap(({ mutants }) => mutants),
    unreadable: each.flatMap(({ unreadable }) => unreadable),
  };
}

/** By the nearest tests first; what they leave, by the others. */
async function testModule(
  file: string,
  wanted: readonly Mutant[],
  whole: boolean,
): Promise<{ found: Tested[]; finished: boolean }> {
  const found = new Map<string, Tested>();
  const idOf = (one: Mutant): string => at(one) + nameOf(one);
  const ids = new Set(wanted.map(idOf));
  let ranges = whole ? [] : wanted.map(({ location }) => location);
  const nearest = nearestTests(file);
  for (const tests of values.nearest ? nearest.slice(0, 1) : nearest) {
    const keep = (one: Tested) => {
      const before = found.get(idOf(one));
      // A range covers every mutant in it, also those that the tests before have caught.
      if (ids.has(idOf(one)) && !(before && isCaught(before))) found.set(idOf(one), one);
    };
    const finished = await inTime(stryker.test(file, tests, ranges, keep)).catch((error: Error) => {
      // The tests fail without a change: their own run says which, and why.
      say(`${file}: ${error.message}`);
      return false;
    });
    if (!finished) return { found: [...found.values()], finished };
    ranges = [...found.values()].filter((one) => !isCaught(one)).map(({ location }) => location);
    if (ranges.length === 0) break;
  }
  return { found: [...found.values()], finished: found.size === ids.size };
}

/** What is merged already must not fail another change. GitHub names the target of a pull request. */
const isProposed = values.base !== undefined || Boolean(process.env.GITHUB_BASE_REF);

/** `strict`: survivors outside the floor fail the run too. */
async function gate(given: readonly Work[], strict = false): Promise<number> {
  if (given.length === 0) {
    say('no module of the gate changed');
    return 0;
  }
  const { mutants, unreadable } = await discover(given.map(({ file }) => file));
  const expected = ({ file, lines }: Work) => mutants.filter((one) => one.file === file && isIn(lines, one));
  // Of types alone there is nothing to test. The floor goes first: it decides.
  const rank = ({ file }: Work): number => (known.floor.includes(file) ? 0 : 1);
  const all = given.filter((work) => expected(work).length > 0).sort((a, b) => rank(a) - rank(b));
  const tested: Tested[] = [];
  const whole: string[] = [];
  const left: string[] = unreadable.map((file) => `${file} (which Stryker cannot change)`);
  for (const { file, lines } of all) {
    if (Date.now() >= ends) {
      left.push(file);
      continue;
    }
    const begun = Date.now();
    const wanted = expected({ file, lines });
    const { found: counted, finished } = await testModule(file, wanted, !lines);
    tested.push(...counted);
    if (!finished) left.push(`${file} (${wanted.length - counted.length} of ${wanted.length} mutants)`);
    else if (!lines) whole.push(file);
    const survived = counted.filter((one) => !isCaught(one));
    say(
      `${file}: ${counted.length} mutants, ${survived.length} survived, ${Math.round((Date.now() - begun) / 1000)} s`,
    );
  }
  const survived = tested.filter((one) => !isCaught(one) && one.status !== 'CompileError');
  const { unexplained, stale } = compare(survived, whole, known);
  const failures = unexplained.filter(({ file }) => strict || known.floor.includes(file));
  for (const one of unexplained) {
    const word = failures.includes(one)
      ? 'FAILURE: no test catches this, and no reason is given'
      : 'no test catches this';
    say(`\n${word}: ${describe(one)}`);
  }
  for (const one of stale)
    say(`\nin survivors.json, and caught or gone; remove it: ${nameOf(one).replace(/\n/g, ' | ')}`);
  if (values.json)
    say(
      JSON.stringify(
        unexplained.map(({ file, line, mutator, original, replacement }) => ({
          file,
          line,
          mutator,
          original,
          replacement,
          reason: '',
          because: '',
        })),
        null,
        2,
      ),
    );
  if (left.length > 0) {
    const words = `not tested within ${values.minutes} minutes: ${left.join(', ')}`;
    say(process.env.GITHUB_ACTIONS ? `::warning::${words}` : `\n${words}`);
  }
  say(
    `\n${tested.length} mutants of ${all.length} modules, ${survived.length} survived, ${failures.length} to be caught or explained, ${stale.length} reasons too many, ${left.length} modules not finished`,
  );
  // A gate that tested nothing has not passed.
  if (all.length > 0 && tested.length === 0 && left.length > 0) return 1;
  return failures.length + stale.length > 0 ? 1 : 0;
}

/** Slips that a developer might make, drawn by a seed, outside of what is held already. */
async function sample(count: number): Promise<{ drawn: number; tested: number; caught: number }> {
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const files = gateModules().filter((file) => !known.floor.includes(file));
  const explained = new Set(known.survivors.map(nameOf));
  const all = (await discover(files)).mutants.filter((one) => !explained.has(nameOf(one)));
  say(`seed ${seed}: ${count} of ${all.length} mutants of ${files.length} modules outside the floor`);
  const next = random(seed);
  const drawn = new Set<Mutant>();
  while (drawn.size < Math.min(count, all.length)) drawn.add(pick(all, next));
  let caught = 0;
  let done = 0;
  for (const mutant of drawn) {
    if (Date.now() >= ends) break;
    let result: Tested | undefined;
    let by = 'the nearest tests';
    const nearest = nearestTests(mutant.file);
    for (const tests of [...nearest, []]) {
      if (result && isCaught(result)) break;
      by = tests.length > 0 ? 'the nearest tests' : 'other unit tests';
      const keep = (one: Tested) => {
        if (nameOf(one) === nameOf(mutant) && at(one) === at(mutant)) result = one;
      };
      const finished = await inTime(stryker.test(mutant.file, tests, [mutant.location], keep)).catch(() => false);
      if (!finished) break;
    }
    done += 1;
    if (result && isCaught(result)) caught += 1;
    say(
      `${result && isCaught(result) ? `caught by ${by}` : `NOT CAUGHT (${result?.status ?? 'not tested in time'})`}: ${describe(mutant)}`,
    );
  }
  say(`\n${caught} of ${drawn.size} caught, ${drawn.size - done} not tested`);
  return { drawn: drawn.size, tested: done, caught };
}

/** In a clone with one commit there is nothing to compare with. */
const SAMPLE_WITHOUT_BASE = 20;

async function main(): Promise<number> {
  if (values.help) {
    say(USAGE);
    return 0;
  }
  if (values.sample !== undefined) {
    const { drawn, caught } = await sample(Number(values.sample));
    return caught === drawn ? 0 : 1;
  }
  if (values.nightly) return gate(nightlyModules().map((file) => ({ file })));
  if (positionals.length > 0) return gate(positionals.map((file) => ({ file })));
  const base = values.base ?? baseCommit();
  if (base !== undefined) return gate(changes(base), isProposed);
  say('no commit to compare with; a sample is tested instead');
  // There is no change to judge: it says how the tests stand.
  return (await sample(SAMPLE_WITHOUT_BASE)).tested > 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
