import { answerOf } from '../../lambda-src/core/answer';
import type { Clock, Files, NewId, Ses } from '../../lambda-src/core/ports';
import { RATE_KEY } from '../../lambda-src/core/rate';
import { STATE } from '../../lambda-src/core/record';
import { outcomesKey } from '../../lambda-src/core/shard';
import type { Condition, Item, Key, Store, Update } from '../../lambda-src/core/store';
import { LAYOUT, type Recipient, type ShardHead, type ShardInput, TAGS } from '../../src/private/contract';
import type { Room } from './deployed';
import { type Faults, NONE } from './faults';
import type { Surroundings } from './functions';
import type { Invariant } from './judge';
import type { Circumstances } from './scenario';
import type { Process } from './world';

/** What stands between the code of one process and its ports. */
export interface Changed {
  clock(real: Clock): Clock;
  store(real: Store): Store;
  ses(real: Ses): Ses;
  files(real: Files): Files;
  newId(real: NewId): NewId;
  /** What a send worker does before it returns. */
  afterSend(input: ShardInput, files: Files): Promise<void>;
}

export const UNCHANGED: Changed = {
  clock: (real) => real,
  store: (real) => real,
  ses: (real) => real,
  files: (real) => real,
  newId: (real) => real,
  afterSend: async () => {},
};

/** A mistake in the code, made at its ports. */
export type Change = (room: Room, process: Process, around: Surroundings) => Partial<Changed>;

export interface Mutant {
  readonly what: string;
  /** What it breaks. */
  readonly breaks: Invariant;
  readonly change: Change;
  /** What must go wrong for it to show, so that it shows soon. */
  readonly under?: Circumstances;
}

const isClaim = ({ set }: Update): boolean => set.state === STATE.claimed;

/** A store whose writes are other ones, and whose records look other than they are. */
function altered(real: Store, write: (update: Update) => Update, read = (item: Item): Item => item): Store {
  return {
    read: async (keys) => (await real.read(keys)).map((item) => item && read(item)),
    write: (update) => real.write(write(update)),
  };
}

/** A condition, to hold also where this one does. */
const or = (update: Update, also: Condition): Update => ({ ...update, when: { any: [update.when, also] } });

const inSend =
  (changed: Partial<Changed>): Change =>
  (room) =>
    room === 'send' ? changed : {};

const sdkRetries: Change = inSend({
  ses: (real) => ({
    ...real,
    send: async (mail) => {
      for (let tries = 1; ; tries++) {
        try {
          return await real.send(mail);
        } catch (error) {
          if (tries === 3 || answerOf(error).kind !== 'ambiguous') throw error;
        }
      }
    },
  }),
});

const claimAfterSend: Change = (room) => {
  if (room !== 'send') return {};
  let claims: Store;
  const held = new Map<string, Update>();
  return {
    store: (real) => {
      claims = real;
      return {
        ...real,
        write: async (update) => {
          if (!isClaim(update)) return real.write(update);
          held.set(String(update.set.claimId), update);
          return { applied: true };
        },
      };
    },
    ses: (real) => ({
      ...real,
      send: async (mail) => {
        const answer = await real.send(mail);
        await claims.write(held.get(mail.tags.find(({ name }) => name === TAGS.claim)!.value)!);
        return answer;
      },
    }),
  };
};

const markWithoutClaimId: Change = inSend({
  store: (real) =>
    altered(real, (update) => {
      const { state } = update.set;
      const isMark = state === STATE.refused || state === STATE.open || state === STATE.inDoubt;
      return isMark ? { ...update, when: { not: { absent: 'state' } } } : update;
    }),
});

/** What is claimed by another looks free, and is taken. */
const steal = (state: string): Change =>
  inSend({
    store: (real) =>
      altered(
        real,
        (update) => (isClaim(update) ? or(update, { eq: ['state', state] }) : update),
        (item) => (item.state === state ? { ...item, state: STATE.open } : item),
      ),
  });

const sendAfterUnknownClaim: Change = inSend({
  store: (real) => ({
    ...real,
    write: (update) => (isClaim(update) ? real.write(update).catch(() => ({ applied: true })) : real.write(update)),
  }),
});

const HOUR = 3_600_000;

const policyBeforeDeadline: Change = (room) =>
  room === 'settle' ? { clock: (real) => ({ ...real, now: () => real.now() + HOUR }) } : {};

/** `run <` becomes `run <=`, in what is read and in what is written. */
const refusedInTheSameRun: Change = inSend({
  store: (real) =>
    altered(
      real,
      (update) => (isClaim(update) ? or(update, { eq: ['state', STATE.refused] }) : update),
      (item) => (item.state === STATE.refused ? { ...item, run: Number(item.run) - 1 } : item),
    ),
});

