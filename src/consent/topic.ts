import { fail } from '../private/errors';

/** How recipients see a topic. */
export interface TopicOptions {
  /**
   * What the pages behind a mail's links call it: `News`.
   *
   * @default - its name; of the topic `general`, the pages speak of mail
   */
  readonly title?: string;

  /**
   * What it is about, on the page where recipients choose: `Once a month, what is new`.
   *
   * @default - nothing
   */
  readonly description?: string;
}

/**
 * What a recipient can leave: the subject of a mailing, as a recipient would name it. Every template has one.
 */
export class Topic {
  /**
   * A topic of this name, such as `news` or `offers`.
   *
   * @param name 1 to 64 letters, digits, `-` and `_`. It is kept with every opt-out and in every link, so it should not
   * change: a topic of another name is another one, which nobody has left. What recipients see is its title.
   */
  public static named(name: string, options: TopicOptions = {}): Topic {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      fail('MM106', `Topic.named: got ${JSON.stringify(name)}, allowed are 1 to 64 letters, digits, "-" and "_"`);
    }
    return new Topic(name, options);
  }

  /**
   * Mail that somebody asked for and must get, such as a receipt or a change of terms: it has no topic to leave.
   */
  public static transactional(): Topic {
    return new Topic(undefined, {});
  }

  private constructor(
    /** The topic's name; undefined on transactional mail. */
    public readonly topicName: string | undefined,
    /** @internal */
    public readonly _options: TopicOptions,
  ) {}
}
