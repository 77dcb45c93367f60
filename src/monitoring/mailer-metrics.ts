import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from '../private/contract/metric-names';
import { metricDimension } from '../private/monitoring/metric-dimension';

/**
 * The metrics of a mailer: what `BulkMailer` is beside its parts. Namespace `MailMatrix`, one dimension `Mailer`. Drafts and test
 * mails count in none of them but those of the account.
 */
export abstract class MailerMetrics extends Construct {
  /** Value of the dimension `Mailer` of the mailer's metrics: the stack's name and the construct's path in it. */
  public readonly metricDimension: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.metricDimension = metricDimension(this);
  }

  /**
   * A metric of this mailer by its name.
   *
   * @param metricName such as `Sent`
   * @param props by default the sum of five minutes
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
   * Rows of lists that are to be sent: recipients, duplicates and invalid rows. Counted once a run, when its plan is
   * written.
   */
  public metricRowsPlanned(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('RowsPlanned', props);
  }

  /** Rows that are no recipients. Counted as those planned. */
  public metricRowsInvalid(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('RowsInvalid', props);
  }

  /**
   * Lists that were rejected whole. Counted once, when the first report of a run is written; a report function that dies in
   * that moment leaves it out.
   */
  public metricListsRejected(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('ListsRejected', props);
  }

  /**
   * Messages that SES took, while they go out: how fast it is. Counted by the send workers every ten seconds, for graphs:
   * what a worker had not yet told when it died is missing. `metricSent` is the exact number, and comes when the run is
   * over.
   */
  public metricAccepted(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Accepted', props);
  }

  /**
   * Requests of which SES said that they were too fast, or others in the account were; each is tried again. Counted by the
   * send workers every ten seconds, for graphs: what a worker had not yet told when it died is missing.
   */
  public metricThrottled(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Throttled', props);
  }

  /**
   * How much of its send rate the mailer used, in percent: the sum of one minute. Over a longer period divide by its
   * minutes. Counted by the send workers every ten seconds, for graphs: what a worker had not yet told when it died is
   * missing.
   */
  public metricAllowanceUsed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('AllowanceUsed', { period: Duration.minutes(1), ...props });
  }

  /**
   * How much of the account's daily quota is used, by whomever, in percent. Whenever SES is asked about the account: by
   * every plan, and every ten seconds or so while mail goes out; else there is no data. Absent of accounts without a
   * quota.
   */
  public metricQuotaUsed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('QuotaUsed', props);
  }

  /** Messages that the account may still send in these 24 hours. Emitted as `metricQuotaUsed`. */
  public metricQuotaLeft(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('QuotaLeft', { statistic: cloudwatch.Stats.MINIMUM, ...props });
  }

  /**
   * 1 while SES has the account on probation, has shut it down or does not let it send; else 0. Whenever SES is asked
   * about the account: by every plan, and every ten seconds or so while mail goes out; else there is no data.
   */
  public metricAccountAtRisk(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('AccountAtRisk', props);
  }

  /**
   * Campaigns that paused by themselves, because too much was refused, bounced or complained about. Counted once a pause.
   */
  public metricCampaignsPaused(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('CampaignsPaused', props);
  }

  /**
   * Recipients whose mail SES took. Counted once, when the first report of a run is written; a report function that dies
   * in that moment leaves it out.
   */
  public metricSent(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Sent', props);
  }

  /**
   * Recipients who had their mail of this campaign from an earlier run. Counted once, when the first report of a run is
   * written; a report function that dies in that moment leaves it out.
   */
  public metricAlreadySent(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('AlreadySent', props);
  }

  /**
   * Recipients whose mail SES refused. Counted once, when the first report of a run is written; a report function that
   * dies in that moment leaves it out.
   */
  public metricRefused(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Refused', props);
  }

  /**
   * The same in percent of those who were tried, a value for each run: `Maximum` is that of the worst. Counted once, when
   * the first report of a run is written; a report function that dies in that moment leaves it out.
   */
  public metricRefusedShare(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('RefusedShare', props);
  }

  /**
   * Recipients of whom nobody knows whether SES took their mail. Counted once, when the first report of a run is written;
   * a report function that dies in that moment leaves it out.
   */
  public metricInDoubt(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('InDoubt', props);
  }

  /**
   * The same in percent of those who were tried, a value for each run. Counted once, when the first report of a run is
   * written; a report function that dies in that moment leaves it out.
   */
  public metricInDoubtShare(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('InDoubtShare', props);
  }

  /**
   * Recipients who were skipped because they had opted out. Counted once, when the first report of a run is written; a
   * report function that dies in that moment leaves it out.
   */
  public metricSuppressed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Suppressed', props);
  }

  /**
   * Recipients who were not tried: the run was stopped, superseded or at its end. Counted once, when the first report of a
   * run is written; a report function that dies in that moment leaves it out.
   */
  public metricNotAttempted(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('NotAttempted', props);
  }

  /**
   * Seconds from the start of a run to its report, waits included. Counted once, when the first report of a run is
   * written; a report function that dies in that moment leaves it out.
   */
  public metricRunDuration(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.level('RunDuration', props);
  }

  /**
   * Messages that a receiving server took. Counted when SES's event is first written to the ledger, so once however often
   * it comes; a tracker that dies leaves out up to a hundred.
   */
  public metricDelivered(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Delivered', props);
  }

  /**
   * Messages that bounced for good. Counted when SES's event is first written to the ledger, so once however often it
   * comes; a tracker that dies leaves out up to a hundred.
   */
  public metricBounced(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Bounced', props);
  }

  /**
   * Messages that were complained about. Counted when SES's event is first written to the ledger, so once however often it
   * comes; a tracker that dies leaves out up to a hundred.
   */
  public metricComplained(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('Complained', props);
  }

  /** Opt-outs by link, one for each topic that somebody left. Counted when it is written. */
  public metricOptedOut(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('OptedOut', props);
  }

  /**
   * Messages that should never have been: a second one for a recipient, or one of which the ledger says that it was not
   * sent. 0 is all that it should ever be, and then there is no data.
   */
  public metricInvariantViolations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.of('InvariantViolations', props);
  }

  private of(name: MetricName, props: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(name, props);
  }

  /** A share or a level: not to be added up. */
  private level(name: MetricName, props: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(name, { statistic: cloudwatch.Stats.MAXIMUM, ...props });
  }
}
