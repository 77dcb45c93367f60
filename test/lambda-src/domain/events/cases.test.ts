import { asPreferences, optedOut, preferencesKey } from '../../../../lambda-src/domain/consent/preferences';
import { deliveryStatusOf } from '../../../../lambda-src/domain/events/email-events';
import { recipientKey } from '../../../../lambda-src/domain/ledger/keys';
import { claim } from '../../../../lambda-src/domain/ledger/record';
import { CAMPAIGN, recipientFor } from '../../../support/run';
import { publishedEvent } from '../../../support/ses-event';
import { AT, world } from '../../functions/track/harness';

const DAY = 86_400_000;

type Detail = { readonly eventType: string; readonly [name: string]: unknown };

const bounce = (bounceType: string, bounceSubType: string, status?: string, diagnosticCode?: string): Detail => ({
  eventType: 'Bounce',
  bounce: { bounceType, bounceSubType, bouncedRecipients: [{ status, diagnosticCode }] },
});
const complaint = (complaintFeedbackType?: string, complaintSubType: string | null = null): Detail => ({
  eventType: 'Complaint',
  complaint: { complaintSubType, complaintFeedbackType },
});
const open = (userAgent: string, isBotEvent?: string): Detail => ({
  eventType: 'Open',
  open: { userAgent, isBotEvent },
});
const delivery: Detail = { eventType: 'Delivery', delivery: { smtpResponse: '250 OK' } };

interface Case {
  readonly name: string;
  readonly events: readonly Detail[];
  /** After how many messages with these events, the first and the last eight days apart, the address is opted out. */
  readonly silencedAfter?: 1 | 2 | 5;
  /** What is counted against the campaign. */
  readonly against?: 'bounce' | 'complaint';
  readonly status: string;
  /** What the record holds beside the status. */
  readonly known?: string;
}

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';

/** What follows from each event of SES. */
const CASES: readonly Case[] = [
  {
    name: 'an automatic reply after the delivery',
    events: [delivery, bounce('Transient', 'General', '4.0.0')],
    status: 'delivered',
  },
  {
    name: 'an automatic reply before the delivery is published',
    events: [bounce('Transient', 'General', '4.0.0'), delivery],
    status: 'delivered',
  },
  {
    name: 'Transient/General without a delivery',
    events: [bounce('Transient', 'General')],
    silencedAfter: 5,
    status: 'softBounced',
  },
  {
    name: 'MailboxFull',
    events: [bounce('Transient', 'MailboxFull', '4.2.2')],
    silencedAfter: 5,
    status: 'softBounced',
  },
  { name: 'MessageTooLarge', events: [bounce('Transient', 'MessageTooLarge', '5.3.4')], status: 'softBounced' },
  { name: 'AttachmentRejected', events: [bounce('Transient', 'AttachmentRejected')], status: 'softBounced' },
  {
    name: 'ContentRejected',
    events: [bounce('Transient', 'ContentRejected', '5.6.0')],
    against: 'bounce',
    status: 'softBounced',
  },
  {
    name: 'no such domain (5.4.4)',
    events: [bounce('Transient', 'General', '5.4.4')],
    silencedAfter: 2,
    against: 'bounce',
    status: 'bounced',
  },
  {
    name: 'no such domain (5.1.2)',
    events: [bounce('Transient', 'General', '5.1.2')],
    silencedAfter: 2,
    against: 'bounce',
    status: 'bounced',
  },
  { name: 'blocked (5.7.1)', events: [bounce('Permanent', 'General', '5.7.1')], against: 'bounce', status: 'blocked' },
  {
    name: 'blocked, in the receiver’s word alone',
    events: [
      bounce(
        'Permanent',
        'General',
        '5.0.0',
        'smtp; 550-5.7.26 Your email has been blocked because the sender is unauthenticated.',
      ),
    ],
    against: 'bounce',
    status: 'blocked',
  },
  {
    name: 'the receiver’s word before that of the status',
    events: [bounce('Permanent', 'General', '5.7.1', 'smtp; 550 5.1.1 user unknown')],
    silencedAfter: 1,
    against: 'bounce',
    status: 'bounced',
  },
  {
    name: 'Permanent/General, any other status',
    events: [bounce('Permanent', 'General', '5.4.1')],
    silencedAfter: 1,
    against: 'bounce',
    status: 'bounced',
  },
  {
    name: 'Permanent/General without a status',
    events: [bounce('Permanent', 'General')],
    silencedAfter: 1,
    against: 'bounce',
    status: 'bounced',
  },
  {
    name: 'Permanent/NoEmail',
    events: [bounce('Permanent', 'NoEmail')],
    silencedAfter: 1,
    against: 'bounce',
    status: 'bounced',
  },
  {
    name: 'SES’s global list',
    events: [bounce('Permanent', 'Suppressed', '5.1.1')],
    against: 'bounce',
    status: 'suppressedBySes',
  },
  ...['OnAccountSuppressionList', 'UnsubscribedRecipient', 'EmailValidationSuppressed', 'OnTenantSuppressionList'].map(
    (subtype): Case => ({ name: subtype, events: [bounce('Permanent', subtype, '5.1.1')], status: 'suppressedBySes' }),
  ),
  ...['abuse', 'fraud', 'virus', 'other', undefined].map(
    (type): Case => ({
      name: `a complaint: ${type}`,
      events: [delivery, complaint(type)],
      silencedAfter: 1,
      against: 'complaint',
      status: 'complained',
    }),
  ),
  { name: 'not-spam', events: [delivery, complaint('not-spam')], status: 'delivered', known: 'notedAt' },
  { name: 'auth-failure', events: [delivery, complaint('auth-failure')], status: 'delivered', known: 'notedAt' },
  ...['OnAccountSuppressionList', 'OnTenantSuppressionList'].map(
    (subtype): Case => ({
      name: `a complaint by ${subtype}`,
      events: [complaint(undefined, subtype)],
      status: 'suppressedBySes',
    }),
  ),
  {
    name: 'CustomTimeoutExceeded',
    events: [bounce('Transient', 'CustomTimeoutExceeded', '4.4.7')],
    status: 'softBounced',
  },
  { name: 'Undetermined', events: [bounce('Undetermined', 'Undetermined')], silencedAfter: 5, status: 'softBounced' },
  { name: 'a reject', events: [{ eventType: 'Reject', reject: { reason: 'Bad content' } }], status: 'rejected' },
  { name: 'a rendering failure', events: [{ eventType: 'Rendering Failure', failure: {} }], status: 'renderingFailed' },
  {
    name: 'a delay',
    events: [{ eventType: 'DeliveryDelay', deliveryDelay: { delayType: 'MailboxFull' } }],
    status: 'delayed',
  },
  {
    name: 'a subscription',
    events: [delivery, { eventType: 'Subscription', subscription: {} }],
    status: 'delivered',
    known: 'subscriptionAt',
  },
  {
    name: 'an open that SES calls a machine’s',
    events: [delivery, open(PHONE, 'Likely')],
    status: 'delivered',
    known: 'machineOpenedAt',
  },
  {
    name: 'an open that SES calls a person’s',
    events: [delivery, open('Mozilla/5.0', 'Unlikely')],
    status: 'delivered',
    known: 'openedAt',
  },
  {
    name: 'but a user agent names itself a machine',
    events: [delivery, open('python-requests/2.32.3', 'Unlikely')],
    status: 'delivered',
    known: 'machineOpenedAt',
  },
  {
    name: 'an open of which SES says nothing',
    events: [delivery, open('Mozilla/5.0')],
    status: 'delivered',
    known: 'machineOpenedAt',
  },
  {
    name: 'an unknown subtype of Permanent',
    events: [bounce('Permanent', 'Teleported')],
    against: 'bounce',
    status: 'unknown',
    known: 'notedBounceAt',
  },
  {
    name: 'an unknown subtype of Transient',
    events: [bounce('Transient', 'Teleported')],
    status: 'unknown',
    known: 'notedAt',
  },
  { name: 'an unknown type of bounce', events: [bounce('Eventual', 'General')], status: 'unknown', known: 'notedAt' },
  { name: 'an unknown type of feedback', events: [complaint('opt-out')], status: 'unknown', known: 'notedAt' },
  {
    name: 'an unknown subtype of complaint',
    events: [complaint('abuse', 'Teleported')],
    status: 'unknown',
    known: 'notedAt',
  },
];

