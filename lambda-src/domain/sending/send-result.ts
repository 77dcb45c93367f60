import { isOfSes, type SesError } from './ses-error';
import { definiteFailure, unclearReason } from './ses-failure';

/** What SES's answer to a request means for its message. docs/guarantees.md shows the same table. */
export type SendResult =
  /** Definitely not sent; the same claim may try again. `throttled`: SES said that it was too fast. */
  | { readonly kind: 'retry'; readonly reason: string; readonly throttled?: true }
  /** Definitely not sent; the day's quota is spent. */
  | { readonly kind: 'wait'; readonly reason: string }
  /** Definitely not sent, and no other message would be. */
  | { readonly kind: 'stop'; readonly reason: string }
  /** Definitely not sent; something is wrong with this message. */
  | { readonly kind: 'refuse'; readonly reason: string }
  /** Unknown whether SES took it. */
  | { readonly kind: 'ambiguous'; readonly reason: string };

/** SES's answer to a message that it takes or does not. */
export type SesAnswer = SendResult | { readonly kind: 'accepted'; readonly messageId: string };

const THROTTLED = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling']);
const STOPPING = new Set([
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
]);
/** SES gave up while it waited for the rest of a request; it does not say that it took nothing. */
const GAVE_UP = /^RequestTimeout/;

const LONGEST_REASON = 500;
/** The SDK's message for an error without one. */
const NO_MESSAGE = 'UnknownError';

/** Classifies an answer. Only a 4xx that SES itself wrote proves that a message was not accepted. */
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
  // SES names quota and rate alike on some paths; only the words tell them apart.
  if (/daily message quota|daily sending quota/i.test(message)) return { kind: 'wait', reason };
  if (status === 429 || THROTTLED.has(name) || /maximum sending rate/i.test(message)) {
    return { kind: 'retry', reason, throttled: true };
  }
  if (name === 'LimitExceededException') return { kind: 'wait', reason };
  if (status === 401 || status === 403 || STOPPING.has(name)) return { kind: 'stop', reason };
  if (
    /not verified|sending (is )?(paused|disabled|suspended)|configuration set .*(not exist|not found)/i.test(message)
  ) {
    return { kind: 'stop', reason };
  }
  return { kind: 'refuse', reason };
}
