/** How long a claim can matter, in milliseconds. Settle waits for a claim's own deadline and the grace. */
export const TIMING = {
  /** A claim is for a request that leaves within this time. */
  sendWithin: 10_000,
  /** When a request without an answer is given up and its connection cut. */
  request: 30_000,
  /** How long a worker believes that nothing holds its run. */
  believed: 1_000,
  /** For clocks that differ and for SES to be done with a request that was cut. */
  grace: 20_000,
  /** A mail leaves at most this long after its recipient's preferences were read. */
  consent: 10_000,
  /** Preferences that were read longer ago are read again before they decide, so that a mail by them has time to leave. */
  reread: 5_000,
  /** A permit older than this expires, so that a stalled worker cannot burst. */
  permitAge: 250,
  /** How far ahead permits are reserved, where the rate has that many. */
  ahead: 1_000,
  /** A campaign or a mailer that reserved nothing for this long has no share of the rate. */
  active: 2_000,
  /** The account's rate and quota are asked for again at this age. */
  account: 10_000,
  /** How long to wait for a worker that asks or probes before another does. */
  lease: 60_000,
} as const;
