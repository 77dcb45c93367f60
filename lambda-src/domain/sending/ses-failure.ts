import { TIMING } from '../rate/timing';
import { isJson, isOfSes, isParsed, type SesError } from './ses-error';

/** Failures that there are only before a connection stands: nothing can have been accepted. */
const NOT_CONNECTED: { readonly [code: string]: string } = {
  ENOTFOUND: 'its name was not found',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'it was refused',
};
/** These there are also of a connection that stood. */
const NOT_CONNECTED_IF_CONNECTING = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
/** The certificate is looked at before the request leaves. Any other TLS error may be one of the answer's records. */
const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH$|ERR_TLS_CERT_ALTNAME_INVALID$)/;

/** Why a request without an answer was definitely not sent; undefined where it may have been. */
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
/** The SDK calls some of them timeouts. */
const BROKEN = /^(ECONNRESET|EPIPE|HPE_|ERR_SSL_|ERR_TLS_|EHOST|ENET)/;

/** Why it is unknown whether SES took a message, in words for a file that people read. */
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
