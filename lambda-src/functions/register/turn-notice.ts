import type { RunRef, TurnInput } from '../../../src/private/contract';
import { campaignLabel } from '../../domain/campaign/campaign';
import { countsOfCampaign, countsWords } from '../../domain/campaign/campaign-counts';
import { readRuns } from '../../domain/campaign/run-record';
import type { Store } from '../../domain/ledger/store';
import type { Notices } from '../../domain/ports';
import { escapeControlCharacters } from '../../domain/text/escape-control-characters';
import { formatCount } from '../../domain/text/format-count';
import { ascii } from '../../domain/text/notice-text';

/** Announces that a run starts to send after waiting for other runs. Its approval may be based on old counts. */
export async function announceTurn(
  run: RunRef,
  { recipients }: TurnInput['plan'],
  { store, notices }: { readonly store: Store; readonly notices: Notices },
): Promise<void> {
  const name = escapeControlCharacters(campaignLabel(run));
  const counts = await countsOfCampaign(run.campaignDigest, await readRuns(run, store), store);
  await notices.publish(
    ascii(`MailMatrix: ${name} goes on with run ${run.run}`),
    [
      `Run ${run.run} of ${name} has its turn and begins to send: up to ${formatCount(recipients)} recipients of ${escapeControlCharacters(run.list.key)}.`,
      `The campaign so far: ${countsWords(counts)}.`,
      'Recipients who have the email of this campaign get no second one.',
    ].join('\n'),
    { kind: 'report' },
  );
}
