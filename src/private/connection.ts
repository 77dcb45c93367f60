import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { BulkMailerProps } from '../bulk-mailer-props';
import { intakeSettings } from '../intake';
import { FORMAT, type ListSettings, reportsOf, type Settings } from './contract';
import { holderOf } from './holder';
import type { MailerParts } from './mailer-parts';

/** Adds the stack output by which the command finds the mailer. */
export function connectionOutput(
  mailer: MailerParts,
  { intake, rate, limits, tracking: settings }: Pick<Settings, 'intake' | 'rate' | 'limits' | 'tracking'>,
  { sender, tracking = {} }: Pick<BulkMailerProps, 'sender' | 'tracking'>,
  topics: readonly ITopic[],
): void {
  const { alertTopic, alarmTopic } = mailer;
  const given = [...new Set(topics)].filter((topic) => topic !== alertTopic && topic !== alarmTopic);
  new CfnOutput(mailer, 'Connection', {
    description: 'What a command line needs to find this mailer',
    value: Stack.of(mailer).toJsonString({
      v: FORMAT,
      mailer: mailer.mailerName,
      holder: holderOf(mailer),
      bucket: mailer.bucket.bucketName,
      intakePrefix: intake.prefix,
      draftsPrefix: intake.draftsPrefix,
      reportsPrefix: reportsOf(mailer.mailerName),
      stateMachineArn: mailer.stateMachine.stateMachineArn,
      ledgerTable: mailer.ledger.tableName,
      alertTopicArn: alertTopic.topicArn,
      alarmTopicArn: alarmTopic?.topicArn,
      givenTopicArns: given.length > 0 ? given.map(({ topicArn }) => topicArn) : undefined,
      configurationSet: mailer.configurationSet.configurationSetName,
      consentUrl: mailer.consentUrl,
      trackingQueueUrl: mailer.trackingQueue.queueUrl,
      identity: sender.identity,
      intakeRule: mailer.intakeRule.ruleName,
      draftsRule: mailer.draftsRule.ruleName,
      trackingRule: mailer.trackingRule.ruleName,
      eventBusArn: tracking.eventBus?.eventBusArn,
      deadLetterQueueUrls: [mailer.intakeDeadLetterQueue.queueUrl, mailer.trackingDeadLetterQueue.queueUrl],
      bounceRules: settings?.bounceRules,
      tracksReaders: settings?.opens || settings?.clicks,
      list: listSettings(intake, limits?.maxRecipients),
      sendRate: { maxPerSecond: rate.maxPerSecond, accountShare: rate.accountShare },
    }),
  });
}

/** Returns the owner's list settings, or undefined if all have their defaults. */
function listSettings(intake: Settings['intake'], maxRecipients: number | undefined): ListSettings | undefined {
  const { prefix: _, draftsPrefix: __, ...rest } = intake;
  const defaults = intakeSettings({}).intake;
  const said = Object.entries({ ...rest, maxRecipients }).filter(
    ([name, value]) => value !== undefined && value !== defaults[name as keyof typeof defaults],
  );
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}
