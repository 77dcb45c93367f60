import { SAYS } from './answers';
import type { TrackingOverrides } from './engagement';

interface Data {
  readonly Data?: string;
}

interface Attachment {
  readonly FileName?: string;
  /** Base64. */
  readonly RawContent?: string;
  readonly ContentId?: string;
}

/** The part of SendEmail's request body that MailMatrix sends and tests check. */
export interface SendEmailBody {
  readonly FromEmailAddress?: string;
  readonly Destination?: {
    readonly ToAddresses?: readonly string[];
    readonly CcAddresses?: readonly string[];
    readonly BccAddresses?: readonly string[];
  };
  readonly ReplyToAddresses?: readonly string[];
  readonly ConfigurationSetName?: string;
  readonly TenantName?: string;
  readonly ConfigurationOverrides?: { readonly Tracking?: TrackingOverrides };
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Content?: {
    /** A complete MIME message, in base64. */
    readonly Raw?: Data;
    readonly Simple?: {
      readonly Subject?: Data;
      readonly Body?: { readonly Html?: Data; readonly Text?: Data };
      readonly Headers?: readonly { readonly Name: string; readonly Value: string }[];
      readonly Attachments?: readonly Attachment[];
    };
  };
}

export const recipientsOf = ({ Destination: d }: SendEmailBody): readonly string[] => [
  ...(d?.ToAddresses ?? []),
  ...(d?.CcAddresses ?? []),
  ...(d?.BccAddresses ?? []),
];

export const bareAddress = (address: string): string => (/<([^<>]*)>\s*$/.exec(address)?.[1] ?? address).trim();

const TOKEN = /^[A-Za-z0-9_-]{1,256}$/;
const HEADERS_OF_SES = new Set(
  'bcc cc content-disposition content-type date from message-id mime-version reply-to return-path subject to'.split(
    ' ',
  ),
);

const bad = (message: string): never => {
  throw SAYS.badRequest(message);
};

/**
 * Throws for an email that SES refuses from every account. Limits:
 * https://docs.aws.amazon.com/ses/latest/dg/quotas.html; headers:
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageHeader.html and dg/header-fields.html; tags:
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html
 */
export function checkMail(body: SendEmailBody): void {
  const recipients = recipientsOf(body);
  if (!body.FromEmailAddress) bad('Missing FromEmailAddress.');
  if (recipients.length === 0) bad('Missing destination.');
  if (recipients.length > 50) bad('Recipient count exceeds 50.');
  for (const address of [body.FromEmailAddress!, ...(body.ReplyToAddresses ?? []), ...recipients])
    checkAddress(address);
  for (const { Name, Value } of body.EmailTags ?? []) {
    if (!TOKEN.test(Name) || !TOKEN.test(Value))
      bad('Invalid message tag: only A-Z, a-z, 0-9, "_" and "-" are allowed.');
  }
  if (body.Content?.Raw) return checkSize(body.Content.Raw.Data?.length ?? 0);
  const simple = body.Content?.Simple;
  if (!simple) throw SAYS.badRequest('Missing content: Raw or Simple.');
  if (!simple.Subject?.Data) bad('Missing subject.');
  if (/[\r\n]/.test(simple.Subject!.Data!)) bad('Subject contains a line break.');
  if (!simple.Body?.Html?.Data && !simple.Body?.Text?.Data) bad('Missing body.');
  checkHeaders(simple.Headers ?? []);
  checkAttachments(simple.Attachments ?? []);
}

/** 40 MB per email, after base64. */
const MAX_BYTES = 40 * 2 ** 20;

function checkAttachments(attachments: readonly Attachment[]): void {
  for (const { FileName = '', RawContent, ContentId } of attachments) {
    if (FileName.length < 1 || FileName.length > 255) bad('Attachment file name is missing or too long.');
    if (/\.(exe|bat|js|vbs|msi|cmd|scr)$/i.test(FileName)) bad(`Attachment type not allowed: ${FileName}`);
    if (!RawContent) bad(`Attachment is empty: ${FileName}`);
    if (ContentId !== undefined && (ContentId.length < 1 || ContentId.length > 78)) bad('Content id is too long.');
  }
  if (attachments.length > 497) bad('Too many MIME parts.');
  checkSize(attachments.reduce((sum, { RawContent }) => sum + (RawContent?.length ?? 0), 0));
}

function checkSize(bytes: number): void {
  if (bytes > MAX_BYTES) bad('Message length is more than 41943040 bytes long.');
}

function checkAddress(address: string): void {
  if (!/^[\x20-\x7e]+$/.test(address)) bad('Address contains control or non-ASCII characters.');
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(bareAddress(address))) bad('Missing final "@domain".');
}

function checkHeaders(headers: readonly { readonly Name: string; readonly Value: string }[]): void {
  if (headers.length > 15) bad('More than 15 headers.');
  for (const { Name, Value } of headers) {
    if (!/^[\x21-\x39\x3b-\x7e]{1,126}$/.test(Name) || HEADERS_OF_SES.has(Name.toLowerCase()))
      bad(`Header not allowed: ${Name}`);
    if (!/^[ -~]{1,995}$/.test(Value)) bad(`Header value not allowed: ${Name}`);
  }
}
