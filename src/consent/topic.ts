import { checkProps } from '../private/check-props';
import { fail } from '../private/errors';

/** Options of `Topic.named`. */
export interface TopicOptions {
  /**
   * The topic's title on the pages behind the unsubscribe links, such as `News`.
   *
   * @default - its name; for the topic `general`, the pages speak of email
   */
  readonly title?: string;

  /**
   * The topic's description on the page where recipients choose topics, such as `Once a month, what is new`.
   *
   * @default - nothing
   */
  readonly description?: string;
}

/** A subject of email that a recipient can unsubscribe from. Every template has one. */
export class Topic {
  /**
   * Defines a topic by its name, such as `news` or `offers`.
   *
   * @param name 1 to 64 letters, digits, `-` and `_`. It is stored with every opt-out and in every link, so do not
   * change it: a topic with another name has no opt-outs. Recipients see its title.
   */
  public static named(name: string, options: TopicOptions = {}): Topic {
    checkProps('TopicOptions', options);
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      fail('MM106', `Topic.named: got ${JSON.stringify(name)}, allowed are 1 to 64 letters, digits, "-" and "_"`);
    }
    return new Topic(name, options);
  }

  /**
   * Marks email that recipients requested or must get, such as a receipt or a change of terms. It has no unsubscribe
   * link.
   */
  public static transactional(): Topic {
    return new Topic(undefined, {});
  }

  private constructor(
    /** The topic's name. Undefined for transactional email. */
    public readonly topicName: string | undefined,
    /** @internal */
    public readonly _options: TopicOptions,
  ) {}
}
