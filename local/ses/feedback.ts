import { randomUUID } from 'node:crypto';

/** A bounce: SES's type and subtype, and the status code and text of the receiving server. */
interface Bounce {
  readonly type: string;
  readonly subtype: string;
  readonly status?: string;
  /** `{to}` is the recipient's address. */
  readonly diagnostic?: string;
}

/** A complaint: its feedback type, and a subtype if SES sent nothing. */
interface Complaint {
  readonly feedback?: string;
  readonly subtype?: string;
}

const HELD = { type: 'Permanent', status: '5.1.1' } as const;
const REFUSED = { type: 'Permanent', subtype: 'General' } as const;

/** The bounces that SES publishes, of every kind that its documentation names, and of kinds that it does not. */
export const BOUNCES = {
  'hard-bounce': { ...REFUSED, status: '5.1.1', diagnostic: 'smtp; 550 5.1.1 <{to}>: user unknown' },
  'no-mailbox': { type: 'Permanent', subtype: 'NoEmail' },
  blocked: {
    ...REFUSED,
    status: '5.7.26',
    diagnostic:
      "smtp; 550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy. gsmtp",
  },
  'blocked-ip': {
    ...REFUSED,
    status: '5.7.1',
    diagnostic: 'smtp; 550 5.7.1 Service unavailable, client host [192.0.2.0] blocked',
  },
  suppressed: {
    ...HELD,
    subtype: 'OnAccountSuppressionList',
    diagnostic:
      'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
  },
  'globally-suppressed': {
    ...HELD,
    subtype: 'Suppressed',
    diagnostic: 'Amazon SES has suppressed sending to this address because it has a recent history of bouncing.',
  },
  'tenant-suppressed': { ...HELD, subtype: 'OnTenantSuppressionList' },
  'unsubscribed-contact': { ...HELD, subtype: 'UnsubscribedRecipient' },
  'not-validated': { ...HELD, subtype: 'EmailValidationSuppressed' },
  'unknown-permanent': { type: 'Permanent', subtype: 'Quarantined', status: '5.1.1' },
  'no-domain': { type: 'Transient', subtype: 'General', status: '5.4.4', diagnostic: 'smtp; 550 5.4.4 Invalid domain' },
  'content-rejected': {
    type: 'Transient',
    subtype: 'ContentRejected',
    status: '5.6.0',
    diagnostic: 'smtp; 550 5.6.0 Message content rejected',
  },
  'too-large': { type: 'Transient', subtype: 'MessageTooLarge', status: '5.3.4' },
  'attachment-rejected': { type: 'Transient', subtype: 'AttachmentRejected', status: '5.7.0' },
  'delivery-timeout': { type: 'Transient', subtype: 'CustomTimeoutExceeded', status: '4.4.7' },
  'soft-bounce': {
    type: 'Transient',
    subtype: 'MailboxFull',
    status: '4.2.2',
    diagnostic: 'smtp; 452 4.2.2 mailbox full',
  },
  undetermined: { type: 'Undetermined', subtype: 'Undetermined' },
  // The recipient is away: SES gives neither a status nor a text.
  'auto-reply': { type: 'Transient', subtype: 'General' },
  'unknown-transient': { type: 'Transient', subtype: 'Greylisted', status: '4.7.1' },
} as const satisfies { readonly [name: string]: Bounce };

/** The complaints that SES publishes, likewise. */
export const COMPLAINTS = {
  complaint: { feedback: 'abuse' },
  'complaint-without-type': {},
  'suppressed-complaint': { subtype: 'OnAccountSuppressionList' },
  'tenant-suppressed-complaint': { subtype: 'OnTenantSuppressionList' },
  'not-spam': { feedback: 'not-spam' },
  'auth-failure': { feedback: 'auth-failure' },
  'unknown-complaint': { feedback: 'opt-out' },
} as const satisfies { readonly [name: string]: Complaint };

/** Returns the body of a bounce. */
export function bounceOf(name: keyof typeof BOUNCES, to: string, timestamp: string): object {
  const { type, subtype, status, diagnostic }: Bounce = BOUNCES[name];
  const recipient = { emailAddress: to, action: 'failed', status, diagnosticCode: diagnostic?.replace('{to}', to) };
  return {
    bounce: {
      feedbackId: `${randomUUID()}-000000`,
      bounceType: type,
      bounceSubType: subtype,
      bouncedRecipients: [status === undefined ? { emailAddress: to } : recipient],
      timestamp,
      reportingMTA: 'dns; a1-2.smtp-out.amazonses.com',
    },
  };
}

/** Returns the body of a complaint. */
export function complaintOf(name: keyof typeof COMPLAINTS, to: string, timestamp: string): object {
  const { feedback, subtype }: Complaint = COMPLAINTS[name];
  return {
    complaint: {
      feedbackId: `${randomUUID()}-000000`,
      complaintSubType: subtype ?? null,
      complainedRecipients: [{ emailAddress: to }],
      timestamp,
      ...(feedback === undefined
        ? {}
        : {
            userAgent: 'ExampleCorp Feedback Loop (V0.01)',
            complaintFeedbackType: feedback,
            arrivalDate: timestamp,
          }),
    },
  };
}

const has = (table: object, name: string): boolean => Object.hasOwn(table, name);
export const isBounce = (name: string): name is keyof typeof BOUNCES => has(BOUNCES, name);
export const isComplaint = (name: string): name is keyof typeof COMPLAINTS => has(COMPLAINTS, name);
