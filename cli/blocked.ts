import { BLOCK_KINDS } from '../lambda-src/core/blocks';
import { asRate } from '../lambda-src/core/rate-record';
import type { Item } from '../lambda-src/core/store';

export interface BlockedSending {
  readonly kind: string;
  /** ISO times. */
  readonly since: string;
  readonly until: string;
  readonly reason: string;
}

/** What keeps everybody who shares the ledger from sending, by its rate record. */
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
