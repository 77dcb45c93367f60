import { createHash } from 'node:crypto';
import { type Size, Token } from 'aws-cdk-lib';
import type { MailAttachment } from '../../templates/mail-attachment';
import type { AttachmentDocument } from '../contract';
import { fail } from '../errors';

const MEGABYTE = 1024 * 1024;

/** SES takes 40 MB a message, counted after base64, which makes 137 bytes of 100: https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const MOST = Math.floor((40 * MEGABYTE) / 1.37) - MEGABYTE;

/** Above 10 MB a message SES may slow a sender down, and many a receiver takes no more: so much of files becomes that. */
const USUAL = 7 * MEGABYTE;

/** SES takes 500 parts a message: https://docs.aws.amazon.com/ses/latest/dg/quotas.html; bodies and their frames are some. */
const MOST_FILES = 490;

/** What SES would say of a template's attachments, before anybody is mailed. */
export function attachmentDocuments(
  where: string,
  attachments: readonly MailAttachment[],
  maxSize: Size | undefined,
): AttachmentDocument[] {
  const allowed = maxSize === undefined || Token.isUnresolved(maxSize) ? USUAL : maxSize.toBytes();
  if (allowed > MOST) {
    fail(
      'MM104',
      `${where}: maxAttachmentsSize: got ${allowed} bytes, allowed are up to ${MOST}, which SES counts as 40 MB`,
    );
  }
  if (attachments.length > MOST_FILES) {
    fail('MM215', `${where}: attachments: got ${attachments.length}, allowed are ${MOST_FILES}`);
  }
  const size = attachments.reduce((sum, { _bytes }) => sum + _bytes.length, 0);
  if (size > allowed) {
    fail(
      'MM215',
      `${where}: attachments: got ${size} bytes together, allowed are ${allowed}; maxAttachmentsSize raises it to up to ${MOST}`,
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
