import { DescribeTableCommand, DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb';
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  type EventDestination,
  GetAccountCommand,
  type GetAccountCommandOutput,
  GetConfigurationSetCommand,
  type GetConfigurationSetCommandOutput,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityCommandOutput,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Operator } from '../shared/operator';
import { executions, planOf, registerOutputOf } from '../shared/runs';

/** Requests that the checks make, each to one service. */
export interface DoctorPorts {
  account(): Promise<Partial<GetAccountCommandOutput>>;
  identity(name: string): Promise<Partial<GetEmailIdentityCommandOutput>>;
  configurationSet(name: string): Promise<Partial<GetConfigurationSetCommandOutput>>;
  eventDestinations(name: string): Promise<readonly Partial<EventDestination>[]>;
  /** EventBridge's state of a rule, such as ENABLED. */
  ruleState(name: string): Promise<string | undefined>;
  /** The ARNs of a rule's targets. */
  ruleTargets(name: string): Promise<readonly string[]>;
  subscriptions(topicArn: string): Promise<readonly Subscription[]>;
  smsSandbox(): Promise<boolean>;
  /** The monthly SMS spend limit in US dollars. */
  smsLimit(): Promise<number | undefined>;
  /** The approximate number of messages in a queue. */
  messages(queueUrl: string): Promise<number>;
  table(name: string): Promise<TableDescription | undefined>;
  /** The number of recipients in the last planned list. */
  lastList(): Promise<number | undefined>;
  txt(name: string): Promise<string[][]>;
}

export function awsPorts(operator: Operator, txt: DoctorPorts['txt']): DoctorPorts {
  const [ses, sns, sqs, bus] = [new SESv2Client({}), new SNSClient({}), new SQSClient({}), new EventBridgeClient({})];
  return {
    account: () => ses.send(new GetAccountCommand({})),
    identity: (name) => ses.send(new GetEmailIdentityCommand({ EmailIdentity: name })),
    configurationSet: (name) => ses.send(new GetConfigurationSetCommand({ ConfigurationSetName: name })),
    async eventDestinations(name) {
      const command = new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: name });
      return (await ses.send(command)).EventDestinations ?? [];
    },
    ruleState: async (name) => (await bus.send(new DescribeRuleCommand({ Name: name }))).State,
    async ruleTargets(name) {
      const { Targets = [] } = await bus.send(new ListTargetsByRuleCommand({ Rule: name }));
      return Targets.map(({ Arn }) => Arn!);
    },
    async subscriptions(topicArn) {
      const all: Subscription[] = [];
      for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn }))
        all.push(...(page.Subscriptions ?? []));
      return all;
    },
    smsSandbox: async () => (await sns.send(new GetSMSSandboxAccountStatusCommand({}))).IsInSandbox ?? false,
    async smsLimit() {
      const { attributes } = await sns.send(new GetSMSAttributesCommand({ attributes: ['MonthlySpendLimit'] }));
      return attributes?.MonthlySpendLimit === undefined ? undefined : Number(attributes.MonthlySpendLimit);
    },
    async messages(queueUrl) {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    table: async (name) => (await new DynamoDBClient({}).send(new DescribeTableCommand({ TableName: name }))).Table,
    async lastList() {
      for (const { executionArn } of await executions(undefined, 5, operator)) {
        const run = (await registerOutputOf(executionArn!, operator))?.run;
        const plan = run && (await planOf(run, operator));
        if (plan) return plan.recipients;
      }
      return undefined;
    },
    txt,
  };
}
