import type { CampaignRecord } from '../../lambda-src/domain/campaign/campaign';
import { countsOfCampaign } from '../../lambda-src/domain/campaign/campaign-counts';
import type { CampaignCounts } from '../../lambda-src/domain/campaign/counts';
import { isRejected, isUnfinished, type RunRecord, readRuns } from '../../lambda-src/domain/campaign/run-record';
import { campaignDigest } from '../../lambda-src/domain/ledger/keys';
import { countWhere } from '../../lambda-src/domain/outcomes';
import type { Counts } from '../../src/private/contract';
import { keyBeside } from './again';
import type { Operator } from './operator';
import { statusOf } from './runs';

/** A campaign with all its runs, oldest first. */
export interface Known {
  readonly record: CampaignRecord;
  readonly campaign: string;
  readonly digest: string;
  readonly runs: readonly RunRecord[];
}

export async function knownCampaign(name: string, operator: Operator): Promise<Known> {
  const record = await operator.known(name);
  const { campaign } = record;
  const digest = campaignDigest(campaign);
  return { record, campaign, digest, runs: await readRuns({ campaignDigest: digest }, operator.control.store) };
}

/** Whether the run has not ended and its execution is still running. */
export const isUnderWay = async (run: RunRecord, operator: Operator): Promise<boolean> =>
  isUnfinished(run) && (await statusOf(run.execution, operator)) === 'RUNNING';

/** The newest run of each list of a campaign, without rejected lists. */
export function newestOfLists(runs: readonly RunRecord[]): readonly RunRecord[] {
  const newest = new Map<string, RunRecord>();
  for (const run of runs) {
    if (!isRejected(run)) newest.set(run.listKey, run);
    // Plan rejected the same version of the list, so no run over it can send.
    else if (run.state === 'rejected' && newest.get(run.listKey)?.sequencer === run.sequencer)
      newest.delete(run.listKey);
  }
  return [...newest.values()].sort((a, b) => a.run - b.run);
}

/** Whether a later run over this run's retry file has settled. */
export const isRetried = (run: RunRecord, runs: readonly RunRecord[]): boolean =>
  runs.some(({ listKey, state }) => listKey === keyBeside(run, 'retry') && state === 'settled');

/** The campaign's counts: the outcome of each recipient, counted once. */
export const countsOf = ({ digest, runs }: Known, { control }: Operator): Promise<CampaignCounts> =>
  countsOfCampaign(digest, runs, control.store);

/** Whether no recipient of the campaign is left to retry, by exact counts. */
export const isDone = ({ counts, approximate }: CampaignCounts): boolean =>
  !approximate && countWhere(counts, ({ file }) => file === 'retry') === 0;

/** Whether `resume` starts a new run for the recipients of these counts, which are those of a list's last report. */
export const isResumed = (counts: Partial<Counts> = {}): boolean => countWhere(counts, ({ resumed }) => resumed) > 0;
