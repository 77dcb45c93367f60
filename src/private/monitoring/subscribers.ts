import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { AlertKind } from '../../monitoring/alert-route';
import { type Audience, ENV, HEARD_KINDS, type HeardKind } from '../contract';

/** A topic that carries a kind, and how many subscriptions there may be that filter it out. */
export interface Carrier {
  readonly topic: sns.ITopic;
  readonly others: number;
}

export type Carriers = { readonly [kind in HeardKind]: readonly Carrier[] };

/** On a topic with subscriptions of such kinds: who hears of it is not counted among those that filter. */
export const othersOf = (kind: AlertKind, subscribed: readonly (readonly AlertKind[])[]): number =>
  subscribed.some((kinds) => kinds.includes(kind)) ? 0 : subscribed.length;

/** Lets the report see how many subscriptions are confirmed; whose they are it does not see. */
export function mayCountSubscriptions(fn: lambda.Function, carriers: Carriers): void {
  const topics = new Set(HEARD_KINDS.flatMap((kind) => carriers[kind].map(({ topic }) => topic)));
  const resources = [...topics].map(({ topicArn }) => topicArn);
  fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['sns:GetTopicAttributes'], resources }));
  const audience: Audience = { report: carriers.report.map(named), alarm: carriers.alarm.map(named) };
  fn.addEnvironment(ENV.audience, Stack.of(fn).toJsonString(audience));
}

const named = ({ topic, others }: Carrier) => ({ arn: topic.topicArn, ...(others > 0 ? { others } : {}) });
