import { OUTCOMES } from '../../src/private/contract';
import { deployed } from './deployed';
import { type Ending, simulate } from './simulate';

const SEEDS = 10_000;
const mailer = deployed();

test(`no promise is broken in ${SEEDS} seeds`, async () => {
  const failed: string[] = [];
  const seen = new Map<Ending, number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violation, outcomes } = await simulate(seed, mailer);
    if (violation) failed.push(`seed ${seed} breaks "${violation.invariant}": ${violation.what}`);
    for (const [outcome, count] of Object.entries(outcomes)) {
      seen.set(outcome as Ending, (seen.get(outcome as Ending) ?? 0) + count);
    }
  }
  expect(failed).toEqual([]);

  // And much has happened in them.
  const expected = [...OUTCOMES, 'failed', 'refused list'];
  expect(
    [...seen]
      .filter(([, count]) => count > SEEDS / 100)
      .map(([outcome]) => outcome)
      .sort(),
  ).toEqual(expected.sort());
});

test('a seed is always the same life', async () => {
  const told = async (seed: number) => {
    const lines: string[] = [];
    await simulate(seed, mailer, { listener: (line) => lines.push(line) });
    return lines;
  };
  const others = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const lines = await told(seed);
    expect(await told(seed)).toEqual(lines);
    others.add(lines.join('\n'));
  }
  expect(others.size).toBe(20);
});
