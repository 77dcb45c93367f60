import { hash } from 'node:crypto';
import { FOLDING, FOLDINGS } from '../address/address';
import type { Key } from './store';

/**
 * Hashes with SHA-256 in base64url. SES tag values allow only these characters, and an email's tags hold its record's
 * key.
 */
export const digest = (text: string): string => hash('sha256', text, 'base64url');

/** Splits a campaign into mailer and name. A mailer's name contains no slash. */
export function partsOf(campaign: string): readonly [mailer: string, name: string] {
  const slash = campaign.indexOf('/');
  return [campaign.slice(0, slash), campaign.slice(slash + 1)];
}

/** Returns the sort key of a campaign's recipient records when no key column is set. */
export function campaignDigest(campaign: string): string {
  // Cached, because it is called for every row of a list.
  if (last?.campaign !== campaign) last = { campaign, digest: digest(JSON.stringify(partsOf(campaign))) };
  return last.digest;
}
let last: { readonly campaign: string; readonly digest: string } | undefined;

/** Returns a recipient's partition key under one version of address folding. */
const partitionOf = (address: string, folding: number): string => digest(FOLDINGS[folding]!(address));

/** Returns an address's partition keys under every version of address folding, the current version first. */
export const partitionsOf = (address: string): readonly string[] => [
  ...new Set([FOLDING, ...Object.keys(FOLDINGS).map(Number)].map((folding) => partitionOf(address, folding))),
];

/** A recipient: the partition key of their records and, if known, their address. */
export interface Person {
  readonly pk: string;
  readonly to?: string;
}

/** Returns the partitions that may hold a recipient's preferences. */
export const preferencePartitions = ({ pk, to }: Person): readonly string[] =>
  to === undefined ? [pk] : [...new Set([pk, ...partitionsOf(to)])];

/** Returns the key of a recipient's record in a campaign. `column` is the value of the key column, if one is set. */
export function recipientKey(address: string, campaign: string, column?: string, folding = FOLDING): Key {
  return {
    pk: partitionOf(address, folding),
    sk: column === undefined ? campaignDigest(campaign) : digest(JSON.stringify([...partsOf(campaign), column])),
  };
}
