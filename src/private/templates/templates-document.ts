import { Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { BulkMailerProps } from '../../bulk-mailer-props';
import { checkReplyTo } from '../../sender';
import type { MailTemplate } from '../../templates/mail-template';
import { FORMAT, LAYOUT, type TemplateDocument, type TemplatesDocument } from '../contract';
import { fail } from '../errors';
import { localeOf, withoutClickTracking } from '../synth';
import { attachmentDocuments } from './attachments-document';
import { headerDocuments } from './headers-document';

/** The deployed parts of the templates. */
export interface Templates {
  readonly document: TemplatesDocument;
  /** Attachments in base64, by SHA-256. */
  readonly attachments: { readonly [sha256: string]: string };
  /** Buckets that Plan reads templates from, in the order of the documents' indexes. */
  readonly buckets: readonly s3.IBucket[];
}

/** Returns the templates for the handlers, completed with the sender's values. */
export function templatesOf(props: BulkMailerProps): Templates {
  const { templates, sender, defaultTemplate } = props;
  const names = Object.keys(templates);
  if (names.length === 0) fail('MM101', 'templates: got none, at least one is required');
  const buckets = [...new Set(Object.values(templates).flatMap(({ _texts }) => (_texts ? [_texts.bucket] : [])))];
  const documents: { [name: string]: TemplateDocument } = {};
  const attachments: { [sha256: string]: string } = {};
  for (const [name, template] of Object.entries(templates)) {
    if (!/^[a-z0-9_]{1,64}$/.test(name) || name === '__proto__') {
      fail(
        'MM101',
        `templates: got the name ${JSON.stringify(name)}, allowed are 1 to 64 lower-case letters, digits and "_"`,
      );
    }
    const { fromAddress, replyTo, defaults, locale, attachments: files = [], maxAttachmentsSize } = template._options;
    const { acknowledgedWarnings, falseValues } = template._options;
    checkReplyTo(replyTo ?? []);
    const attached = attachmentDocuments(`templates.${name}`, files, maxAttachmentsSize);
    for (const [at, { sha256 }] of attached.entries()) attachments[sha256] = files[at]._bytes.toString('base64');
    const common = {
      fromAddress: fromAddress ?? sender.fromAddress,
      replyTo: replyTo ?? sender._replyTo,
      topic: template._topic.topicName,
      defaults,
      falseValues,
      locale: locale === undefined ? undefined : localeOf(locale),
      headers: headerDocuments(`templates.${name}`, template._options.headers),
      ...(attached.length > 0 ? { attachments: attached } : {}),
      acknowledgedWarnings,
    };
    for (const [language, content] of Object.entries(template._variants)) {
      const untracked = props.tracking?.clicks && content.html ? { html: withoutClickTracking(content.html) } : {};
      documents[language === '' ? name : `${name}/${language}`] = { ...content, ...untracked, ...common };
    }
    if (template._texts) {
      documents[name] = { subject: '', ...common, from: textsOf(name, template, template._texts, buckets, props) };
    }
  }
  if (
    defaultTemplate !== undefined &&
    !Token.isUnresolved(defaultTemplate) &&
    !Object.hasOwn(templates, defaultTemplate)
  ) {
    fail('MM103', `defaultTemplate: got ${JSON.stringify(defaultTemplate)}, allowed are ${names.join(', ')}`);
  }
  return {
    document: { v: FORMAT, templates: documents, defaultTemplate, identities: [sender.identity] },
    attachments,
    buckets,
  };
}

function textsOf(
  name: string,
  { _options: { inlineCss } }: MailTemplate,
  { bucket, prefix, partials }: NonNullable<MailTemplate['_texts']>,
  buckets: readonly s3.IBucket[],
  props: BulkMailerProps,
): TemplateDocument['from'] {
  if (bucket === props.bucket) {
    const { prefix: lists = LAYOUT.intake, draftsPrefix = LAYOUT.drafts } = props.intake ?? {};
    for (const intake of [lists, draftsPrefix]) {
      if (!prefix.startsWith(intake) && !intake.startsWith(prefix)) continue;
      fail(
        'MM218',
        `templates.${name}: got the prefix ${JSON.stringify(prefix)}, but under ${JSON.stringify(intake)} every object is a list`,
      );
    }
  }
  const clicks = props.tracking?.clicks || undefined;
  return { bucket: buckets.indexOf(bucket), prefix, partials, inlineCss, clicks };
}
