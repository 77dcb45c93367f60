import { optedOut, preferencesKey } from '../../../../lambda-src/domain/consent/preferences';
import { campaignDigest } from '../../../../lambda-src/domain/ledger/keys';
import { restore, STATE } from '../../../../lambda-src/domain/ledger/record';
import { UnknownWriteError } from '../../../../lambda-src/domain/ledger/store';
import type { SesEvent } from '../../../../lambda-src/functions/track/ses-event';
import type { Tracked } from '../../../../lambda-src/functions/track/track-event';
import { outcomeEvents } from '../../../../lambda-src/functions/track/tracker';
import { random, shuffled } from '../../../../local/random';
import type { Happened } from '../../../../local/ses/event';
import { CAMPAIGN, recipientFor } from '../../../support/run';
import { publishedEvent } from '../../../support/ses-event';
import { AT, world } from './harness';

test.each<[Happened, object]>([
  ['send', { acceptedAt: '2026-11-25T01:10:00.000Z' }],
  ['delivery', { deliveredAt: '2026-11-25T01:10:00.000Z' }],
  ['delay', { delayedAt: '2026-11-25T01:10:00.000Z', delayType: 'TransientCommunicationFailure' }],
  [
    'hard-bounce',
    {
      bouncedAt: '2026-11-25T01:10:00.000Z',
      bounceType: 'General',
      bounceReason: 'smtp; 550 5.1.1 <p1@example.org>: user unknown',
    },
  ],
  ['soft-bounce', { softBouncedAt: '2026-11-25T01:10:00.000Z', softBounceType: 'MailboxFull' }],
  ['suppressed', { suppressedBySesAt: '2026-11-25T01:10:00.000Z', suppressedBy: 'OnAccountSuppressionList' }],
  ['complaint', { complainedAt: '2026-11-25T01:10:00.000Z', complaintType: 'abuse' }],
  ['reject', { rejectedAt: '2026-11-25T01:10:00.000Z', rejectReason: 'Bad content' }],
  ['rendering-failure', { renderingFailedAt: '2026-11-25T01:10:00.000Z' }],
  ['open', { openedAt: '2026-11-25T01:10:00.000Z' }],
  ['machine-open', { machineOpenedAt: '2026-11-25T01:10:00.000Z' }],
  ['click', { clickedAt: '2026-11-25T01:10:00.000Z' }],
  ['machine-click', { machineClickedAt: '2026-11-25T01:10:00.000Z' }],
  ['unsubscribe', { subscriptionAt: '2026-11-25T01:10:00.000Z' }],
])('%s is a fact of the record, and proves that the message was sent', async (happened, facts) => {
  const { batch, claimed, record, errors } = await world();
  await claimed(1);
  expect(await batch([[1, happened]])).toEqual([]);
  expect(record(1)).toMatchObject({ ...facts, state: STATE.sent, messageId: 'message-1' });
  expect(Object.keys(record(1)).filter((name) => name.endsWith('At'))).toHaveLength(1);
  expect(errors()).toEqual([]);
});

test('in whatever order and however often they come, the earliest of each kind counts, once', async () => {
  const events: [number, Happened, { at: number }][] = [];
  for (const happened of ['send', 'delivery', 'open', 'click', 'complaint'] as const) {
    for (const minutes of [5, 1, 3]) events.push([1, happened, { at: AT + minutes * 60_000 }]);
  }
  const twice = [...events, ...events];
  const seen = new Set<string>();
  for (const seed of [1, 2, 3, 4, 5]) {
    const { batch, claimed, record, live } = await world();
    await claimed(1);
    for (const event of shuffled(twice, random(seed))) await batch([event]);
    expect(await live()).toEqual({
      accepted: 1,
      delivered: 1,
      opened: 1,
      clicked: 1,
      complained: 1,
      ended: 1,
      againstComplaint: 1,
    });
    seen.add(JSON.stringify(Object.entries(record(1)).sort()));
    expect(record(1).openedAt).toBe('2026-11-25T01:11:00.000Z');
  }
  expect(seen.size).toBe(1);
});

test('what was known is not taken back: a delivery after a bounce, a soft bounce after a hard one', async () => {
  const { batch, claimed, record } = await world();
  await claimed(1);
  await batch([
    [1, 'hard-bounce'],
    [1, 'delivery'],
    [1, 'soft-bounce'],
  ]);
  expect(record(1)).toMatchObject({
    bounceType: 'General',
    bouncedAt: expect.any(String),
    deliveredAt: expect.any(String),
  });
});

