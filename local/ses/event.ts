import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../environment';

/** An accepted email. */
export interface SentMessage {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly configurationSet: string;
  readonly tags: { readonly [name: string]: string };
  readonly sentAt: number;
}

/** An event of an email: the kinds that `sesEvent` makes. */
export type Happened =
  | 'send'
  | 'delivery'
  | 'delay'
  | 'hard-bounce'
  | 'soft-bounce'
  | 'auto-reply'
  | 'suppressed'
  | 'globally-suppressed'
  | 'complaint'
  | 'reject'
  | 'rendering-failure'
  | 'open'
  | 'machine-open'
  | 'click'
  | 'machine-click'
  | 'unsubscribe';

/** The type in an event destination, the detail-type of EventBridge, and the eventType of the detail. */
const TYPES: { readonly [what in Happened]: readonly [matching: string, detailType: string, eventType: string] } = {
  send: ['SEND', 'Email Sent', 'Send'],
  delivery: ['DELIVERY', 'Email Delivered', 'Delivery'],
  delay: ['DELIVERY_DELAY', 'Email Delivery Delayed', 'DeliveryDelay'],
  'hard-bounce': ['BOUNCE', 'Email Bounced', 'Bounce'],
  'soft-bounce': ['BOUNCE', 'Email Bounced', 'Bounce'],
  'auto-reply': ['BOUNCE', 'Email Bounced', 'Bounce'],
  suppressed: ['BOUNCE', 'Email Bounced', 'Bounce'],
  'globally-suppressed': ['BOUNCE', 'Email Bounced', 'Bounce'],
  complaint: ['COMPLAINT', 'Email Complaint Received', 'Complaint'],
  reject: ['REJECT', 'Email Rejected', 'Reject'],
  'rendering-failure': ['RENDERING_FAILURE', 'Email Rendering Failed', 'Rendering Failure'],
  open: ['OPEN', 'Email Opened', 'Open'],
  'machine-open': ['OPEN', 'Email Opened', 'Open'],
  click: ['CLICK', 'Email Clicked', 'Click'],
  'machine-click': ['CLICK', 'Email Clicked', 'Click'],
  unsubscribe: ['SUBSCRIPTION', 'Email Subscribed', 'Subscription'],
};

/** Returns the type by which an event destination subscribes to an event. */
export const matchingType = (happened: Happened): string => TYPES[happened][0];

/** User agents, by which the tracker distinguishes people from programs. */
const PERSON =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15';
/** Apple's Mail Privacy Protection, which loads every image. */
const APPLE_PRIVACY = 'Mozilla/5.0';
const SCANNER = 'python-requests/2.32.3';

/** Returns an SES event as EventBridge delivers it. */
export function sesEvent(message: SentMessage, happened: Happened, at: number): object {
  const [, detailType, eventType] = TYPES[happened];
  const { messageId, from, to, subject, configurationSet, tags, sentAt } = message;
  const timestamp = new Date(at).toISOString();
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>.*/, '');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source: 'aws.ses',
    account: ACCOUNT,
    time: timestamp.replace(/\.\d+Z$/, 'Z'),
    region: REGION,
    resources: [`arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/${configurationSet}`],
    detail: {
      eventType,
      mail: {
        timestamp: new Date(sentAt).toISOString(),
        source: from,
        sourceArn: `arn:aws:ses:${REGION}:${ACCOUNT}:identity/${domain}`,
        sendingAccountId: ACCOUNT,
        messageId,
        destination: [to],
        headersTruncated: false,
        headers: [
          { name: 'From', value: from },
          { name: 'To', value: to },
          { name: 'Subject', value: subject },
        ],
        commonHeaders: { from: [from], to: [to], messageId, subject },
        tags: {
          'ses:operation': ['SendEmail'],
          'ses:configuration-set': [configurationSet],
          'ses:source-ip': ['192.0.2.0'],
          'ses:from-domain': [domain],
          'ses:caller-identity': ['send'],
          ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
        },
      },
      ...bodyOf(happened, to, timestamp, at - sentAt),
    },
  };
}

function bodyOf(happened: Happened, to: string, timestamp: string, took: number): object {
  const bounce = (bounceType: string, bounceSubType: string, status: string, diagnosticCode: string) => ({
    bounce: {
      feedbackId: `${randomUUID()}-000000`,
      bounceType,
      bounceSubType,
      bouncedRecipients: [{ emailAddress: to, action: 'failed', status, diagnosticCode }],
      timestamp,
      reportingMTA: 'dns; a1-2.smtp-out.amazonses.com',
    },
  });
  const seen = (userAgent: string) => ({ ipAddress: '192.0.2.1', timestamp, userAgent });
  const clicked = (userAgent: string) => ({
    click: { ...seen(userAgent), link: 'https://example.com/', linkTags: null },
  });
  switch (happened) {
    case 'send':
      return { send: {} };
    case 'delivery':
      return {
        delivery: {
          timestamp,
          processingTimeMillis: took,
          recipients: [to],
          smtpResponse: '250 2.0.0 OK',
          reportingMTA: 'a1-2.smtp-out.amazonses.com',
        },
      };
    case 'delay':
      return {
        deliveryDelay: {
          timestamp,
          delayType: 'TransientCommunicationFailure',
          expirationTime: timestamp,
          delayedRecipients: [
            { emailAddress: to, status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1 Unable to connect' },
          ],
        },
      };
    case 'hard-bounce':
      return bounce('Permanent', 'General', '5.1.1', `smtp; 550 5.1.1 <${to}>: user unknown`);
    case 'soft-bounce':
      return bounce('Transient', 'MailboxFull', '4.2.2', 'smtp; 452 4.2.2 mailbox full');
    case 'auto-reply':
      return bounce('Transient', 'General', '4.0.0', 'smtp; the recipient is out of the office');
    case 'suppressed':
      return bounce(
        'Permanent',
        'OnAccountSuppressionList',
        '5.1.1',
        'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
      );
    case 'globally-suppressed':
      return bounce(
        'Permanent',
        'Suppressed',
        '5.1.1',
        'Amazon SES has suppressed sending to this address because it has a recent history of bouncing.',
      );
    case 'complaint':
      return {
        complaint: {
          feedbackId: `${randomUUID()}-000000`,
          complaintSubType: null,
          complainedRecipients: [{ emailAddress: to }],
          timestamp,
          userAgent: 'ExampleCorp Feedback Loop (V0.01)',
          complaintFeedbackType: 'abuse',
          arrivalDate: timestamp,
        },
      };
    case 'reject':
      return { reject: { reason: 'Bad content' } };
    case 'rendering-failure':
      return {
        failure: { errorMessage: "Attribute 'name' is not present in the rendering data.", templateName: 'none' },
      };
    case 'open':
      return { open: seen(PERSON) };
    case 'machine-open':
      return { open: seen(APPLE_PRIVACY) };
    case 'click':
      return clicked(PERSON);
    case 'machine-click':
      return clicked(SCANNER);
    case 'unsubscribe':
      return {
        subscription: {
          contactList: 'ContactList',
          timestamp,
          source: 'UnsubscribeHeader',
          newTopicPreferences: { unsubscribeAll: true, topicSubscriptionStatus: [] },
          oldTopicPreferences: { unsubscribeAll: false, topicSubscriptionStatus: [] },
        },
      };
  }
}
