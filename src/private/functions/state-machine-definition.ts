import { Annotations, Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { STEPFUNCTIONS_USE_DISTRIBUTED_MAP_RESULT_WRITER_V2 } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { FORMAT } from '../contract';
import { followUpInput } from './follow-up';
import { type MailerFiles, MapResults, ShardListReader } from './map-files';

export interface PipelineFunctions {
  readonly register: lambda.IFunction;
  readonly plan: lambda.IFunction;
  readonly send: lambda.IFunction;
  readonly settle: lambda.IFunction;
  readonly report: lambda.IFunction;
  readonly review: lambda.IFunction;
}

/**
 * Register → Plan → Turn → Send (map) → Settle (map) → Report; for a draft: Register → PlanDraft → Report. States carry
 * keys and counts, never recipients. A map tolerates every failed child, because a retry of the map would restart all
 * of them; Settle and Report handle what a child left.
 */
export function definition(
  owner: Construct,
  functions: PipelineFunctions,
  files: MailerFiles,
  followUp: sfn.IStateMachine,
  /** Whether every run needs approval. */
  approval: boolean,
): sfn.IChainable {
  const scope = new Construct(owner, 'States');
  // CDK takes the writer of a map's results that is not deprecated only under this flag of the app.
  scope.node.setContext(STEPFUNCTIONS_USE_DISTRIBUTED_MAP_RESULT_WRITER_V2, true);
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
    // Every function can be called again at any time: claims and conditional writes make it safe.
    task.addRetry({
      errors: [sfn.Errors.ALL],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 5,
      jitterStrategy: sfn.JitterType.FULL,
    });
    return task;
  };

  /** Calls a function for one shard, repeatedly after a wait, until it is done. */
  const repeated = (id: string, comment: string, fn: lambda.IFunction, progress: string, more = {}) => {
    const payload = {
      v: FORMAT,
      run: sfn.JsonPath.objectAt('$.run'),
      shard: sfn.JsonPath.objectAt('$.shard'),
      rounds: sfn.JsonPath.numberAt(`${progress}.rounds`),
      ...more,
    };
    const task = call(id, comment, fn, sfn.TaskInput.fromObject(payload), progress);
    const wait = new sfn.Wait(scope, `${id}Wait`, { time: sfn.WaitTime.secondsPath(`${progress}.waitSeconds`) });
    const ended = new sfn.Choice(scope, `${id}Ended`).otherwise(wait.next(task));
    task.next(ended);
    return { task, ended, isDone: sfn.Condition.booleanEquals(`${progress}.done`, true) };
  };

  /** Runs one child per shard. */
  const overShards = (
    id: string,
    comment: string,
    child: sfn.IChainable,
    concurrency: { maxConcurrency?: number; maxConcurrencyPath?: string },
  ) => {
    const map = new sfn.DistributedMap(scope, id, {
      comment,
      mapExecutionType: sfn.StateMachineType.STANDARD,
      itemReader: new ShardListReader(files, at('$.plan.shardList')),
      itemSelector: {
        v: FORMAT,
        run: sfn.JsonPath.objectAt('$.run'),
        shard: sfn.JsonPath.objectAt('$$.Map.Item.Value'),
        progress: { rounds: 0, resent: false },
        sending: { rounds: 0 },
      },
      toleratedFailurePercentage: 100,
      // Inline, the results of many children would exceed a state's output limit.
      resultWriterV2: new MapResults(files),
      resultPath: sfn.JsonPath.DISCARD,
      ...concurrency,
    });
    // CDK requires the type but warns that it is ignored, and finds acknowledgements only on scopes above.
    // Unacknowledged, the owner's `cdk synth --strict` fails.
    Annotations.of(scope).acknowledgeWarning('@aws-cdk/aws-stepfunctions:propertyIgnored');
    map.itemProcessor(child, { mode: sfn.ProcessorMode.DISTRIBUTED, executionType: sfn.ProcessorType.STANDARD });
    return map;
  };
  // A map's output must not grow with the list.
  const childDone = (id: string) => new sfn.Pass(scope, id, { result: sfn.Result.fromObject({}) });

  const sendShard = repeated('SendShard', 'Mails the recipients of a shard', functions.send, '$.progress');
  sendShard.ended.when(sendShard.isDone, childDone('SendShardDone'));

  const settleShard = repeated('SettleShard', 'Writes how each recipient ended', functions.settle, '$.progress', {
    resent: sfn.JsonPath.objectAt('$.progress.resent'),
  });
  const resendShard = repeated('ResendShard', 'Resends the doubts that were granted', functions.send, '$.sending');
  settleShard.ended
    .when(settleShard.isDone, childDone('SettleShardDone'))
    .when(sfn.Condition.booleanEquals('$.progress.resend', true), resendShard.task);
  resendShard.ended.when(resendShard.isDone, settleShard.task);

  const register = call(
    'Register',
    'Gives the upload a run of its campaign; a duplicate event ends here',
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
    'Validates the list, writes its shards, or rejects it whole',
    functions.plan,
    sfn.TaskInput.fromObject({ v: FORMAT, run: sfn.JsonPath.objectAt('$.run') }),
    '$.plan',
  );
  // No Choice follows, so a draft can never reach a send worker.
  const planDraft = call(
    'PlanDraft',
    'Validates a list that is to be looked at only, and renders samples',
    functions.plan,
    sfn.TaskInput.fromObject({ v: FORMAT, draft: sfn.JsonPath.objectAt('$.run') }),
    '$.plan',
  );
  // Sends only to reviewers: the function's role allows no other recipient.
  const review = (of: 'test' | 'approval', rounds: unknown) =>
    sfn.TaskInput.fromObject({ v: FORMAT, of, run: sfn.JsonPath.objectAt('$.run'), rounds });
  const sendTest = call(
    'SendTest',
    'Mails chosen rows of a draft to a reviewer',
    functions.review,
    review('test', 0),
    '$.test',
  );
  const send = overShards('Send', 'Mails everybody', sendShard.task, { maxConcurrencyPath: '$.plan.workers' });
  const settle = overShards('Settle', 'Settles how everybody ended', settleShard.task, { maxConcurrency: 10 });
  const report = call('Report', 'Counts, files and the notice', functions.report, undefined, '$.report');
  const reportFailure = call('ReportFailure', 'Says that the run broke', functions.report, undefined, '$.report');

  const failed = new sfn.Fail(scope, 'Failed', {
    error: 'MM501',
    cause: 'The run failed; its alert and summary.json say why',
  });
  reportFailure.next(failed);
  for (const state of [plan, planDraft, sendTest, send, settle, report]) {
    state.addCatch(reportFailure, { errors: [sfn.Errors.ALL], resultPath: '$.failure' });
  }

  const done = new sfn.Succeed(scope, 'Done');
  const track = new tasks.StepFunctionsStartExecution(scope, 'FollowUp', {
    comment: 'The run is over; what becomes of its mail is reported later',
    stateMachine: followUp,
    // The name makes a repeated start idempotent.
    name: at('$$.Execution.Name'),
    input: followUpInput,
    resultPath: sfn.JsonPath.DISCARD,
  });
  track.addRetry({
    errors: [sfn.Errors.ALL],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 5,
    jitterStrategy: sfn.JitterType.FULL,
  });
  report.next(
    new sfn.Choice(scope, 'Reported')
      .when(sfn.Condition.booleanEquals('$.report.track', true), track.next(done))
      .otherwise(done),
  );
  send.next(settle).next(report);
  const startTime = new sfn.Wait(scope, 'StartTime', {
    comment: 'Until the upload is to be sent; a newer one, a pause or a cancellation is seen at its end',
    time: sfn.WaitTime.timestampPath('$.plan.sendAt'),
  });
  const inTurn = sendingTurn();
  const startAt = new sfn.Choice(scope, 'StartNow')
    .when(sfn.Condition.isPresent('$.plan.sendAt'), startTime.next(inTurn))
    .otherwise(inTurn);
  const planned = sfn.Chain.start(plan).next(
    new sfn.Choice(scope, 'Planned')
      .when(sfn.Condition.stringEquals('$.plan.decision', 'send'), approval ? beforeSending() : startAt)
      .otherwise(report),
  );
  const drafted = new sfn.Choice(scope, 'PlannedDraft')
    .when(sfn.Condition.stringEquals('$.plan.decision', 'test'), sendTest.next(report))
    .otherwise(report);

  /** Lets one run of a campaign send at a time. A run that is over sends nothing, but is settled and reported. */
  function sendingTurn(): sfn.State {
    const begin = new sfn.Pass(scope, 'AskTurn', { result: sfn.Result.fromObject({}), resultPath: '$.turn' });
    const ask = call(
      'Turn',
      'Asks for the sending turn of the campaign',
      functions.register,
      sfn.TaskInput.fromObject({
        v: FORMAT,
        execution: at('$$.Execution.Id'),
        run: sfn.JsonPath.objectAt('$.run'),
        plan: sfn.JsonPath.objectAt('$.plan'),
        turn: sfn.JsonPath.objectAt('$.turn'),
      }),
      '$.turn',
    );
    ask.addCatch(reportFailure, { errors: [sfn.Errors.ALL], resultPath: '$.failure' });
    const wait = new sfn.Wait(scope, 'TurnWait', { time: sfn.WaitTime.secondsPath('$.turn.waitSeconds') });
    const taken = new sfn.Pass(scope, 'TurnTaken', { inputPath: '$.turn.run', resultPath: '$.run' });
    begin
      .next(ask)
      .next(
        new sfn.Choice(scope, 'TurnAsked')
          .when(sfn.Condition.stringEquals('$.turn.decision', 'taken'), taken.next(send))
          .when(sfn.Condition.stringEquals('$.turn.decision', 'over'), settle)
          .otherwise(wait.next(ask)),
      );
    return begin;
  }

  /** Waits for approval. Without it the run skips Send: Settle and Report record all recipients as not attempted. */
  function beforeSending(): sfn.IChainable {
    const begin = new sfn.Pass(scope, 'AskApproval', {
      result: sfn.Result.fromObject({ rounds: 0 }),
      resultPath: '$.approval',
    });
    const ask = call(
      'Approval',
      'Asks the approvers, and whether they have answered',
      functions.review,
      review('approval', sfn.JsonPath.numberAt('$.approval.rounds')),
      '$.approval',
    );
    ask.addCatch(reportFailure, { errors: [sfn.Errors.ALL], resultPath: '$.failure' });
    const wait = new sfn.Wait(scope, 'ApprovalWait', { time: sfn.WaitTime.secondsPath('$.approval.waitSeconds') });
    return begin
      .next(ask)
      .next(
        new sfn.Choice(scope, 'Approved')
          .when(sfn.Condition.booleanEquals('$.approval.approved', true), startAt)
          .when(sfn.Condition.booleanEquals('$.approval.done', true), settle)
          .otherwise(wait.next(ask)),
      );
  }
  return register.next(
    new sfn.Choice(scope, 'Registered')
      .when(sfn.Condition.stringEquals('$.decision', 'run'), planned)
      .when(sfn.Condition.stringEquals('$.decision', 'draft'), planDraft.next(drafted))
      .when(sfn.Condition.stringEquals('$.decision', 'rejected'), report)
      .otherwise(new sfn.Succeed(scope, 'NothingToDo')),
  );
}
