import type { RecipientRecord } from '../ledger/record';
import { recordOf } from '../ledger/record-of';
import type { Item } from '../ledger/store';

/**
 * Email events on a recipient's record. `<event>At` holds the time of the first of its kind by SES's clock, and details
 * are stored beside it. A record without events proves nothing.
 */
export const EMAIL_EVENTS = [
  'accepted',
  'delivered',
  'delayed',
  'bounced',
  'blocked',
  'softBounced',
  'suppressedBySes',
  'complained',
  'rejected',
  'renderingFailed',
  'noted',
  'notedBounce',
  'opened',
  'machineOpened',
  'clicked',
  'machineClicked',
  'subscription',
] as const;
export type EmailEvent = (typeof EMAIL_EVENTS)[number];
export type EmailEventTime = `${EmailEvent}At`;

export const timeOf = (emailEvent: EmailEvent): EmailEventTime => `${emailEvent}At`;

/** Returns the name in reports and on the bus, for example `soft_bounced`. */
export const publicName = (emailEvent: EmailEvent): string =>
  emailEvent.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A recipient's record with event attributes, all of which may be absent. */
export type TrackedRecord = RecipientRecord & { readonly [time in EmailEventTime]?: string } & {
  /** SES's bounce subtype; `bounceReason` is the receiving server's text. */
  readonly bounceType?: string;
  readonly bounceReason?: string;
  /** The receiving server's status code; `blockedReason` is its text. */
  readonly blockedStatus?: string;
  readonly blockedReason?: string;
  readonly softBounceType?: string;
  readonly softBounceReason?: string;
  /** SES's suppression list that prevented delivery. */
  readonly suppressedBy?: string;
  readonly complaintType?: string;
  readonly delayType?: string;
  readonly rejectReason?: string;
  readonly failReason?: string;
  /** Events without consequences; `notedBounceType` is a permanent bounce of an unknown kind. */
  readonly notedType?: string;
  readonly notedBounceType?: string;
  /** Another message id for the same recipient. It must never exist. */
  readonly secondMessageId?: string;
  /** Time after which delivery events are no longer stored. */
  readonly forgotten?: string;
};

export const asTracked = (item: Item | undefined): TrackedRecord | undefined =>
  recordOf<TrackedRecord>('the record of a recipient', item);

/** Attributes of each email event. Its kind comes first. */
export const DETAILS: { readonly [emailEvent in EmailEvent]?: readonly (keyof TrackedRecord & string)[] } = {
  bounced: ['bounceType', 'bounceReason'],
  blocked: ['blockedStatus', 'blockedReason'],
  softBounced: ['softBounceType', 'softBounceReason'],
  suppressedBySes: ['suppressedBy'],
  complained: ['complaintType'],
  delayed: ['delayType'],
  rejected: ['rejectReason'],
  renderingFailed: ['failReason'],
  noted: ['notedType'],
  notedBounce: ['notedBounceType'],
};

/** Returns the details of an email event, from a record or an event. */
export const detailsOf = (of: object, emailEvent: EmailEvent): readonly (string | undefined)[] =>
  (DETAILS[emailEvent] ?? []).map((name) => (of as { readonly [name: string]: string | undefined })[name]);

/** A bounce without a specific kind after a delivery is an automatic reply: the recipient is away. */
export const isAutomaticReply = ({ softBouncedAt, softBounceType, deliveredAt }: Partial<TrackedRecord>): boolean =>
  softBouncedAt !== undefined && softBounceType === 'General' && deliveredAt !== undefined;

/** Whether a report counts an email event. An automatic reply is not a bounce. */
export const isReported = (record: TrackedRecord | undefined, emailEvent: EmailEvent): boolean =>
  record?.[timeOf(emailEvent)] !== undefined && !(emailEvent === 'softBounced' && isAutomaticReply(record));

/** Delivery statuses in order of precedence. An email has the first that applies. */
const BY_WEIGHT = [
  'complained',
  'bounced',
  'blocked',
  'suppressedBySes',
  'rejected',
  'renderingFailed',
  'softBounced',
  'delivered',
  'delayed',
  'accepted',
] as const satisfies readonly EmailEvent[];
/** `unknown`: SES accepted the email, and no event arrived. */
export type DeliveryStatus = (typeof BY_WEIGHT)[number] | 'unknown';

export const DELIVERY_STATUSES: readonly DeliveryStatus[] = [...BY_WEIGHT, 'unknown'];

/** Returns an email's delivery status from its recipient's record. */
export const deliveryStatusOf = (record: TrackedRecord | undefined): DeliveryStatus =>
  BY_WEIGHT.find((emailEvent) => isReported(record, emailEvent)) ?? 'unknown';

/** Returns the kind and the text of SES or the receiving server, which may quote the address. */
export function deliveryReason(record: TrackedRecord): string | undefined {
  const status = deliveryStatusOf(record);
  return status === 'unknown' ? undefined : detailsOf(record, status).filter(Boolean).join(': ') || undefined;
}

/** Counts of accepted emails. `counts` is per email event; `deliveryStatuses` add up to `messages`. */
export interface TrackingCounts {
  readonly messages: number;
  readonly counts: { readonly [emailEvent: string]: number };
  readonly deliveryStatuses: { readonly [deliveryStatus: string]: number };
}

/** Counts emails by public event names. */
export class TrackingCounter implements TrackingCounts {
  messages = 0;
  readonly counts: Record<string, number> = zeros(EMAIL_EVENTS.map(publicName));
  readonly deliveryStatuses: Record<string, number> = zeros(
    DELIVERY_STATUSES.map((deliveryStatus) => publicName(deliveryStatus as EmailEvent)),
  );

  add(record: TrackedRecord | undefined): void {
    this.messages += 1;
    this.deliveryStatuses[publicName(deliveryStatusOf(record) as EmailEvent)]! += 1;
    for (const emailEvent of EMAIL_EVENTS)
      if (isReported(record, emailEvent)) this.counts[publicName(emailEvent)]! += 1;
  }

  get result(): TrackingCounts {
    const { messages, counts, deliveryStatuses } = this;
    return { messages, counts, deliveryStatuses };
  }
}

const zeros = (names: readonly string[]): Record<string, number> => Object.fromEntries(names.map((name) => [name, 0]));
