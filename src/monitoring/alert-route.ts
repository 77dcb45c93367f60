import { Token } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { fail } from '../private/errors';

/** What a route may be for. */
export enum AlertKind {
  /** What a run says when it ends, is refused, pauses or breaks: for whoever owns the list. */
  REPORT = 'report',
  /** CloudWatch's alarms, executions that failed or were stopped, the budget: for whoever keeps it running. */
  ALARM = 'alarm',
  /** A run waits for its approval. */
  APPROVAL = 'approval',
}

/** What goes by a route. */
export interface AlertRouteOptions {
  /**
   * What the route is for. A mailbox that is for alarms beside some other kind, but not for all, is asked twice to confirm.
   *
   * @default - everything
   */
  readonly kinds?: AlertKind[];
}

/** What SNS knows a message of ours by: its attribute `kind`. @internal */
export const MESSAGE_KINDS: { readonly [kind in AlertKind]?: readonly string[] } = {
  [AlertKind.REPORT]: ['report', 'alert'],
  [AlertKind.APPROVAL]: ['approval'],
};

/** Where reports and alerts go. */
export abstract class AlertRoute {
  /**
   * To a mailbox. SNS asks its owner to confirm first; until then nothing arrives, and after 48 hours SNS forgets the mailbox.
   *
   * @param address such as `ops@example.com`
   */
  public static email(address: string, options: AlertRouteOptions = {}): AlertRoute {
    if (!Token.isUnresolved(address) && !/^[^\s@]+@[^\s@]+$/.test(address)) {
      fail('MM107', `AlertRoute.email: got ${JSON.stringify(address)}, allowed is one address`);
    }
    return new Subscribed(
      (filter) => new subscriptions.EmailSubscription(address, filter),
      kindsOf('AlertRoute.email', options),
    );
  }

  /**
   * As a text message, cut where it is too long. The account's SMS sandbox and spending limit apply, and every message is billed:
   * `kinds: [AlertKind.ALARM]` keeps it short.
   *
   * @param phoneNumber in E.164 form, such as `+41791234567`
   */
  public static sms(phoneNumber: string, options: AlertRouteOptions = {}): AlertRoute {
    if (!Token.isUnresolved(phoneNumber) && !/^\+[1-9]\d{1,14}$/.test(phoneNumber)) {
      fail('MM107', `AlertRoute.sms: got ${JSON.stringify(phoneNumber)}, allowed is E.164, such as "+41791234567"`);
    }
    return new Subscribed(
      (filter) => new subscriptions.SmsSubscription(phoneNumber, filter),
      kindsOf('AlertRoute.sms', options),
    );
  }

  /**
   * To a topic of yours as well, for chat, paging or a queue. In another account or with a key of its own it must
   * itself allow the mailer's functions and CloudWatch to publish. Amazon Q in chat applications (AWS Chatbot) shows alarms alone.
   */
  public static topic(topic: sns.ITopic, options: AlertRouteOptions = {}): AlertRoute {
    return new ToTopic(topic, kindsOf('AlertRoute.topic', options));
  }

  /** @internal */
  public abstract readonly _kinds: readonly AlertKind[];

  /** @internal */
  public abstract _bind(own: OwnTopics): TopicRoute | undefined;
}

/** The mailer's own topics. @internal */
export interface OwnTopics {
  /** Of everything. */
  readonly everything: sns.ITopic;
  /** Of alarms alone, which have no attributes to filter by. */
  readonly alarms: () => sns.ITopic;
}

/** A topic of the owner's, and what goes there. @internal */
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
