import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Size, Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Topic } from '../consent/topic';
import { checkProps } from '../private/check-props';
import { fail } from '../private/errors';
import {
  buildTemplate,
  localeOf,
  readFolder,
  readTemplateFolder,
  TEMPLATE_WARNINGS,
  type TemplateContent,
  type TemplateSources,
  type TemplateWarning,
} from '../private/synth';
import type { MailAttachment } from './mail-attachment';

/** Options of a template. */
export interface MailTemplateOptions {
  /**
   * The From address of this template's emails, with or without a name, within the sender's identity.
   *
   * @default - the sender's From address
   */
  readonly fromAddress?: string;

  /**
   * The Reply-To addresses of this template's emails.
   *
   * @default - the sender's
   */
  readonly replyTo?: string[];

  /**
   * Further headers of this template's emails, such as `{ 'X-Campaign-Owner': 'shop' }`. Names have up to 126 and
   * values up to 995 printable ASCII characters. Headers that SES or MailMatrix writes, such as `Subject` and
   * `List-Unsubscribe`, fail the synth (MM240). `List-Id` and `X-Auto-Response-Suppress` replace the defaults.
   *
   * @default - `List-Id` with the topic and the domain of the From address, unless the topic is transactional; and
   * `X-Auto-Response-Suppress: OOF, AutoReply`, for no automatic replies from Microsoft Exchange
   */
  readonly headers?: { [name: string]: string };

  /**
   * The topic that recipients can unsubscribe from.
   *
   * @default Topic.named('general')
   */
  readonly topic?: Topic;

  /**
   * The default values of columns, for empty cells and missing columns: `{ 'first name': 'friend' }`. A row is invalid
   * if its template prints a column that has neither a value nor a default.
   *
   * @default - none
   */
  readonly defaults?: { [column: string]: string };

  /**
   * Further values of columns for which a section does not show, such as `['0', 'no', 'n', 'off']`. Case-insensitive.
   *
   * @default - a section does not show for an empty cell and for `false`
   */
  readonly falseValues?: string[];

  /**
   * The language of the template's own texts, such as `en`. Rows with that language in `intake.localeColumn` are then
   * not reported as rows without texts in their language.
   *
   * @default - unknown
   */
  readonly locale?: string;

  /**
   * The folder of partials, as in `{{>header}}`: `header.html` for HTML bodies; `header.txt` for subject, preheader and
   * text. German texts prefer `de/header.html`. Relative paths start at the working directory. For a template in a
   * bucket, a prefix in that bucket.
   *
   * @default - the folder `_partials` beside that of the template; of an inline template, none
   */
  readonly partials?: string;

  /**
   * The files attached to every email. Their total size is limited by `maxAttachmentsSize`, and by SES's 40 MB per
   * email after base64 encoding.
   *
   * @default - none
   */
  readonly attachments?: MailAttachment[];

  /**
   * The maximum total size of the attachments, up to 28 MiB. Larger emails are slower: above 10 MB per email SES may
   * throttle a sender, and many receiving servers refuse them.
   *
   * @default Size.mebibytes(7)
   */
  readonly maxAttachmentsSize?: Size;

  /**
   * Whether style sheets are copied into the elements' style attributes, for mail programs that ignore style sheets.
   * The rest of the HTML is unchanged. `false` leaves the HTML byte for byte as it is.
   *
   * @default - true, except for a design in which most elements have a style attribute, as from HTML email tools
   */
  readonly inlineCss?: boolean;

  /**
   * The codes of template warnings that are not reported, such as `MM263` for images without `alt`. docs/templates.md
   * lists them. Errors cannot be acknowledged.
   *
   * @default - all warnings are reported
   */
  readonly acknowledgedWarnings?: string[];
}

/** Properties of `MailTemplate.inline`. */
export interface InlineTemplateProps extends MailTemplateOptions {
  /** The subject, in Mustache: `Welcome, {{first name}}`. */
  readonly subject: string;

  /**
   * The preview text that an inbox shows beside the subject, in Mustache. It is added to the HTML body as hidden text.
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
 * The subject and bodies of an email, in Mustache. A column of the list is a variable: `First Name` is `{{first
 * name}}`, `{{First Name}}` or `{{first_name}}`.
 */
export class MailTemplate {
  /**
   * Reads a template from a folder: `subject.txt`, `body.html` and/or `body.txt`, and optionally `preheader.txt`. A
   * subfolder named after a language, such as `de` or `pt-BR`, contains the same files in that language. The files are
   * read at synth and deployed with the stack; errors in them fail the synth.
   *
   * @param directory the path of the folder, relative to the working directory or absolute
   */
  public static fromDirectory(directory: string, options: MailTemplateOptions = {}): MailTemplate {
    checkProps('MailTemplateOptions', options);
    const absolute = existing('MailTemplate.fromDirectory', directory);
    const partials = options.partials === undefined ? undefined : existing('partials', options.partials);
    return MailTemplate.built(readTemplateFolder(absolute, partials), options);
  }

