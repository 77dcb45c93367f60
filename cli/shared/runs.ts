import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Action } from '../../lambda-src/domain/campaign/control';
import { readPlan } from '../../lambda-src/domain/run/plan-document';
import type { Summary } from '../../lambda-src/functions/report/summary';
import { asCheckpoint, checkpointPartition } from '../../lambda-src/functions/send/shard-checkpoint';
import { LAYOUT, type PlanDocument, type RegisterOutput, type RunRef } from '../../src/private/contract';
import type { Operator } from './operator';

/** An upload. Its key and ETag identify the run that it starts. */
export interface Uploaded {
  readonly key: string;
  readonly etag: string;
  /** Epoch milliseconds just before the upload. */
  readonly at: number;
}

interface Arrival {
  readonly detail?: { readonly object?: { readonly key?: string; readonly etag?: string } };
  readonly draft?: Arrival;
}

const withoutQuotes = (etag = ''): string => etag.replaceAll('"', '');

/** Finds the execution that an upload started; undefined while there is none. */
export async function executionOf({ key, etag, at }: Uploaded, operator: Operator): Promise<string | undefined> {
  const { executions = [] } = await operator.states.send(
    new ListExecutionsCommand({ stateMachineArn: operator.connection.stateMachineArn, maxResults: 100 }),
  );
  for (const { executionArn, startDate } of executions) {
    // Allows a minute of difference between this clock and AWS's.
    if (startDate && startDate.getTime() < at - 60_000) continue;
    const { input } = await operator.states.send(new DescribeExecutionCommand({ executionArn }));
    const arrival = JSON.parse(input ?? '{}') as Arrival;
    const { detail } = arrival.draft ?? arrival;
    if (detail?.object?.key === key && withoutQuotes(detail.object.etag) === withoutQuotes(etag)) return executionArn;
  }
  return undefined;
}

/** The output of Register in an execution; undefined until it has run. */
export async function registerOutputOf(
  executionArn: string,
  { states }: Operator,
): Promise<RegisterOutput | undefined> {
  const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 50 }));
  const exit = events.find(({ stateExitedEventDetails: exited }) => exited?.name === 'Register');
  const output = exit?.stateExitedEventDetails?.output;
  return output === undefined ? undefined : (JSON.parse(output) as RegisterOutput);
}

/** The status of an execution; undefined once Step Functions has deleted it, 90 days after its end. */
export async function statusOf(executionArn: string, { states }: Operator): Promise<ExecutionStatus | undefined> {
  try {
    return (await states.send(new DescribeExecutionCommand({ executionArn }))).status;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

export async function executions(status: ExecutionStatus | undefined, most: number, operator: Operator) {
  const { executions: found = [] } = await operator.states.send(
    new ListExecutionsCommand({
      stateMachineArn: operator.connection.stateMachineArn,
      ...(status ? { statusFilter: status } : {}),
      maxResults: most,
    }),
  );
  return found;
}

/** Starts an execution that continues a run's list, for recipients who have no email yet. */
export async function startResume(
  campaign: string,
  run: number,
  { who, why }: Action,
  operator: Operator,
): Promise<string> {
  const { executionArn } = await operator.states.send(
    new StartExecutionCommand({
      stateMachineArn: operator.connection.stateMachineArn,
      input: JSON.stringify({ resume: { campaign, run, who, why } }),
    }),
  );
  return executionArn!;
}

export const planOf = (run: Pick<RunRef, 'folder'>, { files }: Operator): Promise<PlanDocument | undefined> =>
  readPlan(run, files);

export async function summaryOf({ folder }: Pick<RunRef, 'folder'>, { files }: Operator): Promise<Summary | undefined> {
  const text = await files.text(`${folder}${LAYOUT.summary}`);
  return text === undefined ? undefined : (JSON.parse(text) as Summary);
}

/** The approximate number of processed recipients: each shard's worker updates its checkpoint every 50 rows. */
export async function progressOf(run: Pick<RunRef, 'campaignDigest' | 'run'>, operator: Operator): Promise<number> {
  const checkpoints = await operator.control.store.query(checkpointPartition(run), '');
  return checkpoints.reduce((sum, item) => sum + Number(asCheckpoint(item)?.passed ?? 0), 0);
}
