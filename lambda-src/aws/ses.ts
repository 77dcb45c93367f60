import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Ses } from '../domain/ports';
import { TIMING } from '../domain/rate/timing';
import { sendResultOf } from '../domain/sending/send-result';
import { sendEmailInput } from './send-email-input';

/** Milliseconds until an idle socket closes. A freeze kills sockets, and a request on a dead socket is in doubt. */
const IDLE_SOCKET = 2_000;

/**
 * Creates SES clients for one invocation, with their own connections. The SDK never retries a send, because SES treats
 * a repeated request as a second email. It retries other calls.
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
      const { MessageId } = await sending.send(new SendEmailCommand(sendEmailInput(mail)), {
        // The request timeout stops at the first byte of the answer. This one also ends an incomplete answer.
        abortSignal: AbortSignal.timeout(requestTimeout),
      });
      // Without a message id it is unclear whether SES accepted the email, so it is in doubt.
      if (!MessageId) throw new Error('SES answered without a message id');
      return { messageId: MessageId };
    },
    resultOf: sendResultOf,
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
