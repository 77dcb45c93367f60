import type { RunRecord } from '../../lambda-src/domain/campaign/run-record';

/** A run of a campaign, with its folder and list in the bucket. */
export type Reported = Pick<RunRecord, 'run' | 'folder' | 'listKey'>;

export const RUN_OPTION = { run: { type: 'string' } } as const;

/** Finds the run of --run; throws MM701 if there is none. */
export function numberedRun(runs: readonly RunRecord[], wanted: string): RunRecord {
  const found = /^\d+$/.test(wanted) ? runs.find(({ run }) => run === Number(wanted)) : undefined;
  if (found) return found;
  throw new Error(`MM701: --run must be a number from 1 to ${runs.at(-1)?.run ?? 0}, got ${wanted}`);
}
