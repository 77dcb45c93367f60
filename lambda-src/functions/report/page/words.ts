import { getOwn } from '../../../domain/get-own';
import { DUPLICATE, ROW_ERRORS } from '../../../domain/list/rejections';

/** Labels of email events. */
export const EMAIL_EVENT_WORDS: { readonly [emailEvent: string]: string } = {
  sent: 'Sent',
  accepted: 'Accepted by SES',
  delivered: 'Delivered',
  delayed: 'Delayed on the way',
  bounced: 'Bounced for good',
  blocked: 'Blocked by the receiver',
  soft_bounced: 'Came back for now',
  suppressed_by_ses: 'Held back by SES',
  complained: 'Complained',
  rejected: 'Rejected by SES (virus)',
  rendering_failed: 'Could not be rendered',
  opened: 'Opened',
  clicked: 'Clicked',
  unknown: 'Nothing heard',
};

/** Descriptions of SES's bounce subtypes. */
const KINDS: { readonly [kind: string]: string } = {
  General: 'refused, without a closer reason',
  NoEmail: 'the address could not be read from the answer',
  MailboxFull: 'the mailbox is full',
  MessageTooLarge: 'the mail is too large for the receiver',
  ContentRejected: 'the receiver dislikes the content',
  AttachmentRejected: 'the receiver dislikes an attachment',
  CustomTimeoutExceeded: 'not delivered in the time allowed',
  Undetermined: 'the answer could not be understood',
  NoSuchDomain: 'there is no such domain',
  Suppressed: 'on SES’s global list of addresses that bounce',
  OnAccountSuppressionList: 'on your account’s suppression list in SES',
  OnTenantSuppressionList: 'on the tenant’s suppression list in SES',
  UnsubscribedRecipient: 'left a contact list of SES',
  EmailValidationSuppressed: 'SES took the address for one that does not work',
};

/** Descriptions of the enhanced status codes (RFC 3463 and the IANA registry) that bulk senders commonly get. */
const STATUS: { readonly [status: string]: string } = {
  '1.0': 'something about the address',
  '1.1': 'there is no such mailbox',
  '1.2': 'there is no such domain',
  '1.3': 'the address is not well-formed',
  '1.6': 'the mailbox has moved and left no new address',
  '1.10': 'the domain takes no mail at all',
  '2.0': 'something about the mailbox',
  '2.1': 'the mailbox is switched off',
  '2.2': 'the mailbox is full',
  '2.3': 'the mail is too large for the mailbox',
  '3.0': 'something about the receiving system',
  '3.4': 'the mail is too large for the receiving system',
  '4.1': 'no server answered',
  '4.4': 'there is no way to the domain',
  '4.7': 'it took too long',
  '7.0': 'the receiver’s rules, without a closer reason',
  '7.1': 'the receiver’s rules forbid it (blocked)',
  '7.20': 'no valid DKIM signature',
  '7.23': 'SPF does not name the sender',
  '7.25': 'the sender’s IP address has no name',
  '7.26': 'neither SPF nor DKIM is valid (DMARC)',
  '7.27': 'the sender’s domain takes no mail',
  '7.28': 'too much mail at once',
};

/** Describes a bounce by its subtype and status code. */
export function bounceWords(kind: string, status: string | undefined): string {
  const known = getOwn(KINDS, kind) ?? (kind || 'no reason was given');
  const closer = status && getOwn(STATUS, status.slice(2));
  // A status code is more specific than “without a closer reason”, so it replaces that text.
  if (closer && closer !== known) return kind === 'General' || kind === '' ? closer : `${known} (${closer})`;
  return known;
}

/** Describes why a row was skipped, by its error code. */
export const rowErrorWords = (code: string): string =>
  code === DUPLICATE.code ? DUPLICATE.reason : (getOwn(ROW_ERRORS, code) ?? 'see docs/errors.md');
