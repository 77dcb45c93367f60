import { asTracked } from '../../../../lambda-src/domain/events/email-events';
import { campaignDigest } from '../../../../lambda-src/domain/ledger/keys';
import { accepted, claim, end, expire, grant } from '../../../../lambda-src/domain/ledger/record';
import type { Item } from '../../../../lambda-src/domain/ledger/store';
import { Counters } from '../../../../lambda-src/domain/metrics';
import { liveKeys, sumOf } from '../../../../lambda-src/functions/track/live-counts';
import { Tracker } from '../../../../lambda-src/functions/track/tracker';
import type { Happened } from '../../../../local/ses/event';
import type { TrackingSettings } from '../../../../src/private/contract';
import { memoryBus } from '../../../support/memory-bus';
import { memoryStore } from '../../../support/memory-store';
import { CAMPAIGN, recipientFor, register, TRACKING } from '../../../support/run';
import { eventOf } from '../../../support/ses-event';
import { virtualClock } from '../../../support/virtual-clock';

export const AT = Date.parse('2026-11-25T01:10:00Z');

/** A campaign whose mail is under way, and the tracker of its events. */
export async function world(settings: Partial<TrackingSettings> = {}) {
  const store = memoryStore();
  const bus = memoryBus();
  const told: { subject: string; text: string; kind: string }[] = [];
  const lines: { level: string; message: string; data?: Record<string, unknown> }[] = [];
  const log = Object.fromEntries(
    ['info', 'warn', 'error'].map((level) => [
      level,
      (message: string, data?: Record<string, unknown>) => void lines.push({ level, message, data }),
    ]),
  ) as Record<'info' | 'warn' | 'error', (message: string, data?: Record<string, unknown>) => void>;
  const counted: object[] = [];
  let ids = 0;
  const ports = {
    store,
    bus,
    log,
    metrics: new Counters((values) => void counted.push(Object.fromEntries(values))),
    clock: virtualClock(AT),
    newId: () => `id-${++ids}`,
    random: () => (ids % 7) / 7,
    notices: {
      publish: async (subject: string, text: string, { kind }: { kind: string }) =>
        void told.push({ subject, text, kind }),
    },
    settings: { ...TRACKING, ...settings },
  };
  await register(store, 1);
  let queued = 0;

  return {
    ...ports,
    told,
    lines,
    counted: () => {
      ports.metrics.flush();
      return counted;
    },
    errors: () => lines.filter(({ level }) => level === 'error').map(({ message }) => message.slice(0, 5)),
    record: (row: number) => asTracked(store.get(recipientFor(row)))!,
    live: async () => sumOf(await store.read(liveKeys(campaignDigest(CAMPAIGN)))),
    campaign: () => store.get({ pk: `campaign#${campaignDigest(CAMPAIGN)}`, sk: 'campaign' }) as Item,
    claimed: async (row: number, claimId = `claim-${row}`, run = 1) => {
      const key = recipientFor(row);
      const found = asTracked(store.get(key));
      const mine = { claimId, run, sending: run, row, deadline: AT + 40_000, campaign: CAMPAIGN, to: key.to };
      expect((await store.write(claim(key, found, mine))).applied).toBe(true);
    },
    ended: (row: number, state: 'refused' | 'open' | 'in_doubt', claimId = `claim-${row}`) =>
      store.write(end(recipientFor(row), claimId, state, 'as the test wants it')),
    sent: (row: number, messageId = `message-${row}`) => store.write(accepted(recipientFor(row), messageId)),
    granted: async (row: number, claimId = `claim-${row}`) => {
      await store.write(expire(recipientFor(row), claimId, AT + 40_000));
      expect((await store.write(grant(recipientFor(row), { claimId, deadline: AT + 40_000 }, 1, 'list'))).applied).toBe(
        true,
      );
    },
    /** One batch; queue ids of those that are to come again. */
    batch: async (
      events: readonly (readonly [row: number, happened: Happened, more?: Partial<Message>])[],
      received = 1,
    ): Promise<string[]> => {
      const tracker = new Tracker(ports);
      for (const [row, happened, more = {}] of events) {
        const { messageId = `message-${row}`, claimId = `claim-${row}`, at = AT } = more;
        const body = eventOf({ ...recipientFor(row), messageId, claimId }, happened, at);
        await tracker.take({ messageId: `queued-${++queued}`, body, received });
      }
      return tracker.end();
    },
    /** A batch of one event as it is published. */
    batchOf: async (body: string): Promise<string[]> => {
      const tracker = new Tracker(ports);
      await tracker.take({ messageId: `queued-${++queued}`, body, received: 1 });
      return tracker.end();
    },
    body: async (body: string) => new Tracker(ports).take({ messageId: 'queued', body, received: 1 }),
  };
}

interface Message {
  readonly messageId: string;
  readonly claimId: string;
  readonly at: number;
}
