import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { MailerParts } from '../mailer-parts';

/** Grants the read access that `doctor` and `estimate` need. */
export function grantDoctor(grantee: iam.IGrantable, mailer: MailerParts): iam.Grant {
  const allow = (actions: string[], resourceArns: string[]) =>
    iam.Grant.addToPrincipal({ grantee, actions, resourceArns });
  const stack = Stack.of(mailer);
  const ses = (resource: string, resourceName: string) => stack.formatArn({ service: 'ses', resource, resourceName });
  const topics = [mailer.alertTopic, ...(mailer.alarmTopic ? [mailer.alarmTopic] : [])].map(({ topicArn }) => topicArn);
  const set = ses('configuration-set', mailer.configurationSet.configurationSetName);
  return (
    allow(['cloudformation:DescribeStacks'], [stack.stackId])
      // These actions have no resource-level permissions.
      .combine(allow(['ses:GetAccount', 'sns:GetSMSSandboxAccountStatus', 'sns:GetSMSAttributes'], ['*']))
      // The sender's identity. Any identity of the account can be read.
      .combine(allow(['ses:GetEmailIdentity'], [ses('identity', '*')]))
      .combine(allow(['ses:GetConfigurationSet', 'ses:GetConfigurationSetEventDestinations'], [set]))
      .combine(
        allow(
          ['events:DescribeRule', 'events:ListTargetsByRule'],
          [mailer.intakeRule, mailer.draftsRule, mailer.trackingRule].map(({ ruleArn }) => ruleArn),
        ),
      )
      .combine(allow(['sns:ListSubscriptionsByTopic'], topics))
      .combine(
        allow(
          ['sqs:GetQueueAttributes'],
          [mailer.intakeDeadLetterQueue.queueArn, mailer.trackingDeadLetterQueue.queueArn],
        ),
      )
      .combine(allow(['dynamodb:DescribeTable'], [mailer.ledger.tableArn]))
  );
}