  /** Creates a template from strings. */
  public static inline(props: InlineTemplateProps): MailTemplate {
    checkProps('InlineTemplateProps', props);
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
   * Reads a template from objects in a bucket, named like the files of `fromDirectory`: `<prefix>subject.txt`,
   * `<prefix>body.html`, `<prefix>de/subject.txt`. Anyone with write access there can change the email without a
   * deployment. Each run reads them once, before it sends. An error that synth would have found rejects a list that
   * needs the template. Later changes apply to the next run. The report names the objects' versions, so the bucket
   * should be versioned.
   *
   * @param bucket the bucket of the template
   * @param prefix the prefix of its objects, such as `templates/welcome/`; not under a prefix for lists
   */
  public static fromBucket(bucket: s3.IBucket, prefix: string, options: MailTemplateOptions = {}): MailTemplate {
    checkProps('MailTemplateOptions', options);
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
    return new MailTemplate({ bucket, prefix, partials }, {}, [], options);
  }

  private static built(sources: TemplateSources, options: MailTemplateOptions): MailTemplate {
    for (const [file, text] of sources.files) {
      if (!Token.isUnresolved(text)) continue;
      fail(
        'MM204',
        `${sources.where(file)}: holds a token; a template must be known at synth. Pass such a value as a column of the list`,
      );
    }
    const { inlineCss, acknowledgedWarnings: acknowledged, attachments = [] } = options;
    const known = Object.entries(options.defaults ?? {}).filter(([, value]) => !Token.isUnresolved(value));
    const defaults = Object.fromEntries(known);
    const contentIds = attachments.flatMap(({ _options: { contentId } }) => contentId ?? []);
    const { variants, problems, warnings } = buildTemplate(sources, { inlineCss, contentIds, acknowledged, defaults });
    if (problems.length > 0) throw new Error(problems.map((p) => `${p.code}: ${p.message}`).join('\n'));
    return new MailTemplate(undefined, variants, warnings, options);
  }

  private constructor(
    /**
     * The location of texts that are read by each run.
     * @internal
     */
    public readonly _texts:
      | { readonly bucket: s3.IBucket; readonly prefix: string; readonly partials: string }
      | undefined,
    /**
     * The texts by language; `''` is the template's own.
     * @internal
     */
    public readonly _variants: { readonly [locale: string]: TemplateContent },
    /**
     * What the linter found in the texts; nothing in those that are read by each run.
     * @internal
     */
    public readonly _warnings: readonly TemplateWarning[],
    /** @internal */
    public readonly _options: MailTemplateOptions,
  ) {
    if (_options.locale !== undefined && localeOf(_options.locale) === undefined) {
      fail('MM111', `locale: got ${JSON.stringify(_options.locale)}, allowed is a language such as "de" or "pt-BR"`);
    }
    for (const code of _options.acknowledgedWarnings ?? []) {
      if (Object.hasOwn(TEMPLATE_WARNINGS, code)) continue;
      const codes = Object.keys(TEMPLATE_WARNINGS).join(', ');
      fail('MM271', `acknowledgedWarnings must be of ${codes}, got ${JSON.stringify(code)}`);
    }
    if (this._topic.topicName === undefined) checkTransactional(_variants);
  }

  /** @internal */
  public get _topic(): Topic {
    return this._options.topic ?? Topic.named('general');
  }
}

/** Rejects unsubscribe links in transactional email, which has no topic. */
function checkTransactional(variants: { readonly [locale: string]: TemplateContent }): void {
  const named = /\{\{\s*[#^&{]?\s*mail\s*\.\s*(unsubscribeUrl|preferencesUrl)\b/i;
  for (const { subject, preheader, html, text } of Object.values(variants)) {
    const found = [subject, preheader, html, text].map((part) => named.exec(part ?? '')?.[1]).find(Boolean);
    if (!found) continue;
    fail('MM134', `topic: got Topic.transactional() and {{mail.${found}}}, allowed is the one or the other`);
  }
}

/** Returns the absolute path of an existing folder. */
function existing(what: string, directory: string): string {
  const absolute = path.resolve(directory);
  if (fs.existsSync(absolute) && fs.statSync(absolute).isDirectory()) return absolute;
  return fail('MM201', `${what}: got ${JSON.stringify(directory)}, and there is no directory ${absolute}`);
}
