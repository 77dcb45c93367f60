import { checkProps } from '../private/check-props';
import { checkNumber } from '../private/errors';

/** The thresholds of `Alarms.standard`. */
export interface StandardAlarmsOptions {
  /**
   * The maximum share of a run's attempted recipients that SES may refuse, in percent.
   *
   * @default 5
   */
  readonly refusedPercent?: number;

  /**
   * The maximum share of a run's attempted recipients whose delivery to SES may be uncertain, in percent.
   *
   * @default 0.1
   */
  readonly inDoubtPercent?: number;

  /**
   * The number of throttled SES requests in five minutes that sounds the alarm, in three consecutive periods.
   *
   * @default 10
   */
  readonly throttledRequests?: number;

  /**
   * The maximum time that an SES event may wait before it is written to the ledger, in minutes. A failed batch is
   * retried after twelve minutes.
   *
   * @default 30
   */
  readonly trackingMinutes?: number;

  /**
   * The number of failures of a function in five minutes that sounds the alarm. Each failure is retried, up to five
   * times.
   *
   * @default 3
   */
  readonly functionErrors?: number;

  /**
   * The bounce rate of the account that sounds the alarm, as SES calculates it, in percent. SES puts an account under
   * review at 5 % (https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-bounce-rate.html).
   *
   * @default 4
   */
  readonly bouncePercent?: number;

  /**
   * The complaint rate of the account that sounds the alarm, as SES calculates it, in percent. SES puts an account
   * under review at 0.1 % (https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-complaint-rate.html).
   *
   * @default 0.08
   */
  readonly complaintPercent?: number;

  /**
   * The maximum share of the account's daily quota that may be used, in percent.
   *
   * @default 80
   */
  readonly quotaPercent?: number;
}

/** The CloudWatch alarms of a mailer. */
export class Alarms {
  /** Creates all alarms that `docs/runbook.md` describes: about twenty-five, at $0.10 per month each. */
  public static standard(options: StandardAlarmsOptions = {}): Alarms {
    checkProps('StandardAlarmsOptions', options);
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

  /** Creates no alarms. Problems appear only in reports, and in the alert that `alerts` get when a run fails. */
  public static none(): Alarms {
    return new Alarms(undefined);
  }

  private constructor(
    /** @internal */
    public readonly _thresholds: Required<StandardAlarmsOptions> | undefined,
  ) {}
}
