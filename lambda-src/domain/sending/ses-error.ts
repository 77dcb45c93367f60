/** An error that the SDK throws: answered by SES, answered by a proxy, or without an answer. */
export interface SesError {
  readonly name?: string;
  readonly message?: string;
  /** Node.js's error code, such as `ECONNRESET`. */
  readonly code?: string;
  readonly syscall?: string;
  /** Present only if the SDK could parse the answer. */
  readonly $fault?: 'client' | 'server';
  /** Error type from the answer's body. SES writes it there or in a header. */
  readonly __type?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: { readonly [name: string]: string | undefined } };
}

const JSON_TYPE = /^application\/(x-amz-)?json\b/i;

/** Whether the answer declares a JSON body. */
export const isJson = ({ $response }: SesError): boolean =>
  JSON_TYPE.test(String($response?.headers?.['content-type'] ?? ''));

/** Whether the SDK could parse the answer. */
export const isParsed = ({ $fault }: SesError): boolean => $fault !== undefined;

/**
 * Whether SES itself wrote an error answer: valid JSON, an error type and a request id. Proxies, firewalls and load
 * balancers answer with the same status codes, possibly after SES has accepted the email.
 */
export function isOfSes(error: SesError): boolean {
  const { $metadata, $response, __type } = error;
  const type = $response?.headers?.['x-amzn-errortype'] ?? __type;
  return isParsed(error) && isJson(error) && Boolean(type) && Boolean($metadata?.requestId);
}
