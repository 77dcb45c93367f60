/** Time limits of claims, permits and leases, in milliseconds. */
export const TIMING = {
  /** Maximum time from a claim to its request. */
  sendWithin: 10_000,
  /** Timeout of a request, after which its connection is closed. */
  request: 30_000,
  /** How long a worker relies on its last check that nothing blocks its run. */
  believed: 1_000,
  /** Added to a claim's deadline, for clock differences and for SES to finish a request whose connection was closed. */
  grace: 20_000,
  /** Maximum time from reading a recipient's preferences to sending. */
  consent: 10_000,
  /** Age at which preferences are read again, so that enough time remains to send. */
  reread: 5_000,
  /** A permit older than this expires, so that a stalled worker cannot send a burst. */
  permitAge: 250,
  /** How far ahead permits are reserved, if the rate allows several. */
  ahead: 1_000,
  /** A campaign or mailer that reserved nothing for this long has no share of the rate. */
  active: 2_000,
  /** Age at which the account's rate and quota are read again. */
  account: 10_000,
  /** How long another worker may take to read the account or to probe before a different worker does. */
  lease: 60_000,
} as const;
