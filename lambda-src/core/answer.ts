/** What SES's answer to a request means for its message. docs/guarantees.md shows the same table. */
export type Answer =
  /** Definitely not sent; the same claim may try again. `throttled`: SES said that it was too fast. */
  | { readonly kind: 'retry'; readonly reason: string; readonly throttled?: true }
  /** Definitely not sent; the day's quota is spent. */
  | { readonly kind: 'wait'; readonly reason: string }
  /** Definitely not sent; nobody's mail would be. */
  | { readonly kind: 'stop'; readonly reason: string }
  /** Definitely not sent; something is wrong with this message. */
  | { readonly kind: 'refuse'; readonly reason: string }
  /** Nobody knows. */
  | { readonly kind: 'ambiguous'; readonly reason: string };

interface SesError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly syscall?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Failures that there are only before a connection stands: nothing can have been accepted. */
const NOT_CONNECTED = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED']);
/** These there are also of a connection that stood. */
const NOT_CONNECTED_IF_CONNECTING = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
/** The certificate is looked at before the request leaves. Any other TLS error may be one of the answer's records. */
const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH$|ERR_TLS_CERT_ALTNAME_INVALID$)/;

const THROTTLED = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling']);
const STOPPING = new Set([
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
]);

export function answerOf(error: unknown): Answer {
  const { name = 'Error', message = '', code = '', syscall, $metadata } = (error ?? {}) as SesError;
  const status = $metadata?.httpStatusCode;
  const reason = `${name}${code && code !== name ? ` (${code})` : ''}: ${message}`;

  if (status === undefined) {
    const definite =
      NOT_CONNECTED.has(code) ||
      (syscall === 'connect' && NOT_CONNECTED_IF_CONNECTING.has(code)) ||
      CERTIFICATE.test(code) ||
      name === 'CredentialsProviderError' ||
      /did not establish a connection/.test(message);
    return { kind: definite ? 'retry' : 'ambiguous', reason };
  }
  if (status < 400 || status >= 500) return { kind: 'ambiguous', reason };

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
  // A 4xx that SES did not write, from something on the way, says nothing about the message.
  if (name === 'MessageRejected' || name === 'BadRequestException' || name.endsWith('Exception'))
    return { kind: 'refuse', reason };
  return { kind: 'ambiguous', reason };
}
