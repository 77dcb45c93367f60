import { campaignCounts, readCounts } from '../../lambda-src/core/counts';
import { campaignDigest } from '../../lambda-src/core/keys';
import { type RecipientRecord, STATE } from '../../lambda-src/core/record';
import { readRuns } from '../../lambda-src/core/run-record';
import type { Store } from '../../lambda-src/core/store';

/**
 * What is wrong with the counts of a campaign whose runs are over: each recipient is to be in them once. A proof that came
 * after the follow-up of the run that reported the doubt last is not in them, nor in any report.
 */
export async function wrongCounts(
  campaign: string,
  records: readonly RecipientRecord[],
  store: Store,
): Promise<{ readonly exact: boolean; readonly wrong?: string }> {
  const digest = campaignDigest(campaign);
  const runs = (await readRuns({ campaignDigest: digest }, store))
    .filter(({ state, refusalCode }) => state !== 'refused' && refusalCode === undefined)
    .map(({ run, sending, listKey, sequencer }) => ({ run, sending, list: `${listKey} ${sequencer}` }));
  const { counts, recipients, approximate } = campaignCounts(await readCounts(digest, store), runs);
  if (approximate) return { exact: false };
  const of = (...states: string[]) => records.filter(({ state }) => states.includes(state));
  const late = of(STATE.sent).filter(
    ({ countedAs, countedIn, sending }) => countedAs === 'in_doubt' && countedIn! >= sending,
  );
  const expected = {
    recipients: records.length,
    sent: of(STATE.sent).length - late.length,
    in_doubt: of(STATE.inDoubt).length + late.length,
    refused: of(STATE.refused).length,
    other: of(STATE.open, STATE.claimed).length,
  };
  const { sent, in_doubt, refused, suppressed, not_attempted } = counts;
  const said = { recipients, sent, in_doubt, refused, other: suppressed + not_attempted };
  const [is, should] = [JSON.stringify(said), JSON.stringify(expected)];
  return { exact: true, ...(is === should ? {} : { wrong: `${campaign} counts ${is}, its records say ${should}` }) };
}
