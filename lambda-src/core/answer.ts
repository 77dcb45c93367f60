/** What SES's answer to a request means for its message. docs/guarantees.md shows the same table. */
export type Answer =
  /** Definitely not sent; the same claim may try again. */
  | { readonly kind: 'retry'; readonly reason: string }
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
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Failures before a connection stood: nothing can have been accepted. */
const NOT_CONNECTED = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);
const TLS_FAILED = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;

const THROTTLED = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling']);
const STOPPING = new Set([
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
]);

export function answerOf(error: unknown): Answer {
  const { name = 'Error', message = '', code = '', $metadata } = (error ?? {}) as SesError;
  const status = $metadata?.httpStatusCode;
  const reason = `${name}${code && code !== name ? ` (${code})` : ''}: ${message}`;

  if (status === undefined) {
    const definite =
      NOT_CONNECTED.has(code) ||
      TLS_FAILED.test(code) ||
      name === 'CredentialsProviderError' ||
      /did not establish a connection/.test(message);
    return { kind: definite ? 'retry' : 'ambiguous', reason };
  }
  if (status < 400 || status >= 500) return { kind: 'ambiguous', reason };

  // SES names quota and rate alike on some paths; only the words tell them apart.
  if (/daily message quota|daily sending quota/i.test(message)) return { kind: 'wait', reason };
  if (status === 429 || THROTTLED.has(name) || /maximum sending rate/i.test(message)) return { kind: 'retry', reason };
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
