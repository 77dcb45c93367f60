import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Attachment, Mail, Ses } from '../domain/ports';
import { TIMING } from '../domain/rate/timing';

/** A thawed function's sockets are dead, and a request on a dead socket is in doubt. */
const IDLE_SOCKET = 2_000;

/**
 * SES for one invocation: a client and connections of its own. Sends are tried once, because SES does not know a repeated
 * request from a second mail; questions are repeated as the SDK does.
 */
export function sesPort(requestTimeout: number = TIMING.request): Ses & { close(): void } {
  const agents = { keepAlive: true, maxSockets: 200, timeout: IDLE_SOCKET };
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 3_000,
    requestTimeout,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent(agents),
    httpsAgent: new HttpsAgent(agents),
  });
  const sending = new SESv2Client({ maxAttempts: 1, requestHandler });
  const asking = new SESv2Client({ maxAttempts: 5, requestHandler });

  return {
    async send(mail) {
      const { MessageId } = await sending.send(new SendEmailCommand(request(mail)), {
        // The handler's own limit ends with the answer's first byte; this one cuts an answer that does not come to its end.
        abortSignal: AbortSignal.timeout(requestTimeout),
      });
      // Without an id it is no answer that we understand: in doubt.
      if (!MessageId) throw new Error('SES answered without a message id');
      return { messageId: MessageId };
    },
    async account() {
      const { SendQuota, ProductionAccessEnabled, SendingEnabled, EnforcementStatus, PricingAttributes } =
        await asking.send(new GetAccountCommand({}));
      return {
        maxPerSecond: SendQuota?.MaxSendRate ?? 1,
        max24Hours: SendQuota?.Max24HourSend ?? 200,
        sentLast24Hours: SendQuota?.SentLast24Hours ?? 0,
        productionAccess: ProductionAccessEnabled ?? false,
        sendingEnabled: SendingEnabled ?? false,
        ...(EnforcementStatus ? { enforcement: EnforcementStatus } : {}),
        ...(PricingAttributes?.CurrentPlan ? { plan: PricingAttributes.CurrentPlan } : {}),
      };
    },
    async identityVerified(identity) {
      try {
        const { VerifiedForSendingStatus } = await asking.send(
          new GetEmailIdentityCommand({ EmailIdentity: identity }),
        );
        return VerifiedForSendingStatus ?? false;
      } catch (error) {
        if ((error as Error).name === 'NotFoundException') return undefined;
        throw error;
      }
    },
    close: () => requestHandler.destroy(),
  };
}

const CHARSET = 'UTF-8';

function request(mail: Mail) {
  const part = (data: string | undefined) => (data === undefined ? undefined : { Data: data, Charset: CHARSET });
  return {
    FromEmailAddress: mail.from,
    Destination: { ToAddresses: [mail.to] },
    ReplyToAddresses: mail.replyTo.length > 0 ? [...mail.replyTo] : undefined,
    ConfigurationSetName: mail.configurationSet,
    EmailTags: mail.tags.map(({ name, value }) => ({ Name: name, Value: value })),
    Content: {
      Simple: {
        Subject: { Data: mail.subject, Charset: CHARSET },
        Body: { Html: part(mail.html), Text: part(mail.text) },
        Attachments: mail.attachments?.map(attachment),
        Headers:
          mail.headers.length > 0 ? mail.headers.map(({ name, value }) => ({ Name: name, Value: value })) : undefined,
      },
    },
  };
}

const attachment = ({ fileName, contentType, contentId, content }: Attachment) => ({
  FileName: fileName,
  RawContent: content,
  ContentType: contentType,
  ContentId: contentId,
  ContentDisposition: contentId === undefined ? ('ATTACHMENT' as const) : ('INLINE' as const),
  ContentTransferEncoding: 'BASE64' as const,
});
