/** An error in SES's response. */
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
 * SES's errors for SendEmail. Types and status codes:
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html; texts for rate and quota:
 * https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
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
  // AWS does not document these two texts.
  tenantPaused: (name: string) => new SesError(400, 'SendingPausedException', `Sending is paused for tenant ${name}.`),
  noTenant: (name: string) => new SesError(404, 'NotFoundException', `Tenant <${name}> does not exist.`),
  notAssociated: (resource: string, name: string) =>
    new SesError(400, 'BadRequestException', `Resource <${resource}> is not associated with tenant <${name}>.`),
  rejected: () => new SesError(400, 'MessageRejected', 'Email address is on the suppression list'),
  badRequest: (message: string) => new SesError(400, 'BadRequestException', message),
  unavailable: () => new SesError(503, 'ServiceUnavailable', 'Service is unavailable.'),
  internal: () => new SesError(500, 'InternalFailure', 'UnknownError'),
} as const;

/**
 * A broken response. `reset`: the connection is reset; `hang`: no response; `garbage`: 200 with a body that is not
 * JSON; `cut`: SES's response, truncated; or a proxy's HTML page with this status.
 */
export type Broken = 'reset' | 'hang' | 'garbage' | 'cut' | { readonly proxy: number };
