import { fail } from './private/errors';

/**
 * What a recipient can leave: the subject of a mailing, as a recipient would name it. Every template has one.
 */
export class Topic {
  /**
   * A topic of this name, such as `news` or `offers`.
   *
   * @param name 1 to 64 letters, digits, `-` and `_`. It is kept with every opt-out, so it should not change.
   */
  public static named(name: string): Topic {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      fail('MM106', `Topic.named: got ${JSON.stringify(name)}, allowed are 1 to 64 letters, digits, "-" and "_"`);
    }
    return new Topic(name);
  }

  /**
   * Mail that somebody asked for and must get, such as a receipt or a change of terms: it has no topic to leave.
   */
  public static transactional(): Topic {
    return new Topic(undefined);
  }

  private constructor(
    /** The topic's name; undefined on transactional mail. */
    public readonly topicName: string | undefined,
  ) {}
}
