import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from '../private/contract/metric-names';
import { metricDimension } from '../private/monitoring/metric-dimension';

/**
 * The metrics of a mailer, in the namespace `MailMatrix` with one dimension, `Mailer`. Drafts and test emails count
 * only in the account's metrics.
 */
export abstract class MailerMetrics extends Construct {
  /** The value of the metrics' dimension `Mailer`: the stack's name and the construct's path in it. */
  public readonly metricDimension: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.metricDimension = metricDimension(this);
  }

  /**
   * Returns a metric of this mailer by its name.
   *
   * @param metricName the name, such as `Sent`
   * @param props the options of the metric; by default the sum of five minutes
   */
  public metric(metricName: string, props: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    const metric = new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [METRIC_DIMENSION]: this.metricDimension },
      statistic: cloudwatch.Stats.SUM,
      ...props,
    });
    return metric.attachTo(this);
  }

  /**
   * The number of rows in lists to send: recipients, duplicates and invalid rows. Emitted once per run, when it is
   * planned.
   */
  public metricRowsPlanned(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('RowsPlanned', props);
  }

  /** The number of invalid rows. Emitted once per run, when it is planned. */
  public metricRowsInvalid(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('RowsInvalid', props);
  }

  /**
   * The number of rejected lists. Emitted once, with the first report of a run; lost if the report function dies at
   * that moment.
   */
  public metricListsRejected(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('ListsRejected', props);
  }

  /**
   * The number of emails that SES accepted, while a run sends. Emitted by the send workers every ten seconds, for
   * graphs; a worker that dies loses its last values. `metricSent` is exact, and is emitted when the run ends.
   */
  public metricAccepted(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Accepted', props);
  }

  /**
   * The number of SES requests that were throttled; each is retried. Emitted by the send workers every ten seconds, for
   * graphs; a worker that dies loses its last values.
   */
  public metricThrottled(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Throttled', props);
  }

  /**
   * The used share of the mailer's send rate, in percent, as the sum of one minute. Divide by the minutes of a longer
   * period. Emitted by the send workers every ten seconds, for graphs; a worker that dies loses its last values.
   */
  public metricAllowanceUsed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('AllowanceUsed', { period: Duration.minutes(1), ...props });
  }

  /**
   * The used share of the account's daily quota, in percent, including other senders. Emitted when SES's account data
   * is read: once per plan, and about every ten seconds during sending. An account without a quota has no data.
   */
  public metricQuotaUsed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('QuotaUsed', props);
  }

  /** The number of emails that the account may still send within 24 hours. Emitted like `metricQuotaUsed`. */
  public metricQuotaLeft(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('QuotaLeft', { statistic: cloudwatch.Stats.MINIMUM, ...props });
  }

  /**
   * 1 while SES has the account on probation, shut down or unable to send; else 0. Emitted when SES's account data is
   * read: once per plan, and about every ten seconds during sending.
   */
  public metricAccountAtRisk(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('AccountAtRisk', props);
  }

  /**
   * The number of campaigns that paused themselves because of refusals, bounces or complaints. Emitted once per pause.
   */
  public metricCampaignsPaused(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('CampaignsPaused', props);
  }

  /**
   * The number of recipients whose email SES accepted. Emitted once, with the first report of a run; lost if the report
   * function dies at that moment.
   */
  public metricSent(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Sent', props);
  }

  /**
   * The number of recipients who got the campaign's email from an earlier run. Emitted once, with the first report of a
   * run; lost if the report function dies at that moment.
   */
  public metricAlreadySent(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('AlreadySent', props);
  }

  /**
   * The number of recipients whose email SES refused. Emitted once, with the first report of a run; lost if the report
   * function dies at that moment.
   */
  public metricRefused(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Refused', props);
  }

  /**
   * The refused share of a run's attempted recipients, in percent, one value per run. `Maximum` is the worst run.
   * Emitted once, with the first report of a run; lost if the report function dies at that moment.
   */
  public metricRefusedShare(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('RefusedShare', props);
  }

  /**
   * The number of recipients whose delivery to SES is uncertain. Emitted once, with the first report of a run; lost if
   * the report function dies at that moment.
   */
  public metricInDoubt(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('InDoubt', props);
  }

  /**
   * The share of a run's attempted recipients whose delivery to SES is uncertain, in percent, one value per run.
   * Emitted once, with the first report of a run; lost if the report function dies at that moment.
   */
  public metricInDoubtShare(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('InDoubtShare', props);
  }

  /**
   * The number of recipients who were skipped because they had opted out. Emitted once, with the first report of a run;
   * lost if the report function dies at that moment.
   */
  public metricSuppressed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Suppressed', props);
  }

  /**
   * The number of recipients who were not attempted because the run was stopped, superseded or over. Emitted once, with
   * the first report of a run; lost if the report function dies at that moment.
   */
  public metricNotAttempted(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('NotAttempted', props);
  }

  /**
   * The time from the start of a run to its report, in seconds, waits included. Emitted once, with the first report of
   * a run; lost if the report function dies at that moment.
   */
  public metricRunDuration(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('RunDuration', props);
  }

  /**
   * The number of emails that a receiving server accepted. Emitted when SES's event is first written to the ledger, so
   * a repeated event counts once. A tracker that dies loses up to a hundred.
   */
  public metricDelivered(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Delivered', props);
  }

  /**
   * The number of emails that bounced permanently. Emitted when SES's event is first written to the ledger, so a
   * repeated event counts once. A tracker that dies loses up to a hundred.
   */
  public metricBounced(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Bounced', props);
  }

  /**
   * The number of emails that got a complaint. Emitted when SES's event is first written to the ledger, so a repeated
   * event counts once. A tracker that dies loses up to a hundred.
   */
  public metricComplained(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Complained', props);
  }

  /** The number of opt-outs by link, one per topic. Emitted when the opt-out is written. */
  public metricOptedOut(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('OptedOut', props);
  }

  /**
   * The number of emails that violate a guarantee: a second email to a recipient, or an email that the ledger records
   * as not sent. Emitted only on a violation, so there is normally no data.
   */
  public metricInvariantViolations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('InvariantViolations', props);
  }

  private of(name: MetricName, props: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(name, props);
  }

  /** Returns a metric whose values must not be summed: a share or a level. */
  private level(name: MetricName, props: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(name, { statistic: cloudwatch.Stats.MAXIMUM, ...props });
  }
}
