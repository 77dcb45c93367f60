import { type EventsOfMessage, type ReportedEvent, saysMore } from '../../domain/events/consequences';
import { asTracked, DETAILS, detailsOf, type TrackedRecord, timeOf } from '../../domain/events/email-events';
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
 * The result of tracking an event. `unknown`: there is no such record, and an event creates none. `other`: the record
 * has another message. `known`: the record already had an event of this kind. `fresh`: this call added it.
 */
export interface Tracked {
  readonly result: 'fresh' | 'known' | 'other' | 'unknown';
  readonly record?: TrackedRecord;
  /** The message's events before and after this one, whether or not the record stores them. */
  readonly before?: EventsOfMessage;
  readonly after?: EventsOfMessage;
  /** Whether this call wrote `after` to the record. */
  readonly isWritten?: boolean;
}

/**
 * Writes an event to its record in one conditional update. A tagged event proves that SES accepted the message, so the
 * record becomes *sent* whatever its state was. Of each kind, it keeps the most severe event, then the earliest one,
 * in any order of arrival.
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
    // Report before the record changes: if the tracker dies here, the repeated event still shows the violation.
    if (violation) await monitor.report(violation, record, event);
    if (isOther(record, event)) return { result: 'other', record, ...eventsWithoutRecord(event) };

    const reported = isReported(event) ? event : undefined;
    const kept = record.forgotten === undefined ? reported : undefined;
    const time = kept && timeOf(kept.emailEvent);
    const was = time && record[time];
    const events = { record, before: record, after: reported ? withEvent(record, reported) : record };
    const isWritten = kept !== undefined && saysMore(record, kept);
    if (record.state === STATE.sent && !isWritten) return { result: 'known', ...events };
    const update = accepted(event.record, event.messageId);
    const asRead: Condition[] = [{ not: { absent: 'state' } }];
    // Check the kind too, because a more severe event may replace one with the same time.
    const [kind] = kept ? (DETAILS[kept.emailEvent] ?? []) : [];
    for (const name of [time, kind]) {
      const known = name && (record[name] as string | undefined);
      if (name) asRead.push(known === undefined ? { absent: name } : { eq: [name, known] });
    }
    const { set, remove } = isWritten ? changeOf(kept) : NO_CHANGE;
    const { applied } = await store.write({
      ...update,
      when: { all: [...asRead, update.when] },
      set: { ...update.set, ...set },
      remove: [...(update.remove ?? []), ...remove],
    });
    // Another event or the worker was faster: read the record again and decide anew.
    if (applied) return { result: time && was === undefined ? 'fresh' : 'known', ...events, isWritten };
  }
}

const isReported = (event: SesEvent): event is SesEvent & ReportedEvent => event.emailEvent !== undefined;

const NO_CHANGE = { set: {}, remove: [] };

/** Returns what an event writes: its time and details. It removes the details of an earlier event of its kind. */
function changeOf(event: ReportedEvent) {
  const names = DETAILS[event.emailEvent] ?? [];
  const values = detailsOf(event.details ?? {}, event.emailEvent);
  const details = Object.fromEntries(
    names.map((name, at) => [name, values[at]]).filter(([, value]) => value !== undefined),
  );
  return {
    set: { [timeOf(event.emailEvent)]: event.at, ...details },
    remove: names.filter((_, at) => values[at] === undefined),
  };
}

/** Returns a message's events with a new one, unless the record keeps an earlier event of its kind. */
export function withEvent(record: EventsOfMessage, event: ReportedEvent): EventsOfMessage {
  if (!saysMore(record, event)) return record;
  const { set, remove } = changeOf(event);
  return { ...Object.fromEntries(Object.entries(record).filter(([name]) => !remove.includes(name as never))), ...set };
}

/** Returns the events of a message that has no record of its own: only this one. Soft bounces may be replies. */
function eventsWithoutRecord(event: SesEvent): Pick<Tracked, 'before' | 'after'> {
  if (!isReported(event) || event.emailEvent === 'softBounced') return {};
  return { before: {}, after: changeOf(event).set as EventsOfMessage };
}

const isOther = (record: TrackedRecord, { messageId }: Pick<SesEvent, 'messageId'>): boolean =>
  record.state === STATE.sent && record.messageId !== messageId;

/**
 * Finds violations in any order of events: a message to a recipient recorded as not sent, or a second message. After a
 * resend, a message of each earlier claim that was in doubt is no violation, because the owner accepted that risk.
 */
function violationOf(record: TrackedRecord, { claimId, ...event }: SesEvent): Violation | undefined {
  const { state, earlierDoubts = [] } = record;
  const known = claimId === undefined || claimId === record.claimId;
  const resent = claimId !== undefined && earlierDoubts.includes(claimId);
  if (isOther(record, event)) return resent || (known && earlierDoubts.length > 0) ? undefined : 'second';
  if (state === STATE.sent) return undefined;
  if (state === STATE.refused || state === STATE.open) return 'unsent';
  // The recipient was claimed again since, or the claim was recorded as not sent.
  return known || resent ? undefined : 'unsent';
}
