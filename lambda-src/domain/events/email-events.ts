import type { RecipientRecord } from '../ledger/record';
import { recordOf } from '../ledger/record-of';
import type { Item } from '../ledger/store';

/**
 * What SES's events said of a message, on its recipient's record: `<fact>At` holds when, by SES's clock, the first of its
 * kind, and the details lie beside it. A record without them is one that no event came of, which proves nothing.
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

/** As reports and events on the bus name it: `soft_bounced`. */
export const publicName = (emailEvent: EmailEvent): string =>
  emailEvent.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Attributes of a record; all may be absent. */
export type TrackedRecord = RecipientRecord & { readonly [time in EmailEventTime]?: string } & {
  /** SES's subtype, and what the receiving server said. */
  readonly bounceType?: string;
  readonly bounceReason?: string;
  /** The receiving server's status code, and what else it said. */
  readonly blockedStatus?: string;
  readonly blockedReason?: string;
  readonly softBounceType?: string;
  readonly softBounceReason?: string;
  /** SES's own list that kept it from being handed over. */
  readonly suppressedBy?: string;
  readonly complaintType?: string;
  readonly delayType?: string;
  readonly rejectReason?: string;
  readonly failReason?: string;
  /** What SES said that changes nothing, and a permanent bounce of a kind that is not known yet. */
  readonly notedType?: string;
  readonly notedBounceType?: string;
  /** Another message that SES took for the same recipient, which must never be. */
  readonly secondMessageId?: string;
  /** Since when nothing is kept of what became of it. */
  readonly forgotten?: string;
};

export const asTracked = (item: Item | undefined): TrackedRecord | undefined =>
  recordOf<TrackedRecord>('the record of a recipient', item);

/** The attributes beside each email event: its kind first. */
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

/** What a record, or an event, says beside one of its email events. */
export const detailsOf = (of: object, emailEvent: EmailEvent): readonly (string | undefined)[] =>
  (DETAILS[emailEvent] ?? []).map((name) => (of as { readonly [name: string]: string | undefined })[name]);

/** A bounce of a message that was delivered, without a closer kind, is an automatic reply: the recipient is away. */
export const isAutomaticReply = ({ softBouncedAt, softBounceType, deliveredAt }: Partial<TrackedRecord>): boolean =>
  softBouncedAt !== undefined && softBounceType === 'General' && deliveredAt !== undefined;

/** Whether a report counts an email event of a message; an automatic reply is no bounce. */
export const isReported = (record: TrackedRecord | undefined, emailEvent: EmailEvent): boolean =>
  record?.[timeOf(emailEvent)] !== undefined && !(emailEvent === 'softBounced' && isAutomaticReply(record));

/** What a message came to: of all that is known of it, what tells most. */
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
/** `unknown`: SES took it, and no event came. */
export type DeliveryStatus = (typeof BY_WEIGHT)[number] | 'unknown';

export const DELIVERY_STATUSES: readonly DeliveryStatus[] = [...BY_WEIGHT, 'unknown'];

export const deliveryStatusOf = (record: TrackedRecord | undefined): DeliveryStatus =>
  BY_WEIGHT.find((emailEvent) => isReported(record, emailEvent)) ?? 'unknown';

/** Its kind, and the words of SES or of the receiving server, which may quote the address. */
export function deliveryReason(record: TrackedRecord): string | undefined {
  const status = deliveryStatusOf(record);
  return status === 'unknown' ? undefined : detailsOf(record, status).filter(Boolean).join(': ') || undefined;
}

/** Of messages that SES took. `counts`: how many each fact is known of; `deliveryStatuses` add up to `messages`. */
export interface TrackingCounts {
  readonly messages: number;
  readonly counts: { readonly [emailEvent: string]: number };
  readonly deliveryStatuses: { readonly [deliveryStatus: string]: number };
}

/** Counts messages one by one, by their public names. */
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