test('an event of a message that the ledger does not know makes no record', async () => {
  const { batch, store, lines } = await world();
  const before = store.items.size;
  await batch([[1, 'delivery']]);
  expect(store.items.size).toBe(before);
  expect(lines.find(({ level }) => level === 'warn')?.message).toMatch(/^MM606/);
});

test('events of other mail, and of types that come to be, do no harm; what is no event comes again', async () => {
  const { body, store, claimed, record } = await world();
  await claimed(1);
  const { pk, sk } = recipientFor(1);
  const mail = { messageId: 'message-1', timestamp: '2026-11-25T01:10:00Z', tags: {} };
  const before = JSON.stringify([...store.items]);
  await body(JSON.stringify({ detail: { eventType: 'Send', mail } }));
  expect(JSON.stringify([...store.items])).toBe(before);
  const ours = {
    ...mail,
    tags: { mailmatrix_recipient: [pk], mailmatrix_campaign: [sk], mailmatrix_claim: ['claim-1'] },
  };
  await body(JSON.stringify({ detail: { eventType: 'Teleported', mail: ours } }));
  expect(record(1)).toMatchObject({ state: STATE.sent, messageId: 'message-1' });
  await expect(body('{}')).rejects.toThrow('MM605');
});

describe('the record becomes sent', () => {
  test('from in doubt', async () => {
    const { batch, claimed, ended, record, errors } = await world();
    await claimed(1);
    await ended(1, 'in_doubt');
    await batch([[1, 'delivery']]);
    expect(record(1)).toMatchObject({ state: STATE.sent, messageId: 'message-1' });
    expect(record(1).reason).toBeUndefined();
    expect(errors()).toEqual([]);
  });

  test.each(['refused', 'open'] as const)('from %s, and that is a guarantee broken: told once', async (state) => {
    const { batch, claimed, ended, record, errors, told } = await world();
    for (const row of [1, 2]) {
      await claimed(row);
      await ended(row, state);
    }
    await batch([
      [1, 'send'],
      [1, 'delivery'],
      [2, 'send'],
    ]);
    await batch([[1, 'send']]);
    expect(record(1)).toMatchObject({ state: STATE.sent, messageId: 'message-1' });
    expect(errors()).toEqual(['MM607', 'MM607']);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ kind: 'alert', text: expect.stringMatching(/^MM607/) });
    expect(told[0].text).not.toContain('@');
  });

  test('of a claim that was given back and taken again: broken as well', async () => {
    const { batch, claimed, ended, errors } = await world();
    await claimed(1, 'first');
    await ended(1, 'open', 'first');
    await claimed(1, 'second');
    await batch([[1, 'delivery', { claimId: 'first' }]]);
    expect(errors()).toEqual(['MM607']);
  });
});

test('a second message for one recipient is told of once, and is on the record', async () => {
  const { batch, claimed, sent, record, errors, told } = await world();
  await claimed(1);
  await sent(1);
  const second = { messageId: 'another' };
  await batch([
    [1, 'delivery', second],
    [1, 'open', second],
    [1, 'delivery'],
  ]);
  expect(record(1)).toMatchObject({ messageId: 'message-1', secondMessageId: 'another' });
  expect(record(1).openedAt).toBeUndefined();
  expect([errors(), told.length]).toEqual([['MM604'], 1]);
});

test('a doubt that was resent is no breach, whichever of the two messages is heard of first', async () => {
  const { batch, claimed, sent, granted, errors, told, record } = await world();
  await claimed(1);
  await granted(1);
  await batch([[1, 'delivery']]);
  expect(record(1)).toMatchObject({ state: STATE.sent, messageId: 'message-1' });
  for (const [row, first, second] of [
    [2, 'first', 'second'],
    [3, 'second', 'first'],
  ] as const) {
    await claimed(row, 'first');
    await granted(row, 'first');
    await claimed(row, 'second');
    await batch([[row, 'delivery', { claimId: first, messageId: 'one' }]]);
    await batch([[row, 'delivery', { claimId: second, messageId: 'other' }]]);
    expect(record(row)).toMatchObject({ state: STATE.sent, messageId: 'one' });
  }
  await claimed(4, 'first');
  await granted(4, 'first');
  await claimed(4, 'second');
  await sent(4, 'again');
  await batch([[4, 'delivery', { claimId: 'first' }]]);
  expect([errors(), told]).toEqual([[], []]);
});

