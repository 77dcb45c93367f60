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
