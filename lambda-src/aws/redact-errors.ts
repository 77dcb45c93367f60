import { redactEmailAddresses } from '../domain/text/redact-email-addresses';

/**
 * Wraps a handler so that its errors contain no email addresses. Lambda writes a thrown error to the log and Step
 * Functions to the execution's history, with all fields of an SDK error.
 */
export const redactErrors =
  <A extends unknown[], R>(handler: (...given: A) => Promise<R>): ((...given: A) => Promise<R>) =>
  async (...given) => {
    try {
      return await handler(...given);
    } catch (error) {
      throw redactedError(error);
    }
  };

function redactedError(error: unknown): Error {
  const { name, message, stack, $metadata } = error instanceof Error ? (error as Thrown) : ({} as Partial<Thrown>);
  const redacted: Thrown = new Error(redactEmailAddresses(message ?? String(error)));
  redacted.name = redactEmailAddresses(name ?? 'Error');
  if (stack) redacted.stack = redactEmailAddresses(stack);
  // AWS Support needs the request id.
  if ($metadata) redacted.$metadata = { requestId: $metadata.requestId, httpStatusCode: $metadata.httpStatusCode };
  return redacted;
}

type Thrown = Error & { $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number } };
