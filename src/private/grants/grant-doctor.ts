import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { MailerParts } from '../mailer-parts';

/** What `doctor` and `estimate` ask, each to read. */
export function grantDoctor(grantee: iam.IGrantable, mailer: MailerParts): iam.Grant {
  const allow = (actions: string[], resourceArns: string[]) =>
    iam.Grant.addToPrincipal({ grantee, actions, resourceArns });
  const stack = Stack.of(mailer);
  const ses = (resource: string, resourceName: string) => stack.formatArn({ service: 'ses', resource, resourceName });
  const topics = [mailer.alertTopic, ...(mailer.alarmTopic ? [mailer.alarmTopic] : [])].map(({ topicArn }) => topicArn);
  const set = ses('configuration-set', mailer.configurationSet.configurationSetName);
  return (
    allow(['cloudformation:DescribeStacks'], [stack.stackId])
      // They have no resource.
      .combine(allow(['ses:GetAccount', 'sns:GetSMSSandboxAccountStatus', 'sns:GetSMSAttributes'], ['*']))
      // The sender's identity; what may be seen of one is no secret.
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
