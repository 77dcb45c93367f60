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
  ['a paused tenant', sesAnswer('SendingPausedException', 400, 'Sending is paused for tenant acme.'), 'tenant'],
  ['a disabled tenant', sesAnswer('MessageRejected', 400, "The tenant's sending status is DISABLED"), 'tenant'],
  ['an unknown tenant', sesAnswer('NotFoundException', 404, 'Tenant <acme> does not exist.'), 'tenant'],
  ['no right to a tenant', sesAnswer('AccessDeniedException', 403, 'not authorized on tenant/acme'), 'stop'],
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
  ['the same by a longer name', sesAnswer('UpstreamRequestTimeout', 400), 'ambiguous'],
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

/** An error of which nothing else says what it means. */
const OTHER = 'SomethingNewException';

describe('each clue is enough by itself', () => {
  test.each([
    ['the words of the daily quota', sesAnswer(OTHER, 400, 'Daily message quota exceeded.'), 'wait'],
    ['its other words', sesAnswer(OTHER, 400, 'daily sending quota exceeded'), 'wait'],
    ['the name of a limit', sesAnswer('LimitExceededException', 400), 'wait'],
    ['status 429', sesAnswer(OTHER, 429), 'retry'],
    ['the name TooManyRequestsException', sesAnswer('TooManyRequestsException', 400), 'retry'],
    ['the name ThrottlingException', sesAnswer('ThrottlingException', 400), 'retry'],
    ['the name Throttling', sesAnswer('Throttling', 400), 'retry'],
    ['the words of the rate', sesAnswer(OTHER, 400, 'Maximum sending rate exceeded.'), 'retry'],
    ['status 401', sesAnswer(OTHER, 401), 'stop'],
    ['status 403', sesAnswer(OTHER, 403), 'stop'],
    ['the name AccountSuspendedException', sesAnswer('AccountSuspendedException', 400), 'stop'],
    ['the name SendingPausedException', sesAnswer('SendingPausedException', 400), 'stop'],
    ['the name MailFromDomainNotVerifiedException', sesAnswer('MailFromDomainNotVerifiedException', 400), 'stop'],
    ['the name NotFoundException', sesAnswer('NotFoundException', 404), 'stop'],
    ['the words of an identity', sesAnswer(OTHER, 400, 'The following identities are not verified'), 'stop'],
    ['sending is paused', sesAnswer(OTHER, 400, 'Account sending is paused'), 'stop'],
    ['sending disabled', sesAnswer(OTHER, 400, 'Sending disabled for this configuration set'), 'stop'],
    ['sending suspended', sesAnswer(OTHER, 400, 'sending suspended'), 'stop'],
    ['a configuration set that does not exist', sesAnswer(OTHER, 400, 'Configuration set mm does not exist'), 'stop'],
    ['one that is not found', sesAnswer(OTHER, 400, 'configuration set mm: not found'), 'stop'],
    ['nothing of these', sesAnswer(OTHER, 400, 'A message of its own'), 'refuse'],
    ['an address that does not exist', sesAnswer(OTHER, 400, 'Mailbox does not exist'), 'refuse'],
  ])('%s', (_name, error, kind) => {
    expect(sendResultOf(error).kind).toBe(kind);
  });

  test.each([399, 408, 500, 501])('status %d proves nothing, whatever stands beside it', (status) => {
    for (const name of ['TooManyRequestsException', 'LimitExceededException', 'SendingPausedException', REJECTED])
      expect(sendResultOf(sesAnswer(name, status, 'Daily message quota exceeded.')).kind).toBe('ambiguous');
  });

  test.each(['ECONNREFUSED', 'EAI_AGAIN', 'ENOTFOUND'])('%s: no connection stood', (code) => {
    expect(sendResultOf(network(code))).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('no connection'),
    });
  });

  test.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'HOSTNAME_MISMATCH',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s: the certificate was looked at before the request left', (code) => {
    expect(sendResultOf(network(code)).kind).toBe('retry');
    // What only looks like it may be of the answer.
    expect(sendResultOf(network(`X_${code}`)).kind).toBe('ambiguous');
  });

  test.each(['DEPTH_ZERO_SELF_SIGNED_CERT_', 'HOSTNAME_MISMATCH_', 'ERR_TLS_CERT_ALTNAME_INVALID_'])(
    '%s is another code',
    (code) => {
      expect(sendResultOf(network(code)).kind).toBe('ambiguous');
    },
  );

  test.each(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'])('%s, only while connecting', (code) => {
    expect(sendResultOf(Object.assign(network(code), { syscall: 'connect' })).kind).toBe('retry');
    expect(sendResultOf(network(code)).kind).toBe('ambiguous');
  });

  test('connecting alone is no clue', () => {
    expect(sendResultOf(Object.assign(network('ECONNRESET'), { syscall: 'connect' })).kind).toBe('ambiguous');
  });
});

test('only a throttle says that it was one', () => {
  expect(sendResultOf(sesAnswer(OTHER, 429))).toMatchObject({ kind: 'retry', throttled: true });
  expect(sendResultOf(network('ENOTFOUND'))).not.toHaveProperty('throttled');
});

test('a reason is SES’s name and words, short', () => {
  expect(sendResultOf(sesAnswer(OTHER, 400, '')).reason).toBe(OTHER);
  expect(sendResultOf(sesAnswer(OTHER, 400, 'UnknownError')).reason).toBe(OTHER);
  expect(sendResultOf(sesAnswer(OTHER, 400, '  a \n\n b  ')).reason).toBe(`${OTHER}: a b`);
  expect(sendResultOf(sesAnswer(OTHER, 400, 'x'.repeat(5000))).reason).toHaveLength(500);
});
