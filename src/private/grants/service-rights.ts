import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import { KEY_USE } from './key-rights';

/** Restricts a service to this account. */
const ofAccount = (scope: IConstruct, service: string) =>
  new iam.ServicePrincipal(service, {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });

/**
 * Allows alarms and budgets of this account to publish to a topic. EventBridge rules add their own permission. Does
 * nothing if the topic's policy cannot be changed here.
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
 * Allows AWS services to use a customer's key for the mailer's data. Returns false if the key's policy cannot be
 * changed here.
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
    // (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html), and notices that it cannot encrypt would be
    // lost.
    new iam.PolicyStatement({
      sid: 'MailMatrixEvents',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      resources: ['*'],
    }),
    // Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html. The log group's name
    // is not used: the group depends on its key.
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
