import { MUTANTS } from './mutants/mutants';
import { type Simulated, simulate } from './simulate';
import { deployed } from './world/deployed';

/** The rarest shows in about one of a thousand. */
const SEEDS = 10_000;
const mailer = deployed();

test.each(MUTANTS.map((mutant) => [mutant.what, mutant] as const))('caught: %s', async (_what, mutant) => {
  const { breaks, change, under } = mutant;
  let caught: Simulated | undefined;
  for (let seed = 1; seed <= SEEDS && !caught; seed++) {
    const simulated = await simulate(seed, mailer, { change, under, only: breaks });
    if (simulated.violation) caught = simulated;
  }
  expect(caught?.violation?.invariant).toBe(breaks);
  // It is the mistake and not the circumstances: the code as it is keeps its promises in them.
  expect((await simulate(caught!.seed, mailer, { under })).violation).toBeUndefined();
});
