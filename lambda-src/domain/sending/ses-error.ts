/** What the SDK throws where SES, or something in its place, answered; or where nothing did. */
export interface SesError {
  readonly name?: string;
  readonly message?: string;
  /** Of Node: `ECONNRESET`… */
  readonly code?: string;
  readonly syscall?: string;
  /** Only an answer that the SDK could parse has it. */
  readonly $fault?: 'client' | 'server';
  /** Of the answer's body: one of two places in which SES writes an error's type. */
  readonly __type?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: { readonly [name: string]: string | undefined } };
}

const JSON_TYPE = /^application\/(x-amz-)?json\b/i;

export const isJson = ({ $response }: SesError): boolean =>
  JSON_TYPE.test(String($response?.headers?.['content-type'] ?? ''));

export const isParsed = ({ $fault }: SesError): boolean => $fault !== undefined;

/**
 * Whether SES wrote an error answer: JSON that parses, an error type and a request id. A proxy, a firewall or a load
 * balancer answers with the same status codes, also after SES has accepted the message.
 */
export function isOfSes(error: SesError): boolean {
  const { $metadata, $response, __type } = error;
  const type = $response?.headers?.['x-amzn-errortype'] ?? __type;
  return isParsed(error) && isJson(error) && Boolean(type) && Boolean($metadata?.requestId);
}
