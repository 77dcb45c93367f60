import {
  type ConsentSettings,
  type Recipient,
  type RunRef,
  TAGS,
  type TemplateDocument,
  type TrackingSettings,
} from '../../../src/private/contract';
import { asciiAddress } from '../address/address';
import { encodedWords } from '../address/encoded-word';
import { parseMailbox } from '../address/mailbox';
import { campaignLabel } from '../campaign/campaign';
import { preferencePartitions } from '../ledger/keys';
import type { ConsentLink, ConsentUrls } from '../links/consent-link';
import type { Attachment, Mail } from '../ports';
import { baseName, textsLocale, variantLocale } from '../template/locale';
import type { Template } from '../template/template';
import { templateHeaders } from './headers';
import { footerOf, unsubscribeHeaders } from './unsubscribe';

/** A compiled template of a run. */
export interface RunTemplate {
  readonly name: string;
  readonly document: TemplateDocument;
  readonly compiled: Template;
  /** Absent until a shard uses the template and its attachments are read. */
  attachments?: readonly Attachment[];
}

export interface MailContext {
  readonly configurationSet: string;
  /** Returns the URLs with which the recipient of an email unsubscribes. */
  readonly consentUrls: (link: ConsentLink) => ConsentUrls;
  readonly consent?: ConsentSettings;
  /** The tenant of rows without one of their own. */
  readonly tenant?: string;
  readonly tracking?: TrackingSettings;
}

/**
 * Builds one recipient's email. Its tags hold the key of the recipient's record. An email with a topic gets one-click
 * unsubscribe headers.
 */
export function mailFor(
  recipient: Recipient,
  template: RunTemplate,
  run: RunRef,
  claimId: string,
  { configurationSet, consentUrls, consent, tenant, tracking }: MailContext,
): Mail {
  const { document } = template;
  const urls =
    document.topic === undefined
      ? undefined
      : consentUrls({ pks: preferencePartitions(recipient), topic: document.topic });
  const { unsubscribeUrl, preferencesUrl } = urls ?? {};
  const from = headerAddress(document.fromAddress, recipient.fromName);
  const { subject, html, text } = template.compiled.render({
    vars: recipient.vars,
    locale: recipient.locale ?? textsLocale(template.name, document),
    mail: { campaign: campaignLabel(run), template: baseName(template.name), unsubscribeUrl, preferencesUrl },
    footer: urls && footerOf(urls, consent?.footer, variantLocale(template.name), tracking?.clicks),
  });
  return {
    from,
    to: asciiAddress(recipient.to) ?? recipient.to,
    replyTo: (recipient.replyTo === undefined ? document.replyTo : [recipient.replyTo]).map((one) =>
      headerAddress(one),
    ),
    subject,
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    ...(template.attachments?.length ? { attachments: template.attachments } : {}),
    headers: [...(urls ? unsubscribeHeaders(urls, consent?.mailto) : []), ...templateHeaders(document, from)],
    tags: [
      { name: TAGS.recipient, value: recipient.pk },
      { name: TAGS.campaign, value: recipient.sk },
      { name: TAGS.run, value: String(run.run) },
      { name: TAGS.claim, value: claimId },
    ],
    configurationSet,
    ...((recipient.tenant ?? tenant) ? { tenant: recipient.tenant ?? tenant } : {}),
  };
}

/**
 * Formats a mailbox for a header: in ASCII, with the name quoted or as an encoded word. `name` replaces the mailbox's.
 */
export function headerAddress(text: string, name?: string): string {
  const mailbox = parseMailbox(text);
  if (!mailbox) return text;
  const address = asciiAddress(mailbox.address) ?? mailbox.address;
  const shown = name ?? mailbox.name;
  if (!shown) return address;
  // Email clients decode encoded words in a quoted name too.
  const plain = /^[\x20-\x7e]*$/.test(shown) && !shown.includes('=?');
  const phrase = plain ? `"${shown.replace(/(["\\])/g, '\\$1')}"` : encodedWords(shown);
  return `${phrase} <${address}>`;
}
