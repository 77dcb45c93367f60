import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COUNT, consequencesOf, type EventsOfMessage } from '../../../../lambda-src/domain/events/consequences';
import {
  deliveryStatusOf,
  EMAIL_EVENTS,
  type TrackedRecord,
  timeOf,
} from '../../../../lambda-src/domain/events/email-events';
import { caseOf, SES_CASES, type SesCase } from '../../../../lambda-src/domain/events/ses-cases';
import type { SesDetail } from '../../../../lambda-src/domain/events/ses-detail';
import { parseSesEvent } from '../../../../lambda-src/functions/track/ses-event';
import { withEvent } from '../../../../lambda-src/functions/track/track-event';
import { shuffled } from '../../../../local/random';
import { HAPPENED, sesEvent } from '../../../../local/ses/event';
import { TAGS } from '../../../../src/private/contract';
import { recipientFor } from '../../../support/run';

interface Published {
  readonly name: string;
  readonly source: string;
  readonly events: readonly SesDetail[];
  readonly follows: {
    readonly recorded: readonly string[];
    readonly address?: string;
    readonly against?: string;
    readonly status: string;
  };
}

const FOLDER = path.join(__dirname, '../../../fixtures/ses-events');
const published = (file: string): Published[] => JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8'));
const PUBLISHED = [...published('documentation.json'), ...published('reports.json')];
const { pk, sk } = recipientFor(1);

/** The event in the tracking queue, about an email of a campaign. */
const queued = (detail: SesDetail): string => {
  const tags = { [TAGS.recipient]: [pk], [TAGS.campaign]: [sk] };
  return JSON.stringify({ detail: { ...detail, mail: { ...detail.mail, tags } } });
};

function followsFrom(events: readonly SesDetail[]): Published['follows'] {
  const parsed = events.map((detail) => parseSesEvent(queued(detail))!);
  const record = parsed.reduce<EventsOfMessage>((known, event) => withEvent(known, event as never), {});
  const { bounce, complaint, counts } = consequencesOf(record);
  const against = [
    ...(counts.has(COUNT.againstBounce) ? ['bounce'] : []),
    ...(counts.has(COUNT.againstComplaint) ? ['complaint'] : []),
  ];
  const address = bounce?.kind ?? (complaint && 'complaint');
  return {
    recorded: EMAIL_EVENTS.filter((emailEvent) => record[timeOf(emailEvent)] !== undefined),
    ...(address ? { address } : {}),
    ...(against.length > 0 ? { against: against.join() } : {}),
    status: deliveryStatusOf(record as TrackedRecord),
  };
}

test.each(PUBLISHED)('$name', ({ events, follows, source }) => {
  expect(source).not.toBe('');
  expect(followsFrom(events)).toEqual(follows);
  expect(followsFrom([...events].reverse())).toEqual(follows);
  expect(followsFrom([...events, ...shuffled(events, () => 0.5)])).toEqual(follows);
});

test('each type of event has a published example, without an address of a person', () => {
  const types = new Set(PUBLISHED.flatMap(({ events }) => events.map(({ eventType }) => eventType)));
  expect([...types].sort()).toEqual(
    'Bounce Click Complaint Delivery DeliveryDelay Open Reject Rendering Failure Send Subscription'
      .match(/Rendering Failure|\w+/g)!
      .sort(),
  );
  const addresses = JSON.stringify(PUBLISHED.map(({ events }) => events)).match(/[\w.+-]+@[\w.-]+/g)!;
  expect(new Set(addresses.map((address) => address.split('@')[1]))).toEqual(new Set(['example.com', 'amazonses.com']));
});

/** The rows of the table that these events match first. */
const rowsOf = (details: readonly SesDetail[]): Set<SesCase> => {
  const feedback = details.filter(({ eventType }) => eventType === 'Bounce' || eventType === 'Complaint');
  return new Set(feedback.map((detail) => caseOf(detail, detail.eventType as SesCase['event']).found));
};
const named = ({ event, type, subtypes, feedback }: SesCase): string =>
  [event, type, ...(subtypes ?? []), ...(feedback ?? [])].filter(Boolean).join(' ');

test('rows of the table without a published example', () => {
  const matched = rowsOf(PUBLISHED.flatMap(({ events }) => events));
  expect(SES_CASES.filter((row) => !matched.has(row)).map(named)).toEqual([
    'Bounce Permanent Suppressed',
    'Bounce Permanent',
    'Bounce Transient ContentRejected',
    'Bounce Transient MessageTooLarge AttachmentRejected CustomTimeoutExceeded',
    'Bounce Transient MailboxFull',
    'Complaint OnAccountSuppressionList OnTenantSuppressionList UnsubscribedRecipient EmailValidationSuppressed',
    'Complaint none auth-failure',
    'Complaint none not-spam',
    'Bounce',
    'Complaint',
  ]);
});

test('the local SES publishes an event of each row of the table', () => {
  const message = { messageId: 'm', from: 'a@example.com', to: 'b@example.org', subject: 's', sentAt: 0 };
  const events = HAPPENED.map(
    (happened) => sesEvent({ ...message, configurationSet: 'mail', tags: {} }, happened, 1000) as { detail: SesDetail },
  );
  const matched = rowsOf(events.map(({ detail }) => detail));
  expect(SES_CASES.filter((row) => !matched.has(row)).map(named)).toEqual([]);
});