test('a message of a resend that was said not to have gone out is a breach', async () => {
  const { batch, claimed, granted, errors, store, record } = await world();
  await claimed(1, 'first');
  await granted(1, 'first');
  const doubt = record(1);
  await claimed(1, 'second');
  expect((await store.write(restore(doubt, { claimId: 'second', sending: 1 }, 'refused', 'no', doubt))).applied).toBe(
    true,
  );
  await batch([[1, 'delivery', { claimId: 'second' }]]);
  expect(errors()).toEqual(['MM607']);
});

test('a third message, of no claim that was in doubt, is a breach also where a doubt was resent', async () => {
  const { batch, claimed, granted, sent, errors } = await world();
  await claimed(1, 'first');
  await granted(1, 'first');
  await claimed(1, 'second');
  await sent(1, 'again');
  await batch([[1, 'delivery', { claimId: 'another', messageId: 'third' }]]);
  expect(errors()).toEqual(['MM604']);
});

test('the alert is told before the record is changed, and again where the tracker died between', async () => {
  const setting = await world();
  const { batch, claimed, ended, told, store, errors } = setting;
  await claimed(1);
  await ended(1, 'refused');
  const write = store.write;
  store.write = async (update) => {
    if (update.set.state) throw new UnknownWriteError('lost');
    return write(update);
  };
  await expect(batch([[1, 'send']])).rejects.toThrow('lost');
  store.write = write;
  expect(told).toHaveLength(1);
  await batch([[1, 'send']], 2);
  expect([errors(), told.length]).toEqual([['MM607', 'MM607'], 1]);
});

test('who bounces for good or complains gets no more; SES’s own suppression and a full mailbox say nothing yet', async () => {
  const { batch, claimed, store } = await world();
  const deliveries: Happened[] = ['hard-bounce', 'complaint', 'suppressed', 'soft-bounce'];
  for (const [at] of deliveries.entries()) await claimed(at + 1);
  await batch(deliveries.map((happened, at) => [at + 1, happened] as const));
  const left = deliveries.map(
    (_, at) => optedOut(store.get(preferencesKey(recipientFor(at + 1))) as never, 'general')?.source,
  );
  expect(left).toEqual(['hard_bounce', 'complaint', undefined, undefined]);
});

describe.each([
  ['hard-bounce', 'hard_bounce'],
  ['complaint', 'complaint'],
] as const)('a tracker that dies after it wrote a %s to the record', (happened, source) => {
  const preferences = ({ store }: Awaited<ReturnType<typeof world>>) => store.get(preferencesKey(recipientFor(1)));

  test('opts the address out when the event comes again, and the owner’s bus has it once', async () => {
    const setting = await world();
    const { batch, claimed, record, store, bus } = setting;
    await claimed(1);
    const { write } = store;
    store.write = async (update) => {
      if (update.key.sk === preferencesKey(recipientFor(1)).sk) throw new UnknownWriteError('killed');
      return write(update);
    };
    await expect(batch([[1, happened]])).rejects.toThrow('killed');
    store.write = write;
    expect(record(1)).toMatchObject({ [happened === 'complaint' ? 'complainedAt' : 'bouncedAt']: expect.any(String) });
    expect(preferences(setting)).toBeUndefined();

    await batch([[1, happened]], 2);
    const of = { messageId: 'message-1', campaign: campaignDigest(CAMPAIGN) };
    expect(optedOut(preferences(setting) as never, 'general')).toMatchObject({ source, ...of });
    await batch([[1, happened]], 3);
    expect(bus.events.filter(({ type }) => /Opted Out/i.test(type))).toHaveLength(1);
  });

  test('also where the message is not the one that the record knows', async () => {
    const setting = await world();
    const { batch, claimed, sent } = setting;
    await claimed(1);
    await sent(1, 'another-message');
    await batch([[1, happened]], 2);
    expect(optedOut(preferences(setting) as never, 'general')?.source).toBe(source);
  });
});

test('a soft bounce of a message that the record does not know changes nothing: it may be an automatic reply', async () => {
  const { batch, claimed, sent, store, live } = await world();
  for (const row of [1, 2]) await claimed(row);
  await sent(1, 'another-message');
  await batch([1, 2].map((row) => [row, 'soft-bounce'] as const));
  expect(store.get(preferencesKey(recipientFor(1)))).toBeUndefined();
  expect(store.get(preferencesKey(recipientFor(2)))).toMatchObject({ eventWords: expect.any(String) });
  expect(await live()).toMatchObject({ softBounced: 1 });
});

