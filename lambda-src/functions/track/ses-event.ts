import { TAGS } from '../../../src/private/contract';
import { DETAILS, type EmailEvent } from '../../domain/events/email-events';
import { caseOf } from '../../domain/events/ses-cases';
import type { SesDetail, Timed } from '../../domain/events/ses-detail';
import { getOwn } from '../../domain/get-own';
import { isDigest } from '../../domain/ledger/partitions';
import type { Key } from '../../domain/ledger/store';
import { isMachine } from './machine';

/** An SES event about a message of a campaign. */
export interface SesEvent {
  readonly record: Key;
  readonly messageId: string;
  /** The claim under which the message was sent. */
  readonly claimId?: string;
  /** SES's name of the event type. */
  readonly type: string;
  /** The time of the event as ISO time, by SES's clock. */
  readonly at: string;
  /** The email event; absent if this version does not know the event type. The message was accepted in any case. */
  readonly emailEvent?: EmailEvent;
  /** Attributes to store with the email event, such as the bounce type. */
  readonly details?: { readonly [attribute: string]: string | undefined };
}

interface Envelope {
  readonly time?: string;
  readonly detail?: SesDetail;
}

type Meaning = Pick<SesEvent, 'emailEvent' | 'details'> & Timed;

/** Maps SES's event types to email events. */
const MEANINGS: { readonly [type: string]: (detail: SesDetail) => Meaning } = {
  Send: ({ mail }) => ({ emailEvent: 'accepted', timestamp: mail!.timestamp }),
  Delivery: ({ delivery }) => ({ emailEvent: 'delivered', ...timed(delivery) }),
  Bounce: (detail) => {
    const { diagnosticCode, status } = detail.bounce?.bouncedRecipients?.[0] ?? {};
    return meaningOf(detail, 'Bounce', detail.bounce, diagnosticCode ?? status);
  },
  Complaint: (detail) => meaningOf(detail, 'Complaint', detail.complaint),
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
  Open: ({ open }) => ({ emailEvent: isMachine(open) ? 'machineOpened' : 'opened', ...timed(open) }),
  Click: ({ click }) => ({ emailEvent: isMachine(click) ? 'machineClicked' : 'clicked', ...timed(click) }),
  Subscription: ({ subscription }) => ({ emailEvent: 'subscription', ...timed(subscription) }),
};

/** Parses an SES event. Returns undefined if its message belongs to no campaign. Throws if it is not an SES event. */
export function parseSesEvent(body: string): SesEvent | undefined {
  const { time, detail } = envelopeOf(body);
  const { eventType, mail } = detail ?? {};
  if (!detail || !isText(eventType) || !isText(mail?.messageId)) throw noEvent();
  const tag = (name: string): string | undefined => mail!.tags?.[name]?.[0];
  const [pk, sk] = [tag(TAGS.recipient), tag(TAGS.campaign)];
  // Other senders may use the configuration set with arbitrary tags, so validate the tags.
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
    // The parser's error quotes its input, which may contain an address.
    throw noEvent();
  }
}

const noEvent = (): Error => new Error('MM605: a message in the tracking queue is no event of SES');

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Classifies a bounce or complaint by the table of cases. */
function meaningOf(detail: SesDetail, event: 'Bounce' | 'Complaint', of: Timed | undefined, said?: string): Meaning {
  const { bounceType, bounceSubType, bouncedRecipients = [] } = detail.bounce ?? {};
  const { complaintSubType, complaintFeedbackType } = detail.complaint ?? {};
  const words = [bounceType, bounceSubType, complaintSubType, complaintFeedbackType, said];
  const areWords = words.every((word) => word === undefined || word === null || typeof word === 'string');
  if (!areWords || !Array.isArray(bouncedRecipients)) throw noEvent();
  const { found, kind } = caseOf(detail, event);
  const { emailEvent } = found;
  const [kindName, reasonName] = DETAILS[emailEvent] ?? [];
  return {
    emailEvent,
    ...timed(of),
    details: {
      ...(kindName ? { [kindName]: short(kind) } : {}),
      ...(reasonName ? { [reasonName]: short(said) } : {}),
    },
  };
}

const timed = (of: Timed | undefined): Timed => ({ timestamp: of?.timestamp });

/** Limits the length of a text, because some servers return very long ones. */
const short = (text: string | undefined): string | undefined => text?.slice(0, 300);

/** Normalizes a time to one ISO format, so that times compare as text. */
function iso(time: string | undefined): string | undefined {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
