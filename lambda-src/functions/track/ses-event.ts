import { TAGS } from '../../../src/private/contract';
import type { EmailEvent } from '../../domain/events/email-events';
import { getOwn } from '../../domain/get-own';
import { isDigest } from '../../domain/ledger/partitions';
import type { Key } from '../../domain/ledger/store';
import { isMachine } from './machine';

/** An event of SES about a message of ours. */
export interface SesEvent {
  readonly record: Key;
  readonly messageId: string;
  /** Of the claim under which the message was sent. */
  readonly claimId?: string;
  /** SES's own name of it. */
  readonly type: string;
  /** ISO time, by SES's clock. */
  readonly at: string;
  /** Absent of what this version does not know; the message was accepted all the same. */
  readonly emailEvent?: EmailEvent;
  /** Attributes beside the fact. */
  readonly details?: { readonly [attribute: string]: string | undefined };
  /** What it means for the address: nothing more is to be sent to it, or only if this goes on. */
  readonly address?: 'hard_bounce' | 'soft_bounce' | 'complaint';
  /** What SES holds against the sender: its own suppression is not. */
  readonly against?: 'bounce' | 'complaint';
}

interface Envelope {
  readonly time?: string;
  readonly detail?: Detail;
}

interface Detail {
  readonly eventType?: string;
  readonly mail?: {
    readonly timestamp?: string;
    readonly messageId?: string;
    readonly tags?: { readonly [name: string]: readonly string[] };
  };
  readonly delivery?: Timed;
  readonly bounce?: Timed & {
    readonly bounceType?: string;
    readonly bounceSubType?: string;
    readonly bouncedRecipients?: readonly { readonly status?: string; readonly diagnosticCode?: string }[];
  };
  readonly complaint?: Timed & {
    readonly complaintSubType?: string | null;
    readonly complaintFeedbackType?: string;
  };
  readonly deliveryDelay?: Timed & { readonly delayType?: string };
  readonly reject?: { readonly reason?: string };
  readonly failure?: { readonly errorMessage?: string };
  readonly open?: Timed & { readonly userAgent?: string };
  readonly click?: Timed & { readonly userAgent?: string };
  readonly subscription?: Timed;
}

interface Timed {
  readonly timestamp?: string;
}

type Meaning = Pick<SesEvent, 'emailEvent' | 'details' | 'address' | 'against'> & Timed;

/** SES did not try: its own lists, or its own validation, and nothing that a receiver said. */
const SUPPRESSIONS: ReadonlySet<string> = new Set([
  'Suppressed',
  'OnAccountSuppressionList',
  'UnsubscribedRecipient',
  'EmailValidationSuppressed',
]);

/** What each of SES's event types means. Its names, in EventBridge as elsewhere. */
const MEANINGS: { readonly [type: string]: (detail: Detail) => Meaning } = {
  Send: ({ mail }) => ({ emailEvent: 'accepted', timestamp: mail?.timestamp }),
  Delivery: ({ delivery }) => ({ emailEvent: 'delivered', ...timed(delivery) }),
  Bounce: ({ bounce = {} }) => bounced(bounce),
  Complaint: ({ complaint = {} }) => complained(complaint),
  DeliveryDelay: ({ deliveryDelay }) => ({
    emailEvent: 'delayed',
    ...timed(deliveryDelay),
    details: { delayType: short(deliveryDelay?.delayType) },
  }),
  Reject: ({ reject }) => ({ emailEvent: 'rejected', details: { rejectReason: short(reject?.reason) } }),
  'Rendering Failure': ({ failure }) => ({
    emailEvent: 'renderingFailed',
    details: { failReason: short(failure?.errorMessage) },
  }),
  Open: ({ open }) => ({ emailEvent: isMachine(open?.userAgent) ? 'machineOpened' : 'opened', ...timed(open) }),
  Click: ({ click }) => ({ emailEvent: isMachine(click?.userAgent) ? 'machineClicked' : 'clicked', ...timed(click) }),
  Subscription: ({ subscription }) => ({ emailEvent: 'subscription', ...timed(subscription) }),
};

/** Undefined where the message is not of a campaign. Throws where it is no event of SES. */
export function parseSesEvent(body: string): SesEvent | undefined {
  const { time, detail } = envelopeOf(body);
  const { eventType, mail } = detail ?? {};
  if (!detail || !isText(eventType) || !isText(mail?.messageId)) throw noEvent();
  const tag = (name: string): string | undefined => mail!.tags?.[name]?.[0];
  const [pk, sk] = [tag(TAGS.recipient), tag(TAGS.campaign)];
  // A sender with the right to use the configuration set chooses the tags of its own messages.
  if (!isText(pk) || !isText(sk) || !isDigest(pk) || !isDigest(sk)) return undefined;
  const { timestamp, ...meaning } = getOwn(MEANINGS, eventType)?.(detail) ?? ({} as Meaning);
  return {
    record: { pk, sk },
    messageId: mail!.messageId!,
    claimId: tag(TAGS.claim),
    type: eventType,
    at: iso(timestamp) ?? iso(time) ?? iso(mail!.timestamp) ?? new Date(0).toISOString(),
    ...meaning,
  };
}

function envelopeOf(body: string): Envelope {
  try {
    return (JSON.parse(body) as Envelope | null) ?? {};
  } catch {
    // The parser's own error quotes what it found.
    throw noEvent();
  }
}

const noEvent = (): Error => new Error('MM605: a message in the tracking queue is no event of SES');

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function bounced(bounce: NonNullable<Detail['bounce']>): Meaning {
  const { bounceType, bounceSubType = 'Undetermined', bouncedRecipients = [] } = bounce;
  const [first] = bouncedRecipients;
  const reason = short(first?.diagnosticCode ?? first?.status);
  if (SUPPRESSIONS.has(bounceSubType)) {
    return {
      emailEvent: 'suppressedBySes',
      ...timed(bounce),
      details: { suppressedBy: bounceSubType },
      // Its global list alone counts as a bounce of the sender.
      against: bounceSubType === 'Suppressed' ? 'bounce' : undefined,
    };
  }
  return bounceType === 'Permanent'
    ? {
        emailEvent: 'bounced',
        ...timed(bounce),
        details: { bounceType: bounceSubType, bounceReason: reason },
        address: 'hard_bounce',
        against: 'bounce',
      }
    : {
        emailEvent: 'softBounced',
        ...timed(bounce),
        details: { softBounceType: bounceSubType, softBounceReason: reason },
        address: 'soft_bounce',
      };
}

function complained(complaint: NonNullable<Detail['complaint']>): Meaning {
  const { complaintSubType, complaintFeedbackType } = complaint;
  if (complaintSubType && SUPPRESSIONS.has(complaintSubType)) {
    return { emailEvent: 'suppressedBySes', ...timed(complaint), details: { suppressedBy: complaintSubType } };
  }
  return {
    emailEvent: 'complained',
    ...timed(complaint),
    details: { complaintType: short(complaintFeedbackType) },
    address: 'complaint',
    against: 'complaint',
  };
}

const timed = (of: Timed | undefined): Timed => ({ timestamp: of?.timestamp });

/** Some servers answer with an essay. */
const short = (text: string | undefined): string | undefined => text?.slice(0, 300);

/** In one spelling, so that times compare as text. */
function iso(time: string | undefined): string | undefined {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