test('an address that the ledger does not know opts out of nothing', async () => {
  const { batch, store } = await world();
  await batch([[1, 'hard-bounce']]);
  expect(store.get(preferencesKey(recipientFor(1)))).toBeUndefined();
});

describe('the owner’s bus', () => {
  test('hears once of each source that opts an address out', async () => {
    const { batch, claimed, bus } = await world();
    await claimed(1);
    await claimed(2);
    for (const again of [1, 2]) {
      await batch([
        [1, 'hard-bounce', { at: AT + again }],
        [2, 'complaint', { at: AT + again }],
        [1, 'complaint', { at: AT + again }],
      ]);
    }
    const left = bus.events.filter(({ type }) => type === 'Recipient Opted Out');
    expect(left.map(({ detail }) => [detail.recipient, detail.topic, detail.source])).toEqual([
      [recipientFor(1).pk, '*', 'hard_bounce'],
      [recipientFor(2).pk, '*', 'complaint'],
      [recipientFor(1).pk, '*', 'complaint'],
    ]);
    expect(JSON.stringify(left)).not.toContain('@');
  });

  test('hears each outcome once, by digest', async () => {
    const { batch, claimed, bus } = await world();
    await claimed(1);
    await batch([
      [1, 'send'],
      [1, 'send'],
      [1, 'hard-bounce'],
    ]);
    const { pk } = recipientFor(1);
    const of = { at: '2026-11-25T01:10:00.000Z', recipient: pk, messageId: 'message-1', run: 1, row: 1 };
    expect(bus.events.filter(({ type }) => type === 'Outcomes')).toEqual([
      {
        type: 'Outcomes',
        detail: {
          version: 1,
          campaign: 'mailer/may',
          outcomes: [
            { outcome: 'accepted', ...of },
            { outcome: 'bounced', ...of, kind: 'General' },
          ],
        },
      },
    ]);
    expect(JSON.stringify(bus.events)).not.toContain('@');
  });

  test('names addresses where its owner wants them', async () => {
    const { batch, claimed, bus } = await world({ addressesInEvents: true });
    await claimed(1);
    await batch([[1, 'delivery']]);
    expect(bus.events[0].detail.outcomes).toEqual([expect.objectContaining({ address: recipientFor(1).to })]);
  });

  test('that takes nothing hears it when the event comes again; the ledger has it already', async () => {
    const { batch, claimed, bus, record, live } = await world();
    await claimed(1);
    const publish = bus.publish;
    bus.publish = async () => {
      throw new Error('no such bus');
    };
    expect(await batch([[1, 'delivery']])).toEqual(['queued-1']);
    expect(record(1).deliveredAt).toBeDefined();
    bus.publish = publish;
    expect(await batch([[1, 'delivery']], 2)).toEqual([]);
    expect(bus.events).toHaveLength(1);
    expect(await live()).toEqual({ delivered: 1, ended: 1 });
  });
});

test('an event of another message than the record’s is counted nowhere and published nowhere, also when it comes again', async () => {
  const { batch, claimed, sent, live, bus } = await world();
  await claimed(1);
  await sent(1, 'another-message');
  for (const received of [1, 2]) await batch([[1, 'delivery']], received);
  expect(await live()).toEqual({});
  expect(bus.events).toEqual([]);
});

describe('outcomes on the owner’s bus', () => {
  const taken = (campaign: string, at: number, more: Partial<SesEvent> = {}) => ({
    event: { messageId: `m-${at}`, at: 'now', type: 'Delivery', emailEvent: 'delivered', ...more } as SesEvent,
    tracked: { result: 'fresh', record: { ...recipientFor(at), campaign, run: 1, row: at } } as unknown as Tracked,
  });

  test('are a hundred an event at most, each of one campaign', () => {
    const news = Array.from({ length: 250 }, (_, at) => taken('mailer/may', at + 1));
    const events = outcomeEvents([...news, taken('mailer/june', 251)], false);
    const sizes = events.map(({ detail }) => [detail.campaign, (detail.outcomes as object[]).length]);
    expect(sizes).toEqual([
      ['mailer/may', 100],
      ['mailer/may', 100],
      ['mailer/may', 50],
      ['mailer/june', 1],
    ]);
    const rows = events.flatMap(({ detail }) => (detail.outcomes as { row: number }[]).map(({ row }) => row));
    expect(rows).toEqual(Array.from({ length: 251 }, (_, at) => at + 1));
  });

  test('leave out what this version does not know, and messages without a record', () => {
    const { event } = taken('mailer/may', 1);
    const unknown = taken('mailer/may', 1, { emailEvent: undefined });
    expect(outcomeEvents([unknown, { event, tracked: { result: 'unknown' } }], false)).toEqual([]);
  });

  test.each([
    ['bounceType', 'NoEmail'],
    ['softBounceType', 'MailboxFull'],
    ['suppressedBy', 'OnAccountSuppressionList'],
    ['complaintType', 'abuse'],
    ['delayType', 'SpamDetected'],
  ])('have the kind that SES gives as %s', (name, kind) => {
    const [event] = outcomeEvents([taken('mailer/may', 1, { details: { [name]: kind } })], false);
    expect(event!.detail.outcomes).toEqual([expect.objectContaining({ kind })]);
  });

  test('have no text of a receiving server, which may quote the address', () => {
    const details = {
      bounceReason: 'x',
      softBounceReason: 'x',
      blockedReason: 'x',
      rejectReason: 'x',
      failReason: 'x',
    };
    const [event] = outcomeEvents([taken('mailer/may', 1, { details })], false);
    expect(event!.detail.outcomes).toEqual([expect.objectContaining({ kind: undefined })]);
  });
});

