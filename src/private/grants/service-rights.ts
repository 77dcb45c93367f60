import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import { KEY_USE } from './key-rights';

/** Of this account alone, whoever else may use the service. */
const ofAccount = (scope: IConstruct, service: string) =>
  new iam.ServicePrincipal(service, {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });

/**
 * Lets alarms and budgets of this account publish to a topic, which they do as themselves. EventBridge has its right from
 * its rules. Nothing where the topic's policy is not ours to write.
 */
export function grantServicesPublish(scope: IConstruct, topic: sns.ITopic): void {
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'AlarmsAndBudgets',
      actions: ['sns:Publish'],
      principals: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map((service) => ofAccount(scope, service)),
      resources: [topic.topicArn],
    }),
  );
}

/**
 * Lets AWS's services use a customer's key for what the mailer keeps under it. False where the key's policy is not ours to
 * write.
 */
export function grantServicesUse(scope: IConstruct, key: kms.IKey): boolean {
  const stack = Stack.of(scope);
  const statements = [
    new iam.PolicyStatement({
      sid: 'MailMatrixAlarmsAndBudgets',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      principals: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map((service) => ofAccount(scope, service)),
      resources: ['*'],
    }),
    // Without a condition: the source keys "are not supported for EventBridge-to-encrypted topics"
    // (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html), and what it could not encrypt would be lost.
    new iam.PolicyStatement({
      sid: 'MailMatrixEvents',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      resources: ['*'],
    }),
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html. A group's own name would lead in
    // a circle: the group waits for its key.
    new iam.PolicyStatement({
      sid: 'MailMatrixLogs',
      actions: KEY_USE,
      principals: [new iam.ServicePrincipal(`logs.${stack.region}.${stack.urlSuffix}`)],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    }),
  ];
  return statements.map((statement) => key.addToResourcePolicy(statement, true).statementAdded).every(Boolean);
}
