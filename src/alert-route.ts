import { Token } from 'aws-cdk-lib';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { fail } from './private/errors';

/** Where reports and alerts go. */
export abstract class AlertRoute {
  /**
   * To a mailbox. SNS asks its owner to confirm first; until then nothing arrives.
   *
   * @param address such as `ops@example.com`
   */
  public static email(address: string): AlertRoute {
    if (!Token.isUnresolved(address) && !/^[^\s@]+@[^\s@]+$/.test(address)) {
      fail('MM107', `AlertRoute.email: got ${JSON.stringify(address)}, allowed is one address`);
    }
    return new Subscribed(() => new subscriptions.EmailSubscription(address));
  }

  /**
   * As a text message. The account's SMS sandbox and spending limit apply.
   *
   * @param phoneNumber in E.164 form, such as `+41791234567`
   */
  public static sms(phoneNumber: string): AlertRoute {
    if (!Token.isUnresolved(phoneNumber) && !/^\+[1-9]\d{1,14}$/.test(phoneNumber)) {
      fail('MM107', `AlertRoute.sms: got ${JSON.stringify(phoneNumber)}, allowed is E.164, such as "+41791234567"`);
    }
    return new Subscribed(() => new subscriptions.SmsSubscription(phoneNumber));
  }

  /**
   * To a topic of yours as well, for chat, paging or a queue. In another account or with a key of its own it must
   * itself allow the mailer's report function to publish.
   */
  public static topic(topic: sns.ITopic): AlertRoute {
    return new ToTopic(topic);
  }

  /** @internal */
  public abstract _bind(own: sns.ITopic): sns.ITopic | undefined;
}

class Subscribed extends AlertRoute {
  constructor(private readonly subscription: () => sns.ITopicSubscription) {
    super();
  }

  public _bind(own: sns.ITopic): undefined {
    own.addSubscription(this.subscription());
    return undefined;
  }
}

class ToTopic extends AlertRoute {
  constructor(private readonly target: sns.ITopic) {
    super();
  }

  public _bind(): sns.ITopic {
    return this.target;
  }
}
