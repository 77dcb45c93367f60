import fc from 'fast-check';
import { EMAIL_EVENTS } from '../../../lambda-src/domain/events/email-events';
import { STATE } from '../../../lambda-src/domain/ledger/record';
import { parseSesEvent } from '../../../lambda-src/functions/track/ses-event';
import { Tracker } from '../../../lambda-src/functions/track/tracker';
import { TAGS } from '../../../src/private/contract';
import { AT, world } from '../../lambda-src/functions/track/harness';
import { recipientFor } from '../../support/run';
import { eventOf } from '../../support/ses-event';

/** Attributes that an event may write beside a fact. */
const DETAILS = new Set([
  ...['bounceType', 'bounceReason', 'softBounceType', 'softBounceReason', 'suppressedBy', 'complaintType', 'delayType'],
  ...['rejectReason', 'failReason', 'blockedStatus', 'blockedReason', 'notedType', 'notedBounceType'],
]);

/** What somebody puts into the queue who may write to it, or who finds a way to have it put there. */
const forged = (key: { pk: string; sk: string }, detail: object = {}): string =>
  JSON.stringify({
    detail: {
      eventType: 'Delivery',
      mail: { messageId: 'forged', tags: { [TAGS.recipient]: [key.pk], [TAGS.campaign]: [key.sk] } },
      ...detail,
    },
  });

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'])(
  'a forged event of the type %s writes nothing of its own to a record, such as that it is open again',
  async (eventType) => {
    const { claimed, sent, record, body } = await world();
    await claimed(1);
    await sent(1);
    const before = record(1);
    const attributes = { state: 'open', attempt: 0, claimId: 'mine', closed: 0 };
    const other = recipientFor(2);
    const event = forged(recipientFor(1), {
      eventType,
      emailEvent: 'clicked',
      at: 'x',
      details: attributes,
      record: other,
    });
    // Of a message that the record has.
    await body(event.replace('"forged"', '"message-1"')).catch(() => {});
    expect(record(1)).toEqual(before);
    const parsed = (() => {
      try {
        return parseSesEvent(event);
      } catch {
        return undefined;
      }
    })();
    expect(parsed?.record ?? recipientFor(1)).toMatchObject({ pk: recipientFor(1).pk });
    expect(parsed?.details).toBeUndefined();
    expect(parsed?.emailEvent).toBeUndefined();
  },
);

test.each([
  ['the campaign’s record', async (w: World) => w.campaign()],
  ['the rate’s', async () => ({ pk: 'rate', sk: 'rate' })],
  ['somebody’s preferences', async () => ({ pk: recipientFor(1).pk, sk: 'preferences' })],
  ['an approval', async () => ({ pk: 'approval#x', sk: 'run#000001' })],
  ['nobody’s', async () => ({ pk: '__proto__', sk: 'constructor' })],
])('a forged event with the key of %s as its tags changes and makes nothing', async (_, keyOf) => {
  const w = await world();
  await w.store.write({ key: { pk: 'rate', sk: 'rate' }, when: { absent: 'v' }, set: { v: 1, next: 1 } });
  const key = (await keyOf(w)) as { pk: string; sk: string };
  const before = JSON.stringify([...w.store.items]);
  await take(w, forged(key, { eventType: 'Bounce', bounce: { bounceType: 'Permanent' } }));
  await take(w, forged(key, { eventType: 'Complaint', complaint: {} }));
  expect(JSON.stringify([...w.store.items])).toBe(before);
});

test('a forged event of another mailer’s recipient, or of one who has no mail, takes nobody off a list', async () => {
  const w = await world();
  await take(w, forged({ pk: recipientFor(7).pk, sk: 'another-campaign' }, { eventType: 'Complaint', complaint: {} }));
  expect([...w.store.items.keys()].some((key) => key.includes('preferences'))).toBe(false);
});

