import { checkNumber } from '../private/errors';

/** When `Alarms.standard` sounds. */
export interface StandardAlarmsOptions {
  /**
   * Of those who were tried in a run SES refused more than this, in percent.
   *
   * @default 5
   */
  readonly refusedPercent?: number;

  /**
   * Of more than this in a run nobody knows whether SES took their mail, in percent of those who were tried.
   *
   * @default 0.1
   */
  readonly inDoubtPercent?: number;

  /**
   * SES said so often in five minutes that it is too fast, three times in a row.
   *
   * @default 10
   */
  readonly throttledRequests?: number;

  /**
   * An event of SES waits longer than this to be written to the ledger, in minutes. A batch that failed comes again after
   * twelve.
   *
   * @default 30
   */
  readonly trackingMinutes?: number;

  /**
   * A function failed so often in five minutes. Each failure is tried again, up to five times.
   *
   * @default 3
   */
  readonly functionErrors?: number;

  /**
   * The account's bounce rate as SES counts it, in percent. SES puts an account under review at 5 %
   * (https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-bounce-rate.html).
   *
   * @default 4
   */
  readonly bouncePercent?: number;

  /**
   * The account's complaint rate as SES counts it, in percent. SES puts an account under review at 0.1 %
   * (https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-complaint-rate.html).
   *
   * @default 0.08
   */
  readonly complaintPercent?: number;

  /**
   * More than this of the account's daily quota is used, in percent.
   *
   * @default 80
   */
  readonly quotaPercent?: number;
}

/** Which CloudWatch alarms a mailer has. */
export class Alarms {
  /** All that `docs/runbook.md` describes: some twenty-five, each $0.10 a month. */
  public static standard(options: StandardAlarmsOptions = {}): Alarms {
    const percent = { min: 0, max: 100 };
    const {
      refusedPercent = 5,
      inDoubtPercent = 0.1,
      throttledRequests = 10,
      trackingMinutes = 30,
      functionErrors = 3,
      bouncePercent = 4,
      complaintPercent = 0.08,
      quotaPercent = 80,
    } = options;
    checkNumber('Alarms.standard refusedPercent', refusedPercent, percent);
    checkNumber('Alarms.standard inDoubtPercent', inDoubtPercent, percent);
    checkNumber('Alarms.standard throttledRequests', throttledRequests, { min: 1, integer: true });
    checkNumber('Alarms.standard trackingMinutes', trackingMinutes, { min: 1 });
    checkNumber('Alarms.standard functionErrors', functionErrors, { min: 1, integer: true });
    checkNumber('Alarms.standard bouncePercent', bouncePercent, percent);
    checkNumber('Alarms.standard complaintPercent', complaintPercent, percent);
    checkNumber('Alarms.standard quotaPercent', quotaPercent, percent);
    return new Alarms({
      refusedPercent,
      inDoubtPercent,
      throttledRequests,
      trackingMinutes,
      functionErrors,
      bouncePercent,
      complaintPercent,
      quotaPercent,
    });
  }

  /** None. What goes wrong stands in the reports and, where a run ends badly, in a message to `alerts`. */
  public static none(): Alarms {
    return new Alarms(undefined);
  }

  private constructor(
    /** @internal */
    public readonly _thresholds: Required<StandardAlarmsOptions> | undefined,
  ) {}
}
