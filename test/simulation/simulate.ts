import type { Violation } from './judge/judge';
import type { Ending } from './judge/reports';
import type { Seen } from './judge/seen';
import { Life, type Options } from './lives/life';
import type { Deployed } from './world/deployed';

export type { Ending } from './judge/reports';
export type { Options } from './lives/life';

export interface Simulated {
  readonly seed: number;
  readonly violation?: Violation;
  readonly steps: number;
  /** Of the rows of all reports; and how many runs failed, and lists were rejected. */
  readonly outcomes: { readonly [outcome in Ending]?: number };
  readonly seen: ReadonlySet<Seen>;
}

/** One life, by its seed: the same seed is the same life. */
export async function simulate(seed: number, deployed: Deployed, options: Options = {}): Promise<Simulated> {
  const life = new Life(seed, deployed, options);
  await life.live();
  const { judge, world, reports, seen } = life;
  return { seed, violation: judge.violation, steps: world.steps, outcomes: reports.outcomes, seen };
}
