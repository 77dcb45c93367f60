import { BLOCK_KINDS, block, lift } from '../rate/blocks';
import { backOff, type RateRecord } from '../rate/rate-record';
import type { SesAnswer } from './send-result';

/** The reason of a block by unclear answers. */
export const UNCLEAR = 'most of SES’s answers do not say whether it took the message';

/** The request that was answered. */
export interface Asked {
  /** When its permit was reserved. */
  readonly reserved: number;
  /** It was sent to find out whether sending is possible again. */
  readonly probe: boolean;
  /** With its answer, more than half of its worker's last answers are unclear. */
  readonly mostlyUnclear: boolean;
}

/** Whether an answer may say something about sending at all. Most do not, so they cost no read of the rate record. */
export const concernsOthers = (answer: SesAnswer, { probe, mostlyUnclear }: Asked): boolean =>
  probe || mostlyUnclear || answer.kind === 'wait' || (answer.kind === 'retry' && answer.throttled === true);

/** What an answer says about sending at all; undefined if that is nothing new. */
export function afterAnswer(
  record: RateRecord,
  answer: SesAnswer,
  { reserved, probe, mostlyUnclear }: Asked,
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