describe.each(CASES)('$name', ({ events, silencedAfter, against, status, known }) => {
  const heard = async (messages: number) => {
    const made = await world({ breakerMinimum: 1_000_000 });
    for (let at = 0; at < messages; at++) {
      const { to, ...own } = recipientFor(1);
      // Each further message is of another campaign.
      const key = at === 0 ? own : recipientKey(to, `mailer/${at}`);
      const claimId = `claim-${at}`;
      const { applied } = await made.store.write(
        claim({ pk: key.pk, sk: key.sk }, undefined, {
          claimId,
          run: 1,
          sending: 1,
          row: 1,
          deadline: AT,
          campaign: CAMPAIGN,
          to,
        }),
      );
      expect(applied).toBe(true);
      const time = AT + at * (messages > 2 ? 2 : 1) * DAY;
      const of = { ...key, claimId, messageId: `message-${at}` };
      for (const detail of events) await made.batchOf(publishedEvent(of, detail, time));
    }
    return made;
  };

  test('the address', async () => {
    for (const messages of [1, 2, 5]) {
      const { store } = await heard(messages);
      const left = optedOut(asPreferences(store.get(preferencesKey(recipientFor(1)))), 'general');
      expect([messages, left !== undefined]).toEqual([messages, messages >= (silencedAfter ?? 99)]);
    }
  });

  test('the breaker, the delivery status, the record', async () => {
    const { live, record } = await heard(1);
    const { againstBounce = 0, againstComplaint = 0 } = await live();
    expect({ againstBounce, againstComplaint }).toEqual({
      againstBounce: against === 'bounce' ? 1 : 0,
      againstComplaint: against === 'complaint' ? 1 : 0,
    });
    expect(deliveryStatusOf(record(1))).toBe(status);
    if (known) expect(record(1)).toHaveProperty(known);
  });
});
