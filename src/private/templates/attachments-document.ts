import { createHash } from 'node:crypto';
import { type Size, Token } from 'aws-cdk-lib';
import type { MailAttachment } from '../../templates/mail-attachment';
import type { AttachmentDocument } from '../contract';
import { fail } from '../errors';

const MEGABYTE = 1024 * 1024;

/**
 * SES's limit is 40 MB per email after base64, which makes 137 bytes of 100
 * (https://docs.aws.amazon.com/ses/latest/dg/quotas.html).
 */
const MAX_BYTES = Math.floor((40 * MEGABYTE) / 1.37) - MEGABYTE;

/** The default limit. Above 10 MB per email SES may throttle a sender, and many receiving servers refuse it. */
const DEFAULT_BYTES = 7 * MEGABYTE;

/**
 * SES's limit is 500 parts per email (https://docs.aws.amazon.com/ses/latest/dg/quotas.html); the bodies and multiparts
 * need some.
 */
const MAX_FILES = 490;

/** Checks a template's attachments at synth against SES's limits. */
export function attachmentDocuments(
  where: string,
  attachments: readonly MailAttachment[],
  maxSize: Size | undefined,
): AttachmentDocument[] {
  const allowed = maxSize === undefined || Token.isUnresolved(maxSize) ? DEFAULT_BYTES : maxSize.toBytes();
  if (allowed > MAX_BYTES) {
    fail(
      'MM104',
      `${where}: maxAttachmentsSize: got ${allowed} bytes, allowed are up to ${MAX_BYTES}, which SES counts as 40 MB`,
    );
  }
  if (attachments.length > MAX_FILES) {
    fail('MM215', `${where}: attachments: got ${attachments.length}, allowed are ${MAX_FILES}`);
  }
  const size = attachments.reduce((sum, { _bytes }) => sum + _bytes.length, 0);
  if (size > allowed) {
    fail(
      'MM215',
      `${where}: attachments: got ${size} bytes together, allowed are ${allowed}; maxAttachmentsSize raises it to up to ${MAX_BYTES}`,
    );
  }
  return attachments.map(({ _bytes, fileName, _options: { contentType, contentId } }) => ({
    fileName,
    contentType,
    contentId,
    size: _bytes.length,
    sha256: createHash('sha256').update(_bytes).digest('hex'),
  }));
}
