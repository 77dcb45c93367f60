import { getOwn } from '../../lambda-src/domain/get-own';
import { SAMPLE_URLS } from '../../lambda-src/domain/links/consent-link';
import { footerTexts } from '../../lambda-src/domain/pages/page-texts';
import type { Mail } from '../../lambda-src/domain/ports';
import { type MailContext, mailFor } from '../../lambda-src/domain/sending/mail';
import { variantLocale } from '../../lambda-src/domain/template/locale';
import type { TemplateWarning } from '../../lambda-src/domain/template/template-errors';
import { GMAIL_CLIPS_AT, type ListRejection, type TemplateDocument } from '../../src/private/contract';
import { type Attached, attachmentsOf } from './check-list';
import type { Gallery, ShownRow } from './gallery';
import { sampleValue } from './samples';
import type { FoundTemplate } from './templates';

/** The data of one email for the page. */
export interface ShownMail {
  readonly template: string;
  readonly index: number;
  readonly rows: number;
  readonly row: number;
  readonly line: number;
  readonly about?: string;
  /** Why there is no email, or why the mailer would not send it. */
  readonly problems: readonly ListRejection[];
  /** What the linter found in the template. */
  readonly warnings: readonly TemplateWarning[];
  readonly mail?: Omit<Mail, 'attachments' | 'tags' | 'configurationSet'>;
  /** Attachments, without their content. */
  readonly attachments: readonly Attached[];
  /** Sizes in bytes of UTF-8. */
  readonly size: { readonly html: number; readonly text: number };
  readonly sections: readonly { readonly name: string; readonly side: Side; readonly given: boolean }[];
  /** `printed`: the template prints the value, which is empty. `default`: the template's default for an empty cell. */
  readonly values: readonly {
    readonly name: string;
    readonly value: string;
    readonly use: 'printed' | 'used' | 'default' | '';
  }[];
}

/** How to show a section: by the row's value, with a value, or without one. */
export const SIDES = ['row', 'with', 'without'] as const;
export type Side = (typeof SIDES)[number];

/** The mailer's settings, or those of a mailer without props. The links lead nowhere. */
function contextOf({ mailer, templates }: Gallery): MailContext {
  const locales = templates.map(({ name }) => variantLocale(name)).filter((locale) => locale !== '');
  return {
    configurationSet: 'preview',
    consentUrls: () => SAMPLE_URLS,
    consent: mailer ? mailer.settings.consent : { footer: footerTexts(locales, 'en') },
    tracking: mailer?.settings.tracking,
  };
}

const NOBODY: ShownRow['recipient'] = { row: 0, line: 0, to: '', pk: '', sk: '', template: '', vars: {}, cells: [] };

/** Renders a row's email as the send worker does. */
export async function shownMail(
  gallery: Gallery,
  found: FoundTemplate,
  wanted: number,
  sides: { readonly [section: string]: Side },
  longest = false,
): Promise<ShownMail> {
  const { shown, rejection } = await gallery.rowsOf(found);
  const index = Math.max(0, Math.min(wanted, shown.length - 1));
  const { recipient, about, skipped } = shown[index] ?? { recipient: NOBODY };
  const problems: ListRejection[] = [...found.problems];
  if (rejection) problems.push(rejection);
  if (skipped) problems.push({ code: skipped.code, message: `This row would be left out: ${skipped.reason}` });

  const compiled = gallery.compiled(found);
  const vars: Record<string, string> = Object.assign(
    Object.create(null),
    recipient.vars,
    longest ? await gallery.longestValues(found) : {},
  );
  for (const name of compiled?.sections ?? []) {
    const side = getOwn(sides, name) ?? 'row';
    if (side === 'with') vars[name] ||= sampleValue(name);
    if (side === 'without') vars[name] = '';
  }
  const document = gallery.document(found);
  const mail =
    compiled && shown.length > 0
      ? mailFor(
          { ...recipient, vars },
          { name: found.name, document, compiled },
          gallery.run,
          'preview',
          contextOf(gallery),
        )
      : undefined;
  const used = new Set(compiled?.columns);
  const defaults = compiled?.filled(vars) ?? {};
  const empty = new Set(compiled?.missing(vars));
  const size = { html: bytes(mail?.html), text: bytes(mail?.text) };
  if (size.html > GMAIL_CLIPS_AT) {
    problems.push({
      code: 'MM751',
      message: `The HTML has ${Math.ceil(size.html / 1024)} KB; Gmail shows the first ${GMAIL_CLIPS_AT / 1024} KB and hides the rest, the unsubscribe link with it`,
    });
  }
  return {
    template: found.name,
    index,
    rows: shown.length,
    row: recipient.row,
    line: recipient.line,
    about,
    problems,
    warnings: found.warnings,
    ...(mail
      ? {
          mail: {
            from: document.fromAddress,
            to: mail.to,
            replyTo: mail.replyTo,
            subject: mail.subject,
            html: mail.html && withPictures(mail.html, document, gallery),
            text: mail.text,
            headers: mail.headers,
          },
        }
      : {}),
    attachments: attachmentsOf(document),
    size,
    sections: (compiled?.sections ?? []).map((name) => ({
      name,
      side: getOwn(sides, name) ?? 'row',
      given: Boolean(getOwn(recipient.vars, name)),
    })),
    values: Object.entries({ ...vars, ...defaults }).map(([name, value]) => ({
      name,
      value,
      use: empty.has(name) ? 'printed' : Object.hasOwn(defaults, name) ? 'default' : used.has(name) ? 'used' : '',
    })),
  };
}

/** Replaces `cid:` references to attached images by data URLs, which a browser can show. */
function withPictures(html: string, { attachments = [] }: TemplateDocument, gallery: Gallery): string {
  let shown = html;
  for (const { contentId, contentType = 'image/png', sha256 } of attachments) {
    const content = getOwn(gallery.attachments, sha256);
    if (contentId !== undefined && content !== undefined)
      shown = shown.replaceAll(`cid:${contentId}"`, () => `data:${contentType};base64,${content}"`);
  }
  return shown;
}

const bytes = (text = ''): number => Buffer.byteLength(text);
