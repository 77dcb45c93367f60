/** An error that SES writes in place of a message id. */
export class SesError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Why SES takes no message. Types and status codes: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html;
 * the words for rate and quota: https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
 */
export const SAYS = {
  throttled: () => new SesError(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.'),
  quotaSpent: () => new SesError(400, 'LimitExceededException', 'Daily message quota exceeded.'),
  suspended: () => new SesError(400, 'AccountSuspendedException', 'Account is suspended.'),
  paused: () => new SesError(400, 'SendingPausedException', 'Email sending is paused for this account.'),
  forbidden: () => new SesError(403, 'AccessDeniedException', 'User is not authorized to perform ses:SendEmail'),
  unsigned: () => new SesError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'),
  notVerified: (party: string) =>
    new SesError(
      400,
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region US-EAST-1: ${party}`,
    ),
  noConfigurationSet: (name: string) =>
    new SesError(400, 'BadRequestException', `Configuration set <${name}> does not exist.`),
  rejected: () => new SesError(400, 'MessageRejected', 'Email address is on the suppression list'),
  badRequest: (message: string) => new SesError(400, 'BadRequestException', message),
  unavailable: () => new SesError(503, 'ServiceUnavailable', 'Service is unavailable.'),
  internal: () => new SesError(500, 'InternalFailure', 'UnknownError'),
} as const;

/**
 * What comes in place of SES's answer. `reset`: the connection is reset; `hang`: no answer ever; `garbage`: 200 with a
 * body that is no JSON; `cut`: SES's answer, cut off; or the HTML page of a proxy with this status.
 */
export type Broken = 'reset' | 'hang' | 'garbage' | 'cut' | { readonly proxy: number };
