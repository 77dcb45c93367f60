import { checkNumber } from '../private/errors';

/**
 * What SES may cost. AWS Budgets knows an account's services and Regions and not who sends: a budget counts all that the account
 * sends in its Region, by this mailer or not. Its numbers are hours late, so it warns, and stops nothing.
 */
export class SesBudget {
  /**
   * So much for SES in a calendar month. The alert routes hear when four fifths of it are spent, and when the month is
   * forecast to cost more. Mailers of one app in the same account and Region share one budget, and its word goes to the
   * routes of the first.
   *
   * @param usd US dollars, at least 1
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
