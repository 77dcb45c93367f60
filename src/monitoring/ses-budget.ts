import { checkNumber } from '../private/errors';

/**
 * A budget for SES. AWS Budgets cannot tell senders apart: a budget counts all email of the account in the Region, from
 * this mailer or not. Its data is hours old, so it warns and does not stop sending.
 */
export class SesBudget {
  /**
   * Sets a budget for SES per calendar month. The alert routes get a notification when 80 % of it is spent, and when
   * the forecast for the month exceeds it. Mailers of one app in the same account and Region share one budget, which
   * notifies the routes of the first mailer.
   *
   * @param usd the budget in US dollars, at least 1
   */
  public static monthlyUsd(usd: number): SesBudget {
    checkNumber('SesBudget.monthlyUsd', usd, { min: 1 });
    return new SesBudget(usd);
  }

  private constructor(
    /** @internal */
    public readonly _usd: number,
  ) {}
}
