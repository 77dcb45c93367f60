import { type EventWord, withWord, wordsOf } from '../../../../lambda-src/domain/consent/event-words';
import { changeWords } from '../../../../lambda-src/domain/consent/preferences';
import {
  type Consequences,
  consequencesOf,
  type EventsOfMessage,
  saysMore,
} from '../../../../lambda-src/domain/events/consequences';
import { deliveryStatusOf, timeOf } from '../../../../lambda-src/domain/events/email-events';
import { parseSesEvent, type SesEvent } from '../../../../lambda-src/functions/track/ses-event';
import { withEvent } from '../../../../lambda-src/functions/track/track-event';
import { random, shuffled } from '../../../../local/random';
import { BOUNCE_RULES } from '../../../../src/private/contract';
import { recipientFor } from '../../../support/run';
import { publishedEvent } from '../../../support/ses-event';
import { AT, world } from '../../functions/track/harness';

const bounce = (bounceType: string, bounceSubType: string, status?: string) => ({
  eventType: 'Bounce',
  bounce: { bounceType, bounceSubType, bouncedRecipients: [{ status }] },
});
const complaint = (complaintFeedbackType?: string, complaintSubType?: string) => ({
  eventType: 'Complaint',
  complaint: { complaintFeedbackType, complaintSubType },
});

/** One of each row of the table; their times are in this order, two a minute, so that some are at once. */
const DETAILS = [
  { eventType: 'Send' },
  { eventType: 'Delivery' },
  { eventType: 'DeliveryDelay', deliveryDelay: { delayType: 'MailboxFull' } },
  bounce('Transient', 'General', '4.0.0'),
  bounce('Transient', 'MailboxFull', '4.2.2'),
  bounce('Transient', 'ContentRejected', '5.6.0'),
  bounce('Transient', 'MessageTooLarge', '5.3.4'),
  bounce('Transient', 'General', '5.4.4'),
  bounce('Permanent', 'General', '5.7.1'),
  bounce('Permanent', 'General', '5.1.1'),
  bounce('Permanent', 'Suppressed', '5.1.1'),
  bounce('Permanent', 'OnAccountSuppressionList', '5.1.1'),
  bounce('Permanent', 'Teleported'),
  bounce('Transient', 'Teleported'),
  bounce('Undetermined', 'Undetermined'),
  complaint('abuse'),
  complaint('not-spam'),
  complaint('auth-failure'),
  complaint(undefined, 'OnTenantSuppressionList'),
  { eventType: 'Reject', reject: { reason: 'Bad content' } },
  { eventType: 'Rendering Failure', failure: { errorMessage: 'no' } },
  { eventType: 'Open', open: { userAgent: 'Mozilla/5.0', isBotEvent: 'Unlikely' } },
  { eventType: 'Click', click: { isBotEvent: 'Likely' } },
] as const;

const OF = { ...recipientFor(1), messageId: 'message-1', claimId: 'claim-1' };
const bodies = DETAILS.map((detail, at) => publishedEvent(OF, detail, AT + Math.floor(at / 2) * 60_000));
const EVENTS = bodies.map((body) => parseSesEvent(body)!);

/** Four other messages came back for now: one more silences the address. */
const BEFORE: readonly EventWord[] = [0, 2, 4, 6].map((day) => ({
  kind: 'soft_bounce',
  at: new Date(AT - (8 - day) * 86_400_000).toISOString(),
  messageId: `earlier-${day}`,
  campaign: 'c',
}));

/** What the tracker keeps of a message: the record, the words about the address, and how often it was counted. */
interface State {
  readonly record: EventsOfMessage;
  readonly words: readonly EventWord[];
  readonly counts: { readonly [name: string]: number };
}

const START: State = { record: {}, words: BEFORE, counts: {} };

/** One event, as the tracker takes it. */
function step({ record, words, counts }: State, event: SesEvent): State {
  const after = withEvent(record, event as never);
  const [was, now] = [record, after].map(consequencesOf) as [Consequences, Consequences];
  const added = [...now.counts].filter((name) => !was.counts.has(name));
  const said = wordsOf(now, { messageId: OF.messageId, campaign: 'c' });
  return {
    record: after,
    words: said.reduce((all, word) => withWord(all, word, BOUNCE_RULES), [...words]),
    counts: { ...counts, ...Object.fromEntries(added.map((name) => [name, (counts[name] ?? 0) + 1])) },
  };
}

const sorted = (of: object) => Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));

const textOf = ({ record, words, counts }: State): string => {
  const { changed } = changeWords(undefined, { pk: 'x' }, () => words, BOUNCE_RULES);
  return JSON.stringify([sorted(record), deliveryStatusOf(record as never), words, changed.optedOut, sorted(counts)]);
};

function* sets(from: number, size: number): Generator<number[]> {
  if (size === 0) return yield [];
  for (let at = from; at < EVENTS.length; at++) for (const rest of sets(at + 1, size - 1)) yield [at, ...rest];
}

/**
 * Every set of up to four events has one state. It is reached by each of the set's events from the state of the others,
 * whichever comes last, and each of the set's events leaves it as it is. So every order of them, with each of them any
 * number of times at any place, ends in it: that is every multiset of up to four events, each up to three times.
 */
test('up to four events of a message end alike in every order, however often each of them comes', () => {
  const states = new Map<string, State>([['', START]]);
  for (const size of [1, 2, 3, 4]) {
    for (const set of sets(0, size)) {
      const ends = set.map((last) => step(states.get(set.filter((at) => at !== last).join())!, EVENTS[last]!));
      const [end] = ends as [State];
      const again = set.map((at) => step(end, EVENTS[at]!));
      const different = new Set([...ends, ...again].map(textOf));
      if (different.size !== 1)
        throw new Error(`${set.map((at) => JSON.stringify(DETAILS[at])).join(' ')}:\n${[...different].join('\n')}`);
      states.set(set.join(), end);
    }
  }
  expect(states.size).toBe(1 + 23 + 253 + 1771 + 8855);
  // Not all alike, nor none of them silenced.
  expect(new Set([...states.values()].map(textOf)).size).toBeGreaterThan(2000);
});

test('saysMore orders any two different events of a kind, and none before itself', () => {
  for (const [at, one] of EVENTS.entries()) {
    const record = withEvent({}, one as never);
    expect(saysMore(record, one as never)).toBe(false);
    for (const [of, other] of EVENTS.entries()) {
      if (of === at || one.emailEvent !== other.emailEvent) continue;
      expect(saysMore(record, other as never)).not.toBe(saysMore(withEvent({}, other as never), one as never));
    }
  }
  expect(timeOf('blocked')).toBe('blockedAt');
});

test('the tracker itself ends alike over its ledger, whatever the order and the batches', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const chance = random(seed);
    const set = shuffled([...DETAILS.keys()], chance).slice(0, 4);
    const ends = new Set<string>();
    for (const order of [1, 2, 3, 4]) {
      const made = await world({ breakerMinimum: 1_000_000 });
      await made.claimed(1);
      const queue = shuffled([...set, ...set, ...set], random(seed * 100 + order));
      for (const at of queue) await made.batchOf(bodies[at]!);
      const preferences = [...made.store.items.values()].find(({ sk }) => sk === 'preferences') ?? {};
      ends.add(JSON.stringify([sorted(made.record(1)), sorted(preferences), sorted(await made.live())]));
    }
    expect([seed, ends.size]).toEqual([seed, 1]);
  }
});
