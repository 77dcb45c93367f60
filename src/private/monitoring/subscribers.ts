import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { AlertKind } from '../../monitoring/alert-route';
import { ENV, HEARD_KINDS, type HeardKind, type Subscribers } from '../contract';

/** A topic that carries a kind, and how many subscriptions there may be that filter it out. */
export interface KindTopic {
  readonly topic: sns.ITopic;
  readonly others: number;
}

export type TopicsByKind = { readonly [kind in HeardKind]: readonly KindTopic[] };

/** On a topic with subscriptions of such kinds: who hears of it is not counted among those that filter. */
export const othersOf = (kind: AlertKind, subscribed: readonly (readonly AlertKind[])[]): number =>
  subscribed.some((kinds) => kinds.includes(kind)) ? 0 : subscribed.length;

/** Lets the report see how many subscriptions are confirmed; whose they are it does not see. */
export function grantCountSubscriptions(fn: lambda.Function, topicsByKind: TopicsByKind): void {
  const topics = new Set(HEARD_KINDS.flatMap((kind) => topicsByKind[kind].map(({ topic }) => topic)));
  const resources = [...topics].map(({ topicArn }) => topicArn);
  fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['sns:GetTopicAttributes'], resources }));
  const subscribers: Subscribers = { report: topicsByKind.report.map(named), alarm: topicsByKind.alarm.map(named) };
  fn.addEnvironment(ENV.subscribers, Stack.of(fn).toJsonString(subscribers));
}

const named = ({ topic, others }: KindTopic) => ({ arn: topic.topicArn, ...(others > 0 ? { others } : {}) });
