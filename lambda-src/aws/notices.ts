import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notices } from '../core/ports';

/** The mailer's topic and those that were given. */
export function snsNotices(topics: readonly string[]): Notices {
  const client = new SNSClient({});
  return {
    async publish(subject, text, { kind }) {
      for (const topic of topics) {
        await client.send(
          new PublishCommand({
            TopicArn: topic,
            Subject: subject,
            Message: text,
            MessageAttributes: { kind: { DataType: 'String', StringValue: kind } },
          }),
        );
      }
    },
  };
}