test.each([
  ['no JSON', '{'],
  ['no object', '7'],
  ['nothing', 'null'],
  ['an array', '[]'],
  [
    'a record as a number',
    '{"detail":{"eventType":"Send","mail":{"messageId":"m","tags":{"mailmatrix_recipient":[1],"mailmatrix_campaign":[{}]}}}}',
  ],
  [
    'a message id that is an object',
    JSON.stringify({ detail: { eventType: 'Send', mail: { messageId: { a: 1 }, tags: {} } } }),
  ],
  [
    'words as numbers',
    forged(recipientFor(1), {
      eventType: 'Bounce',
      bounce: { bounceType: 1, bouncedRecipients: [{ diagnosticCode: 5 }] },
    }),
  ],
  [
    'recipients that are none',
    forged(recipientFor(1), {
      eventType: 'Bounce',
      bounce: { bounceType: 'Permanent', bouncedRecipients: 5 },
    }),
  ],
])('an event that is %s harms no other of its batch, and no record', async (_, body) => {
  const w = await world();
  await w.claimed(1);
  await w.sent(1);
  await w.claimed(2);
  const before = JSON.stringify(w.record(1));
  const tracker = new Tracker(w);
  await tracker.take({ messageId: 'q1', body, received: 1 }).catch(() => {});
  await tracker.take({
    messageId: 'q2',
    body: eventOf({ ...recipientFor(2), messageId: 'message-2', claimId: 'claim-2' }, 'delivery'),
    received: 1,
  });
  expect(await tracker.end()).toEqual([]);
  expect(JSON.parse(JSON.stringify(w.record(1)))).toMatchObject({ state: STATE.sent, messageId: 'message-1' });
  expect(JSON.stringify(w.record(1))).toBe(before);
  expect(w.record(2)).toMatchObject({ state: STATE.sent, messageId: 'message-2' });
});

test('an essay of a receiving server, with line breaks and an address, stays short and out of logs and alerts', async () => {
  const w = await world();
  await w.claimed(1);
  await w.sent(1);
  const diagnosticCode = `550 ann@example.org\r\nno such user ${'x'.repeat(200_000)}`;
  const bounce = { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: [{ diagnosticCode }] };
  await take(w, forged(recipientFor(1), { eventType: 'Bounce', bounce }).replace('"forged"', '"message-1"'));
  expect(w.record(1).bounceReason?.length).toBeLessThanOrEqual(300);
  expect(JSON.stringify([w.lines, w.told, w.bus.events])).not.toContain('ann@');
});

type World = Awaited<ReturnType<typeof world>>;

async function take(w: World, body: string): Promise<void> {
  const tracker = new Tracker(w);
  await tracker.take({ messageId: 'q', body, received: 1 });
  await tracker.end();
}

test('whatever stands in the queue, it is an event as SES makes them, or an error that does not quote it', () => {
  const key = recipientFor(1);
  const anything = fc.jsonValue();
  const odd = fc.oneof(
    anything,
    fc.constantFrom('constructor', '__proto__', 'toString', 'Bounce', 'Complaint', 'Send', 'Open'),
  );
  const event = fc.record({
    time: odd,
    detail: fc.record(
      {
        eventType: odd,
        mail: fc.oneof(
          fc.constant({ messageId: 'm', tags: { [TAGS.recipient]: [key.pk], [TAGS.campaign]: [key.sk] } }),
          anything,
        ),
        bounce: odd,
        complaint: odd,
        fact: odd,
        record: odd,
        details: odd,
      },
      { requiredKeys: [] },
    ),
  });
  fc.assert(
    fc.property(fc.oneof(event, anything), (value) => {
      let parsed: ReturnType<typeof parseSesEvent>;
      try {
        parsed = parseSesEvent(JSON.stringify(value));
      } catch (error) {
        expect((error as Error).message).not.toContain(key.pk);
        return;
      }
      if (!parsed) return;
      expect([parsed.record.pk, parsed.record.sk].map((one) => typeof one)).toEqual(['string', 'string']);
      if (parsed.emailEvent !== undefined) expect(EMAIL_EVENTS).toContain(parsed.emailEvent);
      expect(Object.keys(parsed.details ?? {}).filter((name) => !DETAILS.has(name))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test.each(['click', 'machine-click'] as const)(
  'a %s on a link that opens preferences, or on any other, leaves that link nowhere',
  async (happened) => {
    const { claimed, sent, record, batchOf, store, bus, lines } = await world();
    await claimed(1);
    await sent(1);
    const event = JSON.parse(eventOf({ ...recipientFor(1), messageId: 'message-1', claimId: 'claim-1' }, happened, AT));
    const link = 'https://x.example/p/k1.SECRET-LINK';
    event.detail.click = { ...event.detail.click, link, linkTags: { token: ['SECRET-LINK'] } };
    expect(await batchOf(JSON.stringify(event))).toEqual([]);
    const kept = JSON.stringify([[...store.items], bus.events, lines]);
    expect(record(1)[happened === 'click' ? 'clickedAt' : 'machineClickedAt']).toBeDefined();
    expect(kept).not.toContain('SECRET-LINK');
    expect(kept).not.toContain('x.example');
  },
);
