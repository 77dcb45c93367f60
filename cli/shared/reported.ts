import type { RunRecord } from '../../lambda-src/domain/campaign/run-record';

/** A run of a campaign, by what lies in the bucket of it. */
export type Reported = Pick<RunRecord, 'run' | 'folder' | 'listKey'>;

export const RUN_OPTION = { run: { type: 'string' } } as const;

/** A run by the number that was given. */
export function numberedRun(runs: readonly RunRecord[], wanted: string): RunRecord {
  const found = /^\d+$/.test(wanted) ? runs.find(({ run }) => run === Number(wanted)) : undefined;
  if (found) return found;
  throw new Error(`MM701: --run must be a number from 1 to ${runs.at(-1)?.run ?? 0}, got ${wanted}`);
}
