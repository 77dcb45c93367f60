import type { Item } from '../../lambda-src/domain/ledger/store';
import { BLOCK_KINDS } from '../../lambda-src/domain/rate/blocks';
import { asRate } from '../../lambda-src/domain/rate/rate-record';

export interface BlockedSending {
  readonly kind: string;
  /** ISO 8601 times. */
  readonly since: string;
  readonly until: string;
  readonly reason: string;
}

/** The send blocks in the ledger's rate record. They hold for every mailer that shares the ledger. */
export const blockedSending = (rate: Item | undefined): readonly BlockedSending[] =>
  BLOCK_KINDS.flatMap((kind) => {
    const block = asRate(rate).blocks[kind];
    if (!block) return [];
    const { since, until, reason } = block;
    return [{ kind, since: new Date(since).toISOString(), until: new Date(until).toISOString(), reason }];
  });

export const blockedWords = (blocks: readonly BlockedSending[]): readonly string[] =>
  blocks.map(
    ({ since, until, reason }) =>
      `No campaign sends, since ${since}: ${reason}. One message tries again ${until}; sending goes on by itself.`,
  );
