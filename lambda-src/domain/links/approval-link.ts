import type { RunRef } from '../../../src/private/contract';
import { foldAddress } from '../address/address';
import { digest } from '../ledger/keys';
import { type LinkKeys, openLink, sealLink } from './sealed-link';

/** Content of an approver's link: the run, the approver that it was sent to, and its expiry. */
export interface ApprovalLink {
  readonly campaignDigest: string;
  readonly run: number;
  readonly approver: string;
  readonly answerBy: number;
}

/** Path under the function's URL. */
export const APPROVAL_PATH = 'a';

export const approverDigest = (address: string): string => digest(foldAddress(address));

/** Returns the URL with which one approver decides on a run. */
export function approvalUrl(
  { campaignDigest, run }: RunRef,
  approver: string,
  { answerBy }: { readonly answerBy: number },
  url: string,
  keys: LinkKeys,
): string {
  const fields = [campaignDigest, String(run), approverDigest(approver), String(answerBy)];
  return `${url.replace(/\/+$/, '')}/${APPROVAL_PATH}/${sealLink('approval', Buffer.from(fields.join('.')), keys)}`;
}

/** Decrypts an approval link's token. */
export function openApprovalLink(token: string, keys: LinkKeys): ApprovalLink | { readonly unknownKey: boolean } {
  const opened = openLink('approval', token, keys);
  if (!opened.content) return opened;
  const [campaignDigest, run, approver, answerBy] = opened.content.toString().split('.');
  return { campaignDigest: campaignDigest!, run: Number(run), approver: approver!, answerBy: Number(answerBy) };
}
