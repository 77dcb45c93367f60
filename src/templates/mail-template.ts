import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Size, Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Topic } from '../consent/topic';
import { fail } from '../private/errors';
import {
  buildTemplate,
  localeOf,
  readFolder,
  readTemplateFolder,
  type TemplateContent,
  type TemplateSources,
} from '../private/synth';
import type { MailAttachment } from './mail-attachment';

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

  /**
   * What a column says where its cell is empty or the list has no such column: `{ 'first name': 'friend' }`. A column
   * without one must have a value wherever the template prints it, or the row is invalid.
   *
   * @default - none
   */
  readonly defaults?: { [column: string]: string };

  /**
   * The language of the template's own texts, such as `en`: rows that `intake.localeColumn` gives that language are not
   * reported as having got another one.
   *
   * @default - not said
   */
  readonly locale?: string;

  /**
   * The folder of the partials it may use, as in `{{>header}}`: `header.html` for HTML bodies, `header.txt` for subject,
   * preheader and text; `de/header.html` goes before it in the German texts. A relative path starts where the app runs; of
   * a template in a bucket it is a prefix there.
   *
   * @default - the folder `_partials` beside that of the template; of an inline template, none
   */
  readonly partials?: string;

  /**
   * Files that go with every mail. With SES's 40 MB a message, counted after base64, all of them together have at most
   * `maxAttachmentsSize`.
   *
   * @default - none
   */
  readonly attachments?: MailAttachment[];

  /**
   * How large the attachments may be together, up to 28 MiB. Larger mail is slower: above 10 MB a message, SES may hold a
   * sender back, and many a receiver takes no more.
   *
   * @default Size.mebibytes(7)
   */
  readonly maxAttachmentsSize?: Size;

  /**
   * Whether what style sheets say is written into the elements' own style attributes, for mail programs that read no style
   * sheets. Nothing else of the HTML is changed. `false` leaves it byte by byte as it is.
   *
   * @default true, but of a design in which most elements have a style attribute, as those of HTML e-mail tools have
   */
  readonly inlineCss?: boolean;
}

/** A template written in the app itself. */
export interface InlineTemplateProps extends MailTemplateOptions {
  /** The subject, in Mustache: `Welcome, {{first name}}`. */
  readonly subject: string;

  /**
   * The words an inbox shows beside the subject, in Mustache. They are put into the HTML body, hidden.
   *
   * @default - the inbox shows the body's first words
   */
  readonly preheader?: string;

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

/**
 * Subject and bodies of a mail, in Mustache. A column of the list is a variable: `First Name` is `{{first name}}`,
 * `{{First Name}}` or `{{first_name}}`.
 */
export class MailTemplate {
  /**
   * From a folder of files: `subject.txt`, `body.html` or `body.txt` or both, and `preheader.txt` if you like. A folder in
   * it that is named by a language, such as `de` or `pt-BR`, holds the same files in that language. They are read at synth
   * and deployed with the stack; mistakes in them fail the synth.
   *
   * @param directory its path; a relative one starts where the app runs
   */
  public static fromDirectory(directory: string, options: MailTemplateOptions = {}): MailTemplate {
    const absolute = existing('MailTemplate.fromDirectory', directory);
    const partials = options.partials === undefined ? undefined : existing('partials', options.partials);
    return MailTemplate.built(readTemplateFolder(absolute, partials), options);
  }

  /** From strings in the app. */
  public static inline(props: InlineTemplateProps): MailTemplate {
    const parts = {
      'subject.txt': 'subject',
      'preheader.txt': 'preheader',
      'body.html': 'html',
      'body.txt': 'text',
    } as const;
    const files = new Map<string, string>();
    for (const [file, prop] of Object.entries(parts)) {
      const text = props[prop];
      if (text !== undefined) files.set(file, text);
    }
    const partials = props.partials === undefined ? undefined : readFolder(existing('partials', props.partials));
    const where = (file?: string) =>
      `MailTemplate.inline${file === undefined ? '' : `: ${parts[file as keyof typeof parts]}`}`;
    return MailTemplate.built({ files, where, partials, noPartials: '`partials` names no folder' }, props);
  }

