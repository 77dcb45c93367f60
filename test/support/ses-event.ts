import { type Happened, sesEvent } from '../../local/ses/event';
import { TAGS } from '../../src/private/contract';

/** As it lies in the tracking queue. */
export const eventOf = (
  message: {
    readonly pk: string;
    readonly sk: string;
    readonly messageId: string;
    readonly claimId?: string;
    readonly to?: string;
  },
  happened: Happened,
  at = Date.parse('2026-11-25T01:10:00Z'),
): string =>
  JSON.stringify(
    sesEvent(
      {
        messageId: message.messageId,
        from: 'news@example.com',
        to: message.to ?? 'ann@example.org',
        subject: 'Welcome',
        configurationSet: 'mail',
        sentAt: at,
        tags: {
          [TAGS.recipient]: message.pk,
          [TAGS.campaign]: message.sk,
          ...(message.claimId === undefined ? {} : { [TAGS.claim]: message.claimId }),
        },
      },
      happened,
      at,
    ),
  );

/** An event of SES with a body as it is published: `{"eventType": "Bounce", "bounce": {…}}`. */
export const publishedEvent = (
  message: { readonly pk: string; readonly sk: string; readonly messageId: string; readonly claimId?: string },
  detail: { readonly eventType: string; readonly [name: string]: unknown },
  at: number,
): string =>
  JSON.stringify({
    time: new Date(at).toISOString(),
    detail: {
      ...detail,
      mail: {
        timestamp: new Date(at).toISOString(),
        messageId: message.messageId,
        destination: ['ann@example.org'],
        tags: {
          [TAGS.recipient]: [message.pk],
          [TAGS.campaign]: [message.sk],
          ...(message.claimId === undefined ? {} : { [TAGS.claim]: [message.claimId] }),
        },
      },
    },
  });
