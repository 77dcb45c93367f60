import { runOf } from '../../../cli/shared/follow';
import type { Operator } from '../../../cli/shared/operator';

test('a list that starts no run is said to have started none', async () => {
  const states = { send: async () => ({ executions: [] }) };
  const operator = { states, connection: { stateMachineArn: 'arn' } } as unknown as Operator;
  const terminal = { stdout: { write() {} }, stderr: { write() {} } };
  const uploaded = { key: 'campaigns/may.csv', etag: '"e"', at: Date.now() };
  await expect(runOf(uploaded, operator, terminal, 5)).rejects.toThrow(
    /^MM714: campaigns\/may\.csv lies in the bucket, and no run has begun in /,
  );
});
