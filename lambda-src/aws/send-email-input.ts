import type { FeatureStatus, SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Attachment, Mail } from '../domain/ports';
import { subjectData } from '../domain/sending/subject';

const CHARSET = 'UTF-8';

/** Converts an email to the input of SES's SendEmail. */
export function sendEmailInput(mail: Mail): SendEmailCommandInput {
  const part = (data: string | undefined) => (data === undefined ? undefined : { Data: data, Charset: CHARSET });
  return {
    FromEmailAddress: mail.from,
    Destination: { ToAddresses: [mail.to] },
    ReplyToAddresses: mail.replyTo.length > 0 ? [...mail.replyTo] : undefined,
    ConfigurationSetName: mail.configurationSet,
    TenantName: mail.tenant,
    // Always explicit, so that neither the account nor the configuration set can turn tracking on.
    ConfigurationOverrides: {
      Tracking: {
        OpenTrackingEnabled: featureStatus(mail.tracking?.opens),
        ClickTrackingEnabled: featureStatus(mail.tracking?.clicks),
      },
    },
    EmailTags: mail.tags.map(({ name, value }) => ({ Name: name, Value: value })),
    Content: {
      Simple: {
        Subject: { Data: subjectData(mail.subject), Charset: CHARSET },
        Body: { Html: part(mail.html), Text: part(mail.text) },
        Attachments: mail.attachments?.map(attachment),
        Headers:
          mail.headers.length > 0 ? mail.headers.map(({ name, value }) => ({ Name: name, Value: value })) : undefined,
      },
    },
  };
}

const featureStatus = (enabled = false): FeatureStatus => (enabled ? 'ENABLED' : 'DISABLED');

const attachment = ({ fileName, contentType, contentId, content }: Attachment) => ({
  FileName: fileName,
  RawContent: content,
  ContentType: contentType,
  ContentId: contentId,
  ContentDisposition: contentId === undefined ? ('ATTACHMENT' as const) : ('INLINE' as const),
  ContentTransferEncoding: 'BASE64' as const,
});