test('a batch is one line of the log: how many events were new, known, of other messages or not ours', async () => {
  const { batch, claimed, sent, lines, bus } = await world();
  for (const row of [1, 2]) await claimed(row);
  await sent(2, 'another-message');
  bus.publish = async () => {
    throw new Error('no such bus');
  };
  await batch([
    [1, 'send'],
    [1, 'delivery'],
    [1, 'delivery'],
    [2, 'delivery'],
    [3, 'delivery'],
  ]);
  expect(lines.filter(({ message }) => message === 'tracked')).toEqual([
    { level: 'info', message: 'tracked', data: { fresh: 2, known: 1, other: 1, unknown: 1, untold: 2 } },
  ]);
  expect(lines.filter(({ message }) => message.startsWith('MM609'))).toEqual([
    { level: 'error', message: expect.any(String), data: { error: 'Error: no such bus' } },
  ]);
});

test('what became of mail is counted once, however often SES says it', async () => {
  const { claimed, sent, batch, counted } = await world();
  for (const row of [1, 2, 3]) {
    await claimed(row);
    await sent(row);
  }
  const events = [
    [1, 'delivery'],
    [1, 'complaint'],
    [2, 'delivery'],
    [3, 'hard-bounce'],
  ] as const;
  await batch(events);
  expect(counted()).toEqual([{ Delivered: 2, Complained: 1, Bounced: 1 }]);
  await batch(events, 2);
  expect(counted()).toHaveLength(1);
});

test('a broken guarantee is counted', async () => {
  const { claimed, sent, batch, counted } = await world();
  await claimed(1);
  await sent(1);
  await batch([[1, 'send', { messageId: 'another' }]]);
  expect(counted()).toEqual([{ InvariantViolations: 1 }]);
});

test('an unknown kind of event of a message without a record alerts nobody', async () => {
  const { batchOf, told } = await world();
  const detail = { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bounceSubType: 'Teleported' } };
  await batchOf(publishedEvent({ ...recipientFor(1), messageId: 'message-1', claimId: 'claim-1' }, detail, AT));
  expect(told).toEqual([]);
});

test('a kind of event that is not known is alerted once a run, and changes nothing for the recipient', async () => {
  const { claimed, batchOf, told, store, lines } = await world();
  const of = (row: number) => ({ ...recipientFor(row), messageId: `message-${row}`, claimId: `claim-${row}` });
  const kinds = [
    { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bounceSubType: 'Teleported' } },
    { eventType: 'Bounce', bounce: { bounceType: 'Transient', bounceSubType: 'Teleported' } },
    { eventType: 'Complaint', complaint: { complaintFeedbackType: 'not-spam' } },
  ];
  for (const [at, detail] of [...kinds, ...kinds].entries()) {
    await claimed(at + 1);
    await batchOf(publishedEvent(of(at + 1), detail, AT));
  }
  expect(told.map(({ subject, kind }) => [subject, kind])).toEqual([
    ['MailMatrix: SES published a kind of event that is not known', 'alert'],
  ]);
  expect(told[0]!.text).toContain('MM613: run 1 of mailer/may has an event of the kind "Bounce Permanent Teleported"');
  expect(lines.filter(({ message }) => message.startsWith('MM613'))).toHaveLength(1);
  expect([...store.items.values()].filter(({ sk }) => sk === 'preferences')).toEqual([]);
});
