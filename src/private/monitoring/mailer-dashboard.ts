import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SES_REVIEWS_AT } from '../contract';
import type { MailerParts } from '../mailer-parts';

const FULL = 24;
const HALF = 12;
const HEIGHT = 6;

/** US dollars per email by SES's à la carte plan; see `lambda-src/domain/cost/prices.ts`. */
const DOLLARS = 0.0001;

const percent = { min: 0, max: 100, label: '%', showUnits: false };

/** Creates the dashboard: from top to bottom sending, rate, complaints, queues and cost. */
export function mailerDashboard(mailer: MailerParts): cloudwatch.Dashboard {
  const dashboard = new cloudwatch.Dashboard(mailer, 'Dashboard', { defaultInterval: Duration.hours(3) });
  dashboard.addWidgets(now(mailer));
  dashboard.addWidgets(speed(mailer), allowance(mailer));
  dashboard.addWidgets(outcomes(mailer), ended(mailer));
  dashboard.addWidgets(receivers(mailer), reputation());
  dashboard.addWidgets(waiting(mailer), failing(mailer));
  if (mailer.alarms.length > 0)
    dashboard.addWidgets(
      new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms: mailer.alarms, width: FULL, height: HEIGHT }),
    );
  return dashboard;
}

const cost = (mailer: MailerParts) =>
  new cloudwatch.MathExpression({
    expression: `accepted * ${DOLLARS}`,
    usingMetrics: { accepted: mailer.metricAccepted() },
    label: 'SES, in $ at $0.10 per 1,000',
  });

const now = (mailer: MailerParts) =>
  new cloudwatch.SingleValueWidget({
    title: 'In the time shown above',
    metrics: [
      mailer.metricAccepted({ label: 'Taken by SES' }),
      mailer.metricComplained({ label: 'Complained' }),
      mailer.metricBounced({ label: 'Bounced' }),
      mailer.metricOptedOut({ label: 'Opted out' }),
      mailer.metricQuotaLeft({ label: 'Least that was left of the day’s quota' }),
      cost(mailer),
    ],
    setPeriodToTimeRange: true,
    width: FULL,
    height: 4,
  });

const speed = (mailer: MailerParts) => {
  const period = Duration.minutes(1);
  return new cloudwatch.GraphWidget({
    title: 'Is it sending, and how fast: messages a second',
    left: [
      new cloudwatch.MathExpression({
        expression: 'accepted / 60',
        usingMetrics: { accepted: mailer.metricAccepted({ period }) },
        label: 'Taken by SES',
        period,
      }),
      new cloudwatch.MathExpression({
        expression: 'throttled / 60',
        usingMetrics: { throttled: mailer.metricThrottled({ period }) },
        label: 'Too fast, tried again',
        period,
      }),
    ],
    leftYAxis: { min: 0, showUnits: false },
    width: HALF,
    height: HEIGHT,
  });
};

const allowance = (mailer: MailerParts) =>
  new cloudwatch.GraphWidget({
    title: 'Against what it is allowed',
    left: [
      mailer.metricAllowanceUsed({ label: 'Send rate used' }),
      mailer.metricQuotaUsed({ label: 'Day’s quota used, by the whole account' }),
    ],
    leftYAxis: percent,
    width: HALF,
    height: HEIGHT,
  });

const outcomes = (mailer: MailerParts) =>
  new cloudwatch.GraphWidget({
    title: 'How rows ended',
    left: [
      mailer.metricSent(),
      mailer.metricAlreadySent(),
      mailer.metricRefused(),
      mailer.metricRowsInvalid(),
      mailer.metricSuppressed(),
      mailer.metricInDoubt(),
      mailer.metricNotAttempted(),
    ],
    stacked: true,
    leftYAxis: { min: 0, showUnits: false },
    width: HALF,
    height: HEIGHT,
  });

const ended = (mailer: MailerParts) =>
  new cloudwatch.GraphWidget({
    title: 'How runs ended',
    left: [
      mailer.stateMachine.metricStarted(),
      mailer.stateMachine.metricSucceeded(),
      mailer.stateMachine.metricFailed(),
      mailer.stateMachine.metricTimedOut(),
      mailer.stateMachine.metricAborted(),
      mailer.metricListsRejected(),
      mailer.metricCampaignsPaused(),
    ],
    leftYAxis: { min: 0, showUnits: false },
    width: HALF,
    height: HEIGHT,
  });

const receivers = (mailer: MailerParts) =>
  new cloudwatch.GraphWidget({
    title: 'Who complains: what receivers said',
    left: [mailer.metricDelivered()],
    right: [mailer.metricBounced(), mailer.metricComplained(), mailer.metricOptedOut()],
    leftYAxis: { min: 0, showUnits: false },
    rightYAxis: { min: 0, showUnits: false },
    width: HALF,
    height: HEIGHT,
  });

/**
 * Shows the account's rates as SES calculates them. Limits:
 * https://docs.aws.amazon.com/ses/latest/dg/monitor-sender-reputation.html
 */
const reputation = () => {
  const of = (id: string, metricName: string, label: string) =>
    new cloudwatch.MathExpression({
      expression: `${id} * 100`,
      usingMetrics: { [id]: new cloudwatch.Metric({ namespace: 'AWS/SES', metricName, statistic: 'Average' }) },
      period: Duration.hours(1),
      label,
    });
  return new cloudwatch.GraphWidget({
    title: 'How SES judges the account',
    left: [of('bounces', 'Reputation.BounceRate', 'Bounces')],
    right: [of('complaints', 'Reputation.ComplaintRate', 'Complaints')],
    leftAnnotations: [
      { value: SES_REVIEWS_AT.bouncePercent, label: 'SES reviews bounces', color: cloudwatch.Color.RED },
    ],
    rightAnnotations: [
      { value: SES_REVIEWS_AT.complaintPercent, label: 'SES reviews complaints', color: cloudwatch.Color.ORANGE },
    ],
    leftYAxis: { min: 0, label: '%', showUnits: false },
    rightYAxis: { min: 0, label: '%', showUnits: false },
    width: HALF,
    height: HEIGHT,
  });
};

const waiting = (mailer: MailerParts) =>
  new cloudwatch.GraphWidget({
    title: 'What waits',
    left: [
      mailer.trackingQueue.metricApproximateNumberOfMessagesVisible({ label: 'Events of SES' }),
      mailer.trackingDeadLetterQueue.metricApproximateNumberOfMessagesVisible({
        label: 'Events that could not be written',
      }),
      mailer.intakeDeadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'Uploads that began no run' }),
    ],
    right: [mailer.trackingQueue.metricApproximateAgeOfOldestMessage({ label: 'Oldest event, seconds' })],
    leftYAxis: { min: 0, showUnits: false },
    rightYAxis: { min: 0, showUnits: false },
    width: HALF,
    height: HEIGHT,
  });

const failing = (mailer: MailerParts) =>
  new cloudwatch.GraphWidget({
    title: 'What fails',
    left: [
      ...[
        mailer.registerFunction,
        mailer.planFunction,
        mailer.sendFunction,
        mailer.settleFunction,
        mailer.reportFunction,
        mailer.trackFunction,
        mailer.consentFunction,
        mailer.reviewFunction,
      ].map((fn) => fn.metricErrors({ label: fn.node.id })),
      mailer.metricInvariantViolations({ label: 'Guarantees broken' }),
    ],
    leftYAxis: { min: 0, showUnits: false },
    width: HALF,
    height: HEIGHT,
  });