/** The worker writes each recipient's outcome as it knows it, and Settle leaves that as it is. */
const workersWriteOutcomes: Change = (room, process) => {
  const sent = new Map<string, string>();
  if (room === 'settle') {
    return {
      files: (real) => ({
        ...real,
        put: async (key, body, type) => {
          if (!key.includes(LAYOUT.outcomes)) await real.put(key, body, type);
          else await real.putIfAbsent(key, body, type);
        },
      }),
    };
  }
  if (room !== 'send') return {};
  return {
    ses: (real) => ({
      ...real,
      send: async (mail) => {
        const answer = await real.send(mail);
        sent.set(
          mail.tags
            .map(({ value }) => value)
            .slice(0, 2)
            .join(' '),
          answer.messageId,
        );
        return answer;
      },
    }),
    afterSend: async ({ run, shard }, files) => {
      const [, ...recipients] = (await files.text(shard.key))!
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as ShardHead | Recipient);
      const outcomes = (recipients as Recipient[]).map(({ row, line, to, pk, sk }) => {
        const messageId = sent.get(`${pk} ${sk}`);
        return JSON.stringify({ row, line, to, outcome: messageId ? 'sent' : 'not_attempted', messageId });
      });
      process.world.tell(() => `${process.name} writes outcomes`);
      await files.put(outcomesKey(run, shard.shard), `${outcomes.join('\n')}\n`, 'application/jsonl');
    },
  };
};

const oneClaimIdForARun: Change = inSend({ newId: () => () => 'always' });

const retryBeforeItsDeadlineIsKnown: Change = inSend({
  store: (real) => ({
    ...real,
    write: (update) => {
      const isExtension = Object.keys(update.set).join() === 'deadline';
      return isExtension
        ? real.write(update).then(
            () => ({ applied: true }),
            () => ({ applied: true }),
          )
        : real.write(update);
    },
  }),
});

/** A late repetition takes back a longer deadline. */
const deadlineTakenBack: Change = inSend({
  store: (real) =>
    altered(real, (update) => {
      const isExtension = Object.keys(update.set).join() === 'deadline';
      const held: Condition = { eq: ['claimId', String(update.set.claimId)] };
      if (isClaim(update)) return or(update, { all: [held, { eq: ['state', STATE.claimed] }] });
      return isExtension ? { ...update, when: (update.when as { all: Condition[] }).all[0]! } : update;
    }),
});

/** Settle closes nobody to the workers of its run. */
const notClosed: Change = (room) =>
  room === 'settle'
    ? {
        store: (real) => {
          const closed = new Map<string, Item>();
          return {
            read: async (keys) =>
              (await real.read(keys)).map((item, at) => {
                const seen = closed.get(keys[at]!.pk + keys[at]!.sk);
                return item && seen ? { ...item, closed: seen.closed } : (item ?? seen);
              }),
            write: async (update) => {
              if (update.set.closed === undefined) return real.write(update);
              const [item] = await real.read([update.key]);
              closed.set(update.key.pk + update.key.sk, { ...item, ...update.set, ...update.key });
              return { applied: true };
            },
          };
        },
      }
    : {};

const isPreferences = ({ sk }: Key): boolean => sk === 'preferences';

const preferencesNotRead: Change = inSend({
  store: (real) => ({
    ...real,
    read: async (keys) => (await real.read(keys)).map((item, at) => (isPreferences(keys[at]!) ? undefined : item)),
  }),
});

/** What was read first is believed for as long as the worker lives. */
const preferencesReadOnce: Change = inSend({
  store: (real) => {
    const first = new Map<string, Item | undefined>();
    return {
      ...real,
      read: async (keys) => {
        const items = await real.read(keys);
        return items.map((item, at) => {
          const { pk } = keys[at]!;
          if (!isPreferences(keys[at]!)) return item;
          if (!first.has(pk)) first.set(pk, item);
          return first.get(pk);
        });
      },
    };
  },
});

/** A worker sends with the templates that are deployed, and not with those its run began with. */
const notPinned: Change = (room, _process, around) =>
  room === 'send'
    ? {
        files: (real) => ({
          ...real,
          text: async (key) => {
            const text = await real.text(key);
            if (text === undefined || !key.endsWith(LAYOUT.pinned)) return text;
            return JSON.stringify({ ...JSON.parse(text), templates: around.templates });
          },
        }),
      }
    : {};

/** The second Plan of a run pins anew. */
const pinnedAnew: Change = (room) =>
  room === 'plan'
    ? {
        files: (real) => ({
          ...real,
          putIfAbsent: async (key, body, type) => {
            await real.put(key, body, type);
            return true;
          },
        }),
      }
    : {};

/** The second Plan of a run cuts the list as is deployed by then. */
const shardsNotPinned: Change = (room, _process, around) =>
  room === 'plan'
    ? {
        files: (real) => ({
          ...real,
          text: async (key) => {
            const text = await real.text(key);
            if (text === undefined || !key.endsWith(LAYOUT.pinned)) return text;
            const shards = { recipients: around.shardSize, characters: 1 << 20 };
            return JSON.stringify({ ...JSON.parse(text), shards });
          },
        }),
      }
    : {};

/** A campaign's last run began just now, whenever it did. */
const neverClosed: Change = (room, process) =>
  room === 'register'
    ? {
        store: (real) =>
          altered(
            real,
            (update) => update,
            (item) => (item.activeAt ? { ...item, activeAt: new Date(process.now()).toISOString() } : item),
          ),
      }
    : {};

