import { BLOCK_KINDS, block, lift } from '../rate/blocks';
import { backOff, type RateRecord } from '../rate/rate-record';
import type { SesAnswer } from './send-result';

/** Why nobody on a ledger sends while it is unclear what SES does with messages. */
export const UNCLEAR = 'most of SES’s answers do not say whether it took the message';

/** The request that was answered. */
export interface Asked {
  /** When its permit was reserved. */
  readonly reserved: number;
  /** It was to find out whether sending is possible again. */
  readonly probe: boolean;
  /** With its answer, more than half of its worker's last answers are unclear. */
  readonly mostlyUnclear: boolean;
}

/** Whether an answer may say anything about sending at all: most do not, and cost no reading of the rate. */
export const concernsOthers = (answer: SesAnswer, { probe, mostlyUnclear }: Asked): boolean =>
  probe || mostlyUnclear || answer.kind === 'wait' || (answer.kind === 'retry' && answer.throttled === true);

/** What an answer to one message says about sending at all; undefined where that is nothing new. */
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
