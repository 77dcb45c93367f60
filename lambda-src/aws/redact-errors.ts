import { withoutAddresses } from '../domain/text/redact-email-addresses';

/**
 * A handler whose errors name no recipient. Lambda writes what it throws to the log, and Step Functions to the execution's
 * history, with all fields that an error of the SDK has.
 */
export const quiet =
  <A extends unknown[], R>(handler: (...given: A) => Promise<R>): ((...given: A) => Promise<R>) =>
  async (...given) => {
    try {
      return await handler(...given);
    } catch (error) {
      throw told(error);
    }
  };

function told(error: unknown): Error {
  const { name, message, stack, $metadata } = error instanceof Error ? (error as Thrown) : ({} as Partial<Thrown>);
  const quieted: Thrown = new Error(withoutAddresses(message ?? String(error)));
  quieted.name = withoutAddresses(name ?? 'Error');
  if (stack) quieted.stack = withoutAddresses(stack);
  // By its id AWS's support finds the request.
  if ($metadata) quieted.$metadata = { requestId: $metadata.requestId, httpStatusCode: $metadata.httpStatusCode };
  return quieted;
}

type Thrown = Error & { $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number } };
