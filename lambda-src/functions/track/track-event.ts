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
 * `unknown`: there is no such record, and an event creates none. `other`: the record is of another message. `known`:
 * the event was on the record before. `fresh`: it is now.
 */
export interface Tracked {
  readonly result: 'fresh' | 'known' | 'other' | 'unknown';
  readonly record?: TrackedRecord;
  /** The events of its message before and after this one, whether or not they are on the record. */
  readonly before?: EventsOfMessage;
  readonly after?: EventsOfMessage;
  /** This event put `after` on the record. */
  readonly isWritten?: boolean;
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
    if (isOther(record, event)) return { result: 'other', record, ...heardAlone(event) };

    const reported = isReported(event) ? event : undefined;
    const kept = record.forgotten === undefined ? reported : undefined;
    const time = kept && timeOf(kept.emailEvent);
    const was = time && record[time];
    const heard = { record, before: record, after: reported ? withEvent(record, reported) : record };
    const isWritten = kept !== undefined && saysMore(record, kept);
    if (record.state === STATE.sent && !isWritten) return { result: 'known', ...heard };
    const update = accepted(event.record, event.messageId);
    const asRead: Condition[] = [{ not: { absent: 'state' } }];
    // Its kind, too: of two events at one time the graver stands.
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
    // Another event or the worker was quicker: read again, and decide by what it left.
    if (applied) return { result: time && was === undefined ? 'fresh' : 'known', ...heard, isWritten };
  }
}

const isReported = (event: SesEvent): event is SesEvent & ReportedEvent => event.emailEvent !== undefined;

const NO_CHANGE = { set: {}, remove: [] };

/** What an event writes: its time, its details, and nothing of those that another event of its kind had. */
function changeOf(event: ReportedEvent) {
  const names = DETAILS[event.emailEvent] ?? [];
  const said = detailsOf(event.details ?? {}, event.emailEvent);
  const details = Object.fromEntries(
    names.map((name, at) => [name, said[at]]).filter(([, value]) => value !== undefined),
  );
  return {
    set: { [timeOf(event.emailEvent)]: event.at, ...details },
    remove: names.filter((_, at) => said[at] === undefined),
  };
}

export function withEvent(record: EventsOfMessage, event: ReportedEvent): EventsOfMessage {
  if (!saysMore(record, event)) return record;
  const { set, remove } = changeOf(event);
  return { ...Object.fromEntries(Object.entries(record).filter(([name]) => !remove.includes(name as never))), ...set };
}

/** Of a message that the record is not of, nothing but this event is known; a reply cannot be told from a soft bounce. */
function heardAlone(event: SesEvent): Pick<Tracked, 'before' | 'after'> {
  if (!isReported(event) || event.emailEvent === 'softBounced') return {};
  return { before: {}, after: changeOf(event).set as EventsOfMessage };
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
