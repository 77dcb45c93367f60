import { isOfSes, type SesError } from './ses-error';
import { definiteFailure, unclearReason } from './ses-failure';

/** The meaning of SES's answer for one email. docs/guarantees.md has the same table. */
export type SendResult =
  /** Definitely not sent; the same claim may retry. `throttled`: SES answered that the rate is too high. */
  | { readonly kind: 'retry'; readonly reason: string; readonly throttled?: true }
  /** Definitely not sent: the daily quota is spent. */
  | { readonly kind: 'wait'; readonly reason: string }
  /** Definitely not sent, and no other email would be. */
  | { readonly kind: 'stop'; readonly reason: string }
  /** Definitely not sent, and no other email of the same tenant would be. */
  | { readonly kind: 'tenant'; readonly reason: string }
  /** Definitely not sent: SES rejects this email. */
  | { readonly kind: 'refuse'; readonly reason: string }
  /** Unknown whether SES accepted the email. */
  | { readonly kind: 'ambiguous'; readonly reason: string };

/** SES's answer to a send request. */
export type SesAnswer = SendResult | { readonly kind: 'accepted'; readonly messageId: string };

const THROTTLED = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling']);
const STOPPING = new Set([
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
]);
/** SES has paused or disabled the tenant, does not know it, or the identity or configuration set is not associated. */
const OF_TENANT = /\btenant\b/i;
/** SES timed out waiting for the rest of the request, which does not prove that it accepted nothing. */
const GAVE_UP = /RequestTimeout/;

const LONGEST_REASON = 500;
/** The SDK's text for an error without a message. */
const NO_MESSAGE = 'UnknownError';

/** Classifies an error. Only a 4xx status that SES itself wrote proves that it did not accept the email. */
export function sendResultOf(thrown: unknown): SendResult {
  const error = (thrown ?? {}) as SesError;
  const { name = 'Error', message = '', $metadata } = error;
  const status = $metadata?.httpStatusCode;
  if (status === undefined) {
    const notSent = definiteFailure(error);
    return notSent === undefined
      ? { kind: 'ambiguous', reason: unclearReason(error) }
      : { kind: 'retry', reason: notSent };
  }
  if (status < 400 || status >= 500 || status === 408 || GAVE_UP.test(name) || !isOfSes(error)) {
    return { kind: 'ambiguous', reason: unclearReason(error) };
  }

  const words = message === NO_MESSAGE ? '' : message.replace(/\s+/g, ' ').trim();
  const reason = (words ? `${name}: ${words}` : name).slice(0, LONGEST_REASON);
  // SES uses the same error names for quota and rate in some cases; only the text distinguishes them.
  if (/daily message quota|daily sending quota/i.test(message)) return { kind: 'wait', reason };
  if (status === 429 || THROTTLED.has(name) || /maximum sending rate/i.test(message)) {
    return { kind: 'retry', reason, throttled: true };
  }
  if (name === 'LimitExceededException') return { kind: 'wait', reason };
  if (status === 401 || status === 403) return { kind: 'stop', reason };
  if (OF_TENANT.test(message)) return { kind: 'tenant', reason };
  if (STOPPING.has(name)) return { kind: 'stop', reason };
  if (
    /not verified|sending (is )?(paused|disabled|suspended)|configuration set .*(not exist|not found)/i.test(message)
  ) {
    return { kind: 'stop', reason };
  }
  return { kind: 'refuse', reason };
}
