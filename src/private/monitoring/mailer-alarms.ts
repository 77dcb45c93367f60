import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StandardAlarmsOptions } from '../../monitoring/alarms';
import { SES_REVIEWS_AT } from '../contract';
import type { MailerParts } from '../mailer-parts';

/** An alarm. Its id is public and names its runbook entry. */
interface Kind {
  readonly id: string;
  readonly metric: cloudwatch.IMetric;
  readonly from: number;
  /** Whether the alarm sounds only above `from`, not at it. */
  readonly over?: true;
  readonly periods?: number;
  /** Missing data: a level keeps its state, a count is zero. */
  readonly missing?: cloudwatch.TreatMissingData;
  readonly means: string;
  readonly look: string;
  /** The runbook entry, if several alarms share it. */
  readonly entry?: string;
}

const FIVE = Duration.minutes(5);
const MAX_DESCRIPTION = 1024;

/** The alarms of a mailer. Each notifies the topics when it sounds, but not when it ends. */
export class MailerAlarms extends Construct {
  public readonly all: cloudwatch.Alarm[];

  constructor(
    mailer: MailerParts,
    id: string,
    thresholds: Required<StandardAlarmsOptions> | undefined,
    topics: readonly sns.ITopic[],
  ) {
    super(mailer, id);
    const kinds = thresholds
      ? [...runs(mailer, thresholds), ...parts(mailer, thresholds), ...account(mailer, thresholds)]
      : [];
    this.all = kinds.map((kind) => {
      const alarm = new cloudwatch.Alarm(this, kind.id, {
        alarmDescription: description(mailer, kind),
        metric: kind.metric,
        threshold: kind.from,
        comparisonOperator: kind.over
          ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: kind.periods ?? 1,
        datapointsToAlarm: kind.periods ?? 1,
        treatMissingData: kind.missing ?? cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(...topics.map((topic) => new SnsAction(topic)));
      return alarm;
    });
  }
}

function runs(mailer: MailerParts, { refusedPercent, inDoubtPercent }: Required<StandardAlarmsOptions>): Kind[] {
  const sum = { period: FIVE, statistic: cloudwatch.Stats.SUM };
  const { stateMachine, followUpStateMachine } = mailer;
  return [
    {
      id: 'RunFailed',
      metric: stateMachine.metricFailed(sum),
      from: 1,
      means: 'A run failed. Those not yet mailed are still to be mailed; nobody is mailed twice.',
      look: 'The execution in Step Functions, and the message of the same minute, which names it.',
    },
    {
      id: 'RunTimedOut',
      metric: stateMachine.metricTimedOut(sum),
      from: 1,
      means: 'A run timed out. Those not yet mailed are still to be mailed; nobody is mailed twice.',
      look: 'How long the execution waited, and for what: a pause, a quota, an approval.',
    },
    {
      id: 'RunAborted',
      metric: stateMachine.metricAborted(sum),
      from: 1,
      means: 'Somebody stopped a run in Step Functions. There is no report of it.',
      look: 'Who: StopExecution in CloudTrail.',
    },
    {
      id: 'FollowUpFailed',
      metric: followUpStateMachine.metricFailed(sum),
      from: 1,
      means:
        'The report after the tracking period could not be written. The mail and the first report are not touched.',
      look: 'The execution of the follow-up state machine.',
    },
    {
      id: 'ListRefused',
      metric: mailer.metricListsRejected(),
      from: 1,
      means: 'A list was rejected whole; nobody on it was mailed.',
      look: 'summary.json of the run: the code and what to correct. The report of the same minute names the list.',
    },
    {
      id: 'RefusedShare',
      metric: mailer.metricRefusedShare(),
      from: refusedPercent,
      over: true,
      means: `SES refused more than ${refusedPercent} % of a run's mail.`,
      look: 'reasons.refused in the summary.json of the run.',
    },
    {
      id: 'InDoubtShare',
      metric: mailer.metricInDoubtShare(),
      from: inDoubtPercent,
      over: true,
      means: `Of more than ${inDoubtPercent} % of a run nobody knows whether SES took their mail.`,
      look: 'in-doubt.csv of the run, and why: ECONNRESET and time-outs are the network, 5xx is SES.',
    },
    {
      id: 'CampaignPaused',
      metric: mailer.metricCampaignsPaused(),
      from: 1,
      means: 'A campaign paused by itself: too much of it was refused, bounced or complained about.',
      look: 'The message of the same minute, or `cdk-mailmatrix status`: which campaign, and why.',
    },
    {
      id: 'GuaranteeBroken',
      metric: mailer.metricInvariantViolations(),
      from: 1,
      means:
        'A recipient got a second message, or one of which the ledger says that it was not sent. This must never be.',
      look: 'Pause everything, then the lines MM604 and MM607 of the log.',
    },
  ];
}

function parts(
  mailer: MailerParts,
  { functionErrors, trackingMinutes, throttledRequests }: Required<StandardAlarmsOptions>,
): Kind[] {
  const max = { period: FIVE, statistic: cloudwatch.Stats.MAXIMUM };
  const functions = mailer.node.findAll().filter((child): child is lambda.Function => child instanceof lambda.Function);
  return [
    {
      id: 'IntakeDeadLetters',
      metric: mailer.intakeDeadLetterQueue.metricApproximateNumberOfMessagesVisible(max),
      from: 1,
      means: 'An upload could not be turned into a run. Its list was not mailed.',
      look: 'The message in the intake dead-letter queue: its body names the object, its attribute ERROR_MESSAGE why.',
    },
    {
      id: 'TrackingDeadLetters',
      metric: mailer.trackingDeadLetterQueue.metricApproximateNumberOfMessagesVisible(max),
      from: 1,
      means: 'Events of SES could not be written to the ledger. Bounces and complaints may be among them.',
      look: 'The errors of the track function, then the queue; redrive it within 14 days.',
    },
    {
      id: 'TrackingAge',
      metric: mailer.trackingQueue.metricApproximateAgeOfOldestMessage(max),
      from: trackingMinutes * 60,
      over: true,
      means: `Events of SES wait longer than ${trackingMinutes} minutes: opt-outs by bounce and the circuit breaker are late.`,
      look: 'Whether the track function runs at all, is throttled, or fails.',
    },
    {
      id: 'Throttled',
      metric: mailer.metricThrottled(),
      from: throttledRequests,
      periods: 3,
      means: `SES says for a quarter of an hour that mail comes too fast: ${throttledRequests} times in five minutes or more.`,
      look: 'Who else sends in this account and Region: AWS/SES Send beside the metric Accepted.',
    },
    ...functions.map((fn) => ({
      id: `${nameOf(fn)}Errors`,
      metric: fn.metricErrors({ period: FIVE, statistic: cloudwatch.Stats.SUM }),
      from: functionErrors,
      entry: 'FunctionErrors',
      means: `The ${nameOf(fn).toLowerCase()} function failed ${functionErrors} times in five minutes, or more. What it does is tried again; nobody is mailed twice.`,
      look: 'Its errors in the log.',
    })),
  ];
}

function account(
  mailer: MailerParts,
  { bouncePercent, complaintPercent, quotaPercent }: Required<StandardAlarmsOptions>,
): Kind[] {
  const { IGNORE } = cloudwatch.TreatMissingData;
  // Metrics of the account and Region. SES updates them irregularly.
  const reputation = (metricName: string) =>
    new cloudwatch.Metric({
      namespace: 'AWS/SES',
      metricName,
      period: Duration.hours(1),
      statistic: cloudwatch.Stats.AVERAGE,
    });
  return [
    {
      id: 'BounceRate',
      metric: reputation('Reputation.BounceRate'),
      from: bouncePercent / 100,
      missing: IGNORE,
      means: `The account's bounce rate is ${bouncePercent} % or more, by all who send in it. SES reviews at ${SES_REVIEWS_AT.bouncePercent} %, and pauses at 10 %.`,
      look: 'Which campaign bounces: `bounced` in the reports of the last days.',
    },
    {
      id: 'ComplaintRate',
      metric: reputation('Reputation.ComplaintRate'),
      from: complaintPercent / 100,
      missing: IGNORE,
      means: `The account's complaint rate is ${complaintPercent} % or more, by all who send in it. SES reviews at ${SES_REVIEWS_AT.complaintPercent} %, and pauses at 0.5 %.`,
      look: 'Which campaign annoys: `complained` in the reports of the last days.',
    },
    {
      id: 'DailyQuota',
      metric: mailer.metricQuotaUsed(),
      from: quotaPercent,
      over: true,
      missing: IGNORE,
      means: `More than ${quotaPercent} % of the account's daily quota is used. Once it is spent, campaigns wait and go on by themselves.`,
      look: 'The metric QuotaLeft, and what is still to be sent.',
    },
    {
      id: 'AccountAtRisk',
      metric: mailer.metricAccountAtRisk(),
      from: 1,
      missing: IGNORE,
      means: 'SES has the account on probation, has shut it down, or sending is switched off.',
      look: 'SES, Account dashboard and Reputation metrics; AWS wrote to the account’s mailbox why.',
    },
  ];
}

/** Returns a function's name. The only function of a part has the id `Function`. */
const nameOf = ({ node }: lambda.Function): string => (node.id === 'Function' ? node.scope!.node.id : node.id);

function description(mailer: MailerParts, { id, entry = id, means, look }: Kind): string {
  const text = `${means}\n\nFirst look: ${look}\n\nRunbook: ${runbook()}#${entry.toLowerCase()}\n\nMailer: ${mailer.metricDimension}`;
  // CloudWatch's limit. Resolved tokens are no longer than their placeholders.
  return text.slice(0, MAX_DESCRIPTION);
}

function runbook(): string {
  const file = fs.readFileSync(path.join(__dirname, '..', '..', '..', 'package.json'), 'utf8');
  const { repository } = JSON.parse(file) as { repository: { url: string } };
  return `${repository.url.replace(/\.git$/, '')}/blob/main/docs/runbook.md`;
}
