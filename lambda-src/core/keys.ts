import { hash } from 'node:crypto';
import { foldAddress } from './address';
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

/** Partition of everything that the ledger keeps of a recipient. */
export const recipientPartition = (address: string): string => digest(foldAddress(address));

/** The record of a recipient in a campaign; `column` is the value of the key column, where one is set. */
export function recipientKey(address: string, campaign: string, column?: string): Key {
  return {
    pk: recipientPartition(address),
    sk: column === undefined ? campaignDigest(campaign) : digest(JSON.stringify([...partsOf(campaign), column])),
  };
}
