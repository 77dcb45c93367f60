import { FORMAT, type RunRef, type SameList } from '../../../src/private/contract';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Item, Key, Update } from '../ledger/store';
import { campaignLabel } from './campaign';
import type { RunRecord } from './run-record';

/** An approval request for one run, and its only decision. */
export interface ApprovalRecord extends Key {
  readonly v: number;
  readonly campaign: string;
  /** The campaign's name without the mailer. */
  readonly label: string;
  readonly run: number;
  readonly askedAt: string;
  /** Deadline for the decision, in milliseconds since the epoch. */
  readonly answerBy: number;
  /** The list and its version. The approval is valid only for them. */
  readonly list: string;
  /** Templates of the samples that approvers received. */
  readonly templates: readonly string[];
  readonly recipients: number;
  readonly seconds: number;
  readonly dollars: number;
  /** Another campaign whose list has the same content. */
  readonly sameListAs?: SameList;
  /** Counts of rows opted out by the list's own column. Present if they exceed a fifth of the list. */
  readonly optOuts?: { readonly suppressed: number; readonly rows: number };
  /** Time at which the approvers were emailed. */
  readonly notifiedAt?: string;
  readonly decision?: Decision;
  /** An approver's email address, or an ARN. */
  readonly by?: string;
  readonly how?: 'link' | 'command' | 'time';
  readonly at?: string;
  readonly why?: string;
}

export type Decision = 'approved' | 'rejected' | 'expired';

export interface Verdict {
  readonly decision: Decision;
  readonly by: string;
  readonly how: 'link' | 'command' | 'time';
  readonly at: string;
  readonly why?: string;
}

/**
 * Returns the approval's key. It has its own partition, so that permission to pause a campaign does not include
 * approving it.
 */
export const approvalKey = (campaignDigest: string, run: number): Key => ({
  pk: PARTITION.approval(campaignDigest),
  sk: `run#${String(run).padStart(6, '0')}`,
});

export const asApproval = (item: Item | undefined): ApprovalRecord | undefined =>
  recordOf<ApprovalRecord>('the record of an approval', item);

/** Requests approval of a run. Repeating the same request has no further effect. */
export function askFor(
  run: RunRef,
  asked: Pick<
    ApprovalRecord,
    'askedAt' | 'answerBy' | 'templates' | 'recipients' | 'seconds' | 'dollars' | 'sameListAs' | 'optOuts'
  >,
): Update {
  const { campaign, campaignDigest, list } = run;
  const { sameListAs, optOuts } = asked;
  return {
    key: approvalKey(campaignDigest, run.run),
    when: { any: [{ absent: 'askedAt' }, { eq: ['askedAt', asked.askedAt] }] },
    set: {
      v: FORMAT,
      campaign,
      label: campaignLabel(run),
      run: run.run,
      list: listVersion({ listKey: list.key, versionId: list.versionId, etag: list.etag }),
      ...asked,
      sameListAs: sameListAs && { ...sameListAs },
      optOuts: optOuts && { ...optOuts },
    },
  };
}

/** Describes a list and its version. */
export const listVersion = ({ listKey, versionId, etag }: Pick<RunRecord, 'listKey' | 'versionId' | 'etag'>): string =>
  `${listKey} (${versionId === undefined ? `ETag ${etag}` : `version ${versionId}`})`;

/** Records when the approvers were emailed. Keeps the first time. */
export const markNotified = (key: Key, notifiedAt: string): Update => ({
  key,
  when: { any: [{ absent: 'notifiedAt' }, { eq: ['notifiedAt', notifiedAt] }] },
  set: { notifiedAt },
});

/** Records a decision. Only the first one applies. */
export function decide(key: Key, { decision, by, how, at, why }: Verdict): Update {
  return {
    key,
    when: {
      all: [
        { not: { absent: 'askedAt' } },
        {
          any: [
            { absent: 'decision' },
            { all: [{ eq: ['decision', decision] }, { eq: ['by', by] }, { eq: ['at', at] }] },
          ],
        },
      ],
    },
    set: { decision, by, how, at, why },
  };
}

/** Explains in the run's report why nothing was sent. */
export function notApproved({ decision, by, why, answerBy }: ApprovalRecord): string {
  if (decision === 'expired') return `not approved: nobody answered until ${new Date(answerBy).toISOString()}`;
  return `not approved: rejected by ${by}${why ? `: ${why}` : ''}`;
}
