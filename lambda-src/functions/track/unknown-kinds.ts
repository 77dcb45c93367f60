import { FORMAT } from '../../../src/private/contract';
import { NOTED_KINDS } from '../../domain/events/ses-cases';
import { campaignDigest } from '../../domain/ledger/keys';
import { PARTITION } from '../../domain/ledger/partitions';
import type { Key, Store } from '../../domain/ledger/store';
import type { Clock, Log, Notices } from '../../domain/ports';
import { escapeControlCharacters } from '../../domain/text/escape-control-characters';
import { redactForNotice } from '../../domain/text/notice-text';
import type { SesEvent } from './ses-event';

export interface UnknownKindPorts {
  readonly store: Store;
  readonly notices: Notices;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Returns the kind of a bounce or complaint that this version does not know; undefined for any other event. */
export function unknownKind({ emailEvent, details = {} }: SesEvent): string | undefined {
  if (emailEvent === 'notedBounce') return details.notedBounceType;
  const isUnknown = emailEvent === 'noted' && !NOTED_KINDS.includes(details.notedType ?? '');
  return isUnknown ? details.notedType : undefined;
}

/** Alerts once per run that SES published an unknown kind of event, which has no consequences. */
export async function alertUnknownKind(
  kind: string,
  { campaign, run }: { readonly campaign: string; readonly run: number },
  { store, notices, clock, log }: UnknownKindPorts,
): Promise<void> {
  const key: Key = { pk: PARTITION.breaker(campaignDigest(campaign)), sk: `noted#${run}` };
  if ((await store.read([key]))[0]) return;
  const redacted = redactForNotice(kind);
  log.warn('MM613: an event of a kind that this version does not know', { kind: redacted, run });
  await notices.publish(
    'MailMatrix: SES published a kind of event that is not known',
    [
      `MM613: run ${run} of ${escapeControlCharacters(campaign)} has an event of the kind "${redacted}".`,
      'It is on the record of its recipient and in the counts of the report, and opts nobody out.',
      'A newer version of cdk-mailmatrix may know it; docs/tracking.md says what follows from which kind. This alert comes once a run.',
    ].join('\n'),
    { kind: 'alert' },
  );
  // Mark after publishing: a repeated alert is better than none.
  const at = new Date(clock.now()).toISOString();
  await store.write({ key, when: { absent: 'at' }, set: { v: FORMAT, at, kind } });
}
