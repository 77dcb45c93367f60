import type { PlanDocument } from '../../../../src/private/contract/index';
import { formatCount } from '../../text/format-count';

/** Above this share, a fifth, the list is more likely to be the wrong one. */
const FIFTH = 5;

export interface OptOuts {
  readonly suppressed: number;
  readonly rows: number;
}

/** Returns the rows opted out by the list's own column, if they exceed a fifth of all rows. */
export function manyOptOuts({
  suppressedByList: suppressed = 0,
  rows,
}: Pick<PlanDocument, 'suppressedByList' | 'rows'>): OptOuts | undefined {
  return suppressed * FIFTH > rows ? { suppressed, rows } : undefined;
}

/** States the opt-outs in a sentence without final punctuation. */
export const optOutWords = ({ suppressed, rows }: OptOuts): string =>
  `${formatCount(suppressed)} of ${formatCount(rows)} rows are of people who want no email, as the list itself says; they get none`;
