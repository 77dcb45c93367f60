import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { FORMAT, LAYOUT } from './contract';

export interface PipelineFunctions {
  readonly register: lambda.IFunction;
  readonly plan: lambda.IFunction;
  readonly send: lambda.IFunction;
  readonly settle: lambda.IFunction;
  readonly report: lambda.IFunction;
}

/**
 * Register → Plan → Send (map) → Settle (map) → Report. States carry keys and counts, never recipients. A map tolerates
 * every failed child, because its retry would start all of them again; Settle and Report find what a child left.
 */
export function definition(owner: Construct, functions: PipelineFunctions, bucket: s3.IBucket): sfn.IChainable {
  const scope = new Construct(owner, 'States');
  const at = sfn.JsonPath.stringAt;

  const call = (
    id: string,
    comment: string,
    fn: lambda.IFunction,
    payload: sfn.TaskInput | undefined,
    resultPath: string,
  ) => {
    const task = new tasks.LambdaInvoke(scope, id, {
      comment,
      lambdaFunction: fn,
      payload,
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
      resultPath,
    });
    // Every room is safe to call again, alive or not: claims and conditional writes see to it.
    task.addRetry({
      errors: [sfn.Errors.ALL],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 5,
      jitterStrategy: sfn.JitterType.FULL,
    });
    return task;
  };

  /** One child a shard: call ─► done? ─► or wait and call again. */
  const overShards = (
    id: string,
    comment: string,
    fn: lambda.IFunction,
    concurrency: { maxConcurrency?: number; maxConcurrencyPath?: string },
  ) => {
    const map = new sfn.DistributedMap(scope, id, {
      comment,
      mapExecutionType: sfn.StateMachineType.STANDARD,
      itemReader: new sfn.S3JsonLItemReader({ bucket, key: at('$.plan.shardList') }),
      itemSelector: {
        v: FORMAT,
        run: sfn.JsonPath.objectAt('$.run'),
        shard: sfn.JsonPath.objectAt('$$.Map.Item.Value'),
        progress: { rounds: 0 },
      },
      toleratedFailurePercentage: 100,
      // Inline, the results of many children would be too much for a state's output.
      resultWriterV2: new sfn.ResultWriterV2({ bucket, prefix: LAYOUT.maps.slice(0, -1) }),
      resultPath: sfn.JsonPath.DISCARD,
      ...concurrency,
    });
    const work = call(
      `${id}Shard`,
      comment,
      fn,
      sfn.TaskInput.fromObject({
        v: FORMAT,
        run: sfn.JsonPath.objectAt('$.run'),
        shard: sfn.JsonPath.objectAt('$.shard'),
        rounds: sfn.JsonPath.numberAt('$.progress.rounds'),
      }),
      '$.progress',
    );
    const wait = new sfn.Wait(scope, `${id}ShardWait`, { time: sfn.WaitTime.secondsPath('$.progress.waitSeconds') });
    // A map's output must not grow with the list.
    const done = new sfn.Pass(scope, `${id}ShardDone`, { result: sfn.Result.fromObject({}) });
    work.next(
      new sfn.Choice(scope, `${id}ShardEnded`)
        .when(sfn.Condition.booleanEquals('$.progress.done', true), done)
        .otherwise(wait.next(work)),
    );
    map.itemProcessor(work, { mode: sfn.ProcessorMode.DISTRIBUTED, executionType: sfn.ProcessorType.STANDARD });
    return map;
  };

  const register = call(
    'Register',
    'The newest upload of a campaign wins; a duplicate event ends here',
    functions.register,
    sfn.TaskInput.fromObject({
      v: FORMAT,
      execution: at('$$.Execution.Id'),
      startedAt: at('$$.Execution.StartTime'),
      event: sfn.JsonPath.entirePayload,
    }),
    '$',
  );
  const plan = call(
    'Plan',
    'Validates the list, writes its shards, or refuses it whole',
    functions.plan,
    sfn.TaskInput.fromObject({ v: FORMAT, run: sfn.JsonPath.objectAt('$.run') }),
    '$.plan',
  );
  const send = overShards('Send', 'Mails the recipients of a shard', functions.send, {
    maxConcurrencyPath: '$.plan.workers',
  });
  const settle = overShards('Settle', 'Writes how each recipient of a shard ended', functions.settle, {
    maxConcurrency: 10,
  });
  const report = call('Report', 'Counts, files and the notice', functions.report, undefined, '$.report');
  const reportFailure = call('ReportFailure', 'Says that the run broke', functions.report, undefined, '$.report');

  const failed = new sfn.Fail(scope, 'Failed', {
    error: 'MM501',
    cause: 'The run failed; its alert and summary.json say why',
  });
  reportFailure.next(failed);
  for (const state of [plan, send, settle, report]) {
    state.addCatch(reportFailure, { errors: [sfn.Errors.ALL], resultPath: '$.failure' });
  }

  const done = new sfn.Succeed(scope, 'Done');
  report.next(done);
  const sending = sfn.Chain.start(send).next(settle).next(report);
  const planned = sfn.Chain.start(plan).next(
    new sfn.Choice(scope, 'Planned')
      .when(sfn.Condition.stringEquals('$.plan.decision', 'send'), sending)
      .otherwise(report),
  );
  return register.next(
    new sfn.Choice(scope, 'Registered')
      .when(sfn.Condition.stringEquals('$.decision', 'run'), planned)
      .when(sfn.Condition.stringEquals('$.decision', 'refused'), report)
      .otherwise(new sfn.Succeed(scope, 'NothingToDo')),
  );
}