  /**
   * From objects in a bucket, named and placed as the files of `fromDirectory`: `<prefix>subject.txt`, `<prefix>body.html`,
   * `<prefix>de/subject.txt`. Whoever may write there changes the mail without a deployment. Each run reads them once,
   * before it mails anybody: what synth would have found rejects a list that needs it, a later change is for the next run, and its
   * report names their versions. The bucket should keep versions.
   *
   * @param bucket not under a prefix where lists are put
   * @param prefix where in it, such as `templates/welcome/`
   */
  public static fromBucket(bucket: s3.IBucket, prefix: string, options: MailTemplateOptions = {}): MailTemplate {
    const partials = options.partials ?? prefix.replace(/[^/]*\/$/, '_partials/');
    for (const [name, value] of Object.entries({ prefix, partials })) {
      if (Token.isUnresolved(value) || /^([^/]+\/)+$/.test(value)) continue;
      fail(
        'MM218',
        `MailTemplate.fromBucket: ${name}: got ${JSON.stringify(value)}, allowed is such as "templates/welcome/"`,
      );
    }
    for (const value of [prefix, partials]) {
      if (Token.isUnresolved(value))
        fail('MM218', 'MailTemplate.fromBucket: prefix holds a token; it must be known at synth');
    }
    return new MailTemplate({ bucket, prefix, partials }, {}, options);
  }

  private static built(sources: TemplateSources, options: MailTemplateOptions): MailTemplate {
    for (const [file, text] of sources.files) {
      if (!Token.isUnresolved(text)) continue;
      fail(
        'MM204',
        `${sources.where(file)}: holds a token; a template must be known at synth. Pass such a value as a column of the list`,
      );
    }
    const { variants, problems } = buildTemplate(sources, { inlineCss: options.inlineCss });
    if (problems.length > 0) throw new Error(problems.map((p) => `${p.code}: ${p.message}`).join('\n'));
    return new MailTemplate(undefined, variants, options);
  }

  private constructor(
    /**
     * Where the texts are that only a run reads.
     * @internal
     */
    public readonly _texts:
      | { readonly bucket: s3.IBucket; readonly prefix: string; readonly partials: string }
      | undefined,
    /**
     * By language; `''` is the template's own.
     * @internal
     */
    public readonly _variants: { readonly [locale: string]: TemplateContent },
    /** @internal */
    public readonly _options: MailTemplateOptions,
  ) {
    if (_options.locale !== undefined && localeOf(_options.locale) === undefined) {
      fail('MM111', `locale: got ${JSON.stringify(_options.locale)}, allowed is a language such as "de" or "pt-BR"`);
    }
    if (this._topic.topicName === undefined) checkTransactional(_variants);
  }

  /** @internal */
  public get _topic(): Topic {
    return this._options.topic ?? Topic.named('general');
  }
}

/** Mail without a topic has no link by which to leave it. */
function checkTransactional(variants: { readonly [locale: string]: TemplateContent }): void {
  const named = /\{\{\s*[#^&{]?\s*mail\s*\.\s*(unsubscribeUrl|preferencesUrl)\b/i;
  for (const { subject, preheader, html, text } of Object.values(variants)) {
    const found = [subject, preheader, html, text].map((part) => named.exec(part ?? '')?.[1]).find(Boolean);
    if (!found) continue;
    fail('MM134', `topic: got Topic.transactional() and {{mail.${found}}}, allowed is the one or the other`);
  }
}

/** A folder's absolute path. */
function existing(what: string, directory: string): string {
  const absolute = path.resolve(directory);
  if (fs.existsSync(absolute) && fs.statSync(absolute).isDirectory()) return absolute;
  return fail('MM201', `${what}: got ${JSON.stringify(directory)}, and there is no directory ${absolute}`);
}
