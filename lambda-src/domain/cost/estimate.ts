import type { PlanDocument } from '../../../src/private/contract';
import type { Account } from '../ports';

const DAY = 86_400;

/**
 * The longest that a list takes if nothing else is sent in the account and none of its recipients has the email yet.
 * Sent messages return to the quota after 24 hours; SES does not say when, so this counts whole days.
 */
export function estimate(
  recipients: number,
  perSecond: number,
  { max24Hours, sentLast24Hours }: Pick<Account, 'max24Hours' | 'sentLast24Hours'>,
): NonNullable<PlanDocument['estimate']> {
  const rounded = Math.round(perSecond * 100) / 100;
  // SES's -1: no limit.
  if (max24Hours < 0) return { perSecond: rounded, seconds: Math.ceil(recipients / perSecond) };
  const left = Math.max(0, Math.floor(max24Hours - sentLast24Hours));
  const quota = { perSecond: rounded, quota: max24Hours, quotaLeft: left };
  if (recipients <= left || max24Hours === 0) return { ...quota, seconds: Math.ceil(recipients / perSecond) };
  const days = Math.ceil((recipients - left) / max24Hours);
  const lastDay = recipients - left - (days - 1) * max24Hours;
  return { ...quota, seconds: days * DAY + Math.ceil(lastDay / perSecond) };
}
