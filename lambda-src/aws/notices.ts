import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { NoticeTarget } from '../../src/private/contract';
import type { Notices } from '../domain/ports';

/** Publishes notices to the SNS topics of the mailer, each filtered by the kinds of notices that it takes. */
export function snsNotices(targets: readonly NoticeTarget[]): Notices {
  const client = new SNSClient({});
  return {
    async publish(subject, text, { kind }) {
      for (const target of targets) {
        if (typeof target !== 'string' && !target.kinds.includes(kind)) continue;
        await client.send(
          new PublishCommand({
            TopicArn: typeof target === 'string' ? target : target.arn,
            Subject: subject,
            Message: text,
            MessageAttributes: { kind: { DataType: 'String', StringValue: kind } },
          }),
        );
      }
    },
  };
}
