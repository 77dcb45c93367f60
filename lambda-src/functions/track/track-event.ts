import { asTracked, type TrackedRecord, timeOf } from '../../domain/events/email-events';
import { accepted, STATE } from '../../domain/ledger/record';
import type { Condition, Store } from '../../domain/ledger/store';
import type { Log } from '../../domain/ports';
import type { InvariantMonitor, Violation } from './invariant-monitor';
import type { SesEvent } from './ses-event';

export interface TrackPorts {
  readonly store: Store;
  readonly monitor: InvariantMonitor;
  readonly log: Log;
}

/**
 * `unknown`: there is no such record, and none is made from an event. `other`: the record is of another message.
 * `known`: it said so before. `fresh`: it says so now.
 */
export interface Tracked {
  readonly result: 'fresh' | 'known' | 'other' | 'unknown';
  readonly record?: TrackedRecord;
}

/**
 * Writes an event to its record, in one conditional update. A tagged event proves that SES took the message, so the
 * record becomes *sent* whatever it said before. Of each kind the earliest counts, in any order and number.
 */
export async function trackEvent(event: SesEvent, ports: TrackPorts): Promise<Tracked> {
  const { store, monitor, log } = ports;
  for (;;) {
    const record = asTracked((await store.read([event.record]))[0]);
    if (record?.state === undefined) {
      log.warn('MM606: an event of a message that the ledger does not know', {
        type: event.type,
        messageId: event.messageId,
      });
      return { result: 'unknown' };
    }
    const violation = violationOf(record, event);
    // Before the record is changed, and the reason with it: a tracker that dies here does it again.
    if (violation) await monitor.report(violation, record, event);
    if (isOther(record, event)) return { result: 'other', record };

    const time = record.forgotten === undefined && event.emailEvent ? timeOf(event.emailEvent) : undefined;
    const was = time && record[time];
    const earliest = time !== undefined && (was === undefined || event.at < was);
    if (record.state === STATE.sent && !earliest) return { result: 'known', record };
    const update = accepted(event.record, event.messageId);
    const asRead: Condition[] = [{ not: { absent: 'state' } }];
    if (time) asRead.push(was === undefined ? { absent: time } : { eq: [time, was] });
    const { applied } = await store.write({
      ...update,
      when: { all: [...asRead, update.when] },
      set: { ...update.set, ...(time && earliest ? { [time]: event.at, ...event.details } : {}) },
    });
    // Otherwise another event was quicker, or the worker was: what is to be written now is decided by what they left.
    if (applied) return { result: time && was === undefined ? 'fresh' : 'known', record };
  }
}

const isOther = (record: TrackedRecord, { messageId }: Pick<SesEvent, 'messageId'>): boolean =>
  record.state === STATE.sent && record.messageId !== messageId;

/**
 * Finds what must never be, in any order of events: a message that the ledger has as definitely not sent, or a second
 * one. After a resent doubt, the owner accepted the message of each claim that was in doubt.
 */
function violationOf(record: TrackedRecord, { claimId, ...event }: SesEvent): Violation | undefined {
  const { state, earlierDoubts = [] } = record;
  const known = claimId === undefined || claimId === record.claimId;
  const resent = claimId !== undefined && earlierDoubts.includes(claimId);
  if (isOther(record, event)) return resent || (known && earlierDoubts.length > 0) ? undefined : 'second';
  if (state === STATE.sent) return undefined;
  if (state === STATE.refused || state === STATE.open) return 'unsent';
  // Claimed again since, or a resend that was said not to have gone out.
  return known || resent ? undefined : 'unsent';
}
