import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CREDENTIALS, REGION } from '../environment';

/**
 * Returns the queues of every enabled rule on the default bus that matches an SES event. The emulator does not accept
 * events from AWS services.
 */
export async function queuesBehind(event: object, endpoint: string): Promise<readonly string[]> {
  const client = { endpoint, region: REGION, credentials: CREDENTIALS };
  const [events, sqs] = [new EventBridgeClient(client), new SQSClient(client)];
  try {
    const names: string[] = [];
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    for (const { Name, State, EventPattern } of Rules) {
      if (State !== 'ENABLED' || !EventPattern?.includes('aws.ses')) continue;
      const { Result } = await events.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) }));
      if (!Result) continue;
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
      names.push(...Targets.map(({ Arn }) => Arn!).filter((arn) => arn.includes(':sqs:')));
    }
    const url = async (arn: string) =>
      (await sqs.send(new GetQueueUrlCommand({ QueueName: arn.split(':').at(-1) }))).QueueUrl!;
    return await Promise.all(names.map(url));
  } finally {
    events.destroy();
    sqs.destroy();
  }
}
