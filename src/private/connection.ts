import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { BulkMailer } from '../bulk-mailer';
import type { BulkMailerProps } from '../bulk-mailer-props';
import { FORMAT, LAYOUT, type Settings } from './contract';

/** By which the command finds a mailer in its stack. */
export function connectionOutput(
  mailer: BulkMailer,
  { intake, rate }: Pick<Settings, 'intake' | 'rate'>,
  { sender, tracking = {} }: Pick<BulkMailerProps, 'sender' | 'tracking'>,
): void {
  new CfnOutput(mailer, 'Connection', {
    description: 'What a command line needs to find this mailer',
    value: Stack.of(mailer).toJsonString({
      v: FORMAT,
      bucket: mailer.bucket.bucketName,
      intakePrefix: intake.prefix,
      draftsPrefix: intake.draftsPrefix,
      reportsPrefix: LAYOUT.reports,
      stateMachineArn: mailer.stateMachine.stateMachineArn,
      ledgerTable: mailer.ledger.tableName,
      alertTopicArn: mailer.alertTopic.topicArn,
      alarmTopicArn: mailer.alarmTopic?.topicArn,
      configurationSet: mailer.configurationSet.configurationSetName,
      consentUrl: mailer.consentUrl,
      trackingQueueUrl: mailer.trackingQueue.queueUrl,
      identity: sender.identity,
      trackingRule: mailer.trackingRule.ruleName,
      eventBusArn: tracking.eventBus?.eventBusArn,
      deadLetterQueueUrls: [mailer.intakeDeadLetterQueue.queueUrl, mailer.trackingDeadLetterQueue.queueUrl],
      sendRate: { maxPerSecond: rate.maxPerSecond, accountShare: rate.accountShare },
    }),
  });
}
