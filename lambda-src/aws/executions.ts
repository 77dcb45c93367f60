import { DescribeExecutionCommand, ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';
import type { Executions } from '../domain/ports';

const machineOf = (execution: string): string => execution.split(':').at(-2)!;

/**
 * Looks up executions. `own` is an execution of the current state machine. An execution of another state machine counts
 * as ended, because its stack was replaced.
 */
export function sfnExecutions(own: string, client: SFNClient): Executions {
  return {
    hasEnded: async (execution) => {
      if (machineOf(execution) !== machineOf(own)) return true;
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn: execution }));
        return status !== 'RUNNING' && status !== 'PENDING_REDRIVE';
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return true;
        throw error;
      }
    },
  };
}
