import { type ApprovalRecord, approvalKey, asApproval } from '../../lambda-src/domain/campaign/approval';
import { readSnapshot } from '../../lambda-src/domain/run/snapshot';
import { SendingWindow } from '../../lambda-src/domain/sending/sending-window';
import type { RunRef } from '../../src/private/contract';
import type { Operator } from './operator';

/** What a run may wait for, by the settings in its snapshot. */
export interface WaitSettings {
  readonly window?: SendingWindow;
  readonly approval: boolean;
}

export async function waitSettingsOf(run: RunRef, { files }: Operator): Promise<WaitSettings> {
  const { approval, rate } = (await readSnapshot(run, files)).settings;
  return { window: rate.window && new SendingWindow(rate.window), approval: approval !== undefined };
}

/** The state of a run's approval. */
export interface ApprovalState {
  /** `none`: not decided yet. `unknown`: the caller may not read it, as in a stack that an older version deployed. */
  readonly decision: 'none' | 'unknown' | NonNullable<ApprovalRecord['decision']>;
  readonly askedAt?: string;
  readonly answerBy?: string;
  readonly by?: string;
}

export async function approvalStateOf(
  run: RunRef,
  { approval }: WaitSettings,
  { control }: Operator,
): Promise<ApprovalState | undefined> {
  if (!approval) return undefined;
  try {
    // A request of its own, because IAM allows or denies all keys of a request together.
    const record = asApproval((await control.store.read([approvalKey(run.campaignDigest, run.run)]))[0]);
    if (!record) return { decision: 'none' };
    const { decision = 'none', askedAt, answerBy, by } = record;
    return { decision, askedAt, answerBy: new Date(answerBy).toISOString(), by };
  } catch (error) {
    if ((error as Error).name !== 'AccessDeniedException') throw error;
    return { decision: 'unknown' };
  }
}

/** Says that a run waits for its approval; undefined if it does not. */
export function approvalWords({ decision, answerBy }: ApprovalState): string | undefined {
  if (decision === 'unknown') return 'may wait for its approval (deploy the stack again to be told)';
  if (decision !== 'none') return undefined;
  return `waits for its approval${answerBy === undefined ? '' : ` until ${answerBy}`}`;
}
