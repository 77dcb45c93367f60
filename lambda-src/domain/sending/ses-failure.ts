import { TIMING } from '../rate/timing';
import { isJson, isOfSes, isParsed, type SesError } from './ses-error';

/** Errors that occur only before a connection is established, so SES cannot have accepted anything. */
const NOT_CONNECTED: { readonly [code: string]: string } = {
  ENOTFOUND: 'its name was not found',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'it was refused',
};
/** Errors that also occur on an established connection. */
const NOT_CONNECTED_IF_CONNECTING = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
/** The certificate is checked before the request is sent. Other TLS errors may concern the answer. */
const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH$|ERR_TLS_CERT_ALTNAME_INVALID$)/;

/** Explains why a request without an answer was definitely not sent. Undefined if it may have been sent. */
export function definiteFailure({ name, message = '', code = '', syscall }: SesError): string | undefined {
  const why = NOT_CONNECTED[code];
  if (why !== undefined) return `no connection to SES: ${why}`;
  if (syscall === 'connect' && NOT_CONNECTED_IF_CONNECTING.has(code)) return 'no connection to SES: there is no route';
  if (CERTIFICATE.test(code)) return 'no connection to SES: its certificate does not hold';
  if (/did not establish a connection/.test(message)) return 'no connection to SES in time';
  return name === 'CredentialsProviderError' ? 'no AWS credentials' : undefined;
}

const CUT_OFF = 'SES’s answer was cut off';
const UNREAD = 'the answer could not be read';
/** Connection errors, some of which the SDK reports as timeouts. */
const BROKEN = /^(ECONNRESET|EPIPE|HPE_|ERR_SSL_|ERR_TLS_|EHOST|ENET)/;

/** Explains, in text for the report, why it is unknown whether SES accepted an email. */
export function unclearReason(error: SesError): string {
  const { name = '', code = '', $metadata } = error;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) {
    if (!isParsed(error) && (BROKEN.test(code) || isJson(error))) return CUT_OFF;
    if (status < 300) return UNREAD;
    return isOfSes(error) ? `SES answered ${status} ${name}` : `an answer that is not SES’s: HTTP ${status}`;
  }
  if (BROKEN.test(code)) return 'the connection broke before SES’s answer';
  if (name === 'TimeoutError' || name === 'AbortError') return `no answer within ${TIMING.request / 1000} s`;
  return UNREAD;
}
