import type { EmailEvent } from './email-events';
import { bounceStatus, type SesDetail } from './ses-detail';

/**
 * The state of an address, as an email's events show. `general_bounce` is a soft bounce, or an automatic reply if the email
 * was delivered. `about_email` concerns the email, not the mailbox.
 */
export type AddressWord = 'hard_bounce' | 'no_domain' | 'about_email' | 'soft_bounce' | 'general_bounce' | 'complaint';

/** One row of the table: the bounces or complaints that it matches, and their consequences. */
export interface SesCase {
  readonly event: 'Bounce' | 'Complaint';
  /** `bounceType`; absent matches any. */
  readonly type?: string;
  /** `bounceSubType` or `complaintSubType`, `none` if SES gives none; absent matches any. */
  readonly subtypes?: readonly string[];
  /** Enhanced status code (RFC 3463); absent matches any, including none. */
  readonly status?: RegExp;
  /** `complaintFeedbackType`, `none` if SES gives none; absent matches any. */
  readonly feedback?: readonly string[];
  /** The email event stored on the recipient's record. */
  readonly emailEvent: EmailEvent;
  /** The kind stored on the record, if it is not SES's subtype or feedback type. */
  readonly kind?: string;
  readonly address?: AddressWord;
  /** The sender's rate in which SES counts it. */
  readonly against?: 'bounce' | 'complaint';
}

/** Subtypes for which SES did not attempt delivery, because of a list or validation of this account. */
const HELD_BACK = [
  'OnAccountSuppressionList',
  'OnTenantSuppressionList',
  'UnsubscribedRecipient',
  'EmailValidationSuppressed',
];

/**
 * Consequences of bounces and complaints. An event has the first case that it matches. Of two events of one email with
 * the same `emailEvent`, the higher case applies. `docs/tracking.md` explains the table.
 */
export const SES_CASES: readonly SesCase[] = [
  // SES's global suppression list counts as a bounce of the sender; the account's own lists do not.
  { event: 'Bounce', type: 'Permanent', subtypes: ['Suppressed'], emailEvent: 'suppressedBySes', against: 'bounce' },
  { event: 'Bounce', type: 'Permanent', subtypes: HELD_BACK, emailEvent: 'suppressedBySes' },
  // 5.7.x concerns security or policy (RFC 3463, section 3.8): the sender is refused, not the recipient.
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
  // 5.1.2 and 5.4.4: the domain does not exist or has no route, possibly only temporarily.
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
  // Concerns the email or `maxDeliverySeconds`.
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
  // An automatic reply if the email was delivered; see `isAutomaticReply`.
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
  // An automated authentication report.
  { event: 'Complaint', subtypes: ['none'], feedback: ['auth-failure'], emailEvent: 'noted' },
  // The recipient marked the email as not spam.
  { event: 'Complaint', subtypes: ['none'], feedback: ['not-spam'], emailEvent: 'noted' },
  { event: 'Bounce', emailEvent: 'noted' },
  { event: 'Complaint', emailEvent: 'noted' },
];

/** The kind of `noted` by which a receiver reports that an email's authentication failed. */
export const AUTH_FAILURE = 'auth-failure';

/** What to look at if receiving servers refuse the sender, by the lines of `doctor`. */
export const BLOCKED_ADVICE: readonly string[] = [
  'They refuse your domain or IP address, not the recipients. Run `cdk-mailmatrix doctor`, and look at its lines',
  '  dmarc: the policy of your domain, which the receiver applies if neither DKIM nor SPF is aligned with the From address',
  '  dkim: whether SES signs your email',
  '  mail from: whether SPF is set up for your own MAIL FROM domain',
  'For the reputation of your domain and IP addresses, look at the reputation metrics in the SES console and at Google Postmaster Tools.',
];

/** Known kinds of `noted`. SES may add others. */
export const NOTED_KINDS: readonly string[] = [AUTH_FAILURE, 'not-spam'];

/** Values of a bounce or complaint that the table matches. */
interface CaseInput {
  readonly event: SesCase['event'];
  readonly type: string;
  readonly subtype: string;
  readonly feedback: string;
  readonly status?: string;
}

const matches = (row: SesCase, { event, type, subtype, feedback, status }: CaseInput): boolean =>
  row.event === event &&
  (row.type === undefined || row.type === type) &&
  (row.subtypes === undefined || row.subtypes.includes(subtype)) &&
  (row.feedback === undefined || row.feedback.includes(feedback)) &&
  (row.status === undefined || (status !== undefined && row.status.test(status)));

const NONE = 'none';

function inputOf({ bounce, complaint }: SesDetail, event: SesCase['event']): CaseInput {
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

/** Returns the case of a bounce or complaint, and its kind for the record. */
export function caseOf(
  detail: SesDetail,
  event: SesCase['event'],
): { readonly found: SesCase; readonly kind?: string } {
  const input = inputOf(detail, event);
  // The last row of each event matches everything.
  const found = SES_CASES.find((row) => matches(row, input))!;
  return { found, kind: kindOf(found, input) };
}

function kindOf({ emailEvent, kind, feedback }: SesCase, input: CaseInput): string | undefined {
  if (kind !== undefined) return kind;
  const { event, type, subtype, status } = input;
  if (emailEvent === 'blocked') return status;
  if (feedback) return input.feedback === NONE ? undefined : input.feedback;
  const isNoted = emailEvent === 'noted' || emailEvent === 'notedBounce';
  if (!isNoted) return subtype;
  const words = event === 'Bounce' ? [event, type, subtype] : [event, subtype, input.feedback];
  return words.join(' ').slice(0, 100);
}
