import { hash } from 'node:crypto';
import { FOLDING, FOLDINGS } from '../address/address';
import type { Key } from './store';

/** SHA-256 in base64url: SES tags allow no other characters, and the tags on a message are its record's key. */
export const digest = (text: string): string => hash('sha256', text, 'base64url');

/** Mailer and name of a campaign; a mailer's name has no slash. */
export function partsOf(campaign: string): readonly [mailer: string, name: string] {
  const slash = campaign.indexOf('/');
  return [campaign.slice(0, slash), campaign.slice(slash + 1)];
}

/** Sort key of a campaign's records where no key column is set. */
export function campaignDigest(campaign: string): string {
  // Asked for every row of a list.
  if (last?.campaign !== campaign) last = { campaign, digest: digest(JSON.stringify(partsOf(campaign))) };
  return last.digest;
}
let last: { readonly campaign: string; readonly digest: string } | undefined;

/** Partition of what the ledger keeps of a recipient, by a version of address folding. */
const partitionOf = (address: string, folding: number): string => digest(FOLDINGS[folding]!(address));

/** The partitions of an address under every version of address folding; that of new campaigns first. */
export const partitionsOf = (address: string): readonly string[] => [
  ...new Set([FOLDING, ...Object.keys(FOLDINGS).map(Number)].map((folding) => partitionOf(address, folding))),
];

/** A recipient by the partition of their records, and by their address where it is known. */
export interface Person {
  readonly pk: string;
  readonly to?: string;
}

/** Where a recipient's preferences may be. */
export const preferencePartitions = ({ pk, to }: Person): readonly string[] =>
  to === undefined ? [pk] : [...new Set([pk, ...partitionsOf(to)])];

/** The record of a recipient in a campaign; `column` is the value of the key column, where one is set. */
export function recipientKey(address: string, campaign: string, column?: string, folding = FOLDING): Key {
  return {
    pk: partitionOf(address, folding),
    sk: column === undefined ? campaignDigest(campaign) : digest(JSON.stringify([...partsOf(campaign), column])),
  };
}