/** What is reserved is not written down. */
const slotsNotReserved: Change = inSend({
  store: (real) => ({
    ...real,
    write: (update) =>
      update.key.pk === RATE_KEY.pk && update.set.next !== 0 ? Promise.resolve({ applied: true }) : real.write(update),
  }),
});

/** It is tried again at once. */
const retryWithoutSlot: Change = inSend({
  ses: (real) => ({
    ...real,
    send: async (mail) => {
      for (let tries = 1; ; tries++) {
        try {
          return await real.send(mail);
        } catch (error) {
          const answer = answerOf(error);
          if (tries === 5 || answer.kind !== 'retry' || !answer.throttled) throw error;
        }
      }
    },
  }),
});

/** Workers read the records that hold them, and nothing in them. */
const pauseNotSeen: Change = inSend({
  store: (real) =>
    altered(
      real,
      (update) => update,
      ({ paused: _, stopped: __, ...item }) => item as Item,
    ),
});

/** To Plan every start time is long past. */
const atOnce: Change = (room) =>
  room === 'plan' ? { clock: (real) => ({ ...real, now: () => real.now() + 24 * HOUR }) } : {};

const ses = (faults: Partial<Faults['ses']>) => ({ ...NONE.ses, ...faults });
const doubtsResent = { resend: true, proven: true } as const;

/** What the promises rest on, each left out or turned round. */
export const MUTANTS: readonly Mutant[] = [
  { what: 'the SDK repeats a request of unknown fate', breaks: 'never twice', change: sdkRetries },
  { what: 'the claim is written after the request', breaks: 'never twice', change: claimAfterSend },
  {
    what: 'a mark does not ask whose claim it is',
    breaks: 'never twice',
    change: markWithoutClaimId,
    under: { faults: { late: 0.4, ses: ses({ throttled: 0.6, quota: 0.1 }) } },
  },
  { what: 'a claim is taken over from another', breaks: 'never twice', change: steal(STATE.claimed) },
  { what: 'who is in doubt is claimed', breaks: 'never twice', change: steal(STATE.inDoubt) },
  {
    what: 'a request follows a claim of unknown fate',
    breaks: 'never twice',
    change: sendAfterUnknownClaim,
    under: { faults: { lost: 0.4, unanswered: 0.1 } },
  },
  {
    what: 'the policy reopens a doubt before its deadline',
    breaks: 'never twice',
    change: policyBeforeDeadline,
    under: {
      ...doubtsResent,
      faults: { stall: 0.03, invoke: { disowned: 0.7, failed: 0 }, ses: ses({ adrift: 0.7 }) },
    },
  },
  { what: 'who was refused is claimed in the same run', breaks: 'record table', change: refusedInTheSameRun },
  { what: 'slots are not reserved', breaks: 'rate', change: slotsNotReserved },
  {
    what: 'a 429 is retried without a slot',
    breaks: 'rate',
    change: retryWithoutSlot,
    under: { faults: { ses: ses({ throttled: 0.6 }) } },
  },
  { what: 'workers write the outcomes', breaks: 'report truth', change: workersWriteOutcomes },
  { what: 'all claims have one id', breaks: 'never twice', change: oneClaimIdForARun },
  {
    what: 'a 429 is retried before its longer deadline is acknowledged',
    breaks: 'never twice',
    change: retryBeforeItsDeadlineIsKnown,
    under: { ...doubtsResent, faults: { stall: 0.05, lost: 0.3, ses: ses({ throttled: 0.6 }) } },
  },
  {
    what: 'a late repetition takes a longer deadline back',
    breaks: 'record table',
    change: deadlineTakenBack,
    under: { faults: { late: 0.4, ses: ses({ throttled: 0.6 }) } },
  },
  {
    what: 'who is reported as not attempted stays free for the same run',
    breaks: 'report truth',
    change: notClosed,
    under: { faults: { stall: 0.06, invoke: { disowned: 0.5, failed: 0.2 } } },
  },
  { what: 'preferences are not read', breaks: 'no consent', change: preferencesNotRead, under: { leaving: 0.5 } },
  {
    what: 'preferences are read once a worker',
    breaks: 'no consent',
    change: preferencesReadOnce,
    under: { leaving: 0.5, faults: { stall: 0.05, ses: ses({ throttled: 0.6 }) } },
  },
  { what: 'a worker sends with what is deployed', breaks: 'pinned', change: notPinned },
  { what: 'a repeated Plan pins anew', breaks: 'pinned', change: pinnedAnew },
  {
    what: 'a repeated Plan cuts the list anew',
    breaks: 'counts',
    change: shardsNotPinned,
    under: { deploying: 0.9, faults: { stall: 0.03, invoke: { disowned: 0.6, failed: 0 } } },
  },
  { what: 'a pause is not looked at', breaks: 'pause', change: pauseNotSeen, under: { operations: 0.5 } },
  { what: 'a start time is not waited for', breaks: 'start time', change: atOnce },
  { what: 'a campaign never closes', breaks: 'nothing refused', change: neverClosed },
];
