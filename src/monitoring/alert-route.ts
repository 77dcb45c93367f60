import { Token } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { checkProps } from '../private/check-props';
import { fail } from '../private/errors';

/** The kinds of alerts. */
export enum AlertKind {
  /** A run's report, or an alert that it was rejected, paused or failed. For the list's owner. */
  REPORT = 'report',
  /** CloudWatch alarms, failed or stopped executions, and budget alerts. For the mailer's operator. */
  ALARM = 'alarm',
  /** A request to approve a run. */
  APPROVAL = 'approval',
}

/** Options of an alert route. */
export interface AlertRouteOptions {
  /**
   * The kinds of alerts that the route gets. An email address that gets alarms and some other kinds, but not all, must
   * confirm two subscriptions.
   *
   * @default - everything
   */
  readonly kinds?: AlertKind[];
}

/** The values of the SNS message attribute `kind`, by kind of alert. @internal */
export const MESSAGE_KINDS: { readonly [kind in AlertKind]?: readonly string[] } = {
  [AlertKind.REPORT]: ['report', 'alert'],
  [AlertKind.APPROVAL]: ['approval'],
};

/** A destination of reports and alerts. */
export abstract class AlertRoute {
  /**
   * Sends to an email address. SNS first asks its owner to confirm. Nothing arrives before that, and SNS removes the
   * subscription after 48 hours without confirmation.
   *
   * @param address the email address, such as `ops@example.com`
   */
  public static email(address: string, options: AlertRouteOptions = {}): AlertRoute {
    checkProps('AlertRouteOptions', options);
    if (!Token.isUnresolved(address) && !/^[^\s@]+@[^\s@]+$/.test(address)) {
      fail('MM107', `AlertRoute.email: got ${JSON.stringify(address)}, allowed is one address`);
    }
    return new Subscribed(
      (filter) => new subscriptions.EmailSubscription(address, filter),
      kindsOf('AlertRoute.email', options),
    );
  }

  /**
   * Sends SMS text messages, truncated if too long. The account's SMS sandbox and spending limit apply, and every text
   * message is billed. Set `kinds: [AlertKind.ALARM]` to limit their number.
   *
   * @param phoneNumber the phone number in E.164 form, such as `+41791234567`
   */
  public static sms(phoneNumber: string, options: AlertRouteOptions = {}): AlertRoute {
    checkProps('AlertRouteOptions', options);
    if (!Token.isUnresolved(phoneNumber) && !/^\+[1-9]\d{1,14}$/.test(phoneNumber)) {
      fail('MM107', `AlertRoute.sms: got ${JSON.stringify(phoneNumber)}, allowed is E.164, such as "+41791234567"`);
    }
    return new Subscribed(
      (filter) => new subscriptions.SmsSubscription(phoneNumber, filter),
      kindsOf('AlertRoute.sms', options),
    );
  }

  /**
   * Publishes to your own topic, for chat, paging or a queue. A topic in another account, or with its own key, must
   * allow the mailer's functions and CloudWatch to publish. Amazon Q in chat applications (AWS Chatbot) shows alarms
   * only.
   */
  public static topic(topic: sns.ITopic, options: AlertRouteOptions = {}): AlertRoute {
    checkProps('AlertRouteOptions', options);
    return new ToTopic(topic, kindsOf('AlertRoute.topic', options));
  }

  /** @internal */
  public abstract readonly _kinds: readonly AlertKind[];

  /** @internal */
  public abstract _bind(own: OwnTopics): TopicRoute | undefined;
}

/** The mailer's own topics. @internal */
export interface OwnTopics {
  /** The topic for all kinds. */
  readonly everything: sns.ITopic;
  /** The topic for alarms alone: alarms have no attributes to filter by. */
  readonly alarms: () => sns.ITopic;
}

/** An owner's topic, and the kinds that are published to it. @internal */
export interface TopicRoute {
  readonly topic: sns.ITopic;
  readonly kinds: readonly AlertKind[];
}

/** @internal */
export const ALL_KINDS: readonly AlertKind[] = Object.values(AlertKind);

function kindsOf(where: string, { kinds }: AlertRouteOptions): readonly AlertKind[] {
  if (kinds?.length === 0) fail('MM107', `${where}: got no kinds, allowed is at least one; leave it out for all`);
  for (const kind of kinds ?? []) {
    if (!ALL_KINDS.includes(kind)) {
      fail('MM107', `${where}: got the kind ${JSON.stringify(kind)}, allowed are ${ALL_KINDS.join(', ')}`);
    }
  }
  return kinds ? [...new Set(kinds)] : ALL_KINDS;
}

class Subscribed extends AlertRoute {
  constructor(
    private readonly subscription: (filter: subscriptions.SubscriptionProps) => sns.ITopicSubscription,
    public readonly _kinds: readonly AlertKind[],
  ) {
    super();
  }

  public _bind({ everything, alarms }: OwnTopics): undefined {
    const { _kinds: kinds } = this;
    if (kinds.length === ALL_KINDS.length) {
      everything.addSubscription(this.subscription({}));
      return undefined;
    }
    if (kinds.includes(AlertKind.ALARM)) alarms().addSubscription(this.subscription({}));
    const allowlist = kinds.flatMap((kind) => MESSAGE_KINDS[kind] ?? []);
    if (allowlist.length > 0) {
      const filterPolicy = { kind: sns.SubscriptionFilter.stringFilter({ allowlist }) };
      everything.addSubscription(this.subscription({ filterPolicy }));
    }
    return undefined;
  }
}

class ToTopic extends AlertRoute {
  constructor(
    private readonly target: sns.ITopic,
    public readonly _kinds: readonly AlertKind[],
  ) {
    super();
  }

  public _bind(): TopicRoute {
    return { topic: this.target, kinds: this._kinds };
  }
}
