import { answerOf } from '../../../lambda-src/core/answer';

const parsed = (name: string, httpStatusCode: number, message = '') =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
const network = (code: string, message = code) => Object.assign(new Error(message), { code });

test.each([
  ['the send rate', parsed('TooManyRequestsException', 429, 'Maximum sending rate exceeded.'), 'retry'],
  ['the send rate by its old name', parsed('ThrottlingException', 400, 'Maximum sending rate exceeded.'), 'retry'],
  ['a throttled control plane', parsed('TooManyRequestsException', 429, 'Too many requests'), 'retry'],
  ['the daily quota', parsed('LimitExceededException', 400, 'Daily message quota exceeded.'), 'wait'],
  [
    'the daily quota by the name of the rate',
    parsed('TooManyRequestsException', 429, 'Daily message quota exceeded.'),
    'wait',
  ],
  ['no right', parsed('AccessDeniedException', 403, 'User is not authorized'), 'stop'],
  ['a signature that expired', parsed('InvalidSignatureException', 403), 'stop'],
  ['a suspended account', parsed('AccountSuspendedException', 400), 'stop'],
  ['paused sending', parsed('SendingPausedException', 400), 'stop'],
  ['an unverified MAIL FROM', parsed('MailFromDomainNotVerifiedException', 400), 'stop'],
  ['a missing configuration set', parsed('NotFoundException', 404, 'Configuration set <mm> does not exist.'), 'stop'],
  ['an unverified sender', parsed('MessageRejected', 400, 'Email address is not verified.'), 'stop'],
  ['a rejected message', parsed('MessageRejected', 400, 'Email content was rejected'), 'refuse'],
  ['a bad request', parsed('BadRequestException', 400, 'Illegal address'), 'refuse'],
  ['an internal error', parsed('InternalServiceErrorException', 500), 'ambiguous'],
  ['a gateway in between', parsed('Unknown', 503), 'ambiguous'],
  ['a 4xx that SES did not write', parsed('SyntaxError', 413), 'ambiguous'],
  ['a 200 that cannot be read', parsed('SyntaxError', 200), 'ambiguous'],
  ['an unknown host', network('ENOTFOUND'), 'retry'],
  ['a refused connection', network('ECONNREFUSED'), 'retry'],
  ['a certificate that does not hold', network('CERT_HAS_EXPIRED'), 'retry'],
  ['a certificate of another host', network('ERR_TLS_CERT_ALTNAME_INVALID'), 'retry'],
  ['a damaged TLS record, perhaps of the answer', network('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'), 'ambiguous'],
  ['a TLS alert, perhaps after the request', network('ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR'), 'ambiguous'],
  ['a TLS error of another kind', network('ERR_TLS_SESSION_ATTACK'), 'ambiguous'],
  ['a route that was lost while connecting', Object.assign(network('EHOSTUNREACH'), { syscall: 'connect' }), 'retry'],
  ['a route that was lost after it', Object.assign(network('EHOSTUNREACH'), { syscall: 'read' }), 'ambiguous'],
  [
    'a connection that did not come',
    Object.assign(
      new Error('the request socket did not establish a connection with the server within the configured timeout'),
      {
        name: 'TimeoutError',
      },
    ),
    'retry',
  ],
  ['no credentials', Object.assign(new Error('x'), { name: 'CredentialsProviderError' }), 'retry'],
  ['a reset', network('ECONNRESET'), 'ambiguous'],
  ['a broken pipe', network('EPIPE'), 'ambiguous'],
  ['a request that was given up', Object.assign(new Error('aborted'), { name: 'TimeoutError' }), 'ambiguous'],
  ['anything else', new Error('boom'), 'ambiguous'],
  ['what is no error', undefined, 'ambiguous'],
])('%s', (_name, error, kind) => {
  expect(answerOf(error).kind).toBe(kind);
});
