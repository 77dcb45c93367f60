import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Subscriptions } from '../domain/ports';

/** The timeout in milliseconds, so that a slow answer does not delay a report. */
const WITHIN = 5_000;

/** Counts the confirmed and pending subscriptions of an SNS topic. */
export function snsSubscriptions(): (topic: string) => Promise<Subscriptions> {
  const client = new SNSClient({ maxAttempts: 2 });
  return async (topic) => {
    const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn: topic }), {
      abortSignal: AbortSignal.timeout(WITHIN),
    });
    const { SubscriptionsConfirmed: confirmed, SubscriptionsPending: pending = '0' } = Attributes;
    if (confirmed === undefined) throw new Error('SNS did not say how many have confirmed');
    return { confirmed: Number(confirmed), pending: Number(pending) };
  };
}
