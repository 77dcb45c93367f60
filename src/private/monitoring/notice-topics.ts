import { Stack } from 'aws-cdk-lib';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ENV, type NoticeTarget } from '../contract';

/** A topic that functions publish to, and the kinds of notices. Without kinds: all. */
export interface NoticeTopic {
  readonly topic: sns.ITopic;
  readonly kinds?: readonly string[];
}

export function noticeEnvironment(scope: Construct, topics: readonly NoticeTopic[]): { [name: string]: string } {
  const targets: NoticeTarget[] = topics.map(({ topic, kinds }) =>
    kinds ? { arn: topic.topicArn, kinds } : topic.topicArn,
  );
  return { [ENV.topics]: Stack.of(scope).toJsonString(targets) };
}
