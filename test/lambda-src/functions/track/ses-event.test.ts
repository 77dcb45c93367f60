import { parseSesEvent } from '../../../../lambda-src/functions/track/ses-event';
import { TAGS } from '../../../../src/private/contract';
import { recipientFor } from '../../../support/run';

const { pk, sk } = recipientFor(1);
const AT = '2026-11-25T01:10:00.000Z';
const tags = { [TAGS.recipient]: [pk], [TAGS.campaign]: [sk], [TAGS.claim]: ['claim-1'] };

/** An event in EventBridge's envelope; `more` lies in its detail. */
const event = (eventType: string, more: object = {}, mail: object = {}) =>
  parseSesEvent(
    JSON.stringify({
      time: '2026-11-25T01:09:00Z',
      detail: { eventType, mail: { timestamp: '2026-11-25T01:08:00Z', messageId: 'm-1', tags, ...mail }, ...more },
    }),
  );

// https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-bounce-types
describe('a bounce', () => {
  const bounce = (bounceType: string | undefined, bounceSubType: string | undefined, more: object = {}) =>
    event('Bounce', { bounce: { bounceType, bounceSubType, timestamp: AT, ...more } });

  test.each([
    ['Permanent', 'General', 'bounced', { bounceType: 'General' }],
    ['Permanent', 'NoEmail', 'bounced', { bounceType: 'NoEmail' }],
    ['Permanent', 'SomethingNew', 'notedBounce', { notedBounceType: 'Bounce Permanent SomethingNew' }],
    ['Transient', 'General', 'softBounced', { softBounceType: 'General' }],
    ['Transient', 'MailboxFull', 'softBounced', { softBounceType: 'MailboxFull' }],
    ['Undetermined', 'Undetermined', 'softBounced', { softBounceType: 'Undetermined' }],
    ['SomethingNew', 'General', 'noted', { notedType: 'Bounce SomethingNew General' }],
    [undefined, undefined, 'noted', { notedType: 'Bounce none none' }],
    ['Permanent', 'Suppressed', 'suppressedBySes', { suppressedBy: 'Suppressed' }],
    ['Permanent', 'OnAccountSuppressionList', 'suppressedBySes', { suppressedBy: 'OnAccountSuppressionList' }],
    ['Permanent', 'UnsubscribedRecipient', 'suppressedBySes', { suppressedBy: 'UnsubscribedRecipient' }],
    ['Permanent', 'EmailValidationSuppressed', 'suppressedBySes', { suppressedBy: 'EmailValidationSuppressed' }],
  ])('%s, %s is kept as %s', (type, subType, emailEvent, details) => {
    expect(bounce(type, subType)).toMatchObject({ emailEvent, details, at: AT });
  });

  test('quotes the receiving server, else its status, and not the whole of an essay', () => {
    const of = (...bouncedRecipients: object[]) => bounce('Permanent', 'General', { bouncedRecipients })?.details;
    expect(of({ status: '5.1.1', diagnosticCode: 'smtp; 550 no' }, { diagnosticCode: 'other' })?.bounceReason).toBe(
      'smtp; 550 no',
    );
    expect(of({ status: '5.1.1' })?.bounceReason).toBe('5.1.1');
    expect(of()?.bounceReason).toBeUndefined();
    expect(of({ diagnosticCode: 'x'.repeat(5000) })?.bounceReason).toBe('x'.repeat(300));
    const soft = bounce('Transient', 'General', { bouncedRecipients: [{ status: '4.2.2' }] });
    expect(soft?.details?.softBounceReason).toBe('4.2.2');
  });

  test('without any detail is noted', () => {
    expect(event('Bounce')).toMatchObject({ emailEvent: 'noted', details: { notedType: 'Bounce none none' } });
  });
});

describe('a complaint', () => {
  test.each([null, undefined])('with the subtype %s is the recipient’s own', (complaintSubType) => {
    const complaint = { complaintSubType, complaintFeedbackType: 'abuse', timestamp: AT };
    expect(event('Complaint', { complaint })).toMatchObject({
      emailEvent: 'complained',
      details: { complaintType: 'abuse' },
      at: AT,
    });
  });

  test('without any detail is one all the same', () => {
    expect(event('Complaint')).toMatchObject({ emailEvent: 'complained' });
  });

  test('of a subtype or a feedback type that is not known is noted', () => {
    for (const [subtype, feedback, notedType] of [
      ['SomethingNew', 'abuse', 'Complaint SomethingNew abuse'],
      [null, 'opt-out', 'Complaint none opt-out'],
    ]) {
      const complaint = { complaintSubType: subtype, complaintFeedbackType: feedback, timestamp: AT };
      expect(event('Complaint', { complaint })).toMatchObject({ emailEvent: 'noted', details: { notedType } });
    }
  });

  test('of an address on the account’s suppression list is SES’s own doing', () => {
    const complaint = { complaintSubType: 'OnAccountSuppressionList', timestamp: AT };
    const parsed = event('Complaint', { complaint });
    expect(parsed).toMatchObject({
      emailEvent: 'suppressedBySes',
      details: { suppressedBy: 'OnAccountSuppressionList' },
      at: AT,
    });
  });
});

