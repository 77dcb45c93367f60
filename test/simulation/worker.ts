import type { Deployed } from './deployed';
import type { Invariant } from './judge';
import { simulate } from './simulate';

/** What a process is to do: every so many seeds of a range. */
export interface Work {
  readonly deployed: Deployed;
  readonly from: number;
  readonly below: number;
  readonly step: number;
  readonly only?: Invariant;
}

/** What it says now and then, of the seeds since it last did. */
export interface Progress {
  readonly done: number;
  readonly failed: readonly { readonly seed: number; readonly why: string }[];
}

const TELL_EVERY = 100;

/** One process of run.ts. */
async function work({ deployed, from, below, step, only }: Work): Promise<void> {
  // Most errors here are expected, and nobody reads where they came from.
  Error.stackTraceLimit = 0;
  let done = 0;
  let failed: { seed: number; why: string }[] = [];
  const tell = () => {
    process.send!({ done, failed } satisfies Progress);
    done = 0;
    failed = [];
  };
  for (let seed = from; seed < below; seed += step) {
    try {
      const { violation } = await simulate(seed, deployed, { only });
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
