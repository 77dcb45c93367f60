import { TAGS } from '../../../src/private/contract';
import { DETAILS, type EmailEvent } from '../../domain/events/email-events';
import { caseOf } from '../../domain/events/ses-cases';
import type { SesDetail, Timed } from '../../domain/events/ses-detail';
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
}

interface Envelope {
  readonly time?: string;
  readonly detail?: SesDetail;
}

type Meaning = Pick<SesEvent, 'emailEvent' | 'details'> & Timed;

/** What each of SES's event types means. Its names, in EventBridge as elsewhere. */
const MEANINGS: { readonly [type: string]: (detail: SesDetail) => Meaning } = {
  Send: ({ mail }) => ({ emailEvent: 'accepted', timestamp: mail?.timestamp }),
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

/** Undefined if the message belongs to no campaign. Throws if this is no event of SES. */
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

/** By the table of cases. */
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

/** Some servers answer with an essay. */
const short = (text: string | undefined): string | undefined => text?.slice(0, 300);

/** In one spelling, so that times compare as text. */
function iso(time: string | undefined): string | undefined {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