test.each([
  ['Send', {}, 'accepted', {}],
  ['Delivery', { delivery: { timestamp: AT } }, 'delivered', {}],
  [
    'DeliveryDelay',
    { deliveryDelay: { timestamp: AT, delayType: 'MailboxFull' } },
    'delayed',
    { delayType: 'MailboxFull' },
  ],
  ['Reject', { reject: { reason: 'Bad content' } }, 'rejected', { rejectReason: 'Bad content' }],
  ['Rendering Failure', { failure: { errorMessage: 'no' } }, 'renderingFailed', { failReason: 'no' }],
  ['Subscription', { subscription: { timestamp: AT } }, 'subscription', {}],
])('%s is kept with its details', (type, more, emailEvent, details) => {
  for (const parsed of [event(type, more), event(type)]) {
    expect(parsed).toMatchObject({ record: { pk, sk }, messageId: 'm-1', claimId: 'claim-1', type, emailEvent });
  }
  expect(event(type, more)?.details ?? {}).toEqual(details);
});

test('the time is that of what happened, else of the envelope, else of the message', () => {
  expect(event('Delivery', { delivery: { timestamp: '2026-11-25T02:10:00+01:00' } })?.at).toBe(AT);
  expect(event('Delivery', { delivery: { timestamp: 'yesterday' } })?.at).toBe('2026-11-25T01:09:00.000Z');
  expect(event('Send')?.at).toBe('2026-11-25T01:08:00.000Z');
  const bare = (mail: object) => parseSesEvent(JSON.stringify({ detail: { eventType: 'Open', mail } }))?.at;
  expect(bare({ messageId: 'm', tags, timestamp: '2026-11-25T01:08:00Z' })).toBe('2026-11-25T01:08:00.000Z');
  expect(bare({ messageId: 'm', tags })).toBe('1970-01-01T00:00:00.000Z');
});

test('a type that this version does not know proves that the message was sent, and no more', () => {
  for (const type of ['SomethingNew', 'constructor', 'toString']) {
    expect(event(type)).toEqual({
      record: { pk, sk },
      messageId: 'm-1',
      claimId: 'claim-1',
      type,
      at: '2026-11-25T01:09:00.000Z',
    });
  }
});

test.each<[string, object]>([
  ['no tags', { tags: undefined }],
  ['no tag of a recipient', { tags: { ...tags, [TAGS.recipient]: undefined } }],
  ['no tag of a campaign', { tags: { ...tags, [TAGS.campaign]: undefined } }],
  ['an empty tag', { tags: { ...tags, [TAGS.recipient]: [] } }],
  ['a recipient that is no digest', { tags: { ...tags, [TAGS.recipient]: ['rate'] } }],
  ['a campaign that is no digest', { tags: { ...tags, [TAGS.campaign]: ['campaign'] } }],
  ['a tag that is no text', { tags: { ...tags, [TAGS.recipient]: [7] } }],
  ['a list in the place of its recipient', { tags: { ...tags, [TAGS.recipient]: [[pk]] } }],
  ['a list in the place of its campaign', { tags: { ...tags, [TAGS.campaign]: [[sk]] } }],
])('a message with %s is not of a campaign', (_what, mail) => {
  expect(event('Send', {}, mail)).toBeUndefined();
});

test.each([
  '',
  'x',
  'null',
  '7',
  '{}',
  '{"detail":{}}',
  '{"detail":{"eventType":"Send"}}',
  '{"detail":{"eventType":"Send","mail":{}}}',
  '{"detail":{"eventType":"Send","mail":{"messageId":""}}}',
  '{"detail":{"eventType":"Send","mail":{"messageId":7}}}',
  '{"detail":{"eventType":"","mail":{"messageId":"m"}}}',
  '{"detail":{"mail":{"messageId":"m"}}}',
])('%j is no event of SES, and the error quotes nothing of it', (body) => {
  expect(() => parseSesEvent(body)).toThrow(/^MM605: a message in the tracking queue is no event of SES$/);
});

test.each<[string, object]>([
  ['Bounce', { bounce: { bounceType: 7 } }],
  ['Bounce', { bounce: { bounceType: 'Permanent', bounceSubType: ['General'] } }],
  ['Bounce', { bounce: { bouncedRecipients: [{ diagnosticCode: { text: 'ann@example.com' } }] } }],
  ['Bounce', { bounce: { bouncedRecipients: [{ status: 5.1 }] } }],
  ['Bounce', { bounce: { bouncedRecipients: 'ann@example.com' } }],
  ['Bounce', { bounce: { bouncedRecipients: null } }],
  ['Complaint', { complaint: { complaintSubType: 7 } }],
  ['Complaint', { complaint: { complaintFeedbackType: ['abuse'] } }],
])('%s with %j is no event of SES', (type, more) => {
  expect(() => event(type, more)).toThrow(/^MM605: a message in the tracking queue is no event of SES$/);
});
