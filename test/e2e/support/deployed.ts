import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { noCounts } from '../../../lambda-src/domain/outcomes';
import { Campaigns, type EndedRun } from '../../../local/campaigns';
import { CREDENTIALS, localEnvironment, REGION } from '../../../local/environment';
import { readInbox } from '../../../local/inbox';
import type { JudgedMail } from '../../../local/judge';
import { ROOT } from '../../../local/root';
import { type Addresses, sesControl } from '../../../local/stack';
import { waitFor } from '../../../local/wait';
import type { Connection, Counts } from '../../../src/private/contract';

const started = JSON.parse(process.env.MAILMATRIX_E2E ?? '{}') as {
  readonly connection: Connection;
  readonly addresses: Addresses;
};
export const { connection, addresses } = started;
const client = { endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS };

/** In which the command finds the emulator, and SES in front of it. */
export const commandEnvironment = () => ({
  ...localEnvironment(addresses.emulator),
  AWS_ENDPOINT_URL_SESV2: addresses.ses,
});
export const ses = sesControl(addresses);
export const campaigns = new Campaigns(connection, addresses.emulator);

/** The bundled command, as who installed the package runs it, on a mailer. */
export const command = (
  mailer: string,
  verb: string,
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
  new Promise((resolve) => {
    const bundled = path.join(ROOT, 'assets', 'cli', 'index.js');
    const child = execFile(
      process.execPath,
      [bundled, verb, ...args, '--mailer', mailer],
      { env: localEnvironment(addresses.emulator) },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

/** What `doctor --smoke` says of a mailer, beside all else. */
export async function smoke(mailer: string, ...args: string[]) {
  const { out, err } = await command(mailer, 'doctor', '--smoke', '--json', ...args);
  if (!out) throw new Error(err);
  const { findings } = JSON.parse(out) as { findings: { check: string; level: string; says: string }[] };
  return findings.filter(({ check }) => check.startsWith('smoke'));
}

/** What reached the inbox while something was done, as the judge wants it. */
export async function mailsOf<T>(
  doing: () => Promise<T>,
): Promise<{ readonly result: T; readonly mails: JudgedMail[] }> {
  const before = (await readInbox(addresses.inbox)).length;
  const accepted = (await ses.count()).accepted;
  const result = await doing();
  const mails = (await readInbox(addresses.inbox)).slice(before);
  // The inbox holds what SES accepted, no more and no less.
  expect(mails).toHaveLength((await ses.count()).accepted - accepted);
  return { result, mails: mails.map(({ destination, subject, body }) => ({ to: destination.to, subject, ...body })) };
}

export const recipients = (mails: readonly JudgedMail[]): string[] => mails.flatMap(({ to }) => to).sort();

export interface Summary {
  readonly status: string;
  readonly campaign: string;
  readonly counts: Counts;
  readonly rows: number;
  readonly quotaWaitSeconds?: number;
}

export const summaryOf = async (of: Campaigns, run: EndedRun): Promise<Summary> =>
  JSON.parse(await of.report(run, 'summary.json'));
export const summary = (run: EndedRun): Promise<Summary> => summaryOf(campaigns, run);

export const counts = (some: Partial<Counts>): Counts => ({ ...noCounts(), ...some });

/** What the mailer's topic publishes from now on. */
export async function listen(name: string): Promise<{ next(what: (notice: string) => boolean): Promise<string> }> {
  const sqs = new SQSClient(client);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  await new SNSClient(client).send(
    new SubscribeCommand({ TopicArn: connection.alertTopicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }),
  );
  return {
    next: (what) =>
      waitFor('a notice', 30, async () => {
        const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        return Messages?.map(({ Body }) => Body!).find(what);
      }),
  };
}
