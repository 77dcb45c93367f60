// Evaluates jest's results for `npm test`: tests that ran, ran twice, or should have run and did not.
import { existsSync, readFileSync } from 'node:fs';

/** Yields every test of a run by name; equal names in one file are distinguished by their order. */
function* testsOf({ testResults }) {
  for (const { name: file, assertionResults } of testResults) {
    const seen = new Map();
    for (const { fullName, status } of assertionResults) {
      const nth = seen.get(fullName) ?? 0;
      seen.set(fullName, nth + 1);
      yield { file, fullName, status, id: `${file}\n${fullName}\n${nth}` };
    }
  }
}

const RAN = new Set(['passed', 'failed']);

/** Counts the tests of a run's parts. `floors` has the minimum number of each part. */
export class Results {
  ran = new Set();

  constructor(floors) {
    this.floors = floors;
  }

  /** Reads jest's results of a part: passed tests, counted once over all parts, and failures. */
  part(name, file) {
    if (!existsSync(file)) return { passed: 0, failed: 1, again: 0, tests: 0, problems: [] };
    const results = JSON.parse(readFileSync(file, 'utf8'));
    const all = [...testsOf(results)];
    const ran = all.filter(({ status }) => RAN.has(status));
    const passed = ran.filter(({ status }) => status === 'passed');
    const first = passed.filter(({ id }) => !this.ran.has(id));
    for (const { id } of ran) this.ran.add(id);
    const problems = [
      ...all.filter(({ status }) => !RAN.has(status)).map(notRun),
      ...this.belowFloor(name, ran.length),
    ];
    // A test file that does not load counts as a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + problems.length;
    return { passed: first.length, failed, again: passed.length - first.length, tests: ran.length, problems };
  }

  belowFloor(name, tests) {
    const floor = this.floors[name];
    const how =
      'To change the floor: `node scripts/from-nothing.mjs floors` after a run, or by hand if tests are gone for good';
    if (floor === undefined)
      return [`MM932: ${name}: test/floors.json must have its number of tests, got none. ${how}`];
    return tests < floor ? [`MM932: ${name}: must have ${floor} tests or more, got ${tests}. ${how}`] : [];
  }
}

const notRun = ({ file, fullName, status }) =>
  `MM931: ${file}: "${fullName}" must run, got ${status}. Remove the .only, .skip or .todo that leaves it out`;

/** Returns the floors, raised to the number of tests that ran; none is lowered. */
export const raised = (floors, tests) =>
  Object.fromEntries(Object.entries(tests).map(([name, count]) => [name, Math.max(floors[name] ?? 0, count)]));
