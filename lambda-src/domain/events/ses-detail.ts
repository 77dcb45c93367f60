/**
 * Fields read from SES events: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export interface SesDetail {
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
    readonly bouncedRecipients?: readonly BouncedRecipient[];
  };
  readonly complaint?: Timed & {
    readonly complaintSubType?: string | null;
    readonly complaintFeedbackType?: string;
  };
  readonly deliveryDelay?: Timed & { readonly delayType?: string };
  readonly reject?: { readonly reason?: string };
  readonly failure?: { readonly errorMessage?: string };
  readonly open?: Seen;
  readonly click?: Seen;
  readonly subscription?: Timed;
}

export interface Timed {
  readonly timestamp?: string;
}

export interface Seen extends Timed {
  readonly userAgent?: string;
  /** `Likely` or `Unlikely`; SES provides it since August 2026. */
  readonly isBotEvent?: string;
}

interface BouncedRecipient {
  readonly status?: string;
  readonly diagnosticCode?: string;
}

/** Matches an enhanced status code (RFC 3463), but not part of an IP address or longer version number. */
const STATUS = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\d|\.\d)/;
/** Matches a status code after an SMTP reply code, which excludes software versions. */
const ANSWERED = /\b[245]\d\d[- ]#?([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)/;

/** Returns the enhanced status code in a server's text, preferably one after an SMTP reply code. */
export const statusIn = (said: string | undefined): string | undefined =>
  ANSWERED.exec(said ?? '')?.[1] ?? STATUS.exec(said ?? '')?.[0];

/** Returns the receiving server's status code, otherwise SES's. */
export const bounceStatus = (recipient: BouncedRecipient | undefined): string | undefined =>
  statusIn(recipient?.diagnosticCode) ?? statusIn(recipient?.status);
