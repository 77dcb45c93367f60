import type { PlanDocument } from '../../../src/private/contract';
import type { Account } from '../ports';

const DAY = 86_400;

/**
 * Estimates the longest duration of a run, if nothing else is sent in the account and all recipients still need the
 * email. Sent emails return to the quota after 24 hours; SES does not say when exactly, so this counts whole days.
 */
export function estimate(
  recipients: number,
  perSecond: number,
  { max24Hours, sentLast24Hours }: Pick<Account, 'max24Hours' | 'sentLast24Hours'>,
): NonNullable<PlanDocument['estimate']> {
  const rounded = Math.round(perSecond * 100) / 100;
  // SES returns -1 for an unlimited quota.
  if (max24Hours < 0) return { perSecond: rounded, seconds: Math.ceil(recipients / perSecond) };
  const left = Math.max(0, Math.floor(max24Hours - sentLast24Hours));
  const quota = { perSecond: rounded, quota: max24Hours, quotaLeft: left };
  if (recipients <= left || max24Hours === 0) return { ...quota, seconds: Math.ceil(recipients / perSecond) };
  const days = Math.ceil((recipients - left) / max24Hours);
  const lastDay = recipients - left - (days - 1) * max24Hours;
  return { ...quota, seconds: days * DAY + Math.ceil(lastDay / perSecond) };
}
