import { type Options, simulate } from './simulate';
import type { Deployed } from './world/deployed';

/** The work of a process: every `step`-th seed of a range. */
export interface Work {
  readonly deployed: Deployed;
  readonly from: number;
  readonly below: number;
  readonly step: number;
  readonly options: Pick<Options, 'only' | 'under'>;
}

/** What it says now and then, of the seeds since it last did. */
export interface Progress {
  readonly done: number;
  /** In how many lives each of SEEN was. */
  readonly seen: readonly (readonly [what: string, lives: number])[];
  /** The rows of each outcome, and the failed runs and rejected lists. */
  readonly endings: readonly (readonly [ending: string, count: number])[];
  readonly failed: readonly { readonly seed: number; readonly why: string }[];
}

const TELL_EVERY = 100;

/** One process of run.ts. */
async function work({ deployed, from, below, step, options }: Work): Promise<void> {
  // Most errors here are expected, and their stacks are not read.
  Error.stackTraceLimit = 0;
  let done = 0;
  const seen = new Map<string, number>();
  const endings = new Map<string, number>();
  let failed: { seed: number; why: string }[] = [];
  const tell = () => {
    process.send!({ done, failed, seen: [...seen], endings: [...endings] } satisfies Progress);
    seen.clear();
    endings.clear();
    done = 0;
    failed = [];
  };
  for (let seed = from; seed < below; seed += step) {
    try {
      const { violation, seen: of, outcomes } = await simulate(seed, deployed, options);
      for (const what of of) seen.set(what, (seen.get(what) ?? 0) + 1);
      for (const [ending, count] of Object.entries(outcomes)) endings.set(ending, (endings.get(ending) ?? 0) + count);
      if (violation) failed.push({ seed, why: `${violation.invariant}: ${violation.what}` });
    } catch (error) {
      failed.push({ seed, why: String(error) });
    }
    if (++done % TELL_EVERY === 0) tell();
  }
  tell();
  process.disconnect();
}

process.once('message', (message) => void work(message as Work));
