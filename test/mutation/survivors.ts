import { readFileSync } from 'node:fs';
import type { Mutant } from './stryker';

/**
 * Why a mutant may survive the nearest tests. `equivalent`: no behavior differs. `simulation`, `deployed`, `test`: another
 * layer holds it, which `because` names.
 */
export const REASONS = ['equivalent', 'simulation', 'deployed', 'test'] as const;

export interface Survivor extends Pick<Mutant, 'file' | 'line' | 'mutator' | 'original' | 'replacement'> {
  readonly reason: (typeof REASONS)[number];
  readonly because: string;
}

export interface Survivors {
  /** Modules of which every survivor has a reason. */
  readonly floor: readonly string[];
  readonly survivors: readonly Survivor[];
}

export const SURVIVORS = 'test/mutation/survivors.json';

export const readSurvivors = (text = readFileSync(SURVIVORS, 'utf8')): Survivors => JSON.parse(text) as Survivors;

/** What finds a mutant again, wherever its line has moved to. */
export const nameOf = ({ file, line, mutator, original, replacement }: Omit<Mutant, 'location'>): string =>
  [file, line, mutator, original, replacement].join('\n');

/** Survivors without a reason, and reasons without a survivor, of files that were tested as a whole. */
export function compare<M extends Omit<Mutant, 'location'>>(
  survived: readonly M[],
  whole: readonly string[],
  { survivors }: Survivors,
): { readonly unexplained: M[]; readonly stale: Survivor[] } {
  const known = new Set(survivors.map(nameOf));
  const found = new Set(survived.map(nameOf));
  return {
    unexplained: survived.filter((one) => !known.has(nameOf(one))),
    stale: survivors.filter((one) => whole.includes(one.file) && !found.has(nameOf(one))),
  };
}
