import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../environment';
import { BOUNCES, bounceOf, COMPLAINTS, complaintOf, isBounce, isComplaint } from './feedback';

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

const EVENTS = {
  send: 'send',
  delivery: 'delivery',
  delay: 'delay',
  reject: 'reject',
  'rendering-failure': 'failure',
  open: 'open',
  'machine-open': 'open',
  'likely-bot-open': 'open',
  click: 'click',
  'machine-click': 'click',
  'likely-bot-click': 'click',
  unsubscribe: 'subscription',
} as const;
type EventKind = 'bounce' | 'complaint' | (typeof EVENTS)[keyof typeof EVENTS];

/** An event of an email: the kinds that `sesEvent` makes. */
export type Happened = keyof typeof EVENTS | keyof typeof BOUNCES | keyof typeof COMPLAINTS;

export const HAPPENED = Object.keys({ ...EVENTS, ...BOUNCES, ...COMPLAINTS }) as readonly Happened[];

/** The type in an event destination, the detail-type of EventBridge, and the eventType of the detail. */
const TYPES: { readonly [kind in EventKind]: readonly [matching: string, detailType: string, eventType: string] } = {
  send: ['SEND', 'Email Sent', 'Send'],
  delivery: ['DELIVERY', 'Email Delivered', 'Delivery'],
  delay: ['DELIVERY_DELAY', 'Email Delivery Delayed', 'DeliveryDelay'],
  bounce: ['BOUNCE', 'Email Bounced', 'Bounce'],
  complaint: ['COMPLAINT', 'Email Complaint Received', 'Complaint'],
  reject: ['REJECT', 'Email Rejected', 'Reject'],
  failure: ['RENDERING_FAILURE', 'Email Rendering Failed', 'Rendering Failure'],
  open: ['OPEN', 'Email Opened', 'Open'],
  click: ['CLICK', 'Email Clicked', 'Click'],
  subscription: ['SUBSCRIPTION', 'Email Subscribed', 'Subscription'],
};

function typesOf(happened: Happened): (typeof TYPES)[EventKind] {
  if (isBounce(happened)) return TYPES.bounce;
  return TYPES[isComplaint(happened) ? 'complaint' : EVENTS[happened]];
}

/** Returns the type by which an event destination subscribes to an event. */
export const matchingType = (happened: Happened): string => typesOf(happened)[0];

/** User agents, by which the tracker distinguishes people from programs. */
const PERSON =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15';
/** Apple's Mail Privacy Protection, which loads every image. */
const APPLE_PRIVACY = 'Mozilla/5.0';
const SCANNER = 'python-requests/2.32.3';

/** Returns an SES event as EventBridge delivers it. */
export function sesEvent(message: SentMessage, happened: Happened, at: number): object {
  const [, detailType, eventType] = typesOf(happened);
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
  if (isBounce(happened)) return bounceOf(happened, to, timestamp);
  if (isComplaint(happened)) return complaintOf(happened, to, timestamp);
  const seen = (userAgent: string, isBotEvent?: string) => ({
    ipAddress: '192.0.2.1',
    timestamp,
    userAgent,
    ...(isBotEvent ? { isBotEvent } : {}),
  });
  const clicked = (userAgent: string, isBotEvent?: string) => ({
    click: { ...seen(userAgent, isBotEvent), link: 'https://example.com/', linkTags: null },
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
    // SES's verdict, against what the user agent looks like.
    case 'likely-bot-open':
      return { open: seen(PERSON, 'Likely') };
    case 'click':
      return clicked(PERSON);
    case 'likely-bot-click':
      return clicked(PERSON, 'Likely');
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
