import {
  CloudFormationClient,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { CREDENTIALS, REGION } from '../../../local/environment';
import type { Datum } from './cloudwatch';
import { addresses } from './deployed';

/** A part of a mailer, by the type and the logical id of its resource. */
interface Part {
  readonly type: string;
  readonly id: RegExp;
  readonly dimension: string;
}
const machine = (id: RegExp): Part => ({ type: 'AWS::StepFunctions::StateMachine', id, dimension: 'StateMachineArn' });
const queue = (id: RegExp): Part => ({ type: 'AWS::SQS::Queue', id, dimension: 'QueueName' });
const fn = (id: RegExp): Part => ({ type: 'AWS::Lambda::Function', id, dimension: 'FunctionName' });

type Reported = Pick<Datum, 'namespace' | 'name' | 'unit' | 'value'> & { readonly of?: Part };

// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
const execution = (name: string, of: Part): Reported => ({
  ...{ namespace: 'AWS/States', name, unit: 'Count', value: 1, of },
});
const RUN = machine(/PipelineStateMachine/);

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
const letters = (of: Part): Reported => ({
  ...{ namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible', unit: 'Count', value: 1, of },
});

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
const errors = (of: Part): Reported => ({ namespace: 'AWS/Lambda', name: 'Errors', unit: 'Count', value: 3, of });

// https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
const reputation = (name: string, value: number): Reported => ({
  ...{ namespace: 'AWS/SES', name: `Reputation.${name}`, unit: 'None', value },
});

/**
 * What AWS's services report when something is wrong with a mailer, by AWS's documentation and not by our alarms; the emulator's
 * services report nothing of it. By the alarm that is to sound.
 */
const REPORTED: { readonly [alarm: string]: Reported } = {
  RunFailed: execution('ExecutionsFailed', RUN),
  RunTimedOut: execution('ExecutionsTimedOut', RUN),
  RunAborted: execution('ExecutionsAborted', RUN),
  FollowUpFailed: execution('ExecutionsFailed', machine(/PipelineFollowUp/)),
  IntakeDeadLetters: letters(queue(/IntakeDeadLetters/)),
  TrackingDeadLetters: letters(queue(/TrackingDeadLetters/)),
  TrackingAge: {
    ...{ namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage', unit: 'Seconds', value: 1801 },
    of: queue(/TrackingQueue/),
  },
  ConsentErrors: errors(fn(/MailerConsent/)),
  ReviewErrors: errors(fn(/ApprovalReview/)),
  RegisterErrors: errors(fn(/PipelineRegister/)),
  PlanErrors: errors(fn(/PipelinePlan/)),
  SendErrors: errors(fn(/PipelineSend/)),
  SettleErrors: errors(fn(/PipelineSettle/)),
  ReportErrors: errors(fn(/PipelineReport/)),
  TrackErrors: errors(fn(/TrackingTrack/)),
  BounceRate: reputation('BounceRate', 0.04),
  ComplaintRate: reputation('ComplaintRate', 0.0008),
};

/** The same of a stack's mailer as it is deployed. */
export async function serviceMetrics(stack: string): Promise<{ readonly [alarm: string]: Datum }> {
  const client = new CloudFormationClient({ endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS });
  const resources: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListStackResourcesCommand({ StackName: stack, NextToken }));
    resources.push(...(page.StackResourceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  client.destroy();
  const named = ({ type, id }: Part): string => {
    const found = resources.filter((one) => one.ResourceType === type && id.test(one.LogicalResourceId ?? ''));
    if (found.length !== 1) throw new Error(`${found.length} of ${type} ${id}`);
    const physical = found[0]!.PhysicalResourceId!;
    return type === 'AWS::SQS::Queue' ? physical.split('/').pop()! : physical;
  };
  return Object.fromEntries(
    Object.entries(REPORTED).map(([alarm, { of, ...datum }]) => [
      alarm,
      { ...datum, dimensions: of ? { [of.dimension]: named(of) } : {} },
    ]),
  );
}
