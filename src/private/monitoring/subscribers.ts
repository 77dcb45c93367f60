import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { AlertKind } from '../../monitoring/alert-route';
import { ENV, HEARD_KINDS, type HeardKind, type Subscribers } from '../contract';

/** A topic that carries a kind, and the maximum number of its subscriptions that filter it out. */
export interface KindTopic {
  readonly topic: sns.ITopic;
  readonly others: number;
}

export type TopicsByKind = { readonly [kind in HeardKind]: readonly KindTopic[] };

/** Returns the number of subscriptions that filter a kind out; 0 if one of them includes it. */
export const othersOf = (kind: AlertKind, subscribed: readonly (readonly AlertKind[])[]): number =>
  subscribed.some((kinds) => kinds.includes(kind)) ? 0 : subscribed.length;

/** Grants reading the number of confirmed subscriptions, but not the subscribers. */
export function grantCountSubscriptions(fn: lambda.Function, topicsByKind: TopicsByKind): void {
  const topics = new Set(HEARD_KINDS.flatMap((kind) => topicsByKind[kind].map(({ topic }) => topic)));
  const resources = [...topics].map(({ topicArn }) => topicArn);
  fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['sns:GetTopicAttributes'], resources }));
  const subscribers: Subscribers = { report: topicsByKind.report.map(named), alarm: topicsByKind.alarm.map(named) };
  fn.addEnvironment(ENV.subscribers, Stack.of(fn).toJsonString(subscribers));
}

const named = ({ topic, others }: KindTopic) => ({ arn: topic.topicArn, ...(others > 0 ? { others } : {}) });
