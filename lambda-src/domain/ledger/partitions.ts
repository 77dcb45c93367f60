/**
 * Partition keys of the ledger, except recipients'. IAM sees only the partition key of an item, so items that different
 * roles may write lie in different partitions. A recipient's partition key is a digest of 43 characters; no other has
 * 43 characters, whatever a campaign or a mailer is called.
 */
export const PARTITION = {
  /** What operators change: the campaign's record, and who did what to it. */
  campaign: (campaignDigest: string) => `campaign#${campaignDigest}`,
  draft: (campaignDigest: string) => `draft#${campaignDigest}`,
  /** The campaign's runs, and each run's brake and waits for the quota. */
  run: (campaignDigest: string) => `run#${campaignDigest}`,
  /** What each worker of a run is about. */
  shard: (campaignDigest: string, run: number) => `shard#${campaignDigest}#${run}`,
  approval: (campaignDigest: string) => `approval#${campaignDigest}`,
  /** Live counts of SES's events. */
  events: (campaignDigest: string) => `events#${campaignDigest}`,
  /** The circuit breaker's counts, and violations that were reported. */
  breaker: (campaignDigest: string) => `breaker#${campaignDigest}`,
  /** Campaigns of the last day by the content of their list. */
  list: (content: string) => `list#${content}`,
  /** Who holds a mailer's name, and who took it over. */
  mailer: (mailerDigest: string) => `mailer#${mailerDigest}`,
  /** What each run moved in the campaign's counts. */
  counts: (campaignDigest: string) => `counts#${campaignDigest}`,
  /** What is of the ledger as a whole. */
  ledger: () => 'ledger',
  rate: () => 'rate',
} as const;

const DIGEST = /^[A-Za-z0-9_-]{43}$/;

/** Whether a partition, or a sort key in it, is a digest: of a recipient and of a campaign. */
export const isDigest = (key: string): boolean => DIGEST.test(key);
