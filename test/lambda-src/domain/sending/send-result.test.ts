import { sendResultOf } from '../../../../lambda-src/domain/sending/send-result';
import { foreignAnswer, htmlAnswer, sesAnswer } from '../../../support/ses-answer';

const network = (code: string, message = code) => Object.assign(new Error(message), { code });
const JSON_TYPE = 'application/json';
const REJECTED = 'MessageRejected';
const OF_SES = { contentType: JSON_TYPE, type: REJECTED, requestId: 'r' };

test.each([
  ['the send rate', sesAnswer('TooManyRequestsException', 429, 'Maximum sending rate exceeded.'), 'retry'],
  ['the send rate by its old name', sesAnswer('ThrottlingException', 400, 'Maximum sending rate exceeded.'), 'retry'],
  ['a throttled control plane', sesAnswer('TooManyRequestsException', 429, 'Too many requests'), 'retry'],
  ['the daily quota', sesAnswer('LimitExceededException', 400, 'Daily message quota exceeded.'), 'wait'],
  [
    'the daily quota by the name of the rate',
    sesAnswer('TooManyRequestsException', 429, 'Daily message quota exceeded.'),
    'wait',
  ],
  ['no right', sesAnswer('AccessDeniedException', 403, 'User is not authorized'), 'stop'],
  ['a signature that expired', sesAnswer('InvalidSignatureException', 403), 'stop'],
  ['a suspended account', sesAnswer('AccountSuspendedException', 400), 'stop'],
  ['paused sending', sesAnswer('SendingPausedException', 400), 'stop'],
  ['an unverified MAIL FROM', sesAnswer('MailFromDomainNotVerifiedException', 400), 'stop'],
  [
    'a missing configuration set',
    sesAnswer('NotFoundException', 404, 'Configuration set <mm> does not exist.'),
    'stop',
  ],
  ['an unverified sender', sesAnswer('MessageRejected', 400, 'Email address is not verified.'), 'stop'],
  ['a rejected message', sesAnswer('MessageRejected', 400, 'Email content was rejected'), 'refuse'],
  ['a bad request', sesAnswer('BadRequestException', 400, 'Illegal address'), 'refuse'],
  ['an internal error', sesAnswer('InternalServiceErrorException', 500), 'ambiguous'],
  ['a gateway in between', foreignAnswer('Unknown', 503), 'ambiguous'],
  ['a request that SES gave up waiting for', sesAnswer('RequestTimeoutException', 408), 'ambiguous'],
  ['the same under another status', sesAnswer('RequestTimeout', 400), 'ambiguous'],
  ['HTML in place of a throttle', htmlAnswer(429), 'ambiguous'],
  ['HTML in place of a refusal', htmlAnswer(403), 'ambiguous'],
  ['HTML in place of a bad request', htmlAnswer(400), 'ambiguous'],
  ['an empty 429', foreignAnswer('Unknown', 429), 'ambiguous'],
  [
    'JSON without an error type',
    foreignAnswer('Unknown', 429, { contentType: JSON_TYPE, requestId: 'r' }),
    'ambiguous',
  ],
  ['JSON without a request id', foreignAnswer(REJECTED, 400, { contentType: JSON_TYPE, type: REJECTED }), 'ambiguous'],
  [
    'an error type on something that is no JSON',
    foreignAnswer(REJECTED, 400, { ...OF_SES, contentType: 'text/html' }),
    'ambiguous',
  ],
  ['a refusal that was cut off', foreignAnswer('SyntaxError', 400, { ...OF_SES, unread: true }), 'ambiguous'],
  [
    'a refusal whose type is in its body',
    Object.assign(foreignAnswer(REJECTED, 400, { contentType: JSON_TYPE, requestId: 'r' }), { __type: REJECTED }),
    'refuse',
  ],
  [
    'a content type with a character set',
    foreignAnswer(REJECTED, 400, { ...OF_SES, contentType: 'application/json; charset=utf-8' }),
    'refuse',
  ],
  [
    'a 200 that cannot be read',
    foreignAnswer('SyntaxError', 200, { unread: true, contentType: JSON_TYPE }),
    'ambiguous',
  ],
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
  const answer = sendResultOf(error);
  expect(answer.kind).toBe(kind);
  expect(answer.reason).not.toMatch(/[\n\r]|Deserialization|\$response|UnknownError|undefined/);
});

test.each([
  ['a reset', network('ECONNRESET', 'socket hang up'), 'the connection broke before SES’s answer'],
  ['a timeout', Object.assign(new Error('x'), { name: 'TimeoutError' }), 'no answer within 30 s'],
  ['an abort', Object.assign(new Error('x'), { name: 'AbortError' }), 'no answer within 30 s'],
  [
    'a body that ends early',
    Object.assign(foreignAnswer('Error', 400, { ...OF_SES, unread: true }), { code: 'ECONNRESET' }),
    'SES’s answer was cut off',
  ],
  [
    'JSON that ends early',
    foreignAnswer('SyntaxError', 200, { unread: true, contentType: JSON_TYPE }),
    'SES’s answer was cut off',
  ],
  ['HTML', htmlAnswer(429), 'an answer that is not SES’s: HTTP 429'],
  ['an internal error', sesAnswer('InternalFailure', 500), 'SES answered 500 InternalFailure'],
  ['an unknown host', network('ENOTFOUND'), 'no connection to SES: its name was not found'],
  ['SES’s own words, on one line', sesAnswer(REJECTED, 400, 'Bad\n content'), 'MessageRejected: Bad content'],
])('the reason is for people: %s', (_name, error, reason) => {
  expect(sendResultOf(error).reason).toBe(reason);
});
