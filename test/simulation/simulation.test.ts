import { OUTCOMES } from '../../src/private/contract';
import { SEEN, type Seen } from './judge/seen';
import { type Ending, simulate } from './simulate';
import { deployed } from './world/deployed';

const SEEDS = 10_000;
const mailer = deployed();

test(`no promise is broken in ${SEEDS} seeds`, async () => {
  const failed: string[] = [];
  const ended = new Map<Ending, number>();
  const held = new Map<Seen, number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violation, outcomes, seen } = await simulate(seed, mailer);
    if (violation) failed.push(`seed ${seed} breaks "${violation.invariant}": ${violation.what}`);
    for (const [outcome, count] of Object.entries(outcomes)) {
      ended.set(outcome as Ending, (ended.get(outcome as Ending) ?? 0) + count);
    }
    for (const what of seen) held.set(what, (held.get(what) ?? 0) + 1);
  }
  expect(failed).toEqual([]);

  // And much has happened in them.
  const expected = [...OUTCOMES, 'failed', 'rejected list'];
  expect(
    [...ended]
      .filter(([, count]) => count > SEEDS / 100)
      .map(([outcome]) => outcome)
      .sort(),
  ).toEqual(expected.sort());
  const shares = SEEN.map((what) => [what, (100 * (held.get(what) ?? 0)) / SEEDS] as const);
  process.stdout.write(`${shares.map(([what, share]) => `${share.toFixed(1).padStart(5)} %  ${what}`).join('\n')}\n`);
  expect(shares.filter(([, share]) => share < 1)).toEqual([]);
});

test(`nor in ${SEEDS / 20} in which runs wait for somebody’s word`, async () => {
  const approving = deployed({ approval: true });
  const failed: string[] = [];
  for (let seed = 1; seed <= SEEDS / 20; seed++) {
    const { violation } = await simulate(seed, approving, { under: { approving: true } });
    if (violation) failed.push(`seed ${seed} breaks "${violation.invariant}": ${violation.what}`);
  }
  expect(failed).toEqual([]);
});

test('a machine that does not wait for it is found out', async () => {
  const found = await simulate(2, mailer, { under: { approving: true }, only: 'approval' });
  expect(found.violation?.invariant).toBe('approval');
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
