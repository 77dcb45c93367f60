import { HEARD_KINDS, type HeardKind, type Subscribers } from '../../../src/private/contract';
import type { Log, Subscriptions } from '../../domain/ports';
import type { MissingSubscribers } from './summary';

export interface SubscriberPorts {
  /** Reads the subscription counts of the SNS topic with this ARN. */
  subscriptions(topic: string): Promise<Subscriptions>;
  readonly log: Log;
}

/**
 * Finds the kinds of notices without a confirmed subscriber. A topic that cannot be read counts as having one. Never
 * rejects.
 */
export async function missingSubscribers(
  subscribers: Subscribers,
  { subscriptions, log }: SubscriberPorts,
): Promise<MissingSubscribers | undefined> {
  const arns = [...new Set(HEARD_KINDS.flatMap((kind) => subscribers[kind].map(({ arn }) => arn)))];
  const found = new Map(
    await Promise.all(
      arns.map(async (arn) => {
        try {
          return [arn, await subscriptions(arn)] as const;
        } catch (error) {
          log.info('who subscribes to a topic is not known', { topic: arn, error: String(error) });
          return [arn, undefined] as const;
        }
      }),
    ),
  );
  const hasNoSubscriber = ({ arn, others = 0 }: Subscribers[HeardKind][number]) => {
    const of = found.get(arn);
    return of !== undefined && of.confirmed <= others;
  };
  const kinds = HEARD_KINDS.filter((kind) => subscribers[kind].every(hasNoSubscriber));
  if (kinds.length === 0) return undefined;
  const topics = new Set(kinds.flatMap((kind) => subscribers[kind].map(({ arn }) => arn)));
  const pending = [...topics].reduce((sum, arn) => sum + (found.get(arn)?.pending ?? 0), 0);
  const result = { kinds, pending };
  log.warn(`MM612: ${missingSubscribersWords(result)}`);
  return result;
}

/**
 * How long SNS keeps unconfirmed subscriptions. See
 * https://aws.amazon.com/about-aws/whats-new/2023/05/amazon-sns-automatic-deletion-unconfirmed-subscriptions/
 */
const CONFIRM_WITHIN = '48 hours';

/** Describes missing subscribers in one line, with what to do about them. */
export function missingSubscribersWords({ kinds, pending }: MissingSubscribers): string {
  const what = `Nobody hears of ${kinds.map((kind) => `${kind}s`).join(' and ')}`;
  if (pending > 0) {
    const who = pending === 1 ? 'one subscriber has' : `${pending} subscribers have`;
    return `${what}: ${who} not confirmed. The mail of AWS Notifications has the link; after ${CONFIRM_WITHIN} SNS forgets them.`;
  }
  return `${what}: nobody is subscribed. Give the mailer alerts for them, or subscribe anew to its topic: SNS forgets whoever has not confirmed after ${CONFIRM_WITHIN}.`;
}
