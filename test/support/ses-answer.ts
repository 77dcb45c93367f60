import { randomUUID } from 'node:crypto';
import type { Broken, SesError } from '../../local/ses/answers';

interface Headers {
  /** The SDK could not parse it. */
  readonly unread?: true;
  readonly contentType?: string;
  readonly type?: string;
  readonly requestId?: string;
}

const thrown = (
  name: string,
  status: number,
  message: string,
  { unread, contentType, type, requestId }: Headers,
): Error =>
  Object.assign(new Error(message), {
    name,
    ...(unread ? {} : { $fault: status < 500 ? 'client' : 'server' }),
    $metadata: { httpStatusCode: status, requestId },
    $response: {
      headers: {
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(type === undefined ? {} : { 'x-amzn-errortype': type }),
      },
    },
  });

/** What the SDK throws for an error answer that SES wrote; `test/lambda-src/aws/ses-tls.test.ts` holds it over sockets. */
export const sesAnswer = (name: string, status: number, message = ''): Error =>
  thrown(name, status, message, { contentType: 'application/json', type: name, requestId: randomUUID() });

/** The same for an answer that lacks some of what SES writes. */
export const foreignAnswer = (name: string, status: number, of: Headers = {}, message = 'UnknownError'): Error =>
  thrown(name, status, message, of);

/** HTML in SES's place. */
export const htmlAnswer = (status: number): Error =>
  foreignAnswer(
    'SyntaxError',
    status,
    { unread: true, contentType: 'text/html' },
    'Unexpected token \'<\', "<html>" is not valid JSON',
  );

/** What the SDK throws for an error that SES answers. */
export const thrownFor = ({ type, status, message }: SesError): Error => sesAnswer(type, status, message);

/** What the SDK throws for what came in place of SES's answer. */
export function brokenAnswer(broken: Broken): Error {
  if (typeof broken === 'object') return htmlAnswer(broken.proxy);
  if (broken === 'garbage') return foreignAnswer('SyntaxError', 200, { unread: true, contentType: 'application/json' });
  const failure = (name: string, message: string, code?: string) =>
    Object.assign(new Error(message), { name, code, $metadata: {} });
  if (broken === 'hang') return failure('TimeoutError', 'Request timed out');
  return failure('Error', broken === 'cut' ? 'aborted' : 'socket hang up', 'ECONNRESET');
}
