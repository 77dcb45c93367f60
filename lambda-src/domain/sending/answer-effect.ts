import { BLOCK_KINDS, block, lift } from '../rate/blocks';
import { backOff, type RateRecord } from '../rate/rate-record';
import type { SesAnswer } from './send-result';

/** Reason of a block caused by unclear answers. */
export const UNCLEAR = 'most of SES’s answers do not say whether it took the message';

/** A request that SES answered. */
export interface AnsweredRequest {
  /** Time at which its permit was reserved, in milliseconds. */
  readonly reserved: number;
  /** Whether the request probes if sending is possible again. */
  readonly probe: boolean;
  /** Whether, including this answer, more than half of the worker's last answers are unclear. */
  readonly mostlyUnclear: boolean;
}

/**
 * Whether an answer may affect other senders on the ledger. Most answers do not, and need no read of the rate record.
 */
export const concernsOthers = (answer: SesAnswer, { probe, mostlyUnclear }: AnsweredRequest): boolean =>
  probe || mostlyUnclear || answer.kind === 'wait' || (answer.kind === 'retry' && answer.throttled === true);

/** Returns the rate record after an answer, or undefined if it does not change. */
export function afterAnswer(
  record: RateRecord,
  answer: SesAnswer,
  { reserved, probe, mostlyUnclear }: AnsweredRequest,
  now: number,
): RateRecord | undefined {
  const tried = probe;
  const answering = probe ? (lift(record, ['unclear']) ?? record) : record;
  switch (answer.kind) {
    case 'accepted':
    case 'refuse':
      return probe ? lift(record, BLOCK_KINDS) : undefined;
    case 'wait':
      return block(answering, 'quota', { reason: answer.reason, tried }, now) ?? different(answering);
    case 'stop':
    case 'tenant':
      return different(answering);
    case 'retry':
      if (!answer.throttled) return undefined;
      return backOff(answering, reserved, now) ?? different(answering);
    case 'ambiguous':
      return probe || mostlyUnclear ? block(record, 'unclear', { reason: UNCLEAR, tried }, now) : undefined;
  }

  function different(after: RateRecord): RateRecord | undefined {
    return after === record ? undefined : after;
  }
}
