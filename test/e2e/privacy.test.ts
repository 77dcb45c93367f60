import { makeList } from '../../local/list';
import { addresses, campaigns, connection, mailsOf, ses, summary } from './support/deployed';

/** CloudWatch Logs and Step Functions of the emulator, which asks for no signature that is right. */
async function ask<T>(service: string, target: string, body: object): Promise<T> {
  const answer = await fetch(addresses.emulator, {
    method: 'POST',
    headers: {
      'content-type': service === 'logs' ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0',
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261125/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Every line that a function wrote, of whatever test. */
async function logLines(): Promise<string[]> {
  const { logGroups } = await ask<{ logGroups: { logGroupName: string }[] }>(
    'logs',
    'Logs_20140328.DescribeLogGroups',
    {},
  );
  const lines: string[] = [];
  for (const { logGroupName } of logGroups) {
    const { events } = await ask<{ events: { message: string }[] }>('logs', 'Logs_20140328.FilterLogEvents', {
      logGroupName,
      limit: 10_000,
    });
    lines.push(...events.map(({ message }) => message));
  }
  return lines;
}

afterEach(() => ses.faults([]));

test('no address and no cell of a list is in a log, a payload or the history of its run, whatever SES says', async () => {
  const list = makeList({ recipients: 80, seed: 75 });
  const [first, second, third] = list.expected.people;
  const says = (to: string, status: number, type: string, message: string) => ({
    when: { to: [to] },
    does: { status, type, message: `${message}: ${to}` },
  });
  await ses.faults([
    says(first.to, 400, 'MessageRejected', 'Address blacklisted'),
    says(second.to, 500, 'InternalServiceErrorException', 'Failed for'),
    { when: { to: [third.to] }, does: 'reset', accepted: true },
  ]);
  const { result } = await mailsOf(() => campaigns.run('privacy.csv', list.text));
  expect((await summary(result)).counts).toMatchObject({ refused: 1, in_doubt: 2 });
  // And one that SES stops by the words of its sandbox.
  const stopped = makeList({ recipients: 20, seed: 76 });
  await ses.faults([
    {
      does: {
        status: 400,
        type: 'MessageRejected',
        message: `Email address is not verified: ${stopped.expected.people[0].to}`,
      },
    },
  ]);
  const stop = await campaigns.run('privacy-stopped.csv', stopped.text);

  const lines = await logLines();
  // The emulator keeps what functions write.
  expect(lines.filter((line) => line.includes('"planned"')).length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.includes('"stopped"')).length).toBeGreaterThan(0);
  const histories = [];
  for (const { arn } of [result, stop]) {
    histories.push(await ask<object>('states', 'AWSStepFunctions.DescribeExecution', { executionArn: arn }));
    histories.push(
      await ask<object>('states', 'AWSStepFunctions.GetExecutionHistory', { executionArn: arn, maxResults: 1000 }),
    );
  }
  const history = JSON.stringify(histories);
  expect(history).toContain(connection.bucket);
  const log = lines.join('\n');
  const people = [...list.expected.people, ...stopped.expected.people];
  const found = people.flatMap(({ to, firstName, city, note }) =>
    // A word of a letter or two is in every log.
    [to, firstName, city, note].filter((cell) => cell.length > 4 && (log.includes(cell) || history.includes(cell))),
  );
  expect(found).toEqual([]);
  // Nor anybody’s of another test.
  expect(lines.filter((line) => /[\w.+-]+@[\w-]+\.[a-z]/i.test(line))).toEqual([]);
});
