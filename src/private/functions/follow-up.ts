import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { FORMAT } from '../contract';

/** Input of the follow-up state machine. */
export const followUpInput = sfn.TaskInput.fromObject({
  v: FORMAT,
  run: sfn.JsonPath.objectAt('$.run'),
  plan: sfn.JsonPath.objectAt('$.plan'),
  seconds: sfn.JsonPath.numberAt('$.report.trackSeconds'),
});

/**
 * Waits for the tracking period, then writes the second report. A separate state machine, so that a run's execution
 * ends when its emails are sent.
 */
export function followUpDefinition(scope: Construct, report: lambda.IFunction): sfn.IChainable {
  const again = new tasks.LambdaInvoke(scope, 'ReportAgain', {
    comment: 'What became of the mail',
    lambdaFunction: report,
    payload: sfn.TaskInput.fromObject({
      v: FORMAT,
      run: sfn.JsonPath.objectAt('$.run'),
      plan: sfn.JsonPath.objectAt('$.plan'),
      tracked: true,
    }),
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    resultPath: '$.report',
  });
  again.addRetry({
    errors: [sfn.Errors.ALL],
    interval: Duration.seconds(30),
    backoffRate: 2,
    maxAttempts: 8,
    jitterStrategy: sfn.JitterType.FULL,
  });
  return new sfn.Wait(scope, 'TrackingPeriod', { time: sfn.WaitTime.secondsPath('$.seconds') }).next(again);
}
