/**
 * Partition keys of the ledger, except recipients'. IAM can restrict access only by partition key, so items that
 * different roles may write are in different partitions. A recipient's partition key is a digest of 43 characters; no
 * key built here has that length.
 */
export const PARTITION = {
  /** The campaign's record and the log of operator actions. */
  campaign: (campaignDigest: string) => `campaign#${campaignDigest}`,
  draft: (campaignDigest: string) => `draft#${campaignDigest}`,
  /** The campaign's runs, and each run's brake and block waits. */
  run: (campaignDigest: string) => `run#${campaignDigest}`,
  /** Checkpoints of a run's send workers. */
  shard: (campaignDigest: string, run: number) => `shard#${campaignDigest}#${run}`,
  approval: (campaignDigest: string) => `approval#${campaignDigest}`,
  /** Live counts of SES events. */
  events: (campaignDigest: string) => `events#${campaignDigest}`,
  /** The circuit breaker's counts and the invariant violations already reported. */
  breaker: (campaignDigest: string) => `breaker#${campaignDigest}`,
  /** Campaigns of the last 24 hours whose list has this content. */
  list: (content: string) => `list#${content}`,
  /** The owner of a mailer's name and its takeovers. */
  mailer: (mailerDigest: string) => `mailer#${mailerDigest}`,
  /** Each run's changes to the campaign's counts. */
  counts: (campaignDigest: string) => `counts#${campaignDigest}`,
  /** Items that belong to the ledger as a whole. */
  ledger: () => 'ledger',
  rate: () => 'rate',
} as const;

const DIGEST = /^[A-Za-z0-9_-]{43}$/;

/** Whether a partition key or sort key is a digest: of a recipient or a campaign, respectively. */
export const isDigest = (key: string): boolean => DIGEST.test(key);
