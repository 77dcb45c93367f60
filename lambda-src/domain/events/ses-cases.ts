import type { EmailEvent } from './email-events';
import { bounceStatus, type SesDetail } from './ses-detail';

/**
 * What a message's events say of its address. `general_bounce` is a soft bounce, or an automatic reply where the message
 * was delivered; `about_email` is about the message and not about the mailbox.
 */
export type AddressWord = 'hard_bounce' | 'no_domain' | 'about_email' | 'soft_bounce' | 'general_bounce' | 'complaint';

/** One row of the table: which bounces or complaints of SES it is about, and what follows from them. */
export interface SesCase {
  readonly event: 'Bounce' | 'Complaint';
  /** `bounceType`; any where it is absent. */
  readonly type?: string;
  /** `bounceSubType` or `complaintSubType`, `none` where SES gives none; any where it is absent. */
  readonly subtypes?: readonly string[];
  /** Enhanced status code (RFC 3463); any or none where it is absent. */
  readonly status?: RegExp;
  /** `complaintFeedbackType`, `none` where SES gives none; any where it is absent. */
  readonly feedback?: readonly string[];
  /** What the recipient's record says from then on. */
  readonly emailEvent: EmailEvent;
  /** The kind on the record, where it is not SES's subtype or feedback type. */
  readonly kind?: string;
  readonly address?: AddressWord;
  /** What SES holds against the sender by it. */
  readonly against?: 'bounce' | 'complaint';
}

/** SES did not try, because of a list or a validation of this account. */
const HELD_BACK = [
  'OnAccountSuppressionList',
  'OnTenantSuppressionList',
  'UnsubscribedRecipient',
  'EmailValidationSuppressed',
];

/**
 * What follows from a bounce or a complaint. An event is the first case that it matches. Of two events of one message
 * with the same `emailEvent`, the case that stands higher counts. `docs/tracking.md` has the table in words.
 */
export const SES_CASES: readonly SesCase[] = [
  // SES's global list counts as a bounce of the sender; the account's own lists do not.
  { event: 'Bounce', type: 'Permanent', subtypes: ['Suppressed'], emailEvent: 'suppressedBySes', against: 'bounce' },
  { event: 'Bounce', type: 'Permanent', subtypes: HELD_BACK, emailEvent: 'suppressedBySes' },
  // 5.7.x is about security or policy (RFC 3463, section 3.8): the sender is refused, not the recipient.
  {
    event: 'Bounce',
    type: 'Permanent',
    subtypes: ['General'],
    status: /^5\.7\./,
    emailEvent: 'blocked',
    against: 'bounce',
  },
  {
    event: 'Bounce',
    type: 'Permanent',
    subtypes: ['General', 'NoEmail'],
    emailEvent: 'bounced',
    address: 'hard_bounce',
    against: 'bounce',
  },
  { event: 'Bounce', type: 'Permanent', emailEvent: 'notedBounce', against: 'bounce' },
  // 5.1.2 and 5.4.4: the domain does not exist, or has no route. It may be back tomorrow.
  {
    event: 'Bounce',
    type: 'Transient',
    status: /^5\.(1\.2|4\.4)$/,
    emailEvent: 'bounced',
    kind: 'NoSuchDomain',
    address: 'no_domain',
    against: 'bounce',
  },
  {
    event: 'Bounce',
    type: 'Transient',
    subtypes: ['ContentRejected'],
    emailEvent: 'softBounced',
    address: 'about_email',
    against: 'bounce',
  },
  // About the email, or about `maxDeliverySeconds`.
  {
    event: 'Bounce',
    type: 'Transient',
    subtypes: ['MessageTooLarge', 'AttachmentRejected', 'CustomTimeoutExceeded'],
    emailEvent: 'softBounced',
    address: 'about_email',
  },
  {
    event: 'Bounce',
    type: 'Transient',
    subtypes: ['MailboxFull'],
    emailEvent: 'softBounced',
    address: 'soft_bounce',
  },
  { event: 'Bounce', type: 'Undetermined', emailEvent: 'softBounced', kind: 'Undetermined', address: 'soft_bounce' },
  // An automatic reply where the message was delivered: see `isAutomaticReply`.
  { event: 'Bounce', type: 'Transient', subtypes: ['General'], emailEvent: 'softBounced', address: 'general_bounce' },
  { event: 'Complaint', subtypes: HELD_BACK, emailEvent: 'suppressedBySes' },
  {
    event: 'Complaint',
    subtypes: ['none'],
    feedback: ['abuse', 'fraud', 'virus', 'other', 'none'],
    emailEvent: 'complained',
    address: 'complaint',
    against: 'complaint',
  },
  // A report on authentication that no person wrote.
  { event: 'Complaint', subtypes: ['none'], feedback: ['auth-failure'], emailEvent: 'noted' },
  // These recipients want the email.
  { event: 'Complaint', subtypes: ['none'], feedback: ['not-spam'], emailEvent: 'noted' },
  { event: 'Bounce', emailEvent: 'noted' },
  { event: 'Complaint', emailEvent: 'noted' },
];

/** The kinds of `noted` that are known; any other is one that SES has added since. */
export const NOTED_KINDS: readonly string[] = ['auth-failure', 'not-spam'];

/** What of a bounce or complaint the table asks about. */
interface Asked {
  readonly event: SesCase['event'];
  readonly type: string;
  readonly subtype: string;
  readonly feedback: string;
  readonly status?: string;
}

const matches = (row: SesCase, { event, type, subtype, feedback, status }: Asked): boolean =>
  row.event === event &&
  (row.type === undefined || row.type === type) &&
  (row.subtypes === undefined || row.subtypes.includes(subtype)) &&
  (row.feedback === undefined || row.feedback.includes(feedback)) &&
  (row.status === undefined || (status !== undefined && row.status.test(status)));

const NONE = 'none';

function askedOf({ bounce, complaint }: SesDetail, event: SesCase['event']): Asked {
  if (event === 'Bounce') {
    const { bounceType: type = NONE, bounceSubType: subtype = NONE, bouncedRecipients = [] } = bounce ?? {};
    return { event, type, subtype, feedback: NONE, status: bounceStatus(bouncedRecipients[0]) };
  }
  const { complaintSubType, complaintFeedbackType } = complaint ?? {};
  return {
    event,
    type: NONE,
    subtype: complaintSubType || NONE,
    feedback: complaintFeedbackType?.toLowerCase() || NONE,
  };
}

/** The case of a bounce or a complaint, and its kind as the record keeps it. */
export function caseOf(
  detail: SesDetail,
  event: SesCase['event'],
): { readonly found: SesCase; readonly kind?: string } {
  const asked = askedOf(detail, event);
  // The last row of each event takes everything.
  const found = SES_CASES.find((row) => matches(row, asked))!;
  return { found, kind: kindOf(found, asked) };
}

function kindOf({ emailEvent, kind, feedback }: SesCase, asked: Asked): string | undefined {
  if (kind !== undefined) return kind;
  const { event, type, subtype, status } = asked;
  if (emailEvent === 'blocked') return status;
  if (feedback) return asked.feedback === NONE ? undefined : asked.feedback;
  const isNoted = emailEvent === 'noted' || emailEvent === 'notedBounce';
  if (!isNoted) return subtype;
  const words = event === 'Bounce' ? [event, type, subtype] : [event, subtype, asked.feedback];
  return words.join(' ').slice(0, 100);
}
