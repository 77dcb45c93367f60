import * as fs from 'node:fs';
import * as path from 'node:path';
import { Token } from 'aws-cdk-lib';
import { fail } from './private/errors';
import { checkTemplate, readTemplateFiles } from './private/synth';
import { Topic } from './topic';

/** What may differ from template to template. */
export interface MailTemplateOptions {
  /**
   * The From address of this template's mail, with or without a name, within the sender's identity.
   *
   * @default - the sender's From address
   */
  readonly fromAddress?: string;

  /**
   * Where answers to this template's mail go.
   *
   * @default - the sender's
   */
  readonly replyTo?: string[];

  /**
   * What its recipients can leave.
   *
   * @default Topic.named('general')
   */
  readonly topic?: Topic;
}

/** A template written in the app itself. */
export interface InlineTemplateProps extends MailTemplateOptions {
  /** The subject, in Mustache: `Welcome, {{first name}}`. */
  readonly subject: string;

  /**
   * The HTML body, in Mustache; every value is escaped. One of `html` and `text` is required.
   *
   * @default - no HTML body
   */
  readonly html?: string;

  /**
   * The plain-text body, in Mustache.
   *
   * @default - no text body
   */
  readonly text?: string;
}

/** SES takes at most 40 MB a message; a body above this is a mistake long before (Gmail cuts at 102 KB). */
const MAX_BODY_BYTES = 500 * 1024;

/**
 * Subject and bodies of a mail, in Mustache. A column of the list is a variable: `First Name` is `{{first name}}`,
 * `{{First Name}}` or `{{first_name}}`.
 */
export class MailTemplate {
  /**
   * From a folder of files: `subject.txt`, and `body.html` or `body.txt` or both. They are read at synth and
   * deployed with the stack; mistakes in them fail the synth.
   *
   * @param directory its path; a relative one starts where the app runs
   */
  public static fromDirectory(directory: string, options: MailTemplateOptions = {}): MailTemplate {
    const absolute = path.resolve(directory);
    if (!fs.existsSync(absolute) || !fs.statSync(absolute).isDirectory()) {
      fail(
        'MM201',
        `MailTemplate.fromDirectory: got ${JSON.stringify(directory)}, and there is no directory ${absolute}`,
      );
    }
    const { subject, html, text } = readTemplateFiles(absolute);
    if (subject === undefined) fail('MM202', `${absolute}: subject.txt is missing`);
    if (html === undefined && text === undefined) {
      fail('MM202', `${absolute}: body.html and body.txt are both missing; one is required`);
    }
    return new MailTemplate({ subject, html, text }, options, absolute);
  }

  /** From strings in the app. */
  public static inline(props: InlineTemplateProps): MailTemplate {
    const { subject, html, text } = props;
    if (html === undefined && text === undefined) {
      fail('MM202', 'MailTemplate.inline: html and text are both missing; one is required');
    }
    return new MailTemplate({ subject, html, text }, props, 'MailTemplate.inline');
  }

  private constructor(
    /** @internal */
    public readonly _content: { readonly subject: string; readonly html?: string; readonly text?: string },
    /** @internal */
    public readonly _options: MailTemplateOptions,
    where: string,
  ) {
    for (const [part, content] of Object.entries(_content)) {
      if (content === undefined) continue;
      if (Token.isUnresolved(content)) {
        fail(
          'MM204',
          `${where}: ${part} holds a token; a template must be known at synth. Pass such a value as a column of the list`,
        );
      }
      const bytes = Buffer.byteLength(content);
      if (bytes > MAX_BODY_BYTES) fail('MM203', `${where}: ${part} has ${bytes} bytes, allowed are ${MAX_BODY_BYTES}`);
    }
    const problems = checkTemplate(_content, where);
    if (problems.length > 0) throw new Error(problems.map((p) => `${p.code}: ${p.message}`).join('\n'));
  }

  /** @internal */
  public get _topic(): Topic {
    return this._options.topic ?? Topic.named('general');
  }
}
