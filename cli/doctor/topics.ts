import { type Check, DEPLOY, error, missing, named, ok, type Result, warning } from './finding';
import type { DoctorPorts } from './ports';

const CONFIRM = 'Have them follow the link in the mail of AWS Notifications';

/** Subscriptions of a topic, without deleted ones, which SNS keeps listing for some days. */
const subscribers = async (topicArn: string, ports: DoctorPorts) =>
  (await ports.subscriptions(topicArn)).filter(({ SubscriptionArn }) => SubscriptionArn !== 'Deleted');

/**
 * Checks that a topic has confirmed subscribers. Returns `nobody` for a topic without subscribers; `gone` is the text of
 * the error for a topic that does not exist.
 */
async function checkSubscribers(topicArn: string, ports: DoctorPorts, nobody: Result, gone: string): Promise<Result> {
  let all: Awaited<ReturnType<typeof subscribers>>;
  try {
    all = await subscribers(topicArn, ports);
  } catch (reason) {
    if (missing(reason)) return error(gone, DEPLOY);
    throw reason;
  }
  const pending = all.filter(({ SubscriptionArn }) => !SubscriptionArn?.startsWith('arn:'));
  if (all.length === 0) return nobody;
  if (pending.length === all.length) return error(`none of ${all.length} subscribers has confirmed`, CONFIRM);
  if (pending.length > 0) return warning(`${pending.length} of ${all.length} subscribers have not confirmed`, CONFIRM);
  return ok(`${all.length} ${all.length === 1 ? 'subscriber' : 'subscribers'}`);
}

/** Checks of the topics that the mailer publishes to. */
export const checkTopics: readonly Check[] = [
  {
    name: 'alerts',
    needs: 'sns:ListSubscriptionsByTopic',
    async run({ alertTopicArn, givenTopicArns }, ports) {
      const nobody = givenTopicArns
        ? ok(`they go to ${givenTopicArns.join(', ')}, whose subscribers are not looked at`)
        : warning(
            'nobody gets reports and alerts',
            'Give the mailer `alerts`, or subscribe to alertTopic. Who has `alerts` and did not confirm within 48 hours was forgotten by SNS: subscribe them anew',
          );
      return checkSubscribers(alertTopicArn, ports, nobody, 'the alert topic is gone');
    },
  },
  {
    name: 'alarms',
    needs: 'sns:ListSubscriptionsByTopic',
    applies: ({ alarmTopicArn }) => alarmTopicArn !== undefined,
    async run({ alarmTopicArn }, ports) {
      const nobody = warning('nobody is subscribed to the topic of alarms alone', 'Subscribe to alarmTopic');
      return checkSubscribers(named(alarmTopicArn), ports, nobody, 'the topic of alarms alone is gone');
    },
  },
  {
    name: 'sms',
    needs: 'sns:GetSMSSandboxAccountStatus, sns:GetSMSAttributes, sns:ListSubscriptionsByTopic',
    async run({ alertTopicArn, alarmTopicArn }, ports) {
      const topics = alarmTopicArn === undefined ? [alertTopicArn] : [alertTopicArn, alarmTopicArn];
      const all = (await Promise.all(topics.map((topic) => subscribers(topic, ports)))).flat();
      const phones = all.filter(({ Protocol }) => Protocol === 'sms');
      if (phones.length === 0) return ok('no alert goes by SMS');
      if (await ports.smsSandbox())
        return error(
          'SMS are in SNS’s sandbox: only verified numbers get them',
          'Leave it in the SNS console, Text messaging, or verify the numbers there',
        );
      const limit = await ports.smsLimit();
      // SNS's default until AWS raises the account's limit:
      // https://docs.aws.amazon.com/sns/latest/dg/channels-sms-awssupport-spend-threshold.html
      if (limit === undefined || limit <= 1)
        return warning(
          'SMS stop at $1 a month, which is AWS’s default',
          'Raise the spend limit in the SNS console, Text messaging',
        );
      return ok(`${phones.length} by SMS, up to $${limit} a month`);
    },
  },
];
