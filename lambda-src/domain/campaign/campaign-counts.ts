import type { Store } from '../ledger/store';
import { formatCount } from '../text/format-count';
import { type CampaignCounts, campaignCounts, readCounts } from './counts';
import { isRejected, type RunRecord } from './run-record';

/** Returns the campaign's counts, with each recipient counted once. `runs` must be all runs of the campaign. */
export async function countsOfCampaign(
  campaignDigest: string,
  runs: readonly RunRecord[],
  store: Store,
): Promise<CampaignCounts> {
  const counted = runs
    .filter((run) => !isRejected(run))
    .map(({ run, sending, listKey, sequencer }) => ({ run, sending, list: `${listKey} ${sequencer}` }));
  return campaignCounts(await readCounts(campaignDigest, store), counted);
}

/** Formats the counts on one line. */
export function countsWords({ recipients, counts, approximate }: CampaignCounts): string {
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${outcome.replaceAll('_', ' ')} ${formatCount(count)}`);
  const about = approximate ? 'about ' : '';
  return `${about}${formatCount(recipients)} recipients${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}
